package bolt

import (
	"context"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func (l *ledger) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) (taken []bool, err error) {
	if err := l.e.enter(ctx); err != nil {
		return nil, err
	}
	defer l.e.leave()
	if len(results)+len(intents) == 0 {
		return nil, nil
	}
	hashes, h := make([]hashed, len(intents)), l.e.hasher()
	for i := range intents {
		hashes[i] = h.of(intents[i].Email)
	}
	step := l.step
	if len(intents) == 0 {
		step = l.settle
	}
	err = step(ctx, func(s *ledgerStep) error {
		for i := range results {
			if err := s.settle(&results[i]); err != nil {
				return err
			}
		}
		taken = make([]bool, len(intents))
		suppressed := s.tx.Bucket(bucketSuppress)
		for i := range intents {
			if taken[i], err = s.intend(&intents[i], suppressed, hashes[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// settle writes what became of a claim.
func (s *ledgerStep) settle(o *model.Outcome) error {
	c, err := s.campaign(o.Campaign)
	if err != nil {
		return err
	}
	p, i, err := c.line(o.Ordinal)
	if err != nil {
		return err
	}
	version := o.Version
	if version == 0 {
		version = p.version(i)
	}
	from := p.state(i)
	if done, err := c.already(p, i, o, version); done || err != nil {
		return err
	}
	if !store.Settles(from, o.State) {
		return store.Illegal(o.Campaign, o.Ordinal, from, o.State)
	}
	p.set(i, o.State, version, o.At)
	return s.settled(c, o)
}

// already reports whether a line is as an outcome would leave it: written by a
// commit that was durable and could not say so.
func (c *campaignLedger) already(p *openPage, i int, o *model.Outcome, version uint16) (bool, error) {
	switch {
	case p.state(i) != o.State || o.State == model.StateClaimed || o.State == model.StateIntended:
		return false, nil
	case o.State == model.StatePlanned:
		return true, nil // given back
	case p.version(i) != version || !p.sameSecond(i, o.At):
		return false, nil
	}
	x, _, err := c.getException(o.Ordinal)
	if err != nil || o.State == model.StateAccepted {
		return err == nil, err
	}
	return x.code == store.Cut(o.Code, store.MaxCode) && x.attempts == max(o.Attempts, 0), nil
}

// settled keeps, for the few, what the page has no room for.
func (s *ledgerStep) settled(c *campaignLedger, o *model.Outcome) error {
	switch {
	case o.State == model.StatePlanned:
		return s.lower(c, o.Ordinal) // the tries made before this claim stay known
	case o.State == model.StateAccepted && o.Attempts <= 1:
		return c.dropException(o.Ordinal)
	}
	x := exception{attempts: max(o.Attempts, 0), code: o.Code, text: o.Text}
	if o.State == model.StateAccepted {
		x.code = ""
	}
	if o.State == model.StateAccepted || s.hushed[line{o.Campaign, o.Ordinal}] {
		x.text = ""
	}
	if o.State == model.StateDeferred {
		if x.next = kept(o.NextTry); x.next.IsZero() {
			x.next = kept(o.At)
		}
		if err := c.putRetry(x.next, o.Ordinal); err != nil {
			return err
		}
	}
	return c.putException(o.Ordinal, x)
}

// intend writes that a message is about to leave, unless its address must not
// be written to.
func (s *ledgerStep) intend(in *model.Intent, suppressed *bolt.Bucket, h hashed) (bool, error) {
	c, err := s.campaign(in.Campaign)
	if err != nil {
		return false, err
	}
	p, i, err := c.line(in.Ordinal)
	if err != nil {
		return false, err
	}
	from := p.state(i)
	if from == model.StateIntended && p.version(i) == in.Version && p.sameSecond(i, in.At) {
		return true, nil // announced by a commit that could not say so
	}
	if from != model.StateClaimed {
		return false, store.Illegal(in.Campaign, in.Ordinal, from, model.StateIntended)
	}
	why, err := getSuppression(suppressed, h)
	if err != nil {
		return false, err
	}
	if why.Reason == 0 {
		p.set(i, model.StateIntended, in.Version, in.At)
		return true, nil
	}
	x, _, err := c.getException(in.Ordinal)
	if err != nil {
		return false, err
	}
	x.code, x.text, x.next = why.Reason.String(), "", time.Time{}
	p.set(i, model.StateExcluded, 0, in.At)
	return false, c.putException(in.Ordinal, x)
}
