package campaigns

import (
	"context"
	"maps"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
)

// evidence is what a statement needs beside orders: who was reached, and what
// other campaigns did meanwhile. It comes from the ledgers, and is looked for
// again when something other than orders has changed.
type evidence struct {
	at       time.Time
	deeds    uint64 // changes of the service that were no orders
	people   uint64 // imports that changed people, books.people then
	reached  int
	leaked   map[uint32]bool
	overlaps []measure.Overlap
}

// evidenceFor is how long what was gathered holds while something is being sent.
const evidenceFor = 10 * time.Second

// gather looks for the evidence again where it may have changed, and reports
// whether it was.
func (s *Service) gather(ctx context.Context, c *model.Campaign, o *openBook, must bool) (bool, error) {
	deeds := s.revision.Load() - s.orders.Load()
	e := &o.evidence
	sending := len(s.Live().Running) > 0 && s.Now().Sub(e.at) < evidenceFor
	people := s.books.people.Load()
	moved := c.Unit != "" && people != e.people
	if !must && !moved && (deeds == e.deeds || sending) {
		return false, nil
	}
	next := evidence{at: s.Now(), deeds: deeds, people: people, reached: o.reached}
	if err := s.keyUnits(ctx, c, o); err != nil {
		return false, err
	}
	if err := s.cutVariants(ctx, c, o); err != nil {
		return false, err
	}
	leaked, err := s.leaks(ctx, c)
	if err != nil {
		return false, err
	}
	next.leaked, next.reached = leaked, max(o.reached, len(leaked))
	if err := s.cutReached(ctx, c, o, leaked); err != nil {
		return false, err
	}
	if next.overlaps, err = s.cutOthers(ctx, c, o); err != nil {
		return false, err
	}
	o.evidence = next
	return true, nil
}

// keyUnits tells the book who was drawn as one. The plan keeps how many units
// there were and not whose each is: they are those of the field as it is now. Of a
// plan without units, and where nobody has the field any more, the customers are
// all there is to count on, and a guard says so.
func (s *Service) keyUnits(ctx context.Context, c *model.Campaign, o *openBook) error {
	if target, holdout := unitsDrawn(c); target+holdout == 0 {
		return nil
	}
	key, err := s.unitKeys(ctx, c.Unit)
	if err != nil {
		return err
	}
	if o.book.Any(func(id uint32) bool { return key(model.ContactID(id)) != "" }) {
		o.book.Units(func(id uint32) string { return key(model.ContactID(id)) })
	}
	return nil
}

// unitsDrawn is how many units the draw has put on either side; none where each
// person was drawn alone.
func unitsDrawn(c *model.Campaign) (target, holdout int) {
	if c.Unit == "" {
		return 0, 0
	}
	for _, q := range c.Quotas {
		target, holdout = target+q.Units-q.UnitsHeldOut, holdout+q.UnitsHeldOut
	}
	return target, holdout
}

// leakedSince looks at the codes of those whose orders have changed: who of the
// zone blanche bought with that of the campaign was reached. Of a ledger that
// wrote to somebody held out all is gathered again.
func (s *Service) leakedSince(ctx context.Context, c *model.Campaign, o *openBook, dirty map[model.ContactID]struct{}) error {
	if c.Spec.Code == "" {
		return nil
	}
	var held []model.HeldOut
	leaked := maps.Clone(o.evidence.leaked)
	for id := range dirty {
		if o.book.HeldOut(uint32(id)) {
			held = append(held, model.HeldOut{Contact: id})
			delete(leaked, uint32(id))
		}
	}
	if len(held) == 0 {
		return nil
	}
	if leaked == nil {
		leaked = map[uint32]bool{}
	}
	if err := s.redeemed(ctx, c, held, leaked); err != nil || maps.Equal(leaked, o.evidence.leaked) {
		return err
	}
	o.evidence.leaked, o.evidence.reached = leaked, max(o.reached, len(leaked))
	return s.cutReached(ctx, c, o, leaked)
}

// cutVariants parts the customers by the wording that they were drawn for. The
// cells are frozen with the plan: once is enough.
func (s *Service) cutVariants(ctx context.Context, c *model.Campaign, o *openBook) error {
	if len(c.Spec.AB.Variants) == 0 || o.book.HasCut(measure.CutVariant) {
		return nil
	}
	names := []string{""}
	for _, v := range c.Spec.AB.Variants {
		names = append(names, v.Name)
	}
	cells := map[uint32]int{}
	err := s.store.Ledger().Lines(ctx, c.ID, everyState(), func(r model.Recipient) error {
		if r.Cell > 0 && int(r.Cell) < len(names) {
			cells[uint32(r.Contact)] = int(r.Cell)
		}
		return nil
	})
	if err == nil {
		o.book.Cut(measure.CutVariant, names, func(id uint32) int { return cells[id] })
	}
	return err
}

// mostOthers is how many other campaigns of the window are set apart in the sums:
// the most unequal ones.
const mostOthers = 3

// cutOthers parts the customers by each other campaign that came between the arms.
func (s *Service) cutOthers(ctx context.Context, c *model.Campaign, o *openBook) ([]measure.Overlap, error) {
	found, err := s.overlaps(ctx, c)
	var all []measure.Overlap
	for i, one := range found {
		all = append(all, one.Overlap)
		if i < mostOthers {
			o.book.Cut(measure.CutOther(one.Campaign), []string{"no", "yes"}, func(id uint32) int {
				if one.reached.has(model.ContactID(id)) {
					return 1
				}
				return 0
			})
		}
	}
	return all, err
}

// cutReached parts the customers by whether the campaign reached them, once
// everybody has an answer and somebody was not reached as planned.
func (s *Service) cutReached(ctx context.Context, c *model.Campaign, o *openBook, leaked map[uint32]bool) error {
	t, err := s.store.Ledger().Tally(ctx, c.ID)
	if err != nil {
		return err
	}
	if !t.Finished() || t.ByState[model.StateAccepted] == t.Planned && len(leaked) == 0 {
		o.book.Uncut(measure.CutReached)
		return nil
	}
	missed := map[uint32]bool{}
	var but []model.State
	for _, state := range everyState() {
		if state != model.StateAccepted {
			but = append(but, state)
		}
	}
	err = s.store.Ledger().Lines(ctx, c.ID, but, func(r model.Recipient) error {
		missed[uint32(r.Contact)] = true
		return nil
	})
	if err == nil {
		o.book.CutReached(missed, leaked)
	}
	return err
}
