package today

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
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
	at       int             // the line that Enter opens
	height   int             // of the page as it was drawn last
	tried    map[string]bool // campaigns whose measure was asked for
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen {
	return &Screen{s: s, live: s.Desk.Live(), tried: map[string]bool{}}
}

// Init loads what the screen shows.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	return screen.Ask(x.s, screen.Today, x.req, func(ctx context.Context) (campaigns.Today, error) { return x.s.Desk.Today(ctx) })
}

// Update takes what was loaded.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[campaigns.Today]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		if msg.Req == x.req {
			x.today, x.loaded = msg.Value, true
			return x.measure()
		}
	case screen.Reply[measured]:
		return x.Init()
	}
	return nil
}

// measured says that the results were measured, as far as they can be.
type measured struct{}

// measure asks once for the results that nobody has measured yet, so that the
// page is there before they are.
func (x *Screen) measure() tea.Cmd {
	var names []string
	for _, l := range x.today.Results {
		if l.Verdict == "" && !x.tried[l.Name] {
			x.tried[l.Name] = true
			names = append(names, l.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return screen.Ask(x.s, screen.Today, x.s.Number(), func(ctx context.Context) (measured, error) {
		for _, name := range names {
			if _, err := x.s.Desk.ROI(ctx, name); err != nil && ctx.Err() != nil {
				return measured{}, ctx.Err()
			}
		}
		return measured{}, nil
	})
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
	list := []action.Action{
		action.New("campaign.new", "n").Need(model.WriteCampaigns).Alias("creer", "create"),
		action.New("import.file", "i").Need(model.ImportFiles).Alias("importer"),
		action.New("today.open", "enter").Off(func() string {
			if _, any := x.chosen(); !any {
				return x.s.P.T("today.nothing_waits")
			}
			return ""
		}),
		action.New("action.express", "N").Need(model.WriteCampaigns),
	}
	if x.live.Public.Why != nil {
		list = slices.Insert(list, 2, action.New("today.public", "u").Need(model.ReadFigures))
	}
	return list
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	switch id {
	case "campaign.new":
		return screen.Show(screen.Campaigns, screen.OpenNew)
	case "import.file":
		return screen.Show(screen.Contacts, screen.OpenNew)
	case "today.public":
		return screen.Show(screen.Public, "")
	case "today.open":
		it, _ := x.chosen()
		return screen.Show(it.to.Screen, it.to.Name)
	}
	return nil
}

// Key moves among the lines that Enter opens.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	step := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "home": -1 << 30, "end": 1 << 30, "G": 1 << 30}[k.String()]
	x.at = max(0, min(x.at+step, len(x.items(x.height))-1))
	return nil, step != 0
}

// Captures is false: there is no text field here.
func (x *Screen) Captures() bool { return false }

// Open shows nothing in particular.
func (x *Screen) Open(string) tea.Cmd { return nil }

// Back has nothing to leave.
func (x *Screen) Back() bool { return false }

// Restyle needs nothing: the page is drawn anew.
func (x *Screen) Restyle() {}
