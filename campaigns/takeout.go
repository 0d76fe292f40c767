package campaigns

import (
	"context"
	"slices"

	"blanche/campaigns/intake"
	"blanche/campaigns/roster"
	"blanche/model"
)

// atOnce is how many people are in memory while data goes out.
const atOnce = 1000

// AttrTitle is the title of the column of a free attribute in a file that an
// import is to read back.
func AttrTitle(name string) string { return intake.AttrTitle(name) }

// EachContact visits the contacts whom a rule matches, all without a rule, by
// number. The row is overwritten by the next one.
func (s *Service) EachContact(ctx context.Context, rule string, f func(*ContactRow) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder", "rule", rule) }()
	visit := func(c *model.Contact) error {
		row, err := s.row(ctx, *c)
		if err != nil {
			return err
		}
		n++
		return f(&row)
	}
	if rule == "" {
		return s.store.Contacts().Scan(ctx, 1, visit)
	}
	ids, err := s.matched(ctx, rule)
	if err != nil {
		return err
	}
	for c := range s.people(ctx, ids, &err) {
		if err := visit(c); err != nil {
			return err
		}
	}
	return err
}

type columnsKey struct{}

// WithColumns is a context under which an export says in the audit which columns
// it takes; "" is all of them.
func WithColumns(ctx context.Context, columns string) context.Context {
	if columns == "" {
		return ctx
	}
	return context.WithValue(ctx, columnsKey{}, columns)
}

// noteExport adds the line of an export of n rows, also of one that was cut
// short: what has left has left.
func (s *Service) noteExport(ctx context.Context, failed error, n int, object string, values ...any) error {
	if failed != nil && n == 0 {
		return failed
	}
	if columns, ok := ctx.Value(columnsKey{}).(string); ok {
		values = append(values, "columns", columns)
	}
	return s.noteEnd(ctx, failed, object, append(values, "n", n)...)
}

// matched lists whom a rule, or a saved segment, matches.
func (s *Service) matched(ctx context.Context, text string) ([]model.ContactID, error) {
	b, rule, err := s.rule(ctx, text)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, nil)
	if err != nil {
		return nil, err
	}
	return b.Select(rule, facts)
}

// among is whom a rule matches as a test of a number; everybody, and nobody known,
// without a rule.
func (s *Service) among(ctx context.Context, rule string) (func(model.ContactID) bool, error) {
	if rule == "" {
		return func(model.ContactID) bool { return true }, nil
	}
	ids, err := s.matched(ctx, rule)
	var some roster.Set
	for _, id := range ids {
		some.Add(id)
	}
	return some.Has, err
}

// takenOut notes that data of the people whom a rule matches left, all without one,
// and how many lines: visit is to count each.
func (s *Service) takenOut(ctx context.Context, rule string, visit func(wanted func(model.ContactID) bool, count func()) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder", ruled(rule)...) }()
	wanted, err := s.among(ctx, rule)
	if err != nil {
		return err
	}
	return visit(wanted, func() { n++ })
}

// EachOrder visits the orders of those whom a rule matches, without one every
// order, those of nobody known too, in the order in which they came. The order is
// overwritten by the next one.
func (s *Service) EachOrder(ctx context.Context, rule string, f func(*model.Order) error) error {
	return s.takenOut(ctx, rule, func(wanted func(model.ContactID) bool, count func()) error {
		return s.store.Orders().Each(ctx, func(o *model.Order) error {
			if !wanted(o.Contact) {
				return nil
			}
			count()
			if !o.At.IsZero() {
				o.At = o.At.In(s.cfg.Zone)
			}
			return f(o)
		})
	})
}

// ruled is the rule of an export in the audit, where it has one.
func ruled(rule string) []any {
	if rule == "" {
		return nil
	}
	return []any{"rule", rule}
}

// The arms of a campaign, as a recorded one names them too.
const (
	armTarget    = "target"
	armHoldout   = "holdout"
	armUniversal = "universal" // no arm: taken out before the draw
)

// EachRecipient visits the people planned in a launched campaign, then those
// of its zone blanche, then those of the universal one, each in the order of
// their numbers; of them those whom a rule matches, if there is one.
func (s *Service) EachRecipient(ctx context.Context, name, rule string, each func(*ArmLine) error) (err error) {
	c, held, err := s.heldOut(ctx, name)
	if err != nil {
		return err
	}
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, objectCampaign(name), ruled(rule)...) }()
	wanted, err := s.among(ctx, rule)
	if err != nil {
		return err
	}
	f := func(l *ArmLine) error {
		n++
		return each(l)
	}
	stratum, err := s.drawnIn(ctx, &c)
	if err != nil {
		return err
	}
	var some []model.Recipient
	give := func() error {
		defer func() { some = some[:0] }()
		return s.addressed(ctx, len(some), func(i int) model.ContactID { return some[i].Contact }, func(i int, email string) error {
			r := &some[i]
			line := s.recipientLine(&c, r, email)
			return f(&ArmLine{RecipientLine: line, Arm: armTarget, Stratum: stratum(r.Contact)})
		})
	}
	err = s.store.Ledger().Lines(ctx, c.ID, everyState(), func(r model.Recipient) error {
		if !wanted(r.Contact) {
			return nil
		}
		if some = append(some, r); len(some) < atOnce {
			return nil
		}
		return give()
	})
	if err == nil {
		err = give()
	}
	if err != nil {
		return err
	}
	held = slices.DeleteFunc(slices.Clone(held), func(h model.HeldOut) bool { return !wanted(h.Contact) })
	return s.eachApart(ctx, &c, held, wanted, f)
}

// drawnIn gives the stratum in which somebody who is planned was drawn, "" where the
// plan has kept none.
func (s *Service) drawnIn(ctx context.Context, c *model.Campaign) (func(model.ContactID) string, error) {
	strata, err := s.store.Ledger().Strata(ctx, c.ID)
	if err != nil || strata == nil {
		return func(model.ContactID) string { return "" }, err
	}
	members, err := s.store.Ledger().Members(ctx, c.ID)
	return func(id model.ContactID) string {
		if i, planned := slices.BinarySearch(members, id); planned && i < len(strata) {
			return strata[i]
		}
		return ""
	}, err
}

// eachApart visits those who were left alone: the ghosts of the zone blanche, then
// whom the universal one took out.
func (s *Service) eachApart(ctx context.Context, c *model.Campaign, held []model.HeldOut, wanted func(model.ContactID) bool, f func(*ArmLine) error) error {
	at := ghostAt(c)
	if !at.IsZero() {
		at = at.In(s.cfg.Zone)
	}
	err := s.addressed(ctx, len(held), func(i int) model.ContactID { return held[i].Contact }, func(i int, email string) error {
		return f(&ArmLine{RecipientLine: RecipientLine{Email: email, State: StateGhost, At: at}, Arm: armHoldout, Stratum: held[i].Stratum})
	})
	if err != nil {
		return err
	}
	apart, err := s.store.Ledger().Apart(ctx, c.ID)
	if err != nil {
		return err
	}
	apart = slices.DeleteFunc(slices.Clone(apart), func(id model.ContactID) bool { return !wanted(id) })
	return s.addressed(ctx, len(apart), func(i int) model.ContactID { return apart[i] }, func(i int, email string) error {
		return f(&ArmLine{RecipientLine: RecipientLine{Email: email, State: model.StateExcluded.String(), Reason: model.ExclUniversal, Code: model.ExclUniversal, At: at}, Arm: armUniversal})
	})
}

// addressed gives n people with their address: of a record that went into another
// one the address that it had, "" of those who were erased.
func (s *Service) addressed(ctx context.Context, n int, who func(int) model.ContactID, f func(i int, email string) error) error {
	for from := 0; from < n; from += atOnce {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+atOnce, n)
		ids := make([]model.ContactID, 0, to-from)
		for i := from; i < to; i++ {
			ids = append(ids, who(i))
		}
		people, err := s.store.Contacts().Many(ctx, ids)
		if err != nil {
			return err
		}
		for i := from; i < to; i++ {
			email := ""
			if len(people) > 0 && people[0].ID == who(i) { // in the order asked for, without those who are gone
				email, people = people[0].Email, people[1:]
			} else if email, err = s.goneAddress(ctx, who(i)); err != nil {
				return err
			}
			if err := f(i, email); err != nil {
				return err
			}
		}
	}
	return nil
}

// goneAddress is the address of a record that went into another one; "" where none
// did under that number.
func (s *Service) goneAddress(ctx context.Context, id model.ContactID) (string, error) {
	gone, _, err := s.united(ctx)
	if err != nil || gone[id].Into == 0 {
		return "", err
	}
	all, err := s.store.Unions().Of(ctx, gone[id].Into)
	for i := range all {
		if all[i].Gone == id {
			return all[i].Was.Email, err
		}
	}
	return "", err
}

func everyState() []model.State {
	all := make([]model.State, model.States)
	for i := range all {
		all[i] = model.State(i)
	}
	return all
}
