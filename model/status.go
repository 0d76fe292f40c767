package model

import (
	"encoding/json"
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

// HistoryLine is one fact about a person.
type HistoryLine struct {
	At       time.Time `json:"at"`
	DayOnly  bool      `json:"day_only,omitempty"` // only the day is known: At is its beginning
	Kind     string    `json:"kind"`               // created, basis, consent, suppression, order, points, message, held_out, merged, unmerged
	Ref      string    `json:"ref"`
	Campaign string    `json:"campaign,omitempty"`
	Detail   string    `json:"detail"`         // a code: state, reason, channel, source
	Code     string    `json:"code,omitempty"` // what a relay said, a class, an agent; of an order its state, where it does not count
	By       string    `json:"by,omitempty"`   // who merged the record, took a merge back, or moved points
	As       string    `json:"as,omitempty"`   // the address of the record that it happened to, one person with this one since
	Cents    *Cents    `json:"total_cents,omitempty"`
	Currency string    `json:"currency,omitempty"`
	Act      *ActLine  `json:"act,omitempty"` // of a consent: Ref is its purpose, Detail what was said

	Points *PointsLine `json:"points,omitempty"` // of points: Ref is by which way, Detail what proves it
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

// PointsLine is what a line of the history says of a movement of points.
type PointsLine struct {
	Delta int64  `json:"delta"`
	Total int64  `json:"total"`          // afterwards
	File  string `json:"file,omitempty"` // and its line, where a file says so
	Line  int    `json:"line,omitempty"`
}

// Health is what a reading of every record found.
type Health struct {
	Schema   int      `json:"schema"`
	Contacts int      `json:"contacts"`
	Orders   int      `json:"orders"`
	Damaged  []string `json:"damaged"`
}
