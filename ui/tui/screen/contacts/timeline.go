package contacts

import (
	"slices"
	"strings"

	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// told is the history of a person as the card shows it: newest first, each thing
// once, the ground of the record elsewhere.
func told(facts []model.HistoryLine) []model.HistoryLine {
	facts = slices.Clone(say.Told(facts))
	facts = slices.DeleteFunc(facts, func(f model.HistoryLine) bool { return f.Kind == "basis" }) // the card has a line for it
	slices.Reverse(facts)
	return facts
}

// timeline draws the facts from a position on, so many lines at most: of a long
// life only what is seen is written.
func (x *Screen) timeline(facts []model.HistoryLine, from, n, w int) []string {
	lines := make([]string, 0, n)
	for i := from; i < min(from+n, len(facts)); i++ {
		lines = append(lines, x.fact(facts[i], w))
	}
	return lines
}

// fact is one line of what happened.
func (x *Screen) fact(f model.HistoryLine, w int) string {
	p, th := x.s.P, x.s.Th
	f.At = f.At.In(x.zone())
	at, room := f.At, 20
	text := say.When(p, f)
	if w < 64 { // beside the list: the day and the time of this year, else the day
		room = 15
		if text = p.Date(at); !f.DayOnly && at.Year() == x.s.Desk.Now().Year() {
			text = p.ShortDate(at) + " " + p.Clock(at)
		}
	}
	if f.Act != nil && f.Act.Undated {
		text = say.Unknown
	}
	if f.As != "" {
		f.As = x.s.Address(f.As)
	}
	if f.Kind == "merged" || f.Kind == "unmerged" {
		f.Detail = x.s.Address(f.Detail)
	}
	when := th.Muted.Render(frame.Fit("  "+text, room))
	kind := frame.Fit(say.Fact(p, f), 12)
	if f.Kind == "held_out" {
		kind = th.Blanche.Render(kind)
	}
	what := say.Detail(p, f)
	if f.Campaign != "" {
		what = strings.TrimSuffix(p.T("contact.card.campaign", "name", f.Campaign)+dot(what), " · ")
	}
	line := when + " " + kind + " " + x.s.Text(what)
	if proof := x.s.Text(say.Proof(p, f)); proof != "" {
		if what != "" {
			proof = dot(proof)
		}
		if frame.Width(line)+frame.Width(proof) <= w { // whole, or not at all
			line += th.Muted.Render(proof)
		}
	}
	return frame.Fit(line, w)
}

// alsoKnown are the addresses of the records that went into a person.
func (x *Screen) alsoKnown(facts []model.HistoryLine) string {
	var all []string
	for i := range facts {
		back := func(l model.HistoryLine) bool {
			return l.Kind == "unmerged" && l.Ref == facts[i].Ref && !l.At.Before(facts[i].At)
		}
		if facts[i].Kind == "merged" && !slices.ContainsFunc(facts, back) {
			all = append(all, x.s.Address(facts[i].Detail))
		}
	}
	return strings.Join(all, ", ")
}
