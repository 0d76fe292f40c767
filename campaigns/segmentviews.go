package campaigns

import (
	"cmp"
	"context"
	"slices"

	"blanche/campaigns/audience"
	"blanche/model"
)

// SegmentLines are the saved segments by name, each counted now.
func (s *Service) SegmentLines(ctx context.Context) ([]SegmentLine, error) {
	all, err := s.store.Segments().List(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	used, err := s.segmentsInUse(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.base.get(ctx)
	if err != nil {
		return nil, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return nil, err
	}
	lines := make([]SegmentLine, len(all))
	for i, seg := range all {
		lines[i] = SegmentLine{Segment: seg, UsedBy: used[seg.Name]}
		rule, err := b.Parse(seg.Rule)
		if err == nil {
			lines[i].Count, err = b.Count(rule, f)
		}
		lines[i].Problem = err
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(lines, func(a, b SegmentLine) int { return cmp.Compare(a.Name, b.Name) })
	return lines, nil
}

// segmentsInUse are the campaigns, not over yet, by the segment that they name.
func (s *Service) segmentsInUse(ctx context.Context) (map[string][]string, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	used := map[string][]string{}
	for i := range all {
		if c := &all[i]; c.State != model.Done && c.State != model.Cancelled && model.ValidCampaignName(c.Spec.Audience) {
			used[c.Spec.Audience] = append(used[c.Spec.Audience], c.Name)
		}
	}
	return used, nil
}

// ReadRule reads a rule, or the name of a saved segment.
func (s *Service) ReadRule(ctx context.Context, text string) (model.Rule, error) {
	_, rule, err := s.rule(ctx, text)
	return rule, err
}

// CopySegment keeps the rule of a segment under another name, which must be
// free.
func (s *Service) CopySegment(ctx context.Context, name, as string) (model.Segment, error) {
	seg, err := s.Segment(ctx, name)
	if err != nil {
		return seg, err
	}
	if _, err := s.Segment(ctx, as); err == nil {
		return model.Segment{}, model.Conflict("segment.taken", "name", as)
	}
	return s.SaveSegment(ctx, as, seg.Rule)
}

// DeleteSegment is refused while a campaign that is not over names it.
func (s *Service) DeleteSegment(ctx context.Context, name string) error {
	if _, err := s.Segment(ctx, name); err != nil {
		return err
	}
	used, err := s.segmentsInUse(ctx)
	if err != nil {
		return err
	}
	if by := used[name]; len(by) > 0 {
		return model.Refused("segment.in_use", "name", name, "campaign", by[0], "more", len(by)-1)
	}
	if rehearsed(ctx) {
		return nil
	}
	defer s.changed()
	return s.store.Segments().Delete(ctx, name)
}

// SegmentOverlap counts who is in one of two segments only, and in both.
func (s *Service) SegmentOverlap(ctx context.Context, first, second string) (o SegmentOverlap, err error) {
	_, one, err := s.rule(ctx, first)
	if err != nil {
		return o, err
	}
	b, two, err := s.rule(ctx, second)
	if err != nil {
		return o, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return o, err
	}
	for _, x := range []struct {
		into *model.SegmentCount
		rule model.Rule
		name string
	}{
		{&o.A, one, first},
		{&o.B, two, second},
		{&o.OnlyA, model.RuleAnd{Rules: []model.Rule{one, model.RuleNot{Rule: two}}}, ""},
		{&o.Both, model.RuleAnd{Rules: []model.Rule{one, two}}, ""},
		{&o.OnlyB, model.RuleAnd{Rules: []model.Rule{two, model.RuleNot{Rule: one}}}, ""},
	} {
		if *x.into, err = b.Count(x.rule, f); err != nil {
			return o, err
		}
		x.into.Rule = cmp.Or(x.name, x.into.Rule)
	}
	return o, nil
}

// RFMGrid is the customers by recency and frequency, today.
func (s *Service) RFMGrid(ctx context.Context) (RFMGrid, error) {
	b, err := s.base.get(ctx)
	if err != nil {
		return RFMGrid{}, err
	}
	g := RFMGrid{Day: model.DateOf(s.Now(), s.cfg.Zone), Classes: []RFMClass{}}
	for _, c := range b.Grid(g.Day) {
		cell := RFMCell{
			R: c.R, F: c.F, Count: c.Customers, Customers: c.Customers, Purchases: c.Days, Revenue: c.Spend,
			Class: c.Class().String(), Classes: map[string]int{},
		}
		if c.Customers > 0 {
			cell.Average = roundedShare(c.Spend, c.Customers)
		}
		for _, x := range c.Parts() {
			cell.Classes[x.String()] = c.Classes[x]
		}
		g.Customers += c.Customers
		g.Revenue += c.Spend
		g.Cells = append(g.Cells, cell)
	}
	for _, c := range b.Classes(g.Day) {
		if c.Class != audience.ClassNone {
			g.Classes = append(g.Classes, RFMClass{Class: c.Class.String(), Customers: c.Customers, Revenue: c.Spend})
		}
	}
	return g, nil
}

// roundedShare is an amount over a number of people, to the nearest cent, half
// away from zero.
func roundedShare(c model.Cents, n int) model.Cents {
	half := model.Cents(n / 2)
	if c < 0 {
		half = -half
	}
	return (c + half) / model.Cents(n)
}

// RFMRule is the rule of some cells of the grid, as short as it can be said:
// the rows with the same columns together, whole rectangles as bounds. Empty for
// none.
func RFMRule(cells []RFMCell) string {
	var columns [audience.GridSize + 1]uint8 // by R: a bit for each F
	for _, c := range cells {
		columns[c.R] |= 1 << c.F
	}
	var rules []model.Rule
	for r := audience.GridSize; r > 0; r-- {
		if columns[r] == 0 {
			continue
		}
		var rows uint8
		for other := 1; other <= r; other++ {
			if columns[other] == columns[r] {
				rows |= 1 << other
			}
		}
		both := append(scoreRules("rfm_r", rows), scoreRules("rfm_f", columns[r])...)
		if len(both) == 0 { // every cell: whoever has scores
			both = []model.Rule{model.RuleExists{Field: "rfm_r"}}
		}
		rules = append(rules, oneRule(both, func(r []model.Rule) model.Rule { return model.RuleAnd{Rules: r} }))
		for same, mask := 1, columns[r]; same <= r; same++ {
			if columns[same] == mask {
				columns[same] = 0
			}
		}
	}
	if len(rules) == 0 {
		return ""
	}
	return oneRule(rules, func(r []model.Rule) model.Rule { return model.RuleOr{Rules: r} }).String()
}

func oneRule(rules []model.Rule, group func([]model.Rule) model.Rule) model.Rule {
	if len(rules) == 1 {
		return rules[0]
	}
	return group(rules)
}

// scoreRules say which scores of a field are meant; none where all are.
func scoreRules(field string, scores uint8) []model.Rule {
	var in []int
	for n := 1; n <= audience.GridSize; n++ {
		if scores>>n&1 == 1 {
			in = append(in, n)
		}
	}
	compare := func(op model.RuleOp, n int) []model.Rule {
		return []model.Rule{model.RuleCompare{Field: field, Op: op, Value: model.NumberValue(float64(n))}}
	}
	low, high := in[0], in[len(in)-1]
	whole := high-low+1 == len(in)
	switch {
	case len(in) == audience.GridSize:
		return nil
	case len(in) == 1:
		return compare(model.OpEqual, low)
	case whole && high == audience.GridSize:
		return compare(model.OpMoreEqual, low)
	case whole && low == 1:
		return compare(model.OpLessEqual, high)
	}
	values := make([]model.RuleValue, len(in))
	for i, n := range in {
		values[i] = model.NumberValue(float64(n))
	}
	return []model.Rule{model.RuleIn{Field: field, Values: values}}
}
