package campaigns

// What the methods of Desk are asked with, and what they answer.

import (
	"io"
	"time"

	"blanche/model"
)

// ContactTotals are the numbers above the list of contacts.
type ContactTotals struct {
	Contacts, Customers, Prospects, Opposed int
	Exact                                   bool      // false while the columns are being built
	At                                      time.Time // of numbers that are not exact: when they were; zero without any
}

// ContactQuery says which contacts, in which order.
type ContactQuery struct {
	Where string // a rule, or the name of a segment; the answer is by number, and the rest of the query is not asked
	Find  string // blind to case and accents, in name, e-mail, company and city
	Sort  ContactSort
	Desc  bool
}

// ContactList is the answer to a query: positions, not records.
type ContactList struct {
	IDs   []model.ContactID // nil with Dense
	Dense int               // contacts 1..Dense in order of arrival
	Total int               // of the base
	Ready bool              // false: the order asked for is being read
	Stale bool              // people came in since the order was read: ask again
	Read  int               // people read so far, of an order or of a search
	// Looking says that a search goes on: there may be more people.
	Looking bool
}

// Len is how many people the list has.
func (l *ContactList) Len() int {
	if l.IDs == nil {
		return l.Dense
	}
	return len(l.IDs)
}

// ID is the person at a position.
func (l *ContactList) ID(i int) model.ContactID {
	if l.IDs == nil {
		return model.ContactID(i + 1)
	}
	return l.IDs[i]
}

// ContactRow is a contact with what a list says of it.
type ContactRow struct {
	model.Contact
	Reason     string // "" sendable, else the code of why not
	RFM        string // class code, "" while the columns are being built
	Spend365   model.Cents
	Suppressed *model.Suppression // nil: the address is not suppressed
}

// ContactCard is all about one contact.
type ContactCard struct {
	ContactRow
	OrderList []model.Order       // newest first
	Messages  []model.HistoryLine // newest first: messages and zones blanches
	// AttrTypes says what the values of each free attribute are: a number, a
	// date, a boolean when every value of its column reads so, else a text.
	AttrTypes map[string]string
}

// The types of free attributes.
const (
	AttrText    = "text"
	AttrNumber  = "number"
	AttrDate    = "date"
	AttrBoolean = "boolean"
)

// FieldChange gives a field of a contact a value, as text.
type FieldChange struct{ Field, Value string }

// ImportRequest is a file to bring in.
type ImportRequest struct {
	Kind        string // contacts | orders
	Name        string // shown, and in the proofs of consent
	Source      io.Reader
	Size        int64             // bytes, 0 unknown
	Map         map[string]string // column → field
	Encoding    string            // "" or auto
	Delimiter   string
	DateOrder   string            // "" auto, dmy, mdy, ymd
	Decimal     string            // "" auto, "," or "."
	Sheet       string            // of a workbook: name or number; "" the first that has cells
	Part        string            // of an archive: the one table to read
	Mapping     string            // a saved mapping; "" the one of the same titles, NoMapping none
	Correct     map[string]string // addresses that look mistyped, lower case, to those that were meant
	SaveMapping string            // the name under which to keep how this file was read, "" not to
	Basis       model.Basis
	BasisSource string
	BasisAt     time.Time // when they gave it, where the row does not say; zero: now
	Wording     string    // what they read, or "sha256:…" of it
	Profile     string    // "" auto
	OrderSource string
	DryRun      bool
	// ReadmitErased lets people in again who were erased: by a file, nobody else.
	ReadmitErased bool
	Rejects       func() (io.WriteCloser, string, error) // called at the first rejected row
	Progress      func(ImportProgress)
}

// ImportProgress is how far an import is.
type ImportProgress struct {
	Bytes, Size   int64         // of the work, counted in bytes of the file
	Rows          int           // settled
	RowsPerSecond float64       // since the beginning; 0 not known yet
	Left          time.Duration // until the end, at the pace so far; 0 not known yet
}

// FileLook is how a file would be read.
type FileLook struct {
	Report  model.ImportReport // dialect and profile only
	Missing error              // why it could not be imported so: a column is missing
	Doubted error              // a new attribute that may be a mistyped field
	Sheets  []string           // of a workbook
	Parts   []string           // of an archive
	Part    string             // the one of several that is looked at
	// Together: all parts can be imported as one, as the lists of Mailchimp.
	Together bool
	Columns  []ColumnLook
	Lines    []int           // of the first rows: where they stand
	Faults   []*model.Reject // and why they would be refused, nil where not
	Rows     [][]string      // first rows, as they will be read
}

// ColumnLook is one column: its header and what it becomes.
type ColumnLook struct {
	Header, Field string
	Free          bool   // Field is the name of a free attribute
	Type          string // of a free attribute: text, number, date or boolean
}

// Explanation is a rule taken apart for one person.
type Explanation struct {
	Rule    string
	Matches bool
	Reason  string // "" sendable
	Parts   []ExplainedPart
}

// ExplainedPart is one part of the rule, Depth levels in.
type ExplainedPart struct {
	Depth int    `json:"depth"`
	Text  string `json:"text"`
	Value string `json:"value"`
	Holds bool   `json:"holds"`
	// Unrecorded: what is asked is noted of nobody yet, so it holds for nobody.
	Unrecorded bool `json:"unrecorded,omitempty"`
	// Rule is the part, and Type what its Value is (text, number, money, date,
	// bool, tags), to be said in the words of a language.
	Rule model.Rule `json:"-"`
	Type string     `json:"-"`
}

// CampaignLine is a campaign in a list.
type CampaignLine struct {
	Name      string              `json:"name"`
	Title     string              `json:"title"`
	Kind      string              `json:"kind"`
	State     model.CampaignState `json:"state"`
	Version   int                 `json:"version"`
	Target    int                 `json:"target"`
	HeldOut   int                 `json:"held_out"`
	Planned   int                 `json:"planned"`
	Accepted  int                 `json:"accepted"`
	Done      float64             `json:"done"`
	Share     float64             `json:"share"`
	StartedAt *time.Time          `json:"started_at"`
	Start     *time.Time          `json:"start"`     // scheduled
	LeavesAt  *time.Time          `json:"leaves_at"` // a start in its seconds of grace
	Verdict   string              `json:"verdict,omitempty"`
	ROI       *float64            `json:"roi"`
	ROILow    *float64            `json:"roi_low"`
	ROIHigh   *float64            `json:"roi_high"`
	NetCents  *model.Cents        `json:"net_cents"`
}

// CampaignDetail is all about one campaign.
type CampaignDetail struct {
	Campaign model.Campaign
	Status   model.Status
}

// Preview is a message as one person would get it.
type Preview struct {
	To      string
	Subject string
	HTML    string
	Text    string
	EML     []byte

	Variant  string    // of a test: its name
	Variants []Preview // of a test: every wording, this one first; nil without one
}

// RecordRequest is a campaign that another tool sent.
type RecordRequest struct {
	Name       string
	Source     io.Reader
	StartedAt  time.Time
	WindowDays int
	Margin     float64
	Fixed      model.Cents
	PerMessage model.Cents
}

// ConfirmError refuses a start whose count was not confirmed.
type ConfirmError struct {
	Given, Planned int
	Refusal        *model.Error // what a person reads
}

func (e *ConfirmError) Error() string { return e.Refusal.Error() }

// Unwrap gives the error a person reads.
func (e *ConfirmError) Unwrap() error { return e.Refusal }

// RecipientLine is a recipient by name.
type RecipientLine struct {
	Email     string    `json:"email"`
	State     string    `json:"state,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	At        time.Time `json:"at,omitzero"`
	MessageID string    `json:"message_id,omitempty"`
	Attempts  int       `json:"attempts,omitempty"`
	Version   int       `json:"version,omitempty"` // of the wording that left or would
	Variant   string    `json:"variant,omitempty"` // of a test
	Lane      string    `json:"lane,omitempty"`
	Code      string    `json:"code,omitempty"`     // of the relay, or of an exclusion
	Said      string    `json:"said,omitempty"`     // by the relay: untrusted
	MayPass   bool      `json:"may_pass,omitempty"` // a refusal that SendAgain tries again
	Evidence  []string  `json:"evidence,omitempty"` // what is known of somebody uncertain: EvidenceInterrupted…
}

// StateGhost is the state of a RecipientLine of the zone blanche: the message that
// was not sent, for the comparison.
const StateGhost = "held_out"

// What is known of an uncertain recipient.
const (
	EvidenceInterrupted = "interrupted" // the process ended while the message was on its way
	EvidenceNoAnswer    = "no_answer"   // the line was lost before the relay answered the content
	EvidenceOrdered     = "ordered"     // the person has bought since: no proof
	EvidenceOpposed     = "opposed"     // the person has opposed since: they may have read it
)

// ArmLine is a person of the audience of a campaign: a recipient, or one of the
// zone blanche: a ghost, whose message was held out at the time of the draw, and
// of whom only the e-mail, that time and the stratum are told. Who was taken out
// for the universal zone blanche is of no arm, with that as the reason.
type ArmLine struct {
	RecipientLine
	Arm     string `json:"arm"` // target, holdout or universal
	Stratum string `json:"stratum,omitempty"`
}

// RelayReport is what the relay offers.
type RelayReport struct {
	Address    string   `json:"address"`
	TLS        string   `json:"tls"`
	Extensions []string `json:"extensions"`
	Auth       []string `json:"auth"`
	// Findings are worth telling; their codes are whole keys of the catalogue.
	Findings []model.CheckLine `json:"-"`
	Problem  error             `json:"-"` // nothing can be sent
}

// Holdout is the zone blanche of a campaign.
type Holdout struct {
	Campaign string               `json:"campaign"`
	Salt     string               `json:"salt"`
	Share    float64              `json:"share"`
	Target   int                  `json:"target"`
	HeldOut  int                  `json:"held_out"`
	Strata   []model.StratumQuota `json:"strata"`
	Members  []HoldoutMember      `json:"members"`

	Unit      string          `json:"unit,omitempty"`      // field whose values are drawn as one
	DrawnAt   *time.Time      `json:"drawn_at"`            // of the freeze: that of the ghosts
	Universal *UniversalProof `json:"universal,omitempty"` // the layer above; nil: none
}

// UniversalProof is the universal zone blanche as a campaign met it.
type UniversalProof struct {
	Period   string  `json:"period"` // 2026-H2
	Share    float64 `json:"share"`
	Taken    int     `json:"taken"`  // people of the target taken out
	Mailed   bool    `json:"mailed"` // somebody insisted on writing to them
	By       string  `json:"by,omitempty"`
	Replayed bool    `json:"replayed"`        // holdout verify: the same people come out
	Doubt    string  `json:"doubt,omitempty"` // apart, taken
}

// HoldoutMember is one person left alone.
type HoldoutMember struct {
	ID      model.ContactID `json:"id"`
	Email   string          `json:"email"`
	Stratum string          `json:"stratum"`
}

// HoldoutProof is a draw replayed.
type HoldoutProof struct {
	Campaign string `json:"campaign"`
	HeldOut  int    `json:"held_out"`
	Salt     string `json:"salt"`
	Replayed bool   `json:"replayed"`        // the same people come out
	Doubt    string `json:"doubt,omitempty"` // what contradicts the draw: both, quotas, members, order
	Touched  int    `json:"touched"`         // held-out people with a line in the ledger of this campaign: must be 0

	Unit      string          `json:"unit,omitempty"`
	Universal *UniversalProof `json:"universal,omitempty"` // the layer above; nil: none
}

// Good reports whether nothing contradicts the draw.
func (p *HoldoutProof) Good() bool {
	return p.Replayed && p.Touched == 0 && (p.Universal == nil || p.Universal.Replayed)
}

// HoldoutRequest asks what a zone blanche could show.
type HoldoutRequest struct {
	Rule       string
	Margin     float64
	Fixed      model.Cents
	PerMessage model.Cents
	WindowDays int
	// Expected is the difference that somebody expects, in euros a person; nil: the
	// median of the past campaigns of the shop.
	Expected *float64
}

// HoldoutPlan answers for several sizes.
type HoldoutPlan struct {
	Rule     string           `json:"rule"`
	Target   int              `json:"target"`
	BaseRate float64          `json:"base_rate"` // buyers per person in a window of the past
	SD       float64          `json:"sd"`        // of the spend per person, in euros
	Rows     []HoldoutPlanRow `json:"rows"`

	WindowDays   int      `json:"window_days"`
	Expected     *float64 `json:"expected_effect"` // euros a person; nil: nobody knows yet
	ExpectedFrom string   `json:"expected_from"`   // given, past, or empty
	Past         int      `json:"past_campaigns"`  // whose median it is
	Advised      float64  `json:"advised_share"`
	// Campaigns is how many like this one it takes, at the advised share, to see
	// the expected effect and to have buyers enough; 1 where this one does, nil
	// where none would: an effect that does not pay is not made one by repeating it.
	Campaigns *int `json:"group_campaigns"`
	// LowPower is the red advice: at the advised share the smallest effect seen is
	// more than twice the expected one.
	LowPower bool `json:"low_power"`
}

// HoldoutPlanRow is one size of the zone blanche.
type HoldoutPlanRow struct {
	Share      float64 `json:"share"`
	HeldOut    int     `json:"held_out"`
	Buyers     float64 `json:"expected_buyers"`
	MDERate    float64 `json:"mde_rate"`  // smallest difference of rates seen, 80 % power
	MDESpend   float64 `json:"mde_spend"` // euros per person
	BreakEven  float64 `json:"break_even_delta"`
	Sufficient bool    `json:"sufficient"` // 100 expected buyers

	// MDEProfit is the smallest profit seen: what the people written to bring
	// beyond the break-even when the effect exceeds it by MDESpend.
	MDEProfit model.Cents `json:"mde_profit_cents"`
	// NeededEffect is the effect a person that brings this profit, in euros.
	NeededEffect float64 `json:"needed_effect"`
	// HoldoutCost is the margin given up by leaving these people alone, less the
	// messages that it saves; nil without an expected effect.
	HoldoutCost *model.Cents `json:"holdout_cost_cents"`
	// SeesProfit says that MDESpend ≤ expected effect − break-even.
	SeesProfit bool `json:"sees_profit"`
	LowPower   bool `json:"low_power"`       // MDESpend > 2 × expected effect
	Campaigns  *int `json:"group_campaigns"` // as in HoldoutPlan, at this share
	Advised    bool `json:"advised"`
}

// Live is what moves, at one instant.
type Live struct {
	At       time.Time
	Revision uint64 // changes when contacts, orders or campaigns changed: reload what is shown
	Sends    bool   // this process sends
	Ready    bool   // the columns are built: rules and sorting answer
	Running  []LiveCampaign
	Events   []model.Event // newest first
	// Departures are the starts in their time of grace, the next one first.
	Departures []Departure
	// Public is why nobody outside could say no, so that nothing leaves.
	Public PublicAlarm

	hidden func() *Live // without addresses, made when somebody asks
}

// Departure is a start that was confirmed and has not happened yet: see StartIn.
type Departure struct {
	Name, Title string
	At          time.Time     // it leaves, by the clock of the desk
	Left        time.Duration // until then, by the clock of the machine: what a screen counts down
	Planned     int           // people it was confirmed for
	By          string        // who started it
}

// LiveCampaign is a campaign under way, or just finished.
type LiveCampaign struct {
	model.Status
	History []float64 // messages a second, one value a second, oldest first
}

// Today is the first screen.
type Today struct {
	Shop         string
	Contacts     int
	Customers    int     // with a paid order in 24 months
	NewCustomers int     // first order in the last 7 days
	Revenue12    float64 // euros per customer active in 12 months
	RevenueTrend []float64
	CustomersBy  []float64 // customers active, by month, oldest first
	Orders30     int
	Spend30      model.Cents
	SpendBy      []float64 // revenue by month, euros, oldest first
	Running      []model.Status
	Late         []CampaignLine
	Waiting      []CampaignLine // drafts and checked: await a launch
	Uncertain    []UncertainCount
	Results      []CampaignLine // measured, newest first
	Launch       LaunchClock
	Inbox        InboxView
	Choose       []string // campaigns whose test found no difference: somebody must choose
	Public       PublicAlarm
	Ready        bool
}

// LaunchClock is how long it took from a request to the first message that the
// relay took, of the campaigns that say when they were asked for.
type LaunchClock struct {
	Last, Median time.Duration
	N            int
}

// UncertainCount is a campaign with recipients in doubt.
type UncertainCount struct {
	Name  string
	Count int
}

// LaneReport is how fast everything leaves, and where the lanes stand.
type LaneReport struct {
	Rate   float64            `json:"rate_limit"` // of all together, 0: no limit
	WarmUp LaneWarmUp         `json:"warm_up"`
	Lanes  []model.LaneStatus `json:"lanes"`
}

// LaneWarmUp is the plan of a warm-up.
type LaneWarmUp struct {
	On     bool    `json:"on"`
	First  int     `json:"first"`
	Growth float64 `json:"growth"`
}

// LaneChange is a change of a pace; nil stays as it is.
type LaneChange struct {
	Rate        *float64
	Connections *int
	Ceiling     *int
}
