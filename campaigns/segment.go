package campaigns

import (
	"context"
	"errors"
	"slices"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// rule reads a text as the name of a saved segment, else as a rule, against
// the fields that the contacts really have.
func (s *Service) rule(ctx context.Context, text string) (*audience.Base, model.Rule, error) {
	if model.ValidCampaignName(text) {
		seg, err := s.store.Segments().Get(ctx, text)
		if err == nil {
			text = seg.Rule
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, nil, err
		}
	}
	b, err := s.base.getWith(ctx, audience.ColumnsOf(text))
	if err != nil {
		return nil, nil, err
	}
	rule, err := b.Parse(text)
	if err != nil {
		s.base.foresee(text)
		return b, nil, err
	}
	return b, rule, b.Prepare(ctx, rule, audience.Facts{})
}

// facts are what a question needs beside its rule. spec is nil outside a
// campaign: then the terms are those of an ordinary one.
func (s *Service) facts(ctx context.Context, spec *model.CampaignSpec) (audience.Facts, error) {
	f := audience.Facts{Now: s.Now(), Events: united{asked{ctx, s}}}
	if spec != nil {
		f.Terms.B2BPurpose, f.Terms.Topic = spec.B2BPurpose, spec.Topic
	}
	universal, err := s.universal(ctx)
	if err != nil {
		return f, err
	}
	f.Apart = apartOf(&universal)
	pressure := s.pressure
	f.Got = func() (func(model.ContactID) time.Time, error) { return s.lastTimes(ctx) }
	if spec == nil {
		pressure = s.typedPressure
		f.Got = func() (func(model.ContactID) time.Time, error) { return s.typedGot(ctx) }
	}
	recent, err := pressure(ctx)
	f.Terms.MaxMessages, f.Recent = s.cfg.Pressure.MaxMessages, recent
	return f, err
}

// underWay are the states of who got a message or will; got, of who did.
var (
	underWay = []model.State{model.StateAccepted, model.StateUncertain, model.StateIntended, model.StateClaimed, model.StatePlanned, model.StateDeferred}
	got      = []model.State{model.StateAccepted, model.StateUncertain}
)

// pressure counts the messages of late, got or on their way, of everybody, and
// those that somebody of a zone blanche would have got (ghosts.go). A campaign
// never counts against itself: before its launch it has no lines, and after it its
// plan stands.
func (s *Service) pressure(ctx context.Context) (func(model.ContactID) int, error) {
	if s.cfg.Pressure.MaxMessages <= 0 {
		return nil, nil
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	since := s.Now().AddDate(0, 0, -s.cfg.Pressure.Days)
	last, err := s.store.Contacts().Last(ctx)
	if err != nil {
		return nil, err
	}
	counts := make([]uint8, last+1) // by number: a map of everybody costs a launch its two seconds
	gone, _, err := s.united(ctx)
	if err != nil {
		return nil, err
	}
	count := func(id model.ContactID) {
		if g, merged := gone[id]; merged { // what went to either went to the person
			id = g.Into
		}
		if int(id) < len(counts) && counts[id] < 255 {
			counts[id]++
		}
	}
	for i := range all {
		c := &all[i]
		over := !c.FinishedAt.IsZero() && c.FinishedAt.Before(since)
		if !c.State.Launched() || over {
			continue
		}
		if err := s.pressOf(ctx, c, since, count); err != nil {
			return nil, err
		}
	}
	return func(id model.ContactID) int {
		if int(id) >= len(counts) { // came in since
			return 0
		}
		return int(counts[id])
	}, nil
}

// pressOf counts one campaign.
func (s *Service) pressOf(ctx context.Context, c *model.Campaign, since time.Time, count func(model.ContactID)) error {
	counting := 0
	err := s.store.Ledger().Lines(ctx, c.ID, underWay, func(r model.Recipient) error {
		if old := slices.Contains(got, r.State) && r.At.Before(since); !old {
			counting++
			count(r.Contact)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.ghosts(ctx, c, counting, c.Target-c.HeldOut, count)
}

// Count counts a rule, or a saved segment.
func (s *Service) Count(ctx context.Context, text string) (model.SegmentCount, error) {
	b, rule, err := s.rule(ctx, text)
	if err != nil {
		return model.SegmentCount{}, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return model.SegmentCount{}, err
	}
	begin := time.Now()
	n, err := b.Count(rule, f)
	n.Rule, n.Seconds = text, time.Since(begin).Seconds()
	return n, err
}

// Sample shows some of the people a rule matches.
func (s *Service) Sample(ctx context.Context, text string, n int) ([]ContactRow, error) {
	b, rule, err := s.rule(ctx, text)
	if err != nil {
		return nil, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return nil, err
	}
	ids, err := b.Sample(rule, n, f)
	if err != nil {
		return nil, err
	}
	return s.ContactRows(ctx, ids)
}

// Explain says why a rule matches a person or not, part by part.
func (s *Service) Explain(ctx context.Context, text, ref string) (Explanation, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return Explanation{}, err
	}
	b, rule, err := s.rule(ctx, text)
	if err != nil {
		return Explanation{}, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return Explanation{}, err
	}
	x, err := b.Explain(rule, c.ID, f)
	if err != nil {
		return Explanation{}, err
	}
	row, err := s.row(ctx, c)
	e := Explanation{Rule: rule.String(), Matches: x.True, Reason: row.Reason}
	e.add(&x, 0, b.Attrs())
	return e, err
}

func (e *Explanation) add(x *audience.Explained, depth int, free map[string]audience.Type) {
	part := ExplainedPart{Depth: depth, Text: x.Rule.String(), Value: x.Value, Holds: x.True, Unrecorded: x.Unrecorded, Rule: x.Rule}
	if x.Value != "" {
		part.Type = audience.TypeOf(x.Rule, free).String()
	}
	e.Parts = append(e.Parts, part)
	for i := range x.Parts {
		e.add(&x.Parts[i], depth+1, free)
	}
}

// SaveSegment keeps a rule under a name.
func (s *Service) SaveSegment(ctx context.Context, name, text string) (model.Segment, error) {
	if !model.ValidCampaignName(name) {
		return model.Segment{}, model.Invalid("segment.bad_name", "name", name)
	}
	if _, err := audience.Parse(name); err == nil {
		return model.Segment{}, model.Refused("segment.name_is_rule", "name", name)
	}
	if _, _, err := s.rule(ctx, text); err != nil {
		return model.Segment{}, err
	}
	seg := model.Segment{Name: name, Rule: text, Updated: s.Now()}
	if rehearsed(ctx) {
		return seg, nil
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	seg = s.noteWeek(ctx, seg)
	defer s.changed()
	return seg, s.store.Segments().Save(ctx, seg)
}

// Segments lists the saved segments by name.
func (s *Service) Segments(ctx context.Context) ([]model.Segment, error) {
	return s.store.Segments().List(ctx)
}

// Segment finds a saved segment.
func (s *Service) Segment(ctx context.Context, name string) (model.Segment, error) {
	seg, err := s.store.Segments().Get(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return seg, model.NotFound("segment.unknown", "name", name).Hint("segment.list_them")
	}
	return seg, err
}

// RuleFields lists the fields that a rule may use, free ones included.
func (s *Service) RuleFields(ctx context.Context) ([]string, error) {
	b, err := s.base.get(ctx)
	if err != nil {
		return nil, err
	}
	fields := audience.Fields()
	for name := range b.Attrs() {
		fields = append(fields, name)
	}
	return fields, nil
}

// RuleForm is what a form of rules offers: fields with their operators and
// values, events, and what the orders and the campaigns hold.
func (s *Service) RuleForm(ctx context.Context) (model.RuleForm, error) {
	b, err := s.base.get(ctx)
	if err != nil {
		return model.RuleForm{}, err
	}
	s.base.foresee("")
	f := model.RuleForm{Fields: b.Form(), Events: model.RuleEvents(), Recorded: map[model.RuleEvent]bool{}}
	for _, e := range f.Events {
		f.Recorded[e] = asked{ctx, s}.Recorded(e)
	}
	all, err := s.store.Campaigns().List(ctx)
	for i := range all {
		f.Names = append(f.Names, all[i].Name)
	}
	f.Channels, f.Categories, f.Codes = b.OrderWords()
	if err != nil {
		return f, err
	}
	frozen, err := s.store.Frozen().List(ctx)
	for i := range frozen {
		f.Snapshots = append(f.Snapshots, frozen[i].Name)
	}
	return f, err
}
