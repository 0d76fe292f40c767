package roi

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/filterbar"
)

// measured is a campaign with what it brought, or why that is not known.
type measured struct {
	line      campaigns.CampaignLine
	statement model.Statement
	err       error
}

// title is what people call the campaign, not yet sanitized.
func (m *measured) title() string { return screen.Titled(m.line.Title, m.line.Name) }

// Screen is the ROI screen of one session.
type Screen struct {
	s      *screen.Session
	req    uint64
	asked  uint64 // revision of the data last asked for
	since  int    // refreshes since
	loaded bool
	all    []measured
	order  []int // of all: those the filter keeps, causal ones first, sorted
	by     sorting
	bar    *filterbar.Bar
	cursor string // campaign under the cursor

	open    string // campaign shown in full; empty is the list
	part    part
	formula bool // the formulas of the part are shown instead of it
	scroll  int
	drawn   drawn

	year *year // the programme; nil is shut
}

// drawn keeps the lines of what is shown, which are costly to make.
type drawn struct {
	key   drawnKey
	lines []string
}

type drawnKey struct {
	req     uint64
	name    string
	part    part
	formula bool
	w, h    int
	lang    string
	th      any
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen { return &Screen{s: s, bar: filterbar.New(s.Th, s.P)} }

// Init measures every campaign that was sent.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	x.since = 0
	return screen.Ask(x.s, screen.ROI, x.req, func(ctx context.Context) ([]measured, error) { return measureAll(ctx, x.s.Desk) })
}

func measureAll(ctx context.Context, desk campaigns.Desk) ([]measured, error) {
	lines, err := desk.Campaigns(ctx)
	if err != nil {
		return nil, err
	}
	all := []measured{}
	for _, l := range lines {
		if l.StartedAt == nil {
			continue
		}
		m := measured{line: l}
		m.statement, m.err = desk.ROI(ctx, l.Name)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		all = append(all, m)
	}
	return all, nil
}

// Update takes what was measured, and what is pasted in the filter.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[[]measured]:
		return x.take(msg)
	case screen.Reply[campaigns.Programme]:
		return x.takeYear(msg)
	case tea.PasteMsg:
		if x.bar.Active() {
			x.bar.Paste(msg.Content)
			x.arrange()
		}
	}
	return nil
}

func (x *Screen) take(msg screen.Reply[[]measured]) tea.Cmd {
	if msg.Req != x.req {
		return nil
	}
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	x.all, x.loaded = msg.Value, true
	x.word()
	x.arrange()
	return nil
}

// word says the sentences in the language of the session.
func (x *Screen) word() {
	for i := range x.all {
		say.Statement(x.s.P, &x.all[i].statement)
	}
	x.drawn = drawn{}
}

// Refresh measures again when the data changed, at most every two seconds.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.since++
	if live.Revision == x.asked || x.since < 8 && x.loaded {
		return nil
	}
	x.asked = live.Revision
	return x.Init()
}

// shown is the campaign in full, or under the cursor.
func (x *Screen) shown() (*measured, bool) {
	name := x.open
	if name == "" {
		name = x.cursor
	}
	for i := range x.all {
		if x.all[i].line.Name == name {
			return &x.all[i], true
		}
	}
	return nil, false
}

// Captures reports that the filter has the keys.
func (x *Screen) Captures() bool { return x.bar.Active() }

// Open shows one campaign in full, the list without a name.
func (x *Screen) Open(name string) tea.Cmd {
	x.year = nil
	x.show(name)
	return nil
}

// show puts a campaign in front, from its first part; empty is the list.
func (x *Screen) show(name string) {
	x.open, x.scroll = name, 0
	if name == "" {
		x.part, x.formula = partSummary, false
		return
	}
	x.cursor = name
}

// Back leaves the formulas, the campaign or the programme, the filter, in this
// order.
func (x *Screen) Back() bool {
	switch {
	case x.formula:
		x.formula, x.scroll = false, 0
	case x.open != "":
		x.show("")
	case x.year != nil:
		x.year, x.scroll = nil, 0
	case x.bar.Clear():
		x.arrange()
	default:
		return false
	}
	return true
}

// Restyle words the sentences again.
func (x *Screen) Restyle() {
	x.bar.Restyle(x.s.Th, x.s.P)
	x.word()
}
