package campaigns

import "time"

// Config is the settings that the desk works with, already read and checked by
// the door (config.toml, environment).
type Config struct {
	Shop       string // name of the sender
	Lang       string
	Zone       *time.Location
	Sender     Sender
	Relay      Relay
	DKIM       DKIM
	Retry      Retry
	WindowDays int
	Margin     float64
	// ReturnsDays is how many days after the close of a window returns may still
	// come in: until then its statement is provisional.
	ReturnsDays int
	Pressure    Pressure
	Holdout     HoldoutSettings
	Public      Public
	Maildir     string    // a folder of mail that reports come into, taken while a process serves; empty none
	Vendors     []string  // the providers of mail whose hooks are taken: messages carry a header that each hands back
	Inbox       Inbox     // a folder whose files are imported as they come
	HooksOut    []HookOut // programs that are told what happens
	Approval    int       // above this many recipients a campaign needs an approval; 0 never
	Rules       string    // legal rules of the shop, as a file of package lawful; empty: those of the program
	BackupKey   string    // age public key that backups are sealed with by default; empty none
	AuditMail   string    // mailbox that gets the end of the audit every day; empty none
}

// Sender is who speaks.
type Sender struct {
	Name, Address, From, Unsubscribe string
	// Bounces is the address that reports of non-delivery come to: each message
	// has it as its envelope sender, with a token of its own ("retours+TOKEN@…").
	// Empty: the address of From.
	Bounces string
}

// Relay is where messages go.
type Relay struct {
	URL         string // smtp://user@host:587?tls=starttls
	Password    string
	Connections int
	Window      int
	CAFile      string
}

// Retry is how deferred messages are tried again.
type Retry struct {
	First, Max, GiveUp time.Duration
}

// Pressure is how many messages one person may get in a period.
type Pressure struct {
	MaxMessages, Days int
}

// HoldoutSettings are what holds for all zones blanches of the shop.
type HoldoutSettings struct {
	// Universal is the share of people whom no campaign writes to for half a year;
	// 0 none.
	Universal float64
	// Household is the field whose value those of one household share: the unit of
	// the universal zone blanche, and of a campaign that says unit = "household".
	// Empty: universally each person alone, and "household" for such a campaign.
	Household string
}

// DefaultConfig is what an empty configuration file means.
func DefaultConfig() Config {
	return Config{
		Lang:        "en",
		Zone:        time.UTC,
		Relay:       Relay{Connections: 8, Window: 128},
		Retry:       Retry{First: 5 * time.Minute, Max: 4 * time.Hour, GiveUp: 5 * 24 * time.Hour},
		WindowDays:  14,
		Margin:      0.4,
		ReturnsDays: 14,
		Pressure:    Pressure{MaxMessages: 2, Days: 7},
	}
}

// Unset is a confirmation that nobody gave.
const Unset = -1
