package live

import (
	"context"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// wanted is the last limit asked for, and when.
type wanted struct {
	name  string
	limit float64
	at    time.Time
}

// Actions are what can be done with the campaign shown.
func (x *Screen) Actions() []action.Action {
	if x.inner != nil {
		return x.inner.actions(x)
	}
	c, _, ok := x.shown()
	when := func(may bool, why string) func() string {
		return func() string {
			if !may {
				return x.s.P.T(why)
			}
			return ""
		}
	}
	lanes := action.New("live.lanes", "v").Need(model.ReadFigures).Alias("voies", "lanes")
	if !ok {
		return []action.Action{action.New("campaign.new", "n").Need(model.WriteCampaigns), lanes}
	}
	moving, stopped := c.State == model.Running, c.State == model.Paused
	return []action.Action{
		action.New("live.pause", "p").Danger(action.Reversible).Need(model.HoldBack).Off(when(moving, "live.not_sending")).Alias("pause"),
		action.New("live.resume", "r").Danger(action.Outgoing).Need(model.Launch).Off(when(stopped || moving && !c.Sending, "live.not_paused")).Alias("reprendre"),
		action.New("live.edit", "e").Need(model.WriteCampaigns).Off(when(stopped, "live.pause_first")),
		action.New("live.choose", "c").Need(model.Launch).Danger(action.Outgoing).Off(when(testing(&c.Status), "live.no_test")).Alias("choisir", "variante", "variant"),
		action.New("live.slower", "left").Need(model.HoldBack).Off(when(moving, "live.not_sending")).Hidden(),
		action.New("live.faster", "right").Need(model.HoldBack).Off(when(moving, "live.not_sending")).Hidden(),
		action.New("live.rate").Need(model.HoldBack).Off(when(true, "")).Alias("debit", "rate").WithArg(),
		action.New("live.missing", "m").Need(model.ReadContacts).Off(when(true, "")).Alias("manquants"),
		action.New("live.uncertain", "u").Need(model.ReadContacts).Off(when(c.Uncertain > 0, "live.none_uncertain")).Alias("incertains"),
		lanes,
		action.New("live.cancel", "x").Danger(action.Destructive).Need(model.CancelSends).Off(when(moving || stopped, "live.over")),
		action.New("live.roi", "w").Off(when(true, "")).Hidden(),
	}
}

// testing reports a test of wordings whose rest has no wording yet.
func testing(st *model.Status) bool {
	return st.AB != nil && !st.AB.Decided && (st.State == model.Running || st.State == model.Paused)
}

// Do does one of them.
func (x *Screen) Do(id, arg string) tea.Cmd {
	if x.inner != nil {
		return x.inner.do(x, id)
	}
	c, _, _ := x.shown()
	p, name := x.s.P, c.Name
	switch id {
	case "campaign.new":
		return screen.Show(screen.Campaigns, screen.OpenNew)
	case "live.pause":
		return screen.Act(x.s, screen.Live, p.N("live.paused", c.InFlight), func(ctx context.Context) error { return x.s.Desk.Pause(ctx, name) })
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
		return x.people(name, false)
	case "live.uncertain":
		return x.people(name, true)
	case "live.lanes":
		return x.openLanes()
	case "live.choose":
		return x.choose(c)
	case "live.edit":
		return screen.Reword(name)
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

// choose asks which wording of a test the rest gets.
func (x *Screen) choose(c campaigns.LiveCampaign) tea.Cmd {
	p := x.s.P
	menu := dialog.Menu{Title: p.T("live.choose_title", "name", c.Name), Body: []string{p.N("live.choose_body", c.Waiting)}}
	if c.AB.Waits {
		menu.Body = append([]string{p.T("live.verdict.no_difference_long")}, menu.Body...)
	}
	names := make([]string, 0, len(c.AB.Variants))
	menu.Choices = []dialog.Choice{{Label: p.T("live.choose_none"), Note: p.T("live.choose_none_note")}}
	for _, v := range c.AB.Variants {
		names = append(names, v.Name)
		menu.Choices = append(menu.Choices, dialog.Choice{Label: x.s.Text(v.Name + " · " + v.Subject), Note: x.worth(c.AB, v)})
	}
	return screen.Front(screen.Choose(x.s, menu, func(i int) tea.Cmd {
		if i == 0 {
			return nil
		}
		return screen.Act(x.s, screen.Live, p.T("live.chosen", "variant", names[i-1]), func(ctx context.Context) error {
			return x.s.Desk.ChooseVariant(ctx, c.Name, names[i-1])
		})
	}))
}

// cancel says what is gone already and asks for the number of people who would
// get nothing.
func (x *Screen) cancel(c campaigns.LiveCampaign) tea.Cmd {
	p, left := x.s.P, c.Waiting+c.Deferred
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("live.cancel_title", "name", safe.Text(c.Name)),
		Body:  []string{p.N("live.gone_already", c.Accepted), p.N("live.cancel_body", left)},
		Act:   p.T("live.cancel_act"), Type: strconv.Itoa(left), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Live, p.T("live.cancelled", "name", c.Name), func(ctx context.Context) error { return x.s.Desk.Cancel(ctx, c.Name) })
	}))
}
