package contacts

import (
	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/filterbar"
	"blanche/ui/tui/widget/vtable"
)

// Screen is the contacts of one session.
type Screen struct {
	s     *screen.Session
	table *vtable.Table
	rows  *rows
	bar   *filterbar.Bar

	shown []field // the columns

	totals campaigns.ContactTotals
	undo   []undo // what can be taken back, the last one last
	many   *many  // what is done to many people just now, nil for nothing
	query  query
	window bool // a window of rows is on its way
	height int  // of the table when it was last drawn, in rows
	pane   bool // there is room for a card beside the list, or under it

	card card
	edit *edit
	page page // an inner page over everything, nil for none

	live     *campaigns.Live
	revision uint64
	ready    bool
	ticks    int
	overdue  bool // the filter was cleared where no command could be given
}

// page is an inner page that takes the whole screen.
type page interface {
	view(w, h int) []string
	key(k tea.KeyPressMsg) tea.Cmd
	paste(text string) tea.Cmd
	update(msg tea.Msg) tea.Cmd
	captures() bool
	enter() (action.Action, bool) // what Enter does now
	leave() action.Action         // what Esc does now
	do(id string) tea.Cmd
	back() (closed bool, cmd tea.Cmd)
	restyle()
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen {
	x := &Screen{s: s, live: s.Desk.Live(), bar: filterbar.New(s.Th, s.P), height: 40}
	x.rows = &rows{x: x, cache: map[model.ContactID]cached{}}
	x.remember()
	x.table = vtable.New(s.Th, s.P, x.columns(), x.rows)
	x.query.wanted = campaigns.ContactQuery{Sort: campaigns.SortName}
	x.showSort()
	return x
}

// Init loads the order of the people, their totals, and what is shown of them.
func (x *Screen) Init() tea.Cmd {
	x.rows.epoch++
	return tea.Batch(x.askTotals(), x.ask(), x.reloadCard())
}

// Refresh loads again when the data changed, at most once a second.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.live = live
	x.ticks++
	if x.overdue {
		x.overdue = false
		return x.ask()
	}
	if x.query.again && !x.query.asking && x.ticks >= 4 {
		x.ticks = 0
		return tea.Batch(x.ask(), x.want())
	}
	if live.Revision == x.revision && live.Ready == x.ready || x.ticks < 4 && x.query.loaded {
		return x.want()
	}
	first := x.revision == 0 && !x.ready && !x.query.loaded
	x.revision, x.ready, x.ticks = live.Revision, live.Ready, 0
	if first {
		return nil // Init is on its way
	}
	return x.Init()
}

// Update takes the answers of the desk.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[campaigns.ContactTotals]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		x.totals = msg.Value
	case screen.Reply[part]:
		return x.listed(msg)
	case screen.Reply[manyDone]:
		return x.didMany(msg)
	case screen.Reply[window]:
		return x.filled(msg)
	case screen.Reply[person]:
		return x.carded(msg)
	case screen.Reply[saved]:
		return x.saved(msg)
	case screen.Done:
		return x.Init()
	case tea.PasteMsg:
		return x.paste(msg)
	default:
		if x.page != nil {
			return x.page.update(msg)
		}
	}
	return nil
}

func (x *Screen) paste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case x.page != nil:
		return x.page.paste(msg.Content)
	case x.edit != nil:
		return x.edit.form.Update(msg)
	case x.bar.Active():
		x.bar.Paste(msg.Content)
		return x.search()
	}
	return nil
}

// Captures is true while something is typed.
func (x *Screen) Captures() bool {
	if x.page != nil {
		return x.page.captures()
	}
	return x.edit != nil || x.bar.Active()
}

// Open shows one person by e-mail or number; "+" opens the import. Only an
// import that runs stays in front.
func (x *Screen) Open(name string) tea.Cmd {
	if name == "" {
		return nil
	}
	if b, is := x.page.(*bring); !is || b.step != running {
		x.page = nil
	}
	if name == "+" {
		return x.bring()
	}
	if x.edit != nil && !x.edit.form.Dirty() {
		x.edit = nil
	}
	x.card.show(full)
	return x.askCard(name)
}

// Back leaves the innermost of what is open.
func (x *Screen) Back() bool {
	left, cmd := x.leave()
	x.overdue = x.overdue || cmd != nil
	return left
}

// leave closes the innermost of what is open; what must be asked comes with it.
func (x *Screen) leave() (left bool, cmd tea.Cmd) {
	switch {
	case x.page != nil:
		closed, cmd := x.page.back()
		if closed {
			x.page = nil
		}
		return true, cmd
	case x.edit != nil:
		x.edit = nil
	case x.card.mode != closed:
		x.card.mode = closed
	case x.many != nil:
		x.many.stop()
	case x.halt():
	case x.table.Key("esc"):
	case x.bar.Text() != "":
		x.bar.Clear()
		return true, x.search()
	default:
		return false, nil
	}
	return true, nil
}

// Restyle follows a change of language or of theme.
func (x *Screen) Restyle() {
	x.bar.Restyle(x.s.Th, x.s.P)
	x.table.SetTheme(x.s.Th)
	x.table.SetPrinter(x.s.P, x.columns())
	x.table.Refresh() // who is hidden may have changed
	if x.page != nil {
		x.page.restyle()
	}
	if x.edit != nil {
		x.edit.restyle(x)
	}
}
