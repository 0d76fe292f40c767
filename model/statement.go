package model

import "time"

// Statement is what a campaign brought, with its honest range: the document of
// `blanche roi NAME --json` and the whole content of the ROI screen. Every
// figure that cannot be known is nil (null), never zero.
//
// Amounts that end in Cents are money in cents; statistics per customer (mean,
// variance, difference, error, break-even) are in euros. Sentence and the
// messages of the guards are left empty below the ui, which says them in its
// language from the figures that travel with them.
type Statement struct {
	Campaign string           `json:"campaign"`
	Title    string           `json:"title"`
	Method   StatementMethod  `json:"method"`
	Label    StatementLabel   `json:"label"`
	Rung     Rung             `json:"rung"`
	Window   StatementWindow  `json:"window"`
	Day      int              `json:"day"` // day of the window the figures stop at, 1 to Window.Days; 0 before it
	Alpha    float64          `json:"alpha"`
	Arms     []StatementArm   `json:"arms"` // target, then holdout
	Buyers   StatementBuyers  `json:"buyers"`
	Spend    StatementSpend   `json:"spend"`
	Lift     *StatementLift   `json:"lift"` // nil when the holdout spent nothing
	Money    StatementMoney   `json:"money"`
	Guards   []StatementGuard `json:"guards"`
	Verdict  Verdict          `json:"verdict"`
	Sentence string           `json:"sentence"`
	Needed   *StatementNeeded `json:"needed"` // nil when the holdout has buyers enough
	Curve    []CurvePoint     `json:"curve"`

	// Provisional: the window is closed and returns may still come in.
	Provisional bool `json:"provisional"`

	StatementLines
}

// StatementMethod says how the effect was found.
type StatementMethod string

// The methods of a statement.
const (
	MethodHoldout StatementMethod = "holdout" // against a zone blanche drawn at random
	MethodTwins   StatementMethod = "twins"   // against matched customers who were not targeted
	MethodBefore  StatementMethod = "before"  // against the weeks before, and the same weeks of last year
	MethodNone    StatementMethod = "none"    // no zone blanche: nothing to compare with
)

// StatementLabel says what the figures are worth.
type StatementLabel string

// The labels of a statement.
const (
	LabelCausal     StatementLabel = "causal"       // the campaign caused it
	LabelQuasi      StatementLabel = "quasi_causal" // caused, near the threshold alone
	LabelIndicative StatementLabel = "indicative"   // customers who look alike, not a draw
	LabelTrace      StatementLabel = "trace"        // sales seen after the campaign, not its effect
)

// Interval is a lower and an upper bound, both inside.
type Interval [2]float64

// Low is the lower bound.
func (i Interval) Low() float64 { return i[0] }

// High is the upper bound.
func (i Interval) High() float64 { return i[1] }

// Holds reports whether x is within the bounds.
func (i Interval) Holds(x float64) bool { return i[0] <= x && x <= i[1] }

// StatementWindow is the days whose orders count: from the day of the send
// through day Days, End being its last instant.
type StatementWindow struct {
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Days   int       `json:"days"`
	Closed bool      `json:"closed"` // its last day is over: the figures no longer move by waiting
}

// ArmName names one side of the comparison.
type ArmName string

// The two arms. Target is everyone planned, reached or not (intention to treat).
const (
	ArmTarget  ArmName = "target"
	ArmHoldout ArmName = "holdout"
)

// StatementArm is what one arm bought in the window.
type StatementArm struct {
	Arm             ArmName  `json:"arm"`
	Customers       int      `json:"customers"`
	Buyers          int      `json:"buyers"` // customers whose net revenue is positive
	Revenue         Cents    `json:"revenue_cents"`
	Mean            *float64 `json:"mean"`             // euros per customer, zeros kept
	Variance        *float64 `json:"variance"`         // of euros per customer, n-1 in the denominator
	Rate            *float64 `json:"rate"`             // share of buyers
	EffectiveBuyers *float64 `json:"effective_buyers"` // (Σy)²/Σy²: how many equal baskets carry as much news
	Largest         *Cents   `json:"largest_cents"`    // the customer who spent most

	// Clusters are the units (households) of the arm, and those of them that bought,
	// where units were drawn: every range is then that of so many. Else nil.
	Clusters       *int `json:"clusters,omitempty"`
	ClustersBuying *int `json:"clusters_buying,omitempty"`
}

// StatementBuyers compares the shares of buyers.
type StatementBuyers struct {
	Diff        *float64  `json:"diff"`
	CI          *Interval `json:"ci"`
	Method      string    `json:"method"` // newcombe
	P           *float64  `json:"p"`      // Fisher's exact test, two-sided; nil where households were drawn
	Provisional bool      `json:"provisional"`
	// Design is the design effect that widens the range where households were drawn.
	Design *float64 `json:"design_effect,omitempty"`
}

// The methods behind the interval of the spend per customer.
const (
	SpendPrudent  = "prudent"
	SpendWelch    = "welch"
	SpendSequence = "sequence" // the window is open: holds however often one looks
)

// StatementSpend compares the revenue per customer, in euros.
type StatementSpend struct {
	Diff   *float64  `json:"diff"`
	CI     *Interval `json:"ci"`
	Method string    `json:"method"`
	SE     *float64  `json:"se"`
}

// StatementLift is the revenue per customer of the target relative to the
// holdout, minus one.
type StatementLift struct {
	Value  *float64  `json:"value"`
	CI     *Interval `json:"ci"`
	Method string    `json:"method"` // log, or log_test_based where that would contradict the difference
}

// StatementMoney carries the difference per customer into money. The ranges
// are the range of the difference carried through, without approximation.
type StatementMoney struct {
	Margin              float64   `json:"margin"` // share of revenue
	Cost                Cents     `json:"cost_cents"`
	CostFixed           Cents     `json:"cost_fixed_cents"`
	CostPerMessage      Cents     `json:"cost_per_message_cents"`
	IncrementalRevenue  *Cents    `json:"incremental_revenue_cents"`
	IncrementalMargin   *Cents    `json:"incremental_margin_cents"`
	IncrementalMarginCI *[2]Cents `json:"incremental_margin_ci_cents"`
	Net                 *Cents    `json:"net_cents"`
	NetCI               *[2]Cents `json:"net_ci_cents"`
	ROI                 *float64  `json:"roi"` // nil when the campaign cost nothing
	ROICI               *Interval `json:"roi_ci"`
	PROIPositive        *float64  `json:"p_roi_positive"` // nil while the window is open
	BreakEvenDelta      *float64  `json:"break_even_delta"`
	BreakEvenPerMessage *float64  `json:"break_even_per_message"` // euros a message may cost before it loses
	IncrementalBuyers   *float64  `json:"incremental_buyers"`
	IncrementalBuyersCI *Interval `json:"incremental_buyers_ci"`
	CostPerBuyer        *float64  `json:"cost_per_incremental_buyer"`    // euros; nil without more buyers
	CostPerBuyerCI      *Interval `json:"cost_per_incremental_buyer_ci"` // nil when the difference may be zero
	HoldoutCost         *Cents    `json:"holdout_cost_cents"`            // margin given up by leaving the zone blanche alone
	HoldoutCostCI       *[2]Cents `json:"holdout_cost_ci_cents"`
	NaiveRevenue        Cents     `json:"naive_revenue_cents"` // what attribution by window would credit
	NaiveROI            *float64  `json:"naive_roi"`
}

// Guard names a check made before anything is concluded.
type Guard string

// The guards of a statement.
const (
	GuardSRM           Guard = "srm"           // customers lost from one arm (sample ratio mismatch)
	GuardFewBuyers     Guard = "few_buyers"    // the zone blanche bought too little to conclude
	GuardOutlier       Guard = "outlier"       // one customer carries an arm
	GuardContamination Guard = "contamination" // the zone blanche was reached after all
	GuardPeeking       Guard = "peeking"       // the window is still open
	GuardNoHoldout     Guard = "no_holdout"    // nobody was held out
	GuardBalance       Guard = "balance"       // the arms differed before the send
	GuardOverlap       Guard = "overlap"       // another campaign reached the arms unequally
	GuardLowPower      Guard = "low_power"     // said before the send: it could not have been seen
	GuardPullForward   Guard = "pull_forward"  // the second window gives back what the first gained
	GuardSeason        Guard = "season"        // no draw: the same weeks of last year are needed
	GuardSegments      Guard = "segments"      // many segments: corrected for
	GuardChanged       Guard = "changed"       // margin, window or metric were changed after the send
	GuardProvisional   Guard = "provisional"   // returns may still come in
	GuardUnits         Guard = "units"         // households were drawn: what the errors are counted on
)

// StatementGuard is one guard with the figures its sentence needs.
//
// Values by guard: srm target, holdout, expected_target, expected_holdout (the
// sizes drawn, where customers were lost since);
// few_buyers buyers, effective_buyers, floor; outlier target_share,
// holdout_share, winsor_diff (with the greatest baskets cut) and flips (1 when
// that gives another verdict); contamination reached, customers, share; peeking
// day, days; balance spend, recency (standardised differences); overlap
// target_share, holdout_share; low_power mde, expected; pull_forward first,
// second, share; segments segments; changed changes; provisional days (left); units target,
// holdout (units of each arm; none where they are not known any more). Where
// households were drawn, srm and few_buyers count these.
type StatementGuard struct {
	Guard   Guard              `json:"guard"`
	Level   Level              `json:"level"` // ok; info; warn; stop: no verdict can be drawn
	P       *float64           `json:"p"`
	Message string             `json:"message"`
	Values  map[string]float64 `json:"values,omitempty"`
	Where   string             `json:"where,omitempty"` // the stratum, or the other campaign
}

// Verdict is the one word a statement ends on.
type Verdict string

// The six verdicts, and no other.
const (
	VerdictPays               Verdict = "pays"                    // the whole range of the ROI is positive
	VerdictLoses              Verdict = "loses"                   // the whole range of the ROI is negative
	VerdictWorksProfitUnknown Verdict = "works_profit_not_proven" // it sold more; the profit may be either side of zero
	VerdictNotProven          Verdict = "not_proven"              // nothing can be told from chance
	VerdictTooEarly           Verdict = "too_early"               // the window is open
	VerdictBlocked            Verdict = "blocked"                 // the comparison itself is broken
)

// StatementNeeded says what a campaign that proves nothing would have needed.
type StatementNeeded struct {
	Buyers    int  `json:"buyers"`            // buyers wanted in the zone blanche
	Customers *int `json:"holdout_customers"` // people to hold out at the rate seen; nil when nobody bought
	Campaigns *int `json:"campaigns"`         // like campaigns to group; nil when nobody bought
}

// CurvePoint is one day of the curve: cumulated revenue per customer of both
// arms in euros, their difference, and the band that holds however often one
// looks.
type CurvePoint struct {
	Day     int      `json:"day"`
	Target  float64  `json:"target"`
	Holdout float64  `json:"holdout"`
	Diff    float64  `json:"diff"`
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
}
