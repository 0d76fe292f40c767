package doctor

import (
	"context"
	"net"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"
)

// Options are all that a report is made from.
type Options struct {
	Paths       config.Paths
	Settings    *config.Loaded // nil: they cannot be read, SettingsErr says why
	SettingsErr error

	Domain    string   // of the sender; empty: that of sender.from
	Selectors []string // of DKIM; empty: the usual ones

	Before  Before
	Desk    Desk  // nil: the data are not there or cannot be opened, DeskErr says why
	DeskErr error // nil with a nil Desk: there are no data yet
	Schema  int   // of the data that this program writes
	// Upgrade is what opening the data would change; they are not opened for a
	// report then. Nil: nothing.
	Upgrade *model.Upgrade

	HostKey   string   // file of the key of the SSH door
	Listening []string // addresses at which this process listens itself

	Terminal Terminal
	Env      config.Env
	Now      func() time.Time
	// Started is the time on the clock when this process began, Ran how long
	// that is ago on the monotonic one.
	Started time.Time
	Ran     time.Duration

	Probes Probes
}

// Desk is what only whoever holds the data knows; campaigns.Desk has it.
type Desk interface {
	Armed(ctx context.Context) (why model.Disarm, armed bool, err error)
	Operators(ctx context.Context) ([]model.Operator, error)
	CheckRelay(ctx context.Context) (campaigns.RelayReport, error)
	Universal(ctx context.Context) (campaigns.UniversalState, error)
	Tokens(ctx context.Context) ([]model.Token, error)
	LastHeard(ctx context.Context) (map[string]time.Time, error)
	HookQueue(ctx context.Context) ([]campaigns.HookLine, error)
}

// Terminal is where the person sits; the zero value is none, no Height an
// unknown one.
type Terminal struct{ Width, Height int }

// Probes ask the machine and the network. System gives the real ones.
type Probes struct {
	Disk        func(path string) (Disk, error)
	Writable    func(path string) error // may this account write into it
	UID         int
	PID         int
	Alive       func(pid int) bool
	Locked      func(file string) bool // another open file holds the lock
	Dial        func(ctx context.Context, socket string) error
	Listen      func(ctx context.Context, address string) error // opens and closes
	Resolver    Resolver
	Date        func(ctx context.Context, url string) (ahead time.Duration, err error) // of the other clock before ours
	Certificate func(ctx context.Context, e Endpoint) (notAfter time.Time, err error)
	Reach       func(ctx context.Context, site string) error // asks a public part as the outside does
	Memory      func() (available uint64, err error)         // bytes
	Descriptors func() (limit uint64, err error)             // of open files
}

// Disk is the room of a file system; Inodes 0 means that it has no limit.
type Disk struct {
	Free              uint64 // bytes, for this account
	Inodes, InodeFree uint64
	ReadOnly          bool
	Network           string // its type, when the files are elsewhere
}

// Resolver is the part of *net.Resolver that is used.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupHost(ctx context.Context, host string) ([]string, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Endpoint is a place that shows a certificate.
type Endpoint struct {
	Address  string // host:port
	Host     string // the name that the certificate must be for
	StartTLS bool   // SMTP first, then TLS
	CAFile   string // PEM; empty: the authorities of the system
}
