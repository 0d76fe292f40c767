package model

import "time"

// StatementLines is what stands beside the one comparison that decides: other
// looks at the same customers, none of which changes the verdict. Each is nil or
// empty where its inputs are not there.
type StatementLines struct {
	Split      *StatementSplit     `json:"split,omitempty"`       // more buyers, or bigger baskets
	Winsor     *StatementLine      `json:"winsor,omitempty"`      // with the greatest baskets cut
	Stratified *StatementLine      `json:"stratified,omitempty"`  // post-stratified on the strata of the draw
	Cuped      *StatementLine      `json:"cuped,omitempty"`       // on the spend before; only where it gains at least 5 %
	Reached    *StatementReached   `json:"reached,omitempty"`     // per customer reached (CACE), where the arms leak
	Second     *StatementSecond    `json:"second,omitempty"`      // the second window: pull-forward, returns
	Segments   []StatementSegments `json:"segments,omitempty"`    // ranked, one table for each way to cut
	Variants   []StatementVariant  `json:"variants,omitempty"`    // each e-mail of a test against the zone blanche
	Overlaps   []StatementOverlap  `json:"overlaps,omitempty"`    // other campaigns in the window
	Naive      *StatementNaive     `json:"naive,omitempty"`       // what attribution says, and how much of it is due
	Changes    []StatementChange   `json:"changes,omitempty"`     // what was decided again after the launch
	Match      *StatementMatch     `json:"match,omitempty"`       // with whom a campaign is compared that left nobody alone
	SinceClose *StatementSince     `json:"since_close,omitempty"` // what late orders and refunds have moved since the close
}

// StatementLine is one other estimate of the difference per customer, in euros.
type StatementLine struct {
	Method string    `json:"method"`
	Diff   *float64  `json:"diff"`
	CI     *Interval `json:"ci"`
	SE     *float64  `json:"se"`
	Gain   *float64  `json:"gain,omitempty"` // share of the variance taken away
	Cap    *float64  `json:"cap,omitempty"`  // euros at which baskets are cut
	ROI    *float64  `json:"roi,omitempty"`
	ROICI  *Interval `json:"roi_ci,omitempty"`
}

// StatementSplit parts the difference exactly: euros per customer from more
// buyers, and from bigger baskets.
type StatementSplit struct {
	Buyers  *float64 `json:"more_buyers"`
	Baskets *float64 `json:"bigger_baskets"`
}

// StatementReached is the effect on those reached, when some of the target were
// not, or some of the zone blanche were. Intention to treat stays the ROI.
type StatementReached struct {
	TargetShare  float64   `json:"target_share"`
	HoldoutShare float64   `json:"holdout_share"`
	Diff         *float64  `json:"diff"`
	CI           *Interval `json:"ci"`
}

// StatementSecond is the same comparison on a second window of the same length,
// from the day after the first; Both is over the two.
type StatementSecond struct {
	Day    int       `json:"day"` // of the second window
	Days   int       `json:"days"`
	Closed bool      `json:"closed"`
	Diff   *float64  `json:"diff"`
	CI     *Interval `json:"ci"`
	Both   *float64  `json:"both_diff"`
	BothCI *Interval `json:"both_ci"`
	ROI    *float64  `json:"both_roi"`
	ROICI  *Interval `json:"both_roi_ci"`
}

// StatementSegments is one way to cut the customers.
type StatementSegments struct {
	By   string             `json:"by"`   // stratum, rfm, channel…
	Q    *float64           `json:"q"`    // Cochran
	P    *float64           `json:"p"`    // that all segments have one effect
	One  bool               `json:"one"`  // nothing speaks against one effect for all
	Rows []StatementSegment `json:"rows"` // by the shrunk effect, the best first
}

// StatementSegment is one segment.
type StatementSegment struct {
	Name    string    `json:"name"`
	Target  int       `json:"target"`
	Holdout int       `json:"holdout"`
	Diff    *float64  `json:"diff"`
	CI      *Interval `json:"ci"`
	P       *float64  `json:"p"`
	PHolm   *float64  `json:"p_holm"`
	Shrunk  *float64  `json:"shrunk"`
}

// StatementVariant is one wording of a test against the zone blanche.
type StatementVariant struct {
	Name      string    `json:"name"`
	Customers int       `json:"customers"`
	Diff      *float64  `json:"diff"`
	CI        *Interval `json:"ci"`
	P         *float64  `json:"p"`
	PAdjusted *float64  `json:"p_adjusted"` // Holm; Benjamini-Hochberg above ten
	ROI       *float64  `json:"roi"`
	ROICI     *Interval `json:"roi_ci"`
}

// StatementOverlap is another campaign in the window, and who got it in either
// arm.
type StatementOverlap struct {
	Campaign     string    `json:"campaign"`
	TargetShare  float64   `json:"target_share"`
	HoldoutShare float64   `json:"holdout_share"`
	P            *float64  `json:"p"`
	Adjusted     *float64  `json:"adjusted_diff,omitempty"` // of this campaign, in a regression on both
	AdjustedCI   *Interval `json:"adjusted_ci,omitempty"`
}

// StatementNaive is the trace: what a rule of attribution credits, what the same
// rule finds in the zone blanche, and the share that is due to the campaign.
type StatementNaive struct {
	Target      Cents     `json:"target_cents"`
	Holdout     Cents     `json:"holdout_cents"`
	ROI         *float64  `json:"roi"`
	TrueShare   *float64  `json:"true_share"`
	TrueShareCI *Interval `json:"true_share_ci"`
}

// StatementChange is a decision taken again after the launch: it marks the
// statement.
type StatementChange struct {
	Field string    `json:"field"` // margin, window, cost, metric
	From  string    `json:"from"`
	To    string    `json:"to"`
	At    time.Time `json:"at"`
	By    string    `json:"by"`
}

// StatementClose is what a statement said when it was first made after the
// close of its window: what late orders are told apart from.
type StatementClose struct {
	At      time.Time `json:"at"`
	Target  Cents     `json:"target_cents"`
	Holdout Cents     `json:"holdout_cents"`
	Net     *Cents    `json:"net_cents"`
	ROI     *float64  `json:"roi"`
	Verdict Verdict   `json:"verdict"`
}

// StatementSince is what came in after the close for days within the window:
// late orders, refunds, corrections. The figures of the statement count them.
type StatementSince struct {
	Close   StatementClose `json:"close"`
	Target  Cents          `json:"target_cents"`  // more revenue, or less, of the target
	Holdout Cents          `json:"holdout_cents"` // and of the zone blanche
	Net     *Cents         `json:"net_cents"`     // more, or less, net margin
}

// Rung is how good the way of comparing is: see the labels of roi.
type Rung string

// The rungs, the best first. Only the first three are causal.
const (
	RungHoldout   Rung = "1"  // a zone blanche drawn at random
	RungTrigger   Rung = "1b" // drawn at each trigger
	RungUniversal Rung = "1c" // the universal zone blanche: the whole programme
	RungUnits     Rung = "2"  // stores, regions or weeks, drawn
	RungThreshold Rung = "3"  // just above and just below a score
	RungTwins     Rung = "4"  // matched customers
	RungBefore    Rung = "5"  // before and after, with last year
	RungTrace     Rung = "6"  // redemptions, last click, match-back
)
