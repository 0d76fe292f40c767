package roi

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// measured is a campaign with what it brought, or why that is not known.
type measured struct {
	line      campaigns.CampaignLine
	statement model.Statement
	err       error
}

// Screen is the ROI screen of one session.
type Screen struct {
	s      *screen.Session
	req    uint64
	asked  uint64 // revision of the data last asked for
	since  int    // refreshes since
	loaded bool
	all    []measured
	cursor int
	open   string // campaign shown in full; empty is the list
	help   bool   // the formulas are shown instead of the curve
	curve  painted
}

// painted keeps the curve of the statement shown, which is costly to paint.
type painted struct {
	key   paintKey
	lines []string
}

type paintKey struct {
	req  uint64
	name string
	w, h int
	lang string
	th   any
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen { return &Screen{s: s} }

// Init measures every campaign that was sent.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	x.since = 0
	return screen.Ask(x.s, screen.ROI, x.req, func(ctx context.Context) ([]measured, error) { return measureAll(ctx, x.s.Desk) })
}

func measureAll(ctx context.Context, desk campaigns.Desk) ([]measured, error) {
	lines, err := desk.Campaigns(ctx)
	if err != nil {
		return nil, err
	}
	all := []measured{}
	for _, l := range lines {
		if l.StartedAt == nil {
			continue
		}
		m := measured{line: l}
		m.statement, m.err = desk.ROI(ctx, l.Name)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		all = append(all, m)
	}
	return all, nil
}

// Update takes what was measured.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(screen.Reply[[]measured]); ok && msg.Req == x.req {
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		x.all, x.loaded = msg.Value, true
		for i := range x.all {
			say.Statement(x.s.P, &x.all[i].statement)
		}
		x.cursor = min(x.cursor, max(len(x.all)-1, 0))
	}
	return nil
}

// Refresh measures again when the data changed, at most every two seconds.
func (x *Screen) Refresh(live *campaigns.Live) tea.Cmd {
	x.since++
	if live.Revision == x.asked || x.since < 8 && x.loaded {
		return nil
	}
	x.asked = live.Revision
	return x.Init()
}

// shown is the campaign in full, or under the cursor.
func (x *Screen) shown() (measured, bool) {
	for _, m := range x.all {
		if m.line.Name == x.open {
			return m, true
		}
	}
	if x.open == "" && x.cursor < len(x.all) {
		return x.all[x.cursor], true
	}
	return measured{}, false
}

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	switch {
	case x.open == "" && len(x.all) == 0:
		return []action.Action{action.New("campaign.new", "n").Need(model.WriteCampaigns), action.New("import.file", "i").Need(model.ImportFiles)}
	case x.open == "":
		return []action.Action{action.New("roi.open", "enter", "d"), action.New("roi.campaign", "c")}
	}
	return []action.Action{
		action.New("roi.list", "esc").Hidden(),
		action.New("roi.previous", "left", "k", "up"), action.New("roi.next", "right", "j", "down"),
		action.New("roi.formulas", "i"),
		action.New("roi.campaign", "c"),
		action.New("roi.copy", "y").Hidden(),
	}
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	m, ok := x.shown()
	switch {
	case id == "campaign.new":
		return screen.Show(screen.Campaigns, "+")
	case id == "import.file":
		return screen.Show(screen.Contacts, "+")
	case id == "roi.list":
		x.open = ""
	case !ok && id == "roi.campaign":
		return screen.Show(screen.Campaigns, x.open)
	case !ok:
	case id == "roi.open":
		x.open = m.line.Name
	case id == "roi.campaign":
		return screen.Show(screen.Campaigns, m.line.Name)
	case id == "roi.previous":
		x.turn(-1)
	case id == "roi.next":
		x.turn(1)
	case id == "roi.formulas":
		x.help = !x.help
	case id == "roi.copy":
		return tea.Batch(tea.SetClipboard(m.statement.Sentence), screen.Say(x.s.P.T("roi.screen.copied")))
	}
	return nil
}

func (x *Screen) turn(step int) {
	if n := len(x.all); n > 0 {
		x.cursor = (x.cursor + step + n) % n
		x.open = x.all[x.cursor].line.Name
	}
}

// Key moves in the list.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	if x.open != "" {
		return nil, false
	}
	switch k.String() {
	case "j", "down":
		x.cursor++
	case "k", "up":
		x.cursor--
	case "g", "home":
		x.cursor = 0
	case "G", "end":
		x.cursor = len(x.all) - 1
	default:
		return nil, false
	}
	x.cursor = max(min(x.cursor, len(x.all)-1), 0)
	return nil, true
}

// Captures is false: there is no text field here.
func (x *Screen) Captures() bool { return false }

// Open shows one campaign in full.
func (x *Screen) Open(name string) tea.Cmd {
	x.open = name
	return nil
}

// Back returns to the list.
func (x *Screen) Back() bool {
	was := x.open != ""
	x.open = ""
	return was
}

// Restyle words the sentences again.
func (x *Screen) Restyle() {
	for i := range x.all {
		say.Statement(x.s.P, &x.all[i].statement)
	}
	x.curve = painted{}
}
