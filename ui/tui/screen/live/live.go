package live

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
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
	people *people
	wanted wanted
}

// wanted is the last limit asked for, and when.
type wanted struct {
	name  string
	limit float64
	at    time.Time
}

// people is a list of recipients by name, over the page.
type people struct {
	title string
	lines []campaigns.RecipientLine
	from  int
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen { return &Screen{s: s, live: s.Desk.Live()} }

// Init asks for the campaigns that run or are paused, whoever sends them.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	return screen.Ask(x.s, screen.Live, x.req, func(ctx context.Context) ([]model.Status, error) {
		t, err := x.s.Desk.Today(ctx)
		if err != nil {
			return nil, err
		}
		return x.withDoubts(ctx, t)
	})
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
	case screen.Reply[*people]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		x.people = msg.Value
	case screen.Done:
		return x.Init()
	}
	return nil
}

// Refresh takes the live picture, and asks the store when the data changed.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.live = live
	if live.Revision == x.asked && x.loaded {
		return nil
	}
	x.asked = live.Revision
	return x.Init()
}

// all are the campaigns to show: those of the live picture, then those of the
// store that nobody here sends.
func (x *Screen) all() []campaigns.LiveCampaign {
	list := append([]campaigns.LiveCampaign(nil), x.live.Running...)
	for _, st := range x.stored {
		known := false
		for _, l := range list {
			known = known || l.Name == st.Name
		}
		if !known {
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

// Actions are what can be done with the campaign shown.
func (x *Screen) Actions() []action.Action {
	c, _, ok := x.shown()
	when := func(may bool, why string) func() string {
		return func() string {
			if !may {
				return x.s.P.T(why)
			}
			return ""
		}
	}
	if !ok {
		return []action.Action{action.New("campaign.new", "n").Need(model.WriteCampaigns)}
	}
	moving := c.State == model.Running
	return []action.Action{
		action.New("live.pause", "p").Danger(action.Reversible).Need(model.HoldBack).Off(when(moving, "live.not_sending")).Alias("pause"),
		action.New("live.resume", "r").Danger(action.Outgoing).Need(model.Launch).Off(when(c.State == model.Paused || moving && !c.Sending, "live.not_paused")).Alias("reprendre"),
		action.New("live.slower", "left").Need(model.HoldBack).Off(when(moving, "live.not_sending")).Hidden(),
		action.New("live.faster", "right").Need(model.HoldBack).Off(when(moving, "live.not_sending")).Hidden(),
		action.New("live.rate").Need(model.HoldBack).Off(when(true, "")).Alias("debit", "rate").WithArg(),
		action.New("live.missing", "m").Need(model.ReadContacts).Off(when(true, "")),
		action.New("live.uncertain", "u").Need(model.Launch).Off(when(c.Uncertain > 0, "live.none_uncertain")),
		action.New("live.as_sent", "U").Danger(action.Reversible).Need(model.Launch).Off(when(c.Uncertain > 0, "live.none_uncertain")).Hidden(),
		action.New("live.edit", "e").Need(model.WriteCampaigns).Off(when(c.State == model.Paused, "live.pause_first")),
		action.New("live.cancel", "x").Danger(action.Destructive).Need(model.CancelSends).Off(when(moving || c.State == model.Paused, "live.over")),
		action.New("live.roi", "w").Off(when(true, "")).Hidden(),
	}
}

// Do does one of them.
func (x *Screen) Do(id, arg string) tea.Cmd {
	c, _, _ := x.shown()
	p, name := x.s.P, c.Name
	switch id {
	case "campaign.new":
		return screen.Show(screen.Campaigns, "+")
	case "live.pause":
		return screen.Act(x.s, screen.Live, p.T("live.paused", "n", c.InFlight), func(ctx context.Context) error { return x.s.Desk.Pause(ctx, name) })
	case "live.resume":
		return screen.Act(x.s, screen.Live, p.T("live.resumed"), func(ctx context.Context) error { return x.s.Desk.Resume(ctx, name) })
	case "live.slower":
		return x.rate(name, slower(x.limit(c), c.RatePerSecond))
	case "live.faster":
		return x.rate(name, faster(x.limit(c)))
	case "live.rate":
		v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(arg), ",", "."), 64)
		if err != nil {
			return screen.Fail(model.Invalid("campaign.bad_rate", "rate", arg))
		}
		return x.rate(name, v)
	case "live.missing":
		return x.list(p.T("live.missing_of", "name", name), func(ctx context.Context) ([]campaigns.RecipientLine, error) { return x.s.Desk.Missing(ctx, name) })
	case "live.uncertain":
		return x.decide(c)
	case "live.as_sent":
		return x.countAsSent(c)
	case "live.edit":
		return screen.Show(screen.Campaigns, name)
	case "live.cancel":
		return x.cancel(c)
	case "live.roi":
		return screen.Show(screen.ROI, name)
	}
	return nil
}

// paces are the limits that the arrows go through, in messages a second; 0, no
// limit, is beyond the last.
var paces = [...]float64{1, 2, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000}

// slower is the next limit down; from no limit it starts under what is sent.
func slower(limit, now float64) float64 {
	if limit == 0 {
		limit = max(now, paces[3])
	}
	for i := len(paces) - 1; i >= 0; i-- {
		if paces[i] < limit {
			return paces[i]
		}
	}
	return paces[0]
}

// faster is the next limit up, and none after the last.
func faster(limit float64) float64 {
	for _, p := range paces {
		if limit > 0 && p > limit {
			return p
		}
	}
	return 0
}

// limit is the limit of the campaign shown as last asked for: the picture may
// be a quarter of a second old.
func (x *Screen) limit(c campaigns.LiveCampaign) float64 {
	if x.wanted.name == c.Name && x.s.Clock().Sub(x.wanted.at) < time.Second {
		return x.wanted.limit
	}
	return c.RateLimit
}

func (x *Screen) rate(name string, v float64) tea.Cmd {
	x.wanted = wanted{name: name, limit: v, at: x.s.Clock()}
	said := x.s.P.T("live.rate_set", "rate", x.s.P.Rate(v))
	if v == 0 {
		said = x.s.P.T("live.rate_free")
	}
	return screen.Act(x.s, screen.Live, said, func(ctx context.Context) error { return x.s.Desk.SetRate(ctx, name, v) })
}

func (x *Screen) list(title string, ask func(context.Context) ([]campaigns.RecipientLine, error)) tea.Cmd {
	return screen.Ask(x.s, screen.Live, x.s.Number(), func(ctx context.Context) (*people, error) {
		lines, err := ask(ctx)
		return &people{title: title, lines: lines}, err
	})
}

// decide asks what to do with the uncertain ones, after showing them.
func (x *Screen) decide(c campaigns.LiveCampaign) tea.Cmd {
	p := x.s.P
	resend := screen.Confirm(x.s, dialog.Question{
		Title: p.T("live.uncertain_title"), Body: []string{p.N("live.uncertain_body", c.Uncertain, "name", c.Name), p.T("live.uncertain_same"), p.T("live.uncertain_or")},
		Act: p.T("live.uncertain_act"), Type: strconv.Itoa(c.Uncertain), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Live, p.T("live.uncertain_done"), func(ctx context.Context) error {
			_, err := x.s.Desk.ResolveUncertain(ctx, c.Name, true)
			return err
		})
	})
	return tea.Batch(x.list(p.T("live.uncertain_of", "name", c.Name), func(ctx context.Context) ([]campaigns.RecipientLine, error) { return x.s.Desk.Uncertain(ctx, c.Name) }), screen.Front(resend))
}

// countAsSent asks before the uncertain ones are counted as served.
func (x *Screen) countAsSent(c campaigns.LiveCampaign) tea.Cmd {
	p := x.s.P
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("live.as_sent_title"), Body: []string{p.N("live.as_sent_body", c.Uncertain, "name", c.Name)}, Act: p.T("live.as_sent_act"),
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Live, p.T("live.as_sent_done"), func(ctx context.Context) error {
			_, err := x.s.Desk.ResolveUncertain(ctx, c.Name, false)
			return err
		})
	}))
}

// cancel asks for the number of people who would get nothing.
func (x *Screen) cancel(c campaigns.LiveCampaign) tea.Cmd {
	p, left := x.s.P, c.Waiting+c.Deferred
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("live.cancel_title", "name", c.Name), Body: []string{p.N("live.cancel_body", left)},
		Act: p.T("live.cancel_act"), Type: strconv.Itoa(left), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Live, p.T("live.cancelled", "name", c.Name), func(ctx context.Context) error { return x.s.Desk.Cancel(ctx, c.Name) })
	}))
}

// Key moves between campaigns, or in a list of people.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	step := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "pgup": -10}[k.String()]
	if step == 0 {
		return nil, false
	}
	if x.people != nil {
		x.people.from = max(0, min(x.people.from+step, len(x.people.lines)-1))
		return nil, true
	}
	list := x.all()
	_, at, ok := x.shown()
	if ok {
		x.picked = list[max(0, min(at+step, len(list)-1))].Name
	}
	return nil, ok
}

// Captures is false: there is no text field here.
func (x *Screen) Captures() bool { return false }

// Open shows one campaign.
func (x *Screen) Open(name string) tea.Cmd {
	x.picked, x.people = name, nil
	return nil
}

// Back closes a list of people.
func (x *Screen) Back() bool {
	was := x.people != nil
	x.people = nil
	return was
}

// Restyle needs nothing: the page is drawn anew.
func (x *Screen) Restyle() {}
