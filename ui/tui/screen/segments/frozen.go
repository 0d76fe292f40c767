package segments

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// frozen is the page of the segments as they were on a day.
type frozen struct {
	x      *Screen
	req    uint64
	loaded bool
	err    error
	all    []model.Frozen
	table  *vtable.Table

	today   campaigns.FrozenToday
	known   string // name that today is of
	asked   string
	todayAt uint64
	failed  error
}

// freeze asks for a name and keeps who is in a segment, or whom a rule matches,
// now.
func freeze(s *screen.Session, rule, name string) tea.Cmd {
	day := model.DateOf(s.Desk.Now(), s.Desk.Now().Location()).String()
	return askName(s, s.P.T("segment.freeze_title", "name", rule), name+"-"+day, func(as string) tea.Cmd {
		return screen.Act(s, screen.Segments, s.P.T("segment.frozen.done", "name", as), func(ctx context.Context) error {
			_, err := s.Desk.Freeze(ctx, as, rule)
			return err
		})
	})
}

func newFrozen(x *Screen) *frozen {
	f := &frozen{x: x}
	f.table = vtable.New(x.s.Th, x.s.P, f.columns(), frozenRows{f})
	return f
}

func (f *frozen) init() tea.Cmd {
	s := f.x.s
	f.req = s.Number()
	return screen.Ask(s, screen.Segments, f.req, func(ctx context.Context) ([]model.Frozen, error) { return s.Desk.FrozenSegments(ctx) })
}

func (f *frozen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[[]model.Frozen]:
		if msg.Req == f.req {
			f.loaded, f.err, f.all = true, msg.Err, msg.Value
			f.known = ""
			f.table.Refresh()
			return f.look()
		}
	case screen.Reply[campaigns.FrozenToday]:
		if msg.Req == f.todayAt {
			f.today, f.failed, f.known, f.asked = msg.Value, msg.Err, f.asked, ""
			return f.look()
		}
	case screen.Done:
		return f.init()
	}
	return nil
}

// look compares the one under the cursor with today.
func (f *frozen) look() tea.Cmd {
	s := f.x.s
	name, ok := f.table.Cursor()
	if !ok || f.asked != "" || name == f.known {
		return nil
	}
	f.asked, f.todayAt = name, s.Number()
	return screen.Ask(s, screen.Segments, f.todayAt, func(ctx context.Context) (campaigns.FrozenToday, error) {
		return s.Desk.FrozenToday(ctx, name)
	})
}

func (f *frozen) under() (model.Frozen, bool) {
	name, _ := f.table.Cursor()
	i := slices.IndexFunc(f.all, func(o model.Frozen) bool { return o.Name == name })
	if i < 0 {
		return model.Frozen{}, false
	}
	return f.all[i], true
}

func (f *frozen) nothing() string {
	if _, ok := f.under(); !ok {
		return f.x.s.P.T("segment.frozen.none")
	}
	return ""
}

func (f *frozen) actions() []action.Action {
	return []action.Action{
		action.New("segment.as_rule", "enter", "e").Off(f.nothing),
		action.New("segment.thaw", "x").Need(model.SaveSegments).Danger(action.Destructive).Off(f.nothing),
		action.New("segment.close", "esc"),
	}
}

func (f *frozen) do(id string) tea.Cmd {
	s := f.x.s
	one, ok := f.under()
	switch {
	case id == "segment.close":
		f.x.page = nil
	case !ok:
	case id == "segment.as_rule":
		return f.x.open(newBuilder(f.x, "", "in_snapshot("+model.QuoteRule(one.Name)+")"))
	case id == "segment.thaw":
		return screen.Front(screen.Confirm(s, dialog.Question{
			Title: s.P.T("segment.frozen.delete_title", "name", safe.Text(one.Name)), Body: []string{s.P.T("segment.frozen.delete_body")},
			Act: s.P.T("segment.do.thaw"), Type: one.Name, Danger: true,
		}, func() tea.Cmd {
			return screen.Act(s, screen.Segments, s.P.T("segment.frozen.deleted", "name", one.Name), func(ctx context.Context) error {
				return s.Desk.DeleteFrozen(ctx, one.Name)
			})
		}))
	}
	return nil
}

func (f *frozen) key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	used := f.table.Key(k.String())
	return f.look(), used
}

func (f *frozen) paste(string) tea.Cmd { return nil }
func (f *frozen) captures() bool       { return false }
func (f *frozen) back() bool           { return false }

func (f *frozen) restyle() {
	f.table.SetTheme(f.x.s.Th)
	f.table.SetPrinter(f.x.s.P, f.columns())
}

type frozenRows struct{ f *frozen }

func (r frozenRows) Len() (int, bool) { return len(r.f.all), true }

func (r frozenRows) Rows(from, n int) []vtable.Row {
	p, zone := r.f.x.s.P, r.f.x.s.Desk.Now().Location()
	var out []vtable.Row
	for i := from; i < min(from+n, len(r.f.all)); i++ {
		o := &r.f.all[i]
		out = append(out, vtable.Row{Key: o.Name, Cells: []string{o.Name, p.DateTime(o.At.In(zone)), o.By, o.Segment, p.Int(o.Matched), p.Int(o.Sendable)}})
	}
	return out
}

func (r frozenRows) Rank(name string) (int, bool) {
	i := slices.IndexFunc(r.f.all, func(o model.Frozen) bool { return o.Name == name })
	return i, i >= 0
}

func (f *frozen) columns() []vtable.Column {
	p := f.x.s.P
	return []vtable.Column{
		{ID: "name", Title: p.T("segment.column.name"), Min: 18, Max: 40, Weight: 2},
		{ID: "at", Title: p.T("segment.column.at"), Min: 17},
		{ID: "by", Title: p.T("segment.column.by"), Min: 8, Max: 16, Weight: 1, Priority: 2},
		{ID: "segment", Title: p.T("segment.column.segment"), Min: 10, Max: 24, Weight: 1, Priority: 1},
		{ID: "matched", Title: p.T("segment.column.matched"), Min: 9, Right: true},
		{ID: "sendable", Title: p.T("segment.column.sendable"), Min: 10, Right: true, Priority: 3},
	}
}

func (f *frozen) view(w, h int) []string {
	p, th := f.x.s.P, f.x.s.Th
	head := []string{frame.Title(th, w, p.T("segment.frozen.title"), p.N("segment.frozen.count", len(f.all)))}
	switch {
	case f.err != nil:
		return frame.Stack(w, h, head, problem(f.x.s, f.err, w))
	case !f.loaded:
		return frame.Stack(w, h, head[:1], []string{th.Muted.Render(frame.Fit("  "+p.T("segment.counting"), w))})
	case len(f.all) == 0:
		key, _ := action.Find("segment.freeze", f.x.s.Allowed([]action.Action{action.New("segment.freeze", "F").Need(model.SaveSegments)}))
		return empty.Lines(th, p, w, h, p.T("segment.frozen.empty"), key)
	}
	foot := f.pane(w)
	return frame.Stack(w, h, head, f.table.Lines(w, max(h-1-len(foot), 2)), foot)
}

// pane is the one under the cursor beside the people of today.
func (f *frozen) pane(w int) []string {
	one, ok := f.under()
	if !ok {
		return nil
	}
	p, th := f.x.s.P, f.x.s.Th
	rule := frame.Wrap(f.x.s.Text(say.Rule(f.x.s.P, one.Rule)), w-4)
	lines := append([]string{frame.Title(th, w, safe.Text(one.Name))}, indent(rule[:min(len(rule), 2)])...)
	switch {
	case f.known != one.Name:
		lines = append(lines, th.Muted.Render(frame.Fit("  "+p.T("segment.counting"), w)))
	case f.failed != nil:
		lines = append(lines, problem(f.x.s, f.failed, w)...)
	default:
		t := &f.today
		text := p.T("segment.frozen.today", "here", t.Here, "matched", t.Matched, "still", t.Still, "left", t.Left, "joined", t.Joined)
		lines = append(lines, indent(frame.Wrap(text, w-4))...)
	}
	return append(lines, indent(frame.Wrap(th.Muted.Render(p.T("segment.frozen.export", "name", safe.Text(one.Name))), w-4))...)
}
