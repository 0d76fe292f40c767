package today

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// Screen is the first screen of one session.
type Screen struct {
	s        *screen.Session
	req      uint64
	asked    uint64 // revision of the data last asked for
	loaded   bool
	today    campaigns.Today
	live     *campaigns.Live
	tickless int
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen { return &Screen{s: s, live: s.Desk.Live()} }

// Init loads what the screen shows.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	return screen.Ask(x.s, screen.Today, x.req, func(ctx context.Context) (campaigns.Today, error) { return x.s.Desk.Today(ctx) })
}

// Update takes what was loaded.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(screen.Reply[campaigns.Today]); ok {
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		if msg.Req == x.req {
			x.today, x.loaded = msg.Value, true
		}
	}
	return nil
}

// Refresh reloads when the data changed, at most once a second.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.live = live
	x.tickless++
	if live.Revision == x.asked && live.Ready == x.today.Ready || x.tickless < 4 && x.loaded {
		return nil
	}
	x.asked, x.tickless = live.Revision, 0
	return x.Init()
}

// Actions are what the first screen offers.
func (x *Screen) Actions() []action.Action {
	return []action.Action{
		action.New("campaign.new", "n").Alias("creer", "create"),
		action.New("import.file", "i").Alias("importer"),
		action.New("today.running", "enter").Off(func() string {
			if len(x.today.Running) == 0 {
				return x.s.P.T("today.nothing_running")
			}
			return ""
		}),
	}
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	switch id {
	case "campaign.new":
		return screen.Show(screen.Campaigns, "+")
	case "import.file":
		return screen.Show(screen.Contacts, "+")
	case "today.running":
		return screen.Show(screen.Live, x.today.Running[0].Name)
	}
	return nil
}

// Key has no use for other keys.
func (x *Screen) Key(tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

// Captures is false: there is no text field here.
func (x *Screen) Captures() bool { return false }

// Open shows nothing in particular.
func (x *Screen) Open(string) tea.Cmd { return nil }

// Back has nothing to leave.
func (x *Screen) Back() bool { return false }

// Restyle needs nothing: the page is drawn anew.
func (x *Screen) Restyle() {}
