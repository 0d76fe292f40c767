package campaigns

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// weekDays is how many days a week has.
const weekDays = 7

// growths remembers the growth of rules, until the day or the data change.
type growths struct {
	mu   sync.Mutex
	of   map[string]SegmentGrowth
	day  model.Date
	data uint64
}

// get is the growth of a rule over the data of a moment.
func (g *growths) get(rule string, day model.Date, data uint64) (SegmentGrowth, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of == nil || g.day != day || g.data != data {
		g.of, g.day, g.data = map[string]SegmentGrowth{}, day, data
	}
	found, ok := g.of[rule]
	return found, ok
}

func (g *growths) put(rule string, day model.Date, data uint64, x SegmentGrowth) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of != nil && g.day == day && g.data == data && len(g.of) < 256 {
		g.of[rule] = x
	}
}

// SegmentGrowth counts a rule as of the same day of each of the last weeks
// where it asks only for facts that have a date; else the weeks are those that
// were counted when they were the present, and noted with a saved segment.
func (s *Service) SegmentGrowth(ctx context.Context, text string) (SegmentGrowth, error) {
	b, rule, err := s.rule(ctx, text)
	if err != nil {
		return SegmentGrowth{}, err
	}
	today, data := model.DateOf(s.Now(), s.cfg.Zone), s.base.data.Load()+s.orders.Load()
	canonical := rule.String()
	if g, ok := s.growths.get(canonical, today, data); ok && g.Source == GrowthFacts {
		return g, nil
	}
	g := SegmentGrowth{Rule: canonical, Source: GrowthFacts, Whole: true}
	facts, err := s.facts(ctx, nil)
	if err != nil {
		return g, err
	}
	for week := GrowthWeeks - 1; week > 0; week-- {
		day := today - model.Date(weekDays*week)
		then, ok := asOf(rule, day)
		if !ok {
			return s.recordedGrowth(ctx, text, b, rule)
		}
		n, err := b.Count(then, s.factsOn(facts, day))
		if err != nil {
			return SegmentGrowth{}, err
		}
		g.Points = append(g.Points, GrowthPoint{Day: day, Matched: n.Matched})
	}
	if err := s.growToday(ctx, &g, b, rule); err != nil {
		return g, err
	}
	s.growths.put(canonical, today, data, g)
	return g, nil
}

// growToday adds the point of today, and says since when the series tells.
func (s *Service) growToday(ctx context.Context, g *SegmentGrowth, b *audience.Base, rule model.Rule) error {
	f, err := s.facts(ctx, nil)
	if err != nil {
		return err
	}
	n, err := b.Count(rule, f)
	if err != nil {
		return err
	}
	g.Points = append(g.Points, GrowthPoint{Day: model.DateOf(s.Now(), s.cfg.Zone), Matched: n.Matched, Sendable: &n.Sendable})
	g.Since = g.Points[0].Day
	return nil
}

// recordedGrowth is what was noted in past weeks, and today.
func (s *Service) recordedGrowth(ctx context.Context, text string, b *audience.Base, rule model.Rule) (SegmentGrowth, error) {
	g := SegmentGrowth{Rule: rule.String(), Source: GrowthRecorded}
	now := model.Monday(model.DateOf(s.Now(), s.cfg.Zone))
	if model.ValidCampaignName(text) {
		seg, err := s.store.Segments().Get(ctx, text)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return g, err
		}
		for _, w := range seg.Weeks {
			if age := int(now-w.Week) / weekDays; age > 0 && age < GrowthWeeks {
				g.Points = append(g.Points, GrowthPoint{Day: w.Week, Matched: w.Matched, Sendable: &w.Sendable})
			}
		}
	}
	g.Whole = len(g.Points) == GrowthWeeks-1
	return g, s.growToday(ctx, &g, b, rule)
}

// factsOn are the facts of a past day, at its end; who may be written to is
// nothing that they tell.
func (s *Service) factsOn(f audience.Facts, day model.Date) audience.Facts {
	f.Now = (day + 1).In(s.cfg.Zone).Add(-time.Second)
	f.Terms, f.Recent, f.Apart = audience.Terms{}, nil, audience.Apart{}
	return f
}

// asOf is a rule as it stood at the end of a past day, for facts of that day
// (Facts.Now): orders and messages up to it, and people who were known then, by
// their file or by an order. False where the rule looks at something whose past
// nobody kept: a city, a tag, a consent.
func asOf(r model.Rule, day model.Date) (model.Rule, bool) {
	then, ok := before(r, day)
	known := model.RuleOr{Rules: []model.Rule{
		model.RuleCompare{Field: "created", Op: model.OpLessEqual, Value: model.DateValue(day)},
		model.RuleCompare{Field: "orders", Scope: upTo(model.RuleScope{}, day), Op: model.OpMore, Value: model.NumberValue(0)},
	}}
	return model.RuleAnd{Rules: []model.Rule{known, then}}, ok
}

func before(r model.Rule, day model.Date) (model.Rule, bool) {
	switch r := r.(type) {
	case model.RuleAll:
		return r, true
	case model.RuleAnd:
		parts, ok := eachBefore(r.Rules, day)
		return model.RuleAnd{Rules: parts}, ok
	case model.RuleOr:
		parts, ok := eachBefore(r.Rules, day)
		return model.RuleOr{Rules: parts}, ok
	case model.RuleNot:
		inner, ok := before(r.Rule, day)
		return model.RuleNot{Rule: inner}, ok
	case model.RuleFlag:
		bought := model.RuleCompare{Field: "orders", Scope: upTo(model.RuleScope{}, day), Op: model.OpMore, Value: model.NumberValue(0)}
		if r.Field == "prospect" {
			return model.RuleNot{Rule: bought}, true
		}
		return bought, r.Field == "customer"
	case model.RuleExists:
		r.Scope = scopeOn(r.Field, r.Scope, day)
		return r, dated(r.Field)
	case model.RuleCompare:
		r.Scope = scopeOn(r.Field, r.Scope, day)
		return r, dated(r.Field)
	case model.RuleIn:
		r.Scope = scopeOn(r.Field, r.Scope, day)
		return r, dated(r.Field)
	case model.RuleMember:
		r.Period = periodUpTo(r.Period, day)
		return r, r.Event.Dated()
	}
	return r, false
}

func eachBefore(rules []model.Rule, day model.Date) ([]model.Rule, bool) {
	out, all := make([]model.Rule, len(rules)), true
	for i, r := range rules {
		then, ok := before(r, day)
		out[i], all = then, all && ok
	}
	return out, all
}

// ordersFields are the fields that look at orders, each of which has its day.
var ordersFields = []string{"orders", "spend", "average_basket", "first_order", "last_order"}

// dated reports that the past of a field is known.
func dated(field string) bool {
	return field == "created" || field == "rfm" || strings.HasPrefix(field, "rfm_") || slices.Contains(ordersFields, field) || overDays(field)
}

// overDays reports that a field counts back from today: spend_365d.
func overDays(field string) bool {
	base, n, ok := strings.Cut(strings.TrimSuffix(field, "d"), "_")
	_, err := strconv.Atoi(n)
	return ok && err == nil && slices.Contains(ordersFields, base)
}

func scopeOn(field string, scope model.RuleScope, day model.Date) model.RuleScope {
	if slices.Contains(ordersFields, field) {
		return upTo(scope, day)
	}
	return scope
}

func upTo(scope model.RuleScope, day model.Date) model.RuleScope {
	scope.Period = periodUpTo(scope.Period, day)
	return scope
}

// periodUpTo ends a period at a day at the latest; the last N days end there by
// themselves.
func periodUpTo(p model.RulePeriod, day model.Date) model.RulePeriod {
	if p.Last > 0 {
		return p
	}
	if _, to := p.Days(day); to > day {
		p.To = model.DateValue(day)
	}
	return p
}

// noteWeek is a segment with the counts of this week, those of its rule of
// before kept; a rule that cannot be counted leaves no note.
func (s *Service) noteWeek(ctx context.Context, seg model.Segment) model.Segment {
	if old, err := s.store.Segments().Get(ctx, seg.Name); err == nil && old.Rule == seg.Rule {
		seg.Weeks = old.Weeks
	}
	b, rule, err := s.rule(ctx, seg.Rule)
	if err != nil {
		return seg
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return seg
	}
	n, err := b.Count(rule, f)
	if err != nil {
		return seg
	}
	week := model.SegmentWeek{Week: model.Monday(model.DateOf(s.Now(), s.cfg.Zone)), Matched: n.Matched, Sendable: n.Sendable}
	kept := slices.DeleteFunc(slices.Clone(seg.Weeks), func(w model.SegmentWeek) bool { return w.Week == week.Week })
	seg.Weeks = append(kept, week)
	if n := len(seg.Weeks); n > GrowthWeeks {
		seg.Weeks = slices.Clone(seg.Weeks[n-GrowthWeeks:])
	}
	return seg
}

// lookAtWeeks is how often the weeks are looked at.
const lookAtWeeks = time.Hour

// keepWeeks notes, once a week, how many people each saved segment has. It
// never has the columns built for that.
func (s *Service) keepWeeks(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookAtWeeks):
		}
		if s.base.ready() {
			_ = s.noteWeeks(ctx) // the next hour tries again
		}
	}
}

// noteWeeks counts the segments that this week has no count of.
func (s *Service) noteWeeks(ctx context.Context) error {
	all, err := s.store.Segments().List(ctx)
	if err != nil {
		return err
	}
	week := model.Monday(model.DateOf(s.Now(), s.cfg.Zone))
	for _, seg := range all {
		if n := len(seg.Weeks); n > 0 && seg.Weeks[n-1].Week >= week {
			continue
		}
		if err := s.saveWeek(ctx, seg.Name); err != nil {
			return err
		}
	}
	return nil
}

// saveWeek notes the count of a segment as it is now: one that was changed or
// deleted meanwhile is not brought back.
func (s *Service) saveWeek(ctx context.Context, name string) error {
	s.saving.Lock()
	defer s.saving.Unlock()
	seg, err := s.store.Segments().Get(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	next := s.noteWeek(ctx, seg)
	if len(next.Weeks) == 0 {
		return nil
	}
	return s.store.Segments().Save(ctx, next)
}
