package campaigns

import (
	"io"
	"time"

	"blanche/model"
)

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

// UncertainCount is a campaign with recipients in doubt.
type UncertainCount struct {
	Name  string
	Count int
}
