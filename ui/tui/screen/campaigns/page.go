package campaigns

import (
	"context"
	"math"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// wide is the width from which the facts stand beside the message.
const wide = 110

// view is what the page shows; beside the facts where there is room.
type view uint8

const (
	viewFacts view = iota
	viewBack       // what came back, once it left
	viewText
	viewHTML
	viewCheck
)

// page is one campaign in full.
type page struct {
	name   string
	req    uint64
	loaded bool
	detail campaigns.CampaignDetail
	view   view
	beside bool // the facts have their own pane
	height int  // of the pane that moves
	scroll int

	reader     string // address of who reads the message, "" for the first one
	previewReq uint64
	preview    *reading
	unreadable error

	checkReq uint64
	checking bool
	check    *model.Checklist // worst first
	cursor   int              // line of the preflight
	drawn    drawn
}

// drawn keeps the lines of a message, which are costly to wrap.
type drawn struct {
	of    *reading
	mask  bool
	view  view
	w     int
	lines []string
}

// show opens a campaign.
func (x *Screen) show(name string) tea.Cmd {
	if x.page == nil || x.page.name != name {
		x.page = &page{name: name}
	}
	return tea.Batch(x.loadPage(), x.read(x.page.reader))
}

func (x *Screen) loadPage() tea.Cmd {
	name := x.page.name
	x.page.req = x.s.Number()
	return screen.Ask(x.s, screen.Campaigns, x.page.req, func(ctx context.Context) (campaigns.CampaignDetail, error) {
		return x.s.Desk.Campaign(ctx, name)
	})
}

func (x *Screen) takePage(msg screen.Reply[campaigns.CampaignDetail]) tea.Cmd {
	if x.page == nil || msg.Req != x.page.req {
		return nil
	}
	if msg.Err != nil {
		x.page = nil
		return screen.Fail(msg.Err)
	}
	pg := x.page
	reworded := pg.loaded && pg.detail.Campaign.Current().Number != msg.Value.Campaign.Current().Number
	pg.detail, pg.loaded = msg.Value, true
	if pg.check != nil && msg.Value.Campaign.State.Launched() {
		pg.forgetCheck()
	}
	if !reworded {
		return nil
	}
	pg.forgetCheck()
	return x.read(pg.reader)
}

func (pg *page) forgetCheck() {
	pg.check, pg.cursor = nil, 0
	if pg.view == viewCheck {
		pg.view = viewFacts
	}
}

// read asks for the message as a person would get it.
func (x *Screen) read(ref string) tea.Cmd {
	name := x.page.name
	x.page.previewReq = x.s.Number()
	return screen.Ask(x.s, screen.Campaigns, x.page.previewReq, func(ctx context.Context) (reading, error) {
		return x.readAs(ctx, name, ref)
	})
}

// reading is the message as a person gets it, and what they are called, for
// the mask.
type reading struct {
	campaigns.Preview
	names []string
}

func (x *Screen) readAs(ctx context.Context, name, ref string) (reading, error) {
	pre, err := x.s.Desk.Preview(ctx, name, ref)
	r := reading{Preview: pre}
	if err != nil {
		return r, err
	}
	if c, err := x.s.Desk.Contact(ctx, pre.To); err == nil {
		r.names = []string{c.DisplayName(), c.FirstName, c.LastName, c.Company}
	}
	return r, nil
}

func (x *Screen) takePreview(msg screen.Reply[reading]) {
	if x.page == nil || msg.Req != x.page.previewReq {
		return
	}
	x.s.Mask.Learn(msg.Value.names...)
	x.page.preview, x.page.unreadable = &msg.Value, msg.Err
	if msg.Err != nil {
		x.page.preview = nil
	}
}

// showsCheck reports that the lines of the preflight have the cursor.
func (pg *page) showsCheck() bool {
	return pg.view == viewCheck && pg.check != nil && len(pg.check.Lines) > 0
}

// turn shows the next view.
func (pg *page) turn() {
	if pg.beside && pg.view == viewFacts {
		pg.view = pg.first() // which is what is seen
	}
	pg.view, pg.scroll = (pg.view+1)%(viewCheck+1), 0
	if pg.view == viewCheck && pg.check == nil {
		pg.view = viewFacts
	}
	if pg.view == viewFacts && pg.beside {
		pg.view = pg.first()
	}
	if pg.view == viewBack && !pg.left() {
		pg.view = viewText
	}
}

// left reports that something may have come back.
func (pg *page) left() bool { return pg.detail.Status.Responses != nil }

// first is what stands beside the facts: what came back of a campaign that left,
// the message of one that did not.
func (pg *page) first() view {
	if pg.left() {
		return viewBack
	}
	return viewText
}

// key moves in what is shown.
func (pg *page) key(name string) bool {
	step := max(pg.height-1, 1)
	by := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": step, "ctrl+f": step, "ctrl+d": step / 2, "pgup": -step, "ctrl+b": -step, "ctrl+u": -step / 2}[name]
	switch {
	case name == "home":
		pg.scroll, pg.cursor = 0, 0
	case name == "end" || name == "G":
		pg.scroll = math.MaxInt32
		if pg.check != nil {
			pg.cursor = max(len(pg.check.Lines)-1, 0)
		}
	case by == 0:
		return false
	case pg.showsCheck():
		pg.cursor = max(min(pg.cursor+by, len(pg.check.Lines)-1), 0)
	default:
		pg.scroll = max(pg.scroll+by, 0)
	}
	return true
}

// status is where the sending stands, from the live picture where it has it.
func (x *Screen) status() *model.Status {
	stored := &x.page.detail.Status
	if st := x.moving(x.page.name); st != nil && st.State == stored.State && st.Version == stored.Version {
		return st
	}
	return stored
}

// local is an instant in the zone of the shop.
func (x *Screen) local(t time.Time) time.Time { return t.In(x.s.Desk.Now().Location()) }

// viewPage draws the title and the panes.
func (x *Screen) viewPage(w, h int) []string {
	pg := x.page
	if !pg.loaded {
		return nil
	}
	p, c, st := x.s.P, &pg.detail.Campaign, x.status()
	version := ""
	if n := c.Current().Number; n > 1 {
		version = p.T("campaign.screen.version", "n", int(n))
	}
	title := frame.Title(x.s.Th, w, p.T("app.tab.campaigns"), p.Value(titled(c.Spec.Title, c.Name)), x.stateTitle(st.State), version, x.launchClock(st))
	head := append([]string{title}, x.nextLines(w, st)...)
	rest := h - len(head)
	pg.beside, pg.height = w >= wide, rest
	if !pg.beside {
		return append(head, x.pane(w, rest, pg.view)...)
	}
	shown := pg.view
	if shown == viewFacts {
		shown = pg.first()
	}
	left := w * 9 / 20
	facts := frame.Block(x.facts(left, rest, st), left, rest)
	return append(head, frame.Beside(facts, left, x.pane(w-left-2, rest, shown), w-left-2, "  ")...)
}

// pane is one view in exactly h lines of w cells.
func (x *Screen) pane(w, h int, v view) []string {
	var lines []string
	switch v {
	case viewFacts:
		lines = x.facts(w, max(h+min(x.page.scroll, 1000), h), x.status())
	case viewBack:
		lines = x.backLines(w)
	case viewCheck:
		return frame.Block(x.checkLines(w, h), w, h)
	default:
		lines = x.message(w, v)
	}
	x.page.scroll = max(min(x.page.scroll, len(lines)-h), 0)
	return frame.Block(lines[x.page.scroll:], w, h)
}
