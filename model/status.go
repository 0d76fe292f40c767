package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Status is `campaign status`: where the sending of a campaign stands. The
// JSON form is the contract of commands.
type Status struct {
	Name          string         `json:"name"`
	Title         string         `json:"title"`
	Kind          string         `json:"kind"`
	State         CampaignState  `json:"state"`
	Version       int            `json:"version"`
	Matched       int            `json:"matched"`
	Target        int            `json:"target"`
	HeldOut       int            `json:"held_out"`
	Planned       int            `json:"planned"`
	Accepted      int            `json:"accepted"`
	Refused       int            `json:"refused"`
	Excluded      int            `json:"excluded"`
	Uncertain     int            `json:"uncertain"`
	Deferred      int            `json:"deferred"`
	Waiting       int            `json:"waiting"`
	Balanced      bool           `json:"balanced"`
	RatePerSecond float64        `json:"rate_per_second"`
	RateLimit     float64        `json:"rate_limit"` // 0: as fast as the relay takes them
	StartedAt     *time.Time     `json:"started_at"`
	FinishedAt    *time.Time     `json:"finished_at"`
	ETA           *time.Time     `json:"eta"`
	PausedWhy     string         `json:"paused_why,omitempty"`
	HeldBy        string         `json:"held_by,omitempty"`  // nothing leaves for now, for nobody's campaign: one of Held…
	HeldWhy       string         `json:"held_why,omitempty"` // what the machine said of it: untrusted
	InFlight      int            `json:"in_flight"`
	Sending       bool           `json:"sending"` // this process sends it: a running campaign left by a dead one is not
	Lanes         []LaneStatus   `json:"lanes"`
	Versions      []VersionCount `json:"versions"`

	LeavesAt        *time.Time `json:"leaves_at"` // a start in its seconds of grace
	LeavesPlanned   int        `json:"leaves_planned,omitempty"`
	RestsUntil      *time.Time `json:"rests_until"` // outside its hours
	RequestedAt     *time.Time `json:"requested_at"`
	FirstAcceptedAt *time.Time `json:"first_accepted_at"`
	AB              *ABStatus  `json:"ab,omitempty"`
	Complaints      int        `json:"complaints,omitempty"` // people who called the message spam
	Bounced         int        `json:"bounced"`              // of the accepted: came back later

	Responses *ResponseCounts `json:"responses,omitempty"` // what came back, once it left
}

// What keeps everything from leaving for now: Status.HeldBy.
const (
	HeldDisk        = "disk"        // it is nearly full
	HeldPublic      = "public"      // the public part does not answer: nobody could say no
	HeldOppositions = "oppositions" // the list of who said no cannot be read
	HeldStore       = "store"       // results cannot be written
	HeldRelay       = "relay"       // it does not answer as it should
)

// ABStatus is the test of wordings in a Status.
type ABStatus struct {
	Metric    string          `json:"metric"`
	Decided   bool            `json:"decided"` // the rest have their wording
	Waits     bool            `json:"waits"`   // no difference was found: somebody must choose
	TestedAt  *time.Time      `json:"tested_at"`
	DecidesAt *time.Time      `json:"decides_at"`
	Verdict   string          `json:"verdict,omitempty"` // better, no_difference, chosen
	Winner    string          `json:"winner,omitempty"`
	Variants  []VariantStatus `json:"variants"`
}

// VariantStatus is one wording of a test: how many of its cell were to get it
// and did, and what a message brought, with its range at 95 %: known once it is
// decided, nil before, because who looks early sees winners that are none.
type VariantStatus struct {
	Name     string      `json:"name"`
	Subject  string      `json:"subject"`
	Planned  int         `json:"planned"`
	Accepted int         `json:"accepted"`
	Value    *float64    `json:"value"` // euros, or clicks, for each message sent
	Range    *[2]float64 `json:"range"`
}

// LaneStatus is the part of one mailbox provider in a Status.
type LaneStatus struct {
	Lane          string  `json:"lane"`
	Accepted      int     `json:"accepted"`
	Bounced       int     `json:"bounced"` // of the accepted
	Deferred      int     `json:"deferred"`
	Refused       int     `json:"refused"`
	Waiting       int     `json:"waiting"`
	RatePerSecond float64 `json:"rate_per_second"`

	RateLimit   float64    `json:"rate_limit"`  // 0: none
	Connections int        `json:"connections"` // at once at most
	InHand      int        `json:"in_hand"`
	Ceiling     int        `json:"ceiling"`            // of the day, 0: none
	SentToday   int        `json:"sent_today"`         // of all campaigns
	SlowUntil   *time.Time `json:"slow_until"`         // backing off
	SlowWhy     string     `json:"slow_why,omitempty"` // what the relay said: untrusted
}

// VersionCount is how many accepted messages carried one wording.
type VersionCount struct {
	Version  int `json:"version"`
	Accepted int `json:"accepted"`
}

// Done is the part of the plan that needs no more work, from 0 to 1.
func (s *Status) Done() float64 {
	if s.Planned == 0 {
		return 1
	}
	return float64(s.Planned-s.Waiting-s.Deferred) / float64(s.Planned)
}

// Event is something that happened and that a person may want to see in the
// live screen: a key of the catalogue with its values. Values may hold
// untrusted text.
type Event struct {
	At       time.Time
	Campaign string
	Level    Level
	Key      string
	Args     []any
}

// Level is how serious something is.
type Level uint8

// The levels.
const (
	LevelOK Level = iota
	LevelInfo
	LevelWarn
	LevelStop
)

var levelNames = [...]string{"ok", "info", "warn", "stop"}

func (l Level) String() string { return levelNames[l] }

// MarshalText writes the English code of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a code written by MarshalText.
func (l *Level) UnmarshalText(b []byte) error {
	i := slices.Index(levelNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("no level %q", b)
	}
	*l = Level(i)
	return nil
}

// Repair is the place where a line of the preflight is repaired, for the screen
// to jump there.
type Repair string

// The places: a field of the form of the campaign, a setting of the house, or
// what somebody has to do.
const (
	RepairSubject  Repair = "form.subject"
	RepairBody     Repair = "form.body"
	RepairFrom     Repair = "form.from"
	RepairAudience Repair = "form.audience"
	RepairHoldout  Repair = "form.holdout"
	RepairSend     Repair = "form.send"
	RepairTest     Repair = "form.ab"
	RepairTopic    Repair = "form.topic"
	RepairSender   Repair = "settings.sender"
	RepairRelay    Repair = "settings.relay"
	RepairApproval Repair = "approve"
	RepairArm      Repair = "arm"
)

// CheckLine is one line of the preflight: a key of the catalogue with its
// values, and how to repair it.
type CheckLine struct {
	Code   string // stable: "unknown_variable", "no_sender"…; catalogue key check.CODE
	Level  Level  // ok, info, warn; stop blocks the launch
	Args   []any  // name, value…
	Repair Repair // where it is repaired; empty: nothing to repair

	Variant string // of a test, that the line is about; empty for the file itself
}

// Checklist is the preflight of a campaign.
type Checklist struct {
	Campaign string
	Lines    []CheckLine
	Matched  int
	Target   int
	HeldOut  int
	Planned  int
	Excluded Exclusions
}

// Blocked reports whether a line stops the launch.
func (c *Checklist) Blocked() bool {
	for _, l := range c.Lines {
		if l.Level == LevelStop {
			return true
		}
	}
	return false
}

// Exclusions counts people that a rule matches and that must not be written
// to, each once, under the first reason that holds.
type Exclusions struct {
	Opposed   int `json:"opposed"`
	NoConsent int `json:"no_consent"`
	Bounced   int `json:"bounced"`
	Invalid   int `json:"invalid"`
	Topic     int `json:"topic"`     // left the subject of the campaign out
	Frequency int `json:"frequency"` // chose to be written to less often
	Pressure  int `json:"pressure"`
	Universal int `json:"universal_holdout"` // in the universal zone blanche
}

// Total is everybody excluded.
func (e Exclusions) Total() int {
	return e.Opposed + e.NoConsent + e.Bounced + e.Invalid + e.Topic + e.Frequency + e.Pressure + e.Universal
}

// Sendable reasons, as codes; empty means "may be written to".
const (
	NotOpposed   = "" // may be written to
	ExclOpposed  = "opposed"
	ExclConsent  = "no_consent"
	ExclBounced  = "bounced"
	ExclInvalid  = "invalid"
	ExclTopic    = "topic"     // left the subject of the campaign out
	ExclOften    = "frequency" // chose to be written to less often
	ExclPressure = "pressure"
	ExclUnknown  = "erased"
	ExclMerged   = "merged" // is one person with somebody else of the plan, or of none of its lines

	ExclUniversal = "universal_holdout" // in the universal zone blanche: for the count and the plan alone
)

// SegmentCount is `segment count`.
type SegmentCount struct {
	Rule     string     `json:"rule"`
	Matched  int        `json:"matched"`
	Sendable int        `json:"sendable"`
	Excluded Exclusions `json:"excluded"`
	Seconds  float64    `json:"seconds"`
}

// ImportReport is what an import did, or would do in a dry run. The JSON form
// is the contract of commands.
type ImportReport struct {
	Kind        string   `json:"kind"`
	File        string   `json:"file"`
	Encoding    string   `json:"encoding"`
	Delimiter   string   `json:"delimiter"`
	Decimal     string   `json:"decimal"`
	DateOrder   string   `json:"date_order"`
	Profile     string   `json:"profile,omitempty"`
	Mapping     string   `json:"mapping,omitempty"` // the saved mapping that it was read by
	Sheet       string   `json:"sheet,omitempty"`   // of a workbook, whose encoding is xlsx
	DryRun      bool     `json:"dry_run"`
	Rows        int      `json:"rows"`
	Created     int      `json:"created"`
	Updated     int      `json:"updated"`
	Unchanged   int      `json:"unchanged"`
	Rejected    int      `json:"rejected"`
	OpposedKept int      `json:"opposed_kept"`
	Undated     int      `json:"consent_undated,omitempty"` // people who agreed, with nothing that says when: the day of the import stands
	ErasedKept  int      `json:"erased_kept"`               // of the refused rows, those of people who were erased
	Opposed     int      `json:"opposed"`                   // oppositions that the file brought, refused rows included
	Bounced     int      `json:"bounced,omitempty"`         // addresses that the file knows to be dead, refused rows included
	Taken       int      `json:"taken,omitempty"`           // people whose card or customer number is somebody else's: kept aside, as model.OtherCard
	Unmatched   int      `json:"unmatched"`
	Resumed     int      `json:"resumed,omitempty"`    // of the rows, those that an import of the same file had settled when its process died
	Shadowed    []string `json:"shadowed,omitempty"`   // free columns named like a field of the product: attr.NAME in rules
	Attributes  []string `json:"attributes,omitempty"` // free attributes that a person made of columns
	// KeptApart are the free columns that have the name of what people choose on
	// their own page: they are kept under another.
	KeptApart   []KeptApart `json:"kept_apart,omitempty"`
	Rejects     []Reject    `json:"rejects"`
	RejectsFile string      `json:"rejects_file,omitempty"`
	// Typos are the first addresses whose domain looks mistyped, as they were
	// imported: nothing is corrected.
	Typos      []Typo `json:"typos,omitempty"`
	TyposFound int    `json:"typos_found,omitempty"`
	// Parts are the files of an archive that holds several, in the order in
	// which they were imported; the counts above are their sums.
	Parts       []ImportReport `json:"parts,omitempty"`
	Seconds     float64        `json:"seconds"`
	Interrupted bool           `json:"interrupted,omitempty"`
}

// KeptApart is a column of a file, and the free attribute that it became.
type KeptApart struct {
	Column    string `json:"column"`
	Attribute string `json:"attribute"`
}

// Reject is a row of a file that was refused.
type Reject struct {
	File   string `json:"file,omitempty"` // of an archive of several
	Line   int    `json:"line"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Reason string `json:"reason"` // missing_email, invalid_email, invalid_date, invalid_number, too_long, bad_row, erased
}

// Typo is an address that looks mistyped, and the one that may have been meant.
type Typo struct {
	File       string `json:"file,omitempty"` // of an archive of several
	Line       int    `json:"line"`
	Email      string `json:"email"`
	Suggestion string `json:"suggestion"`
}

// HistoryLine is one fact about a person.
type HistoryLine struct {
	At       time.Time `json:"at"`
	DayOnly  bool      `json:"day_only,omitempty"` // only the day is known: At is its beginning
	Kind     string    `json:"kind"` // created, basis, consent, suppression, order, message, held_out, merged, unmerged
	Ref      string    `json:"ref"`
	Campaign string    `json:"campaign,omitempty"`
	Detail   string    `json:"detail"` // a code: state, reason, channel, source
	Code     string    `json:"code,omitempty"`
	By       string    `json:"by,omitempty"` // who merged the record, or took a merge back
	As       string    `json:"as,omitempty"` // the address of the record that it happened to, one person with this one since
	Cents    *Cents    `json:"total_cents,omitempty"`
	Act      *ActLine  `json:"act,omitempty"` // of a consent: Ref is its purpose, Detail what was said
}

// MarshalJSON writes the campaign in every line: null where there is none.
func (l HistoryLine) MarshalJSON() ([]byte, error) {
	type plain HistoryLine
	out := struct {
		plain
		Campaign *string `json:"campaign"`
	}{plain: plain(l)}
	if l.Campaign != "" {
		out.Campaign = &l.Campaign
	}
	return json.Marshal(out)
}

// ActLine is what a line of the history says of an act of the ledger of consents:
// what it gave or took away, and its proof.
type ActLine struct {
	Channel  Channel         `json:"channel"`
	Basis    Basis           `json:"basis"`
	Reason   *SuppressReason `json:"reason"`
	Source   string          `json:"source"`
	Wording  string          `json:"wording,omitempty"`
	Operator string          `json:"operator,omitempty"`
	Known    bool            `json:"known,omitempty"`   // before there was a ledger
	Undated  bool            `json:"undated,omitempty"` // nobody knows when: at is when it was written here, or the record made
}

// Health is what a reading of every record found.
type Health struct {
	Schema   int      `json:"schema"`
	Contacts int      `json:"contacts"`
	Orders   int      `json:"orders"`
	Damaged  []string `json:"damaged"`
}
