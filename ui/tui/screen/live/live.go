package live

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// Screen is the live screen of one session.
type Screen struct {
	s      *screen.Session
	req    uint64
	asked  uint64
	loaded bool
	stored []model.Status // running or paused, as the store last said
	live   *campaigns.Live
	picked string // name of the campaign shown
	told   told
	wanted wanted
	inner  inner // over the page; nil is the page
}

// inner is a page over the page of the campaigns: people by name, the lanes.
type inner interface {
	view(x *Screen, w, h int) []string
	actions(x *Screen) []action.Action
	do(x *Screen, id string) tea.Cmd
	move(step int)
	refresh(x *Screen) tea.Cmd
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen { return &Screen{s: s, live: s.Desk.Live()} }

// Init asks for the campaigns that run or are paused, whoever sends them.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	picked := x.picked
	return screen.Ask(x.s, screen.Live, x.req, func(ctx context.Context) ([]model.Status, error) {
		t, err := x.s.Desk.Today(ctx)
		if err != nil {
			return nil, err
		}
		list, err := x.withDoubts(ctx, t)
		if err != nil || picked == "" {
			return list, err
		}
		return x.withPicked(ctx, list, picked)
	})
}

// withPicked adds the campaign that somebody asked for, though it is over: who
// got nothing of it, and may be sent to again, is here. One that is gone is not
// missed.
func (x *Screen) withPicked(ctx context.Context, list []model.Status, name string) ([]model.Status, error) {
	if slices.ContainsFunc(list, func(st model.Status) bool { return st.Name == name }) {
		return list, nil
	}
	st, err := x.s.Desk.Status(ctx, name)
	switch {
	case model.KindOf(err) == model.KindNotFound:
		return list, nil
	case err != nil:
		return nil, err
	case st.State.Launched():
		list = append(list, st)
	}
	return list, nil
}

// withDoubts adds the campaigns that are over but for people in doubt, who
// await a decision.
func (x *Screen) withDoubts(ctx context.Context, t campaigns.Today) ([]model.Status, error) {
	list := t.Running
	for _, u := range t.Uncertain {
		if slices.ContainsFunc(list, func(st model.Status) bool { return st.Name == u.Name }) {
			continue
		}
		st, err := x.s.Desk.Status(ctx, u.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, st)
	}
	return list, nil
}

// Update takes what was asked for.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[[]model.Status]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		if msg.Req == x.req {
			x.stored, x.loaded = msg.Value, true
		}
		return x.tell()
	case screen.Reply[campaigns.CampaignDetail]:
		return x.takeTold(msg)
	case screen.Reply[*people]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		x.inner = msg.Value
	case screen.Reply[campaigns.LaneReport]:
		return x.takeLanes(msg)
	case screen.Done:
		if p, is := x.inner.(*people); is && msg.Err == nil {
			return tea.Batch(x.Init(), p.again(x))
		}
		return x.Init()
	}
	return nil
}

// Refresh takes the live picture, and asks the store when the data changed.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.live = live
	var cmd tea.Cmd
	if x.inner != nil {
		cmd = x.inner.refresh(x)
	}
	if live.Revision == x.asked && x.loaded {
		return tea.Batch(cmd, x.tell())
	}
	x.asked = live.Revision
	return tea.Batch(cmd, x.Init())
}

// all are the campaigns to show: those of the live picture, then those of the
// store that nobody here sends.
func (x *Screen) all() []campaigns.LiveCampaign {
	list := append([]campaigns.LiveCampaign(nil), x.live.Running...)
	for _, st := range x.stored {
		if !slices.ContainsFunc(list, func(l campaigns.LiveCampaign) bool { return l.Name == st.Name }) {
			list = append(list, campaigns.LiveCampaign{Status: st})
		}
	}
	return list
}

// shown is the campaign picked, else the first.
func (x *Screen) shown() (campaigns.LiveCampaign, int, bool) {
	list := x.all()
	for i, c := range list {
		if c.Name == x.picked {
			return c, i, true
		}
	}
	if len(list) == 0 {
		return campaigns.LiveCampaign{}, 0, false
	}
	return list[0], 0, true
}

// steps are how far the keys move.
var steps = map[string]int{
	"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "pgup": -10, "ctrl+d": 10, "ctrl+u": -10, "ctrl+f": 10, "ctrl+b": -10,
	"home": -1 << 30, "end": 1 << 30, "G": 1 << 30,
}

// Key moves between campaigns, or on the page over them.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	step := steps[k.String()]
	if step == 0 {
		return nil, false
	}
	if x.inner != nil {
		x.inner.move(step)
		return nil, true
	}
	list := x.all()
	_, at, ok := x.shown()
	if ok {
		x.picked = list[max(0, min(at+step, len(list)-1))].Name
	}
	return x.tell(), ok
}

// Captures is false: there is no text field here.
func (x *Screen) Captures() bool { return false }

// Open shows one campaign.
func (x *Screen) Open(name string) tea.Cmd {
	x.picked, x.inner = name, nil
	return tea.Batch(x.Init(), x.tell())
}

// Back closes the page over the campaigns.
func (x *Screen) Back() bool {
	was := x.inner != nil
	x.inner = nil
	return was
}

// Restyle needs nothing: the page is drawn anew.
func (x *Screen) Restyle() {}
