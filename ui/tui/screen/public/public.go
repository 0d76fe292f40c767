package public

import (
	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// lookEvery is after how many of the shell's ticks the state is asked for again:
// two seconds.
const lookEvery = 8

// Screen is the public part in one session.
type Screen struct {
	s      *screen.Session
	req    uint64
	ticks  int
	busy   bool
	loaded bool
	state  campaigns.PublicState
	phone  bool // the page to try is shown
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen { return &Screen{s: s} }

// Init asks how the public part stands.
func (x *Screen) Init() tea.Cmd {
	x.req, x.ticks, x.busy = x.s.Number(), 0, true
	return screen.Ask(x.s, screen.Public, x.req, x.s.Desk.PublicState)
}

// Update takes the answer.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	r, is := msg.(screen.Reply[campaigns.PublicState])
	if !is || r.Req != x.req {
		return nil
	}
	x.busy = false
	if r.Err != nil {
		return screen.Fail(r.Err)
	}
	x.state, x.loaded = r.Value, true
	return nil
}

// Refresh asks again from time to time: what comes in by the minute moves by
// itself.
func (x *Screen) Refresh(*campaigns.Live) tea.Cmd {
	if x.ticks++; x.busy || x.ticks < lookEvery {
		return nil
	}
	return x.Init()
}

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	return []action.Action{
		action.New("public.phone", "t", "enter").Off(x.noPage).Alias("qr", "telephone", "phone", "essai", "test"),
		action.New("public.close", "esc"),
	}
}

func (x *Screen) noPage() string {
	if x.state.TestPage == "" {
		return x.s.P.T("site.none_short")
	}
	return ""
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	switch id {
	case "public.phone":
		x.phone = !x.phone
	case "public.close":
		if !x.Back() {
			return screen.Show(screen.Behind, "")
		}
	}
	return nil
}

// Key has no use for other keys.
func (x *Screen) Key(tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

// Captures: nothing is typed here.
func (x *Screen) Captures() bool { return false }

// Open shows the whole.
func (x *Screen) Open(string) tea.Cmd {
	x.phone = false
	return nil
}

// Back leaves the page to try.
func (x *Screen) Back() bool {
	was := x.phone
	x.phone = false
	return was
}

// Restyle needs nothing: the page is drawn anew.
func (x *Screen) Restyle() {}
