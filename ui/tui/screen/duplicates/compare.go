package duplicates

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// compare is two people side by side.
type compare struct {
	keep, gone string // numbers
	take       []string
	basis      bool // the legal ground of the first was chosen
	view       campaigns.PairView
	there      bool
	at         int // field under the cursor
	req        uint64
}

// changed is the answer to what was done with a pair.
type changed struct {
	did        string // merge, unmerge, apart
	kept, gone model.ContactID
	err        error
}

// To is this screen.
func (changed) To() screen.ID { return screen.Duplicates }

func splitTwo(name string) []string { return strings.Fields(name) }

// open shows two people.
func (x *Screen) open(keep, gone string) tea.Cmd {
	x.two = &compare{keep: keep, gone: gone}
	return x.look()
}

// look asks for both as they are, with what was chosen.
func (x *Screen) look() tea.Cmd {
	c := x.two
	c.req = x.s.Number()
	keep, gone, take := c.keep, c.gone, slices.Clone(c.take)
	return screen.Ask(x.s, screen.Duplicates, c.req, func(ctx context.Context) (campaigns.PairView, error) {
		return x.s.Desk.ComparePair(ctx, keep, gone, take)
	})
}

func (x *Screen) compared(msg screen.Reply[campaigns.PairView]) tea.Cmd {
	if x.two == nil || msg.Req != x.two.req {
		return nil
	}
	if msg.Err != nil {
		x.two = nil
		return screen.Fail(msg.Err)
	}
	x.two.view, x.two.there = msg.Value, true
	x.two.at = max(min(x.two.at, len(msg.Value.Fields)-1), 0)
	return nil
}

// take chooses the other one's value of the field under the cursor. The legal
// ground goes from nobody's to the first's, then the second's.
func (x *Screen) take() tea.Cmd {
	c := x.two
	if c == nil || !c.there || c.at >= len(c.view.Fields) {
		return nil
	}
	f := c.view.Fields[c.at]
	if f.Fixed {
		return nil
	}
	i := slices.Index(c.take, f.Field)
	switch {
	case f.Field == "basis" && c.view.ChooseBasis && !c.basis && i < 0:
		c.basis = true
	case i < 0:
		c.take = append(c.take, f.Field)
	default:
		c.take = slices.Delete(c.take, i, i+1)
	}
	return x.look()
}

// swap makes the second the one who stays.
func (x *Screen) swap() tea.Cmd {
	c := x.two
	if c == nil {
		return nil
	}
	x.two = &compare{keep: c.gone, gone: c.keep, at: c.at}
	return x.look()
}

// noChoice is why the two cannot be united yet.
func (x *Screen) noChoice() string {
	switch c := x.two; {
	case c == nil || !c.there:
		return x.s.P.T("duplicates.wait")
	case c.view.ChooseBasis && !c.basis && !slices.Contains(c.take, "basis"):
		return x.s.P.T("duplicates.basis_first")
	}
	return ""
}

// merge asks, then makes one person of two.
func (x *Screen) merge() tea.Cmd {
	c := x.two
	if c == nil || !c.there {
		return nil
	}
	p := x.s.P
	body := []string{
		p.T("duplicates.ask", "gone", x.who(&c.view.Gone), "keep", x.who(&c.view.Keep)),
		p.N("duplicates.sums", int(c.view.After.Orders), "spend", p.Money(c.view.After.Spend), "points", p.Int(int(c.view.After.Points))),
	}
	if c.view.Opposed {
		body = append(body, p.T("duplicates.opposed"))
	}
	r := campaigns.MergeRequest{
		Keep: c.keep, Gone: c.gone, Take: slices.Clone(c.take), KeepBasis: c.basis, KeepVersion: c.view.Keep.Version, GoneVersion: c.view.Gone.Version,
	}
	kept, gone := c.view.Keep.ID, c.view.Gone.ID
	q := dialog.Question{Title: p.T("duplicates.title"), Body: body, Act: p.T("duplicates.do.merge")}
	return screen.Front(screen.Confirm(x.s, q, func() tea.Cmd {
		return x.change("merge", kept, gone, func(ctx context.Context) error {
			_, err := x.s.Desk.MergeContacts(ctx, r)
			return err
		})
	}))
}

// apart notes that the two are not one person.
func (x *Screen) apart() tea.Cmd {
	var a, b model.ContactID
	if x.two != nil && x.two.there {
		a, b = x.two.view.Keep.ID, x.two.view.Gone.ID
	} else if p, ok := x.under(); ok {
		a, b = p.A, p.B
	} else {
		return nil
	}
	return x.change("apart", a, b, func(ctx context.Context) error { return x.s.Desk.ApartContacts(ctx, a.String(), b.String()) })
}

// unmerge takes back what was united last.
func (x *Screen) unmerge() tea.Cmd {
	ref := x.last
	if ref == "" {
		return nil
	}
	return x.change("unmerge", 0, 0, func(ctx context.Context) error {
		_, err := x.s.Desk.UnmergeContact(ctx, ref)
		return err
	})
}

func (x *Screen) change(did string, kept, gone model.ContactID, do func(context.Context) error) tea.Cmd {
	return func() tea.Msg { return changed{did: did, kept: kept, gone: gone, err: do(x.s.Ctx)} }
}

// changed takes the pairs away that are no more, or searches again.
func (x *Screen) changed(msg changed) tea.Cmd {
	if msg.err != nil {
		return screen.Fail(msg.err)
	}
	p := x.s.P
	drop := func(gone func(campaigns.DuplicatePair) bool) {
		x.found.Pairs = slices.DeleteFunc(x.found.Pairs, gone)
		x.two = nil
		x.table.Refresh()
	}
	switch msg.did {
	case "merge":
		x.last = msg.gone.String()
		drop(func(d campaigns.DuplicatePair) bool { return d.A == msg.gone || d.B == msg.gone })
		delete(x.people, msg.kept)
		delete(x.asked, msg.kept)
		return screen.Say(p.T("duplicates.after_merge", "a", msg.kept.String(), "b", msg.gone.String()))
	case "apart":
		a, b := min(msg.kept, msg.gone), max(msg.kept, msg.gone)
		drop(func(d campaigns.DuplicatePair) bool { return d.A == a && d.B == b })
		return screen.Say(p.T("duplicates.after_apart"))
	}
	x.last, x.two = "", nil
	return tea.Batch(screen.Say(p.T("duplicates.after_unmerge")), x.Init())
}

// who names a person for a sentence.
func (x *Screen) who(r *campaigns.ContactRow) string {
	if name := x.s.Name(r.DisplayName()); name != "" {
		return name + " (" + x.s.Address(r.Email) + ")"
	}
	if r.Email != "" {
		return x.s.Address(r.Email)
	}
	return r.ID.String()
}
