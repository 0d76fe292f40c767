package model

import (
	"slices"
	"time"
)

// CampaignKinds are the kinds of campaigns, by their code in a file.
var campaignKinds = []string{"newsletter", "coupon", "loyalty", "acquisition", "revenue", "winback", "nps"}

// ValidCampaignKind reports whether a code names a kind of campaign.
func ValidCampaignKind(kind string) bool { return slices.Contains(campaignKinds, kind) }

// CampaignKinds lists the codes of the kinds of campaigns.
func CampaignKinds() []string { return slices.Clone(campaignKinds) }

// CampaignState is the step of life a campaign is at.
type CampaignState uint8

// The states. Done is derived from the ledger, then noted; late is a scheduled
// campaign whose hour passed while nothing ran: a person must confirm it.
const (
	Draft CampaignState = iota
	Checked
	Approved
	Scheduled
	Running
	Paused
	Done
	Cancelled
	Late
)

var campaignStateNames = [...]string{"draft", "checked", "approved", "scheduled", "running", "paused", "done", "cancelled", "late"}

func (s CampaignState) String() string { return campaignStateNames[s] }

// MarshalText writes the English code of the state.
func (s CampaignState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a code written by MarshalText.
func (s *CampaignState) UnmarshalText(b []byte) error {
	i := slices.Index(campaignStateNames[:], string(b))
	if i < 0 {
		return Invalid("campaign.unknown_state", "state", string(b))
	}
	*s = CampaignState(i)
	return nil
}

// Launched reports whether the audience is frozen: the draw has been made and
// the ledger exists.
func (s CampaignState) Launched() bool {
	return s == Running || s == Paused || s == Done || s == Cancelled
}

// CampaignSpec is what the campaign file says (see the contract of commands).
type CampaignSpec struct {
	Name       string
	Kind       string
	Title      string
	Audience   string // a rule, or the name of a saved segment
	Subject    string // Liquid
	From       string // empty: the sender of the configuration
	Lang       string // "fr" or "en"
	B2BPurpose bool   // the message is linked to the profession of B2B contacts
	Topic      string // among the subjects that people choose from; empty names none
	Body       string // Markdown or HTML, with Liquid
	BodyHTML   bool   // Body is HTML, not Markdown

	Share     float64  // of the target held out; 0 none
	ShareAuto bool     // the size advisor decides
	Strata    []string // fields; default "rfm"
	Unit      string   // the field that those drawn as one share; UnitHousehold; empty: each person alone
	// MailUniversal writes to the universal zone blanche too: somebody must
	// insist at the start.
	MailUniversal bool

	WindowDays int
	Margin     float64
	Code       string // of the offer, as orders carry it; empty: none

	FixedCents      Cents
	PerMessageCents Cents

	Start time.Time // zero: when a person starts it
	Rate  float64   // messages a second; 0 = as fast as the relay takes them
	// Resend is uncertain = "resend": whoever is in doubt when the campaign starts,
	// resumes or is taken up after a death is sent to again, under the same
	// Message-ID. Who comes to be in doubt while it runs waits for the next of
	// these: a relay that loses every answer must not be fed the same people for
	// ever.
	Resend    bool
	MaxPeople int       // more planned people than this block the launch; 0 no bound
	Hours     Hours     // when it may leave, by the clock of the shop
	AB        ABSpec    // no variants: no test
	Requested time.Time // when somebody asked for it: the clock of an express launch; zero unknown
}

// UnitHousehold is the unit of a draw by households: the field that the settings
// of the shop name.
const UnitHousehold = "household"

// ABSpec is a test of two to four wordings: a share of the planned people is
// drawn into cells of the same size, one for each variant; the others wait for
// the verdict.
type ABSpec struct {
	Share    float64 // of the planned, in all cells together
	Metric   string  // "revenue" or "clicks", for each message sent; never opens
	Delay    time.Duration
	Variants []Variant // the first is the wording of the file itself
}

// Variant is one wording of a test. What is empty is that of the file.
type Variant struct {
	Name     string
	Subject  string
	Body     string
	BodyHTML bool // Body is HTML, not Markdown
}

// ABState is where the test of a launched campaign stands.
type ABState struct {
	TestedAt  time.Time  // the last message of the cells was settled; zero: not yet
	DecidedAt time.Time  // zero: not yet
	Winner    Cell       // whose wording the rest get; 0 none yet
	Verdict   string     // "better", "no_difference", "chosen" (by a person)
	By        string     // who chose; empty when the figures did
	Figures   []ABFigure // of each variant, when it was decided
}

// Waits reports that the figures found no difference, and that nobody has
// chosen yet.
func (s *ABState) Waits() bool { return s.Verdict != "" && s.Winner == 0 }

// The verdicts of a test.
const (
	ABBetter       = "better"
	ABNoDifference = "no_difference"
	ABChosen       = "chosen"
)

// ABFigure is what a message of one variant brought to a person of its cell,
// and the range at 95 %: euros, or clicks.
type ABFigure struct {
	Value, Low, High float64
	Sure             bool // the range is known
}

// CampaignVersion is one wording of a campaign: an edit while sending makes a
// new one, and each recipient keeps the one that left.
type CampaignVersion struct {
	Number uint16
	At     time.Time
	By     string // name of who wrote it; empty where it is not known
	Source string // the whole campaign file, as written
	Body   string // of the file that Source names under body, as it was then; empty when the message is in Source
	// Bodies are those of the other files that Source names, for the variants of
	// a test, by their path as written; nil when it names none.
	Bodies map[string]string `json:",omitempty"`
}

// File is what a file that Source names held when the version was written.
func (v *CampaignVersion) File(path string) string {
	if body, ok := v.Bodies[path]; ok {
		return body
	}
	return v.Body
}

// Campaign is the record of a campaign: its wordings and its life.
type Campaign struct {
	ID       CampaignID
	Name     string
	Revision uint64 // counts the writes
	State    CampaignState
	Versions []CampaignVersion // at least one; the last is current
	Spec     CampaignSpec      // parsed from the current version

	Created    time.Time
	CheckedAt  time.Time
	ApprovedAt time.Time
	ApprovedBy string    // name of who approved, empty where it is not known
	StartedAt  time.Time // of the first message allowed to leave
	FinishedAt time.Time
	PausedWhy  string // catalogue key of a guard, empty when a person paused
	Rate       float64

	FirstAcceptedAt time.Time // the relay took the first message
	AB              ABState
	Complaints      int // people who called the message spam
	Said            ComplaintsSaid

	// Frozen at launch, and never changed after.
	Salt     string // of the draw: 128 random bits, in hex
	Domain   string // of the Message-IDs, whatever the sender becomes; empty: that of Spec.From
	Share    float64
	Audience string // the rule as it was read
	Matched  int
	Target   int // held out + planned
	HeldOut  int
	NotSent  map[string]int // matched and not sendable, by reason
	Quotas   []StratumQuota
	DrawnAt  time.Time // of the freeze: when those held out would have been written to

	Unit      string        `json:",omitempty"` // of the draw: the field, by its canonical name; empty: each person alone
	Universal UniversalDraw `json:",omitzero"`  // the layer above; a share of 0: the shop had none
	Insisted  Insistence    `json:",omitzero"`  // who confirmed to write to the universal zone blanche
	Foreseen  Foresight     `json:",omitzero"`  // what the zone blanche promised to show; an MDE of 0: nothing was known

	// Changes are the terms of the measure that were decided again after the
	// launch, the oldest first.
	Changes []StatementChange `json:",omitempty"`

	// AtClose is what was measured first after the close of the window; nil
	// before.
	AtClose *StatementClose `json:",omitempty"`

	// Links are the addresses that its messages led to, by number from 1: added
	// before a message leaves, never changed after. A click names one.
	Links []string `json:",omitempty"`

	// External marks a campaign that another tool sent, recorded to measure it.
	External bool
}

// ComplaintsSaid is what the guard of complaints has had its say about: it does
// not speak twice of the same, also in another life of the process.
type ComplaintsSaid struct {
	Paused   int  // complaints when it paused the campaign last
	Accepted int  // messages accepted then
	Warned   bool // since then
}

// StratumQuota is the draw inside one stratum: people, and the units that were
// drawn where several people are one.
type StratumQuota struct {
	Stratum      string `json:"stratum"`
	Size         int    `json:"size"`
	HeldOut      int    `json:"held_out"`
	Units        int    `json:"units,omitempty"` // 0: each person is one
	UnitsHeldOut int    `json:"units_held_out,omitempty"`
}

// UniversalDraw is the universal zone blanche as it was when a campaign was
// frozen. Everybody whose bucket under the salt is below the share is in it.
type UniversalDraw struct {
	Period string  `json:"period"` // "2026-H2"
	Salt   string  `json:"salt"`   // 128 bits in hex, of the shop and the period
	Share  float64 `json:"share"`
	Unit   string  `json:"unit,omitempty"` // as in Campaign
	Taken  int     `json:"taken"`          // people of the target who were taken out
	Mailed bool    `json:"mailed"`         // somebody insisted: nobody was taken out
}

// Insistence is who confirmed to write to the universal zone blanche, and when.
type Insistence struct {
	At time.Time
	By string
}

// Foresight is what was known of a zone blanche when it was drawn.
type Foresight struct {
	MDE      float64 // the smallest difference seen with 80 % power, euros a person
	Expected float64 // difference expected, euros a person
	Known    bool    // something was expected: there is a past, or somebody said it
	Buyers   float64 // expected in the zone blanche
}

// LowPower reports whether the zone blanche could not have seen the expected
// effect: the smallest one it sees is more than twice as large.
func (f Foresight) LowPower() bool {
	return f.Known && f.MDE > 2*f.Expected
}

// Current is the current wording.
func (c *Campaign) Current() CampaignVersion { return c.Versions[len(c.Versions)-1] }

// Author is who wrote the current wording, empty where it is not known.
func (c *Campaign) Author() string { return c.Current().By }

// Approved reports whether somebody let the current wording leave: an approval
// given before an edit is none.
func (c *Campaign) Approved() bool {
	return !c.ApprovedAt.IsZero() && !c.ApprovedAt.Before(c.Current().At)
}

// ValidCampaignName reports whether a name is [a-z0-9-]{1,64}.
func ValidCampaignName(name string) bool {
	if len(name) < 1 || len(name) > 64 {
		return false
	}
	for _, r := range name {
		if r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// Segment is a rule with a name.
type Segment struct {
	Name    string    `json:"name"`
	Rule    string    `json:"rule"`
	Updated time.Time `json:"updated"`
	// Weeks are the counts of past weeks, oldest first, of this very rule: none
	// of before it was written.
	Weeks []SegmentWeek `json:"weeks,omitempty"`
}
