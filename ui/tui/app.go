package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/tui/action"
	"blanche/ui/tui/mask"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/toast"
)

// liveEvery is how often the live picture is looked at.
const liveEvery = 250 * time.Millisecond

// App is the model of one session.
type App struct {
	s       *screen.Session
	opt     Options
	screens map[screen.ID]screen.Screen
	shown   map[screen.ID]bool // Init was done
	active  screen.ID
	from    screen.ID // the tab that a screen without one was opened from
	keys    action.Keys
	toasts  *toast.Toasts
	modals  []screen.Modal
	live    *campaigns.Live
	feed    feed
	handing handing
	lay     layout
	mouse   bool
	quit    bool
}

type tickMsg struct{}

func newApp(s *screen.Session, opt Options) *App {
	a := &App{s: s, opt: opt, shown: map[screen.ID]bool{}, feed: feed{stale: map[screen.ID]bool{}}, active: screen.Today, lay: newLayout(80, 24), live: s.Desk.Live()}
	if opt.Width > 0 && opt.Height > 0 {
		a.lay = newLayout(opt.Width, opt.Height)
	}
	if s.Mask == nil {
		s.Mask = &mask.Mask{On: opt.Masked}
	}
	s.Mask.ASCII = s.Th.G.ASCII
	a.toasts = toast.New(s.Th, s.P)
	a.toasts.Filter(s.Mask.Text)
	a.screens = screens(s)
	return a
}

// Init starts the clock, the feed and the sizes, asks the terminal what it can
// show, and shows the first screen.
func (a *App) Init() tea.Cmd {
	return tea.Batch(a.firstTick(), a.follow(), a.sized(), a.probe(), a.show(a.active, ""))
}

// firstTick begins to look at the live picture, at a moment that is this
// session's own: sessions that began together do not draw together.
func (a *App) firstTick() tea.Cmd {
	const spread = 0x9e3779b97f4a7c15 // sends neighbours far apart (Knuth, multiplicative hashing)
	moment := uint64(a.s.Clock().UnixNano()) * spread >> 32
	return tea.Tick(time.Duration(moment%uint64(liveEvery)), func(time.Time) tea.Msg { return tickMsg{} })
}

// tick is the next look at the live picture: later where many are looking.
func (a *App) tick() tea.Cmd {
	every := liveEvery
	if a.opt.Slow != nil && a.opt.Slow() {
		every *= 2
	}
	return tea.Tick(every, func(time.Time) tea.Msg { return tickMsg{} })
}

// Update routes a message; the order is the one of the package comment.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.lay = newLayout(msg.Width, msg.Height)
		return a, nil
	case sizeMsg:
		return a, tea.Batch(func() tea.Msg { return tea.WindowSizeMsg(msg) }, a.sized())
	case tea.BackgroundColorMsg:
		a.light(!msg.IsDark())
		return a, nil
	case tea.ColorProfileMsg:
		a.raise(msg.Profile)
		return a, nil
	case tickMsg:
		return a, tea.Batch(a.tick(), a.refresh())
	case mailMsg:
		return a, a.heard(msg)
	case tea.KeyPressMsg:
		return a, a.press(msg)
	case tea.MouseClickMsg:
		return a, a.click(msg)
	case tea.MouseWheelMsg:
		return a, a.wheel(msg)
	case tea.PasteMsg:
		return a, a.paste(msg)
	case screen.Goto:
		return a, a.show(msg.Screen, msg.Name)
	case screen.OpenModal:
		a.keys.Reset()
		a.modals = append(a.modals, msg.Modal)
		return a, nil
	case screen.Notice:
		a.say(msg.Text, msg.Err)
		return a, nil
	case leavingMsg:
		return a, a.askToLeave(msg)
	case handedMsg:
		return a, a.handed(msg)
	case quitMsg:
		a.quit = true
		return a, tea.Quit
	case screen.Done:
		a.say(msg.Say, msg.Err)
	}
	if to, ok := msg.(screen.Addressed); ok {
		return a, a.screens[to.To()].Update(msg)
	}
	return a, a.screens[a.active].Update(msg)
}

// actions are those of the screen shown, as far as this person has a right to
// them; a screen that is not for them has none.
func (a *App) actions() []action.Action {
	if a.barred(a.active) {
		return nil
	}
	return a.s.Allowed(a.screens[a.active].Actions())
}

// barred reports a screen of which this person may see nothing.
func (a *App) barred(id screen.ID) bool {
	right := id.Needs()
	return right != "" && a.s.Desk.May(right) != nil
}

func (a *App) say(text string, err error) {
	if err != nil {
		a.toasts.Error(err, a.s.Clock())
	} else if text != "" {
		a.toasts.Info(text, a.s.Clock())
	}
}

// refresh gives the live picture to the screen that is shown.
func (a *App) refresh() tea.Cmd {
	a.live = a.s.Desk.Live()
	if a.barred(a.active) {
		return nil
	}
	return tea.Batch(a.screens[a.active].Refresh(a.live), a.reload())
}

// show makes a screen the active one; a name opens one thing on it.
func (a *App) show(id screen.ID, name string) tea.Cmd {
	if id == screen.Behind {
		id = a.tab()
	}
	if !isTab(id) && isTab(a.active) {
		a.from = a.active
	}
	a.active = id
	a.keys.Reset()
	if a.barred(id) {
		return nil
	}
	var cmds []tea.Cmd
	if !a.shown[id] || a.feed.stale[id] {
		a.shown[id], a.feed.stale[id] = true, false
		cmds = append(cmds, a.screens[id].Init())
	}
	if name != "" {
		cmds = append(cmds, a.screens[id].Open(name))
	}
	return tea.Batch(append(cmds, a.screens[id].Refresh(a.live))...)
}

// tab is the tab of the screen shown: of one that has none, the tab that it was
// opened from.
func (a *App) tab() screen.ID {
	if isTab(a.active) {
		return a.active
	}
	return a.from
}

func isTab(id screen.ID) bool { return slices.Contains(screen.Order(), id) }

// press gives a key to who has it: a start to be stopped, the modal in front, a text field, an
// action, the widgets of the screen.
func (a *App) press(k tea.KeyPressMsg) tea.Cmd {
	if k.String() == "esc" && a.stoppable(a.departing()) {
		a.keys.Reset()
		return a.hold()
	}
	if n := len(a.modals); n > 0 {
		done, cmd := a.modals[n-1].Key(k)
		if done {
			a.modals = a.modals[:n-1]
		}
		return cmd
	}
	on := a.screens[a.active]
	if on.Captures() {
		if k.String() == "ctrl+c" { // nothing typed is lost by a slip: it asks as esc does
			k = tea.KeyPressMsg{Code: tea.KeyEscape}
		}
		cmd, _ := on.Key(k)
		return cmd
	}
	typed, state := a.keys.Press(k.String(), a.actions(), a.global(), action.Moves())
	switch state {
	case action.Matched:
		if _, move := action.Find(typed.Action.ID, action.Moves()); !move {
			return a.do(typed.Action.ID, "")
		}
		if typed.Typed == "gg" {
			k = tea.KeyPressMsg{Code: tea.KeyHome}
		}
		cmd, _ := on.Key(k)
		return cmd
	case action.Disabled:
		a.toasts.Note(typed.Why, a.s.Clock())
	case action.Unknown:
		cmd, _ := on.Key(k)
		return cmd
	}
	return nil
}

func (a *App) paste(msg tea.PasteMsg) tea.Cmd {
	if n := len(a.modals); n > 0 {
		a.modals[n-1].Paste(msg.Content)
		return nil
	}
	if on := a.screens[a.active]; on.Captures() {
		return on.Update(msg)
	}
	return nil
}

// global are the actions of every screen: what stops a start, tabs, help,
// palette, quit.
func (a *App) global() []action.Action {
	titles := make([]string, 0, len(screen.Order()))
	for _, id := range screen.Order() {
		titles = append(titles, a.title(id))
	}
	return append(append(a.holds(), a.s.Allowed(action.Global())...), action.Tabs(titles...)...)
}
