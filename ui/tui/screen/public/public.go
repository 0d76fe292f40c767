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
	list   bool // what other programs were not told is shown
	at     int  // the one of it under the cursor
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
	if _, did := msg.(screen.Done); did {
		return x.Init()
	}
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
	if x.list {
		return x.letterActions()
	}
	list := []action.Action{action.New("public.phone", "t", "enter").Off(x.noPage).Alias("qr", "telephone", "phone", "essai", "test")}
	if len(x.state.Dead) > 0 && !x.phone {
		list = append(list, action.New("public.letters", "l").Alias("lettres", "letters", "dead"))
	}
	return append(list, action.New("public.close", "esc"))
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
	case "public.letters":
		x.list, x.at = true, 0
	case "public.retry":
		return x.again(1, x.letter().Key)
	case "public.retry_all":
		return x.again(len(x.state.Dead))
	case "public.drop":
		return x.drop()
	case "public.close":
		if !x.Back() {
			return screen.Show(screen.Behind, "")
		}
	}
	return nil
}

// Key moves among what other programs were not told.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	step := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "pgup": -10, "home": -1 << 30, "end": 1 << 30, "G": 1 << 30}[k.String()]
	if !x.list || step == 0 {
		return nil, false
	}
	x.at = max(0, min(x.at+step, len(x.state.Dead)-1))
	return nil, true
}

// Captures: nothing is typed here.
func (x *Screen) Captures() bool { return false }

// Open shows the whole.
func (x *Screen) Open(string) tea.Cmd {
	x.phone, x.list = false, false
	return nil
}

// Back leaves the page to try, or the list.
func (x *Screen) Back() bool {
	was := x.phone || x.list
	x.phone, x.list = false, false
	return was
}

// Restyle needs nothing: the page is drawn anew.
func (x *Screen) Restyle() {}
