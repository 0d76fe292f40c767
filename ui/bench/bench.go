package bench

import (
	"context"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Options of a measurement.
type Options struct {
	Messages    int
	Connections int
	Size        int // bytes of a message, headers included; 0: about 11 KB
	Runs        int
	Window      int
	Relay       string                                              // host:port of a sink; empty: one of our own
	RTT         time.Duration                                       // of our own sink
	Against     []string                                            // programs that take the flags of smtp-source
	NoLedger    bool                                                // each round has a run of ours with a ledger that is not durable too
	ImportRows  int                                                 // of a file that comes in beside a send at half its rate; 0: none
	DKIM        string                                              // "", "ed25519" or "rsa"
	Links       bool                                                // each round has a run of ours with links of each person too
	Dir         string                                              // an empty folder
	Self        string                                              // this program, which can be a sink; empty: the sink lives in this process
	Profile     string                                              // file for the profile of our last run; empty: none
	Now         func() time.Time                                    `json:"-"`
	Open        func(ctx context.Context, o Opening) (House, error) `json:"-"`
	// Tell is called with each run that ends; nil: nobody is told.
	Tell func(r Run) `json:"-"`
}

// Opening says how a house is opened to be measured.
type Opening struct {
	Dir      string
	Config   campaigns.Config
	InMemory bool
	Sends    bool
	Brings   bool // a file comes in
}

// House is a shop that can be measured.
type House interface {
	Desk() campaigns.Desk
	// Put brings people in, past the import.
	Put(ctx context.Context, people []model.Contact) error
	// Raw puts the records of all people, in order, into a new file of a folder,
	// past everything else, and says how many there were and how long it took.
	Raw(ctx context.Context, dir string) (n int, took, records time.Duration, err error)
	Close(ctx context.Context) error
}

// disturbed is the rate of smtp-source below which a machine is not itself,
// unless the sink is slow on purpose.
const disturbed = 2000

// The names of our own runs: as it is, with a ledger that is not durable, with
// links of each person and an envelope sender of their own, and with messages that
// are signed, before the kind of the key.
const (
	ours       = "blanche"
	weightless = "blanche --no-ledger"
	linked     = "blanche --links"
	signed     = "blanche --dkim "
)

// reference is the rival that tells whether the machine is disturbed.
const reference = "smtp-source"

// bench is a measurement under way.
type bench struct {
	Options
	sink   sinkEnd
	plain  int // bytes of a message without more text; 0 not known yet
	report Report
}

// Measure runs everything and reports. What was measured before an error is in
// the report.
func Measure(ctx context.Context, o Options) (Report, error) {
	b := &bench{Options: o}
	b.report = Report{
		Messages: o.Messages, Connections: o.Connections, Window: o.Window, RTTMillis: float64(o.RTT) / 1e6,
		DKIM: o.DKIM, Relay: o.Relay, Folder: o.Dir, Runs: []Run{}, Absent: []string{},
	}
	rivals := b.rivals()
	if err := b.openSink(ctx); err != nil {
		return b.report, err
	}
	defer b.sink.Close()
	if err := b.fill(ctx); err != nil {
		return b.report, err
	}
	kept := 0
	for round := 1; kept < o.Runs && round <= 2*o.Runs; round++ {
		whole, err := b.round(ctx, round, rivals)
		if err != nil {
			b.report.sum(b.all(rivals))
			return b.report, err
		}
		if whole {
			kept++
		}
	}
	b.report.sum(b.all(rivals))
	if b.ImportRows > 0 && kept > 0 {
		return b.report, b.beside(ctx)
	}
	return b.report, nil
}

// round is one run of each; false where the machine was not itself.
func (b *bench) round(ctx context.Context, n int, rivals []rival) (bool, error) {
	var runs []Run
	whole := true
	for _, who := range b.us() {
		r, err := b.send(ctx, who, n)
		if err != nil {
			return false, err
		}
		runs = append(runs, r)
	}
	for _, rival := range rivals {
		r, err := b.race(ctx, rival, n)
		if err != nil {
			return false, err
		}
		if rival.name == reference && b.RTT == 0 && r.Rate < disturbed {
			whole = false
		}
		runs = append(runs, r)
	}
	for _, r := range runs {
		r.Discarded = !whole
		b.report.Runs = append(b.report.Runs, r)
		if b.Tell != nil {
			b.Tell(r)
		}
	}
	return whole, nil
}

// us are our own runs in a round.
func (b *bench) us() []string {
	out := []string{ours}
	if b.NoLedger {
		out = append(out, weightless)
	}
	if b.Links {
		out = append(out, linked)
	}
	if b.DKIM != "" {
		out = append(out, signed+b.DKIM)
	}
	return out
}

// all are the names of everybody who runs.
func (b *bench) all(rivals []rival) []string {
	out := b.us()
	for _, r := range rivals {
		out = append(out, r.name)
	}
	return out
}

// openSink finds the sink that everybody sends to.
func (b *bench) openSink(ctx context.Context) (err error) {
	switch {
	case b.Relay != "":
		b.sink = foreignSink{b.Relay}
	case b.Self != "":
		b.sink, err = startSink(ctx, b.Self, b.RTT)
	default:
		b.sink, err = innerSink(b.RTT)
	}
	return err
}

// config is that of the shop that is measured: nothing paces it.
func (b *bench) config() campaigns.Config {
	c := campaigns.DefaultConfig()
	c.Shop, c.Lang = "Boutique", "fr"
	c.Sender = campaigns.Sender{Name: c.Shop, Address: letterAddress, From: from, Unsubscribe: "desabo@boutique.example"}
	c.Relay = campaigns.Relay{URL: "smtp://" + b.sink.Addr() + "?tls=none", Connections: b.Connections, Window: b.Window}
	c.Pressure.MaxMessages = 1 << 30 // the same people get a message every run
	return c
}

func (b *bench) open(ctx context.Context, who string, sends bool) (House, error) {
	config := b.config()
	if kind, is := strings.CutPrefix(who, signed); is {
		var err error
		if config.DKIM, err = newKey(kind); err != nil {
			return nil, err
		}
	}
	if who == linked { // everybody agreed to be followed; nobody goes there
		config.Public.URL, config.Sender.Bounces = "https://mail.boutique.example", "retours@boutique.example"
	}
	return b.Open(ctx, Opening{Dir: filepath.Join(b.Dir, "data"), Config: config, InMemory: who == weightless, Sends: sends})
}

// profiling writes a profile into a file until it is stopped, where there is to
// be one.
func profiling(path string, now bool) (stop func(), err error) {
	if path == "" || !now {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	_ = pprof.StartCPUProfile(f)
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, nil
}

// profiled opens the file of the profile, for the last of our runs.
func (b *bench) profiled(who string, round int) (*os.File, error) {
	if b.Profile == "" || round != b.Options.Runs || who != ours {
		return nil, nil
	}
	return os.Create(b.Profile)
}
