package campaigns

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/vtable"
)

// Screen is the campaigns screen of one session.
type Screen struct {
	s     *screen.Session
	live  *campaigns.Live
	asked uint64 // revision of the data last asked for
	since int    // looks at the live picture since
	busy  bool   // the list was asked for, and did not come yet
	req   uint64
	known bool // the list came once
	lines []campaigns.CampaignLine
	table *vtable.Table
	room  bool    // the table has room for ranges
	page  *page   // the campaign shown; nil is the list
	edit  *editor // the form in front of it
	ask   *ask    // one question, over the page
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen {
	x := &Screen{s: s, live: s.Desk.Live()}
	x.table = vtable.New(s.Th, s.P, x.columns(), rows{x})
	return x
}

// Init loads the list, and the campaign shown.
func (x *Screen) Init() tea.Cmd {
	x.asked, x.since, x.busy = x.live.Revision, 0, true
	x.req = x.s.Number()
	list := screen.Ask(x.s, screen.Campaigns, x.req, func(ctx context.Context) ([]campaigns.CampaignLine, error) { return x.s.Desk.Campaigns(ctx) })
	if x.page == nil {
		return list
	}
	return tea.Batch(list, x.loadPage())
}

// Refresh loads again when the data changed, at most once a second.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.live = live
	x.since++
	if x.busy || x.known && (live.Revision == x.asked || x.since < 4) {
		return nil
	}
	return x.Init()
}

// Update takes the answers of the desk, and what is pasted.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[[]campaigns.CampaignLine]:
		return x.takeList(msg)
	case screen.Reply[campaigns.CampaignDetail]:
		return x.takePage(msg)
	case screen.Reply[reading]:
		x.takePreview(msg)
	case screen.Reply[preflight]:
		return x.takePreflight(msg)
	case screen.Reply[model.SegmentCount]:
		return x.takeCount(msg)
	case screen.Reply[campaigns.HoldoutPlan]:
		return x.takeAdvice(msg)
	case screen.Reply[saved]:
		return x.takeSaved(msg)
	case screen.Reply[answered]:
		return x.takeAnswer(msg)
	case screen.Reply[started]:
		return x.takeStart(msg)
	case screen.Done:
		if x.page != nil && errors.Is(msg.Err, model.Refused("campaign.blocked")) {
			return x.check(x.page.name) // which shows what blocks
		}
		return x.Init()
	default:
		return x.typed(msg)
	}
	return nil
}

func (x *Screen) takeList(msg screen.Reply[[]campaigns.CampaignLine]) tea.Cmd {
	if msg.Req != x.req {
		return nil
	}
	x.busy, x.known = false, true
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	x.lines = msg.Value
	x.table.Refresh()
	return nil
}

// typed gives a message to whoever has the keys.
func (x *Screen) typed(msg tea.Msg) tea.Cmd {
	switch {
	case x.ask != nil:
		return x.ask.update(x, msg)
	case x.edit != nil:
		return x.edit.update(x, msg)
	}
	return nil
}

// Captures reports that a form or a question has the keys.
func (x *Screen) Captures() bool { return x.ask != nil || x.edit != nil }

// Key gives a key to the form, to the page or to the list.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case x.Captures():
		return x.typed(k), true
	case x.page != nil:
		return nil, x.page.key(k.String())
	case k.String() == "space" || k.String() == "v" || k.String() == "a":
		return nil, false // nothing is marked here
	}
	return nil, x.table.Key(k.String())
}

// Open shows one campaign, or the form: of a new one, of one that was just
// asked for, or of a wording.
func (x *Screen) Open(name string) tea.Cmd {
	switch {
	case name == "":
		x.page = nil
		return nil
	case x.edit != nil && x.edit.form.Dirty():
		return screen.Say(x.s.P.T("campaign.screen.unsaved"))
	case name == screen.OpenNew:
		return x.write(nil)
	case name == screen.OpenExpress:
		return x.express()
	}
	if reworded, is := screen.Reworded(name); is {
		x.edit, x.ask = nil, nil
		return x.reword(reworded, false, "", screen.Live)
	}
	x.edit, x.ask = nil, nil
	return x.show(name)
}

// Back leaves the question, the page, in this order.
func (x *Screen) Back() bool {
	switch {
	case x.ask != nil:
		x.ask = nil
	case x.page != nil:
		x.table.Select(x.page.name)
		x.page = nil
	default:
		return false
	}
	return true
}

// Restyle follows a change of language or of theme.
func (x *Screen) Restyle() {
	x.table.SetTheme(x.s.Th)
	x.table.SetPrinter(x.s.P, x.columns())
	x.table.Refresh()
	if x.page != nil {
		x.page.drawn = drawn{}
	}
	if x.edit != nil {
		x.edit.restyle(x)
	}
	if x.ask != nil {
		x.ask.restyle(x)
	}
}

// selected is the campaign shown, or under the cursor of the list, as far as
// the list knows it.
func (x *Screen) selected() (campaigns.CampaignLine, bool) {
	name := ""
	if x.page != nil {
		name = x.page.name
	} else {
		name, _ = x.table.Cursor()
	}
	for _, l := range x.lines {
		if l.Name == name {
			return x.fresh(l), true
		}
	}
	return campaigns.CampaignLine{}, false
}

// fresh is a line with the progress of the live picture. The state is that of
// the store: what a person just did is there first.
func (x *Screen) fresh(l campaigns.CampaignLine) campaigns.CampaignLine {
	if st := x.moving(l.Name); st != nil && st.State == l.State {
		l.Accepted, l.Done = st.Accepted, st.Done()
	}
	return l
}

// moving is the live picture of a campaign, nil when it is not on its way.
func (x *Screen) moving(name string) *model.Status {
	for i := range x.live.Running {
		if x.live.Running[i].Name == name {
			return &x.live.Running[i].Status
		}
	}
	return nil
}

func titled(title, name string) string {
	if title != "" {
		return title
	}
	return name
}
