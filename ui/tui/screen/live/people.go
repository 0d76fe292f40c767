package live

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/frame"
)

// people is a list of recipients by name: those without an accepted message,
// or those in doubt, with the two decisions about them.
type people struct {
	name  string // of the campaign
	doubt bool
	lines []campaigns.RecipientLine
	at    int

	mayPass int // of the lines

	counted string // language and mask of the reasons counted
	reasons []reason
}

// reason is why people are in a list, and how many.
type reason struct {
	why string
	n   int
}

// people asks for a list of recipients and shows it.
func (x *Screen) people(name string, doubt bool) tea.Cmd {
	ask := x.s.Desk.Missing
	if doubt {
		ask = x.s.Desk.Uncertain
	}
	return screen.Ask(x.s, screen.Live, x.s.Number(), func(ctx context.Context) (*people, error) {
		lines, err := ask(ctx, name)
		slices.SortStableFunc(lines, func(a, b campaigns.RecipientLine) int { return rank(a.State) - rank(b.State) })
		list := &people{name: name, doubt: doubt, lines: lines}
		list.mayPass = list.passing()
		return list, err
	})
}

// order is that of the states in a list: first those that somebody can do
// something about, last those whose turn has not come.
var order = [...]model.State{
	model.StateUncertain, model.StateRefused, model.StateDeferred, model.StateExcluded, model.StateIntended, model.StateClaimed, model.StatePlanned,
}

func rank(state string) int {
	return slices.IndexFunc(order[:], func(s model.State) bool { return s.String() == state })
}

// again reads the list once more: something was decided.
func (l *people) again(x *Screen) tea.Cmd { return x.people(l.name, l.doubt) }

func (l *people) move(step int) { l.at = max(0, min(l.at+step, len(l.lines)-1)) }

func (l *people) refresh(*Screen) tea.Cmd { return nil }

func (l *people) actions(x *Screen) []action.Action {
	nobody := func() string {
		if len(l.lines) == 0 {
			return x.s.P.T("live.nobody_here")
		}
		return ""
	}
	card := action.New("live.card", "enter").Need(model.ReadContacts).Off(nobody)
	back := action.New("live.back", "esc")
	if !l.doubt {
		again := action.New("live.again", "r").Danger(action.Outgoing).Need(model.Launch).Off(func() string { return l.notAgain(x) })
		return []action.Action{again.Alias("renvoyer", "resend"), card, back}
	}
	return []action.Action{
		action.New("live.resend", "r").Danger(action.Outgoing).Need(model.Launch).Off(nobody).Alias("renvoyer", "resend"),
		action.New("live.as_sent", "s").Danger(action.Reversible).Need(model.Launch).Off(nobody).Alias("compter"),
		card, back,
	}
}

func (l *people) do(x *Screen, id string) tea.Cmd {
	switch id {
	case "live.back":
		x.Back()
	case "live.card":
		return screen.Show(screen.Contacts, l.lines[l.at].Email)
	case "live.again":
		return l.sendAgain(x)
	case "live.resend":
		return l.resend(x)
	case "live.as_sent":
		return l.countAsSent(x)
	}
	return nil
}

// resend asks for the number of people who may get the message twice.
func (l *people) resend(x *Screen) tea.Cmd {
	p, n := x.s.P, len(l.lines)
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("live.uncertain_title"), Body: []string{p.N("live.uncertain_body", n, "name", l.name), p.T("live.uncertain_same"), p.T("live.uncertain_or")},
		Act: p.T("live.uncertain_act"), Type: strconv.Itoa(n), Danger: true,
	}, func() tea.Cmd { return l.decide(x, true, p.T("live.uncertain_done")) }))
}

// countAsSent asks before the people in doubt are counted as served.
func (l *people) countAsSent(x *Screen) tea.Cmd {
	p := x.s.P
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("live.as_sent_title"), Body: []string{p.N("live.as_sent_body", len(l.lines), "name", l.name)}, Act: p.T("live.as_sent_act"),
	}, func() tea.Cmd { return l.decide(x, false, p.T("live.as_sent_done")) }))
}

func (l *people) decide(x *Screen, resend bool, said string) tea.Cmd {
	return screen.Act(x.s, screen.Live, said, func(ctx context.Context) error {
		_, err := x.s.Desk.ResolveUncertain(ctx, l.name, resend)
		return err
	})
}

// view draws the list: the reasons and how many each, the people, and all that
// is known of the one under the cursor.
func (l *people) view(x *Screen, w, h int) []string {
	p, th := x.s.P, x.s.Th
	title := p.T("live.missing_of", "name", l.name)
	if l.doubt {
		title = p.T("live.uncertain_of", "name", l.name)
	}
	lines := []string{frame.Title(th, w, title, p.N("live.people", len(l.lines)))}
	if len(l.lines) == 0 {
		return frame.Block(append(lines, frame.Blank(w), th.Muted.Render(frame.Fit("  "+p.T("live.nobody_here"), w))), w, h)
	}
	if h >= 14 {
		lines = append(lines, l.sums(x, w, 3+max(0, h-20)/4)...)
	}
	var detail []string
	if h >= 10 {
		detail = l.detail(x, w)
	}
	lines = append(lines, l.header(x, w))
	rows := max(h-len(lines)-len(detail), 1)
	from := max(0, min(l.at-rows/2, len(l.lines)-rows))
	for i := from; i < len(l.lines) && i < from+rows; i++ {
		line := l.row(x, w, &l.lines[i], i == l.at)
		if i == l.at {
			line = th.Selection.Over(line)
		}
		lines = append(lines, line)
	}
	lines = frame.Block(lines, w, h-len(detail))
	return append(lines, detail...)
}

// count counts the reasons, the most frequent first: once for each language,
// because a list may be long.
func (l *people) count(x *Screen) {
	of := x.s.P.Lang()
	if x.s.Mask.Active() {
		of += "*"
	}
	if l.counted == of {
		return
	}
	type said struct{ state, code, said, reason, evidence string }
	words, counts := map[said]string{}, map[string]int{}
	for i := range l.lines {
		r := &l.lines[i]
		key := said{r.State, r.Code, r.Said, r.Reason, ""}
		if len(r.Evidence) > 0 {
			key.evidence = r.Evidence[0]
		}
		if _, known := words[key]; !known {
			words[key] = why(x, r)
		}
		counts[words[key]]++
	}
	l.counted, l.reasons = of, nil
	for why, n := range counts {
		l.reasons = append(l.reasons, reason{why, n})
	}
	slices.SortFunc(l.reasons, func(a, b reason) int { return cmp.Or(b.n-a.n, strings.Compare(a.why, b.why)) })
}

// sums are the most frequent reasons, and how many people are there for another
// one: together they are everybody.
func (l *people) sums(x *Screen, w, most int) []string {
	l.count(x)
	if len(l.reasons) < 2 {
		return nil
	}
	shown := l.reasons
	if len(shown) > most+1 { // a line of the rest is worth two reasons
		rest := reason{why: x.s.P.T("live.other_reasons")}
		for _, r := range shown[most:] {
			rest.n += r.n
		}
		shown = append(slices.Clone(shown[:most]), rest)
	}
	var out []string
	for _, r := range shown {
		out = append(out, frame.FitRight(x.s.P.Int(r.n), 9)+"  "+frame.Fit(r.why, w-11))
	}
	return append(out, frame.Blank(w))
}

// cells are the widths of the columns of the list: address, state, lane, tries,
// hour; 0 is left out. In doubt, the hour says more than the state, which is the
// same for all.
func (l *people) cells(w int) (address, state, lane, tries, hour int) {
	switch {
	case w < 110 && l.doubt:
		return min(28, w*3/8), 0, 0, 0, 7
	case w < 110:
		return min(28, w*3/8), 10, 0, 0, 0
	case l.doubt:
		return 34, 0, 10, 7, 10
	}
	return 32, 10, 10, 7, 8
}

// columns are the cells of a line, each where there is room for it.
func (l *people) columns(w int, address, state, lane, tries, hour string) string {
	a, s, n, t, h := l.cells(w)
	text := frame.Fit(address, a) + " "
	if s > 0 {
		text += frame.Fit(state, s) + " "
	}
	if n > 0 {
		text += frame.Fit(lane, n)
	}
	if t > 0 {
		text += frame.FitRight(tries, t)
	}
	if h > 0 {
		text += frame.FitRight(hour, h) + "  "
	}
	return text
}

func (l *people) header(x *Screen, w int) string {
	p := x.s.P
	text := "  " + l.columns(w, p.T("live.address"), p.T("live.state"), p.T("live.lane"), p.T("live.tries"), p.T("live.hour"))
	return x.s.Th.Header.Render(frame.Fit(text+p.T("live.reason"), w))
}

func (l *people) row(x *Screen, w int, r *campaigns.RecipientLine, at bool) string {
	p := x.s.P
	cursor := "  "
	if at {
		cursor = x.s.Th.G.Cursor + " "
	}
	text := cursor + l.columns(w, x.s.Address(r.Email), say.Recipient(p, l.stateOf(r)), laneName(p, r.Lane), tried(x, r.Attempts), p.Clock(r.At))
	return frame.Fit(text+why(x, r), w)
}

// tried is how often the message was handed over.
func tried(x *Screen, n int) string {
	if n == 0 {
		return say.Unknown
	}
	return x.s.P.Int(n)
}

func (l *people) stateOf(r *campaigns.RecipientLine) string {
	if r.State == "" {
		return model.StateUncertain.String()
	}
	return r.State
}

// why is the reason of a line, in words.
func why(x *Screen, r *campaigns.RecipientLine) string {
	p := x.s.P
	if len(r.Evidence) > 0 {
		return evidence(x, r.Evidence[:1])[0]
	}
	if text := say.Reply(p, code(r), r.Said); text != "" {
		return x.s.Mask.Text(text)
	}
	if key := "live.why." + r.State; p.Has(key) { //i18n:keys live.why.*
		return p.T(key)
	}
	return ""
}

// code is what was said in short: a list may have it in its reason alone.
func code(r *campaigns.RecipientLine) string {
	if r.Code == "" && r.Said == "" {
		return r.Reason
	}
	return r.Code
}

// evidence is what is known of somebody in doubt, in words.
//
//i18n:keys live.evidence.*
func evidence(x *Screen, codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		if out[i] = safe.Text(c); x.s.P.Has("live.evidence." + c) {
			out[i] = x.s.P.T("live.evidence." + c)
		}
	}
	return out
}

// detail is all that is known of the person under the cursor.
func (l *people) detail(x *Screen, w int) []string {
	p, th, r := x.s.P, x.s.Th, &l.lines[l.at]
	var facts []string
	if !r.At.IsZero() {
		facts = append(facts, p.T("live.last", "at", p.DateTime(r.At)))
	}
	if r.Attempts > 0 {
		facts = append(facts, p.N("live.attempts", r.Attempts))
	}
	if r.Version > 0 {
		facts = append(facts, p.T("live.version", "n", r.Version))
	}
	if r.Variant != "" {
		facts = append(facts, p.T("live.variant", "name", r.Variant))
	}
	out := []string{frame.Title(th, w, x.s.Address(r.Email)), frame.Fit("  "+strings.Join(facts, " "+th.G.Bullet+" "), w)}
	if said := strings.TrimSpace(safe.Text(code(r) + " " + r.Said)); said != "" && r.State != model.StateExcluded.String() {
		out = append(out, frame.Fit("  "+x.s.Text(p.T("live.said", "said", said)), w))
	}
	if l.doubt {
		out = append(out, frame.Fit("  "+strings.Join(evidence(x, r.Evidence), " "+th.G.Bullet+" "), w))
		return append(out, th.Muted.Render(frame.Fit("  Message-ID "+x.s.Text(r.MessageID), w)))
	}
	if advice := say.ReplyAdvice(p, code(r), r.Said); advice != "" {
		out = append(out, th.Accent.Render(frame.Fit("  "+advice, w)))
	}
	return out
}
