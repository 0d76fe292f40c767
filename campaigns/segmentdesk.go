package campaigns

import (
	"context"

	"blanche/model"
)

// SegmentViewDesk looks at segments from all sides: the list with its counts,
// two side by side, over the weeks, frozen, and the grid of recency and
// frequency.
type SegmentViewDesk interface {
	// SegmentLines are the saved segments by name, each counted now.
	SegmentLines(ctx context.Context) ([]SegmentLine, error)
	// ReadRule reads a rule, or the name of a saved segment, against the fields
	// that the contacts really have. Its canonical text reads back as the tree.
	ReadRule(ctx context.Context, text string) (model.Rule, error)
	// CopySegment keeps the rule of a segment under another name.
	CopySegment(ctx context.Context, name, as string) (model.Segment, error)
	// DeleteSegment is refused while a campaign that is not over names it.
	DeleteSegment(ctx context.Context, name string) error
	// SegmentOverlap takes two rules or names.
	SegmentOverlap(ctx context.Context, a, b string) (SegmentOverlap, error)
	// SegmentGrowth is how many people a rule, or a saved segment, matched over
	// the last twelve weeks.
	SegmentGrowth(ctx context.Context, rule string) (SegmentGrowth, error)
	// RFMGrid is the customers by recency and frequency, today.
	RFMGrid(ctx context.Context) (RFMGrid, error)

	// Freeze keeps who is in a segment now, or whom a rule matches, under a name
	// that is given once.
	Freeze(ctx context.Context, name, rule string) (model.Frozen, error)
	// FrozenSegments are the frozen ones by name.
	FrozenSegments(ctx context.Context) ([]model.Frozen, error)
	// FrozenToday compares one with the people of today.
	FrozenToday(ctx context.Context, name string) (FrozenToday, error)
	// DeleteFrozen forgets who was there.
	DeleteFrozen(ctx context.Context, name string) error
	// EachFrozen visits the people of one who are still here. An error of the
	// function ends the visit and is returned.
	EachFrozen(ctx context.Context, name string, f func(*ContactRow) error) error
}

// SegmentLine is a saved segment and what it counts now.
type SegmentLine struct {
	model.Segment
	Count model.SegmentCount
	// Problem is why its rule cannot be read any more; nil when it can.
	Problem error
	// UsedBy are the campaigns, not over yet, that name it.
	UsedBy []string
}

// SegmentOverlap is two segments side by side: who is in one only, in both.
type SegmentOverlap struct {
	A     model.SegmentCount `json:"a"`
	B     model.SegmentCount `json:"b"`
	OnlyA model.SegmentCount `json:"only_a"`
	Both  model.SegmentCount `json:"both"`
	OnlyB model.SegmentCount `json:"only_b"`
}

// The sources of a growth.
const (
	GrowthFacts    = "facts"    // counted today from facts that have a date
	GrowthRecorded = "recorded" // counted in each week, and noted
)

// GrowthWeeks is how many weeks a growth looks back, the present one included.
const GrowthWeeks = 12

// SegmentGrowth is how many people a rule matched over the weeks, oldest
// first; the last point is today. Facts counts the people of today's base: who
// was erased since is missing in every week.
type SegmentGrowth struct {
	Rule   string        `json:"rule"`
	Source string        `json:"source"`
	Since  model.Date    `json:"since"`
	Whole  bool          `json:"whole"` // the series has all its twelve weeks
	Points []GrowthPoint `json:"points"`
}

// GrowthPoint is one count. Sendable is nil where nobody can know it any more.
type GrowthPoint struct {
	Day      model.Date `json:"day"`
	Matched  int        `json:"matched"`
	Sendable *int       `json:"sendable,omitempty"`
}

// Change is how many people came (or went) from the first point to the last.
func (g *SegmentGrowth) Change() int {
	if len(g.Points) == 0 {
		return 0
	}
	return g.Points[len(g.Points)-1].Matched - g.Points[0].Matched
}

// RFMGrid is the customers by recency (R) and frequency (F), 25 cells, R 5
// first, and what each class is worth.
type RFMGrid struct {
	Day       model.Date  `json:"day"`
	Customers int         `json:"customers"`
	Revenue   model.Cents `json:"revenue_cents"`
	Cells     []RFMCell   `json:"cells"`
	Classes   []RFMClass  `json:"classes"`
}

// RFMCell is the customers of one pair of scores, 1 the worst and 5 the best.
type RFMCell struct {
	R         int            `json:"r"`
	F         int            `json:"f"`
	Count     int            `json:"count"` // the same people, as other counts are called
	Customers int            `json:"customers"`
	Purchases int            `json:"purchase_days"` // distinct days with a purchase, of all together
	Revenue   model.Cents    `json:"revenue_cents"`
	Average   model.Cents    `json:"average_cents"` // revenue of a customer
	Class     string         `json:"class"`         // of most of them
	Classes   map[string]int `json:"classes"`       // how many of each: the amount tells them apart
}

// RFMClass is one class over the whole grid.
type RFMClass struct {
	Class     string      `json:"class"`
	Customers int         `json:"customers"`
	Revenue   model.Cents `json:"revenue_cents"`
}

// FrozenToday is a frozen segment beside the people of today.
type FrozenToday struct {
	model.Frozen
	Here   int `json:"here"`   // still in the base; the others were erased or merged
	Still  int `json:"still"`  // of those, whom its rule still matches
	Left   int `json:"left"`   // of those, whom it does not match any more
	Joined int `json:"joined"` // matched today, and were not there
}
