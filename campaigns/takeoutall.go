package campaigns

import (
	"context"
	"maps"
	"slices"
	"time"

	"blanche/campaigns/compose"
	"blanche/model"
)

// WhoseLine is whom a line on its way out is about, by the names that an import
// matches; all empty of somebody who is gone.
type WhoseLine struct {
	Email      string `json:"email"`
	ExternalID string `json:"external_id"`
	Card       string `json:"card"`
}

func namesOf(c *model.Contact) WhoseLine { return WhoseLine{c.Email, c.ExternalID, c.Card} }

// ActOf is an act of the ledger of consents, and whose it is.
type ActOf struct {
	WhoseLine
	Act model.ConsentAct
}

// MessageLine is a line of the ledger of sending: what became of the message of
// a campaign to a person.
type MessageLine struct {
	Campaign string `json:"campaign"`
	RecipientLine
	ExternalID string `json:"external_id"`
	Card       string `json:"card"`
}

// ResponseLine is one thing that came back from outside.
type ResponseLine struct {
	WhoseLine
	Campaign string // empty: of none
	Link     string // of a click: where it led, where that is known
	model.Response
}

// EachConsent visits what the people whom a rule matches said, all without one,
// by person and in the order in which it was written down. The line is
// overwritten by the next one.
func (s *Service) EachConsent(ctx context.Context, rule string, f func(*ActOf) error) error {
	return s.takenOut(ctx, rule, func(wanted func(model.ContactID) bool, count func()) error {
		return s.store.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
			if !wanted(c.ID) {
				return nil
			}
			acts, err := s.store.Consents().Of(ctx, c.ID)
			if err != nil {
				return err
			}
			line := ActOf{WhoseLine: namesOf(c)}
			for _, line.Act = range acts {
				count()
				if err := f(&line); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// MergeLine is a record that went into another one: the names of who has a record
// now, and of the one that is gone.
type MergeLine struct {
	WhoseLine
	Gone WhoseLine
	At   time.Time
}

// EachMerge visits the records that went into other ones, by the number of who has
// one: under a name that is gone, an import elsewhere would find nobody.
func (s *Service) EachMerge(ctx context.Context, f func(*MergeLine) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder") }()
	_, into, err := s.united(ctx)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(into)), atOnce) {
		people, err := s.store.Contacts().Many(ctx, some)
		if err != nil {
			return err
		}
		for i := range people {
			all, err := s.store.Unions().Of(ctx, people[i].ID)
			if err != nil {
				return err
			}
			for k := range all {
				n++
				if err := f(&MergeLine{namesOf(&people[i]), namesOf(&all[k].Was), all[k].At.In(s.cfg.Zone)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// EachMessage visits the ledger of sending, campaign by campaign in the order of
// their plans: everybody who was planned, whatever became of them, of those whom
// a rule matches if there is one. The zone blanche has no message: see
// EachRecipient. The line is overwritten by the next one.
func (s *Service) EachMessage(ctx context.Context, rule string, f func(*MessageLine) error) error {
	return s.takenOut(ctx, rule, func(wanted func(model.ContactID) bool, count func()) error {
		all, err := s.store.Campaigns().List(ctx)
		if err != nil {
			return err
		}
		for i := range all {
			c := &all[i]
			if !c.State.Launched() {
				continue
			}
			b := batch[model.Recipient]{s: s, of: func(r *model.Recipient) model.ContactID { return r.Contact }}
			b.give = func(r *model.Recipient, who WhoseLine) error {
				count()
				return f(&MessageLine{c.Name, s.recipientLine(c, r, who.Email), who.ExternalID, who.Card})
			}
			err := s.store.Ledger().Lines(ctx, c.ID, everyState(), func(r model.Recipient) error {
				if !wanted(r.Contact) {
					return nil
				}
				return b.add(ctx, r)
			})
			if err == nil {
				err = b.flush(ctx)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// EachResponse visits what came back from outside, the latest first, of those
// whom a rule matches; without one of everybody, and of nobody known too. The line
// is overwritten by the next one.
func (s *Service) EachResponse(ctx context.Context, rule string, f func(*ResponseLine) error) error {
	return s.takenOut(ctx, rule, func(wanted func(model.ContactID) bool, count func()) error {
		all, err := s.store.Campaigns().List(ctx)
		if err != nil {
			return err
		}
		of := map[model.CampaignID]*model.Campaign{}
		for i := range all {
			of[all[i].ID] = &all[i]
		}
		b := batch[model.Response]{s: s, of: func(r *model.Response) model.ContactID { return r.Contact }}
		b.give = func(r *model.Response, who WhoseLine) error {
			line := ResponseLine{WhoseLine: who, Response: *r}
			if c := of[r.Campaign]; c != nil {
				line.Campaign = c.Name
				if r.Kind == model.ResponseClick {
					line.Link = linkAt(c, r.Link)
				}
			}
			line.At = line.At.In(s.cfg.Zone)
			count()
			return f(&line)
		}
		var failed error
		err = s.store.Responses().List(ctx, 0, func(r model.Response) bool {
			if failed = ctx.Err(); failed == nil && wanted(r.Contact) {
				failed = b.add(ctx, r)
			}
			return failed == nil
		})
		if err == nil {
			err = failed
		}
		if err == nil {
			err = b.flush(ctx)
		}
		return err
	})
}

// EachCampaign visits the campaigns whole, drafts too: each with its wordings and
// the files that they name, by number.
func (s *Service) EachCampaign(ctx context.Context, f func(*model.Campaign) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder") }()
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		n++
		if err := f(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// NamedFiles are the paths of the files that a wording names, as written, in order;
// model.CampaignVersion.File has what each held.
func NamedFiles(v *model.CampaignVersion) []string {
	names := slices.Sorted(maps.Keys(v.Bodies))
	if main := compose.BodyPath([]byte(v.Source)); main != "" && !slices.Contains(names, main) {
		names = append(names, main)
	}
	return names
}

// EachSegment visits the saved segments, by name.
func (s *Service) EachSegment(ctx context.Context, f func(*model.Segment) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder") }()
	all, err := s.store.Segments().List(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		n++
		if err := f(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// batch gives lines with whose they are, many at a time: somebody whose record
// went into another one is the person that they are now.
type batch[T any] struct {
	s    *Service
	of   func(*T) model.ContactID
	give func(*T, WhoseLine) error
	some []T
}

func (b *batch[T]) add(ctx context.Context, one T) error {
	if b.some = append(b.some, one); len(b.some) < atOnce {
		return nil
	}
	return b.flush(ctx)
}

func (b *batch[T]) flush(ctx context.Context) error {
	defer func() { b.some = b.some[:0] }()
	if err := ctx.Err(); err != nil {
		return err
	}
	gone, _, err := b.s.united(ctx)
	if err != nil {
		return err
	}
	now := func(one *T) model.ContactID {
		id := b.of(one)
		if g, merged := gone[id]; merged {
			return g.Into
		}
		return id
	}
	ids := make([]model.ContactID, 0, len(b.some))
	for i := range b.some {
		if id := now(&b.some[i]); id != 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	names := make(map[model.ContactID]WhoseLine, len(ids))
	people, err := b.s.store.Contacts().Many(ctx, slices.Compact(ids))
	for i := range people {
		names[people[i].ID] = namesOf(&people[i])
	}
	for i := 0; i < len(b.some) && err == nil; i++ {
		err = b.give(&b.some[i], names[now(&b.some[i])])
	}
	return err
}
