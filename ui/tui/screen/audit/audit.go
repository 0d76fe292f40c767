package audit

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/filterbar"
	"blanche/ui/tui/widget/vtable"
)

// Screen is the audit of one session.
type Screen struct {
	s     *screen.Session
	table *vtable.Table
	bar   *filterbar.Bar

	lines  []model.AuditLine // newest first, those read so far
	end    bool              // there are no older ones
	loaded bool
	query  query

	open   uint64 // number of the line shown in full, 0 for the list
	from   int    // first line shown of it
	flaws  bool   // the flaws of the chain are shown
	proof  *model.AuditProof
	asking bool // the chain is being read
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen {
	x := &Screen{s: s, bar: filterbar.New(s.Th, s.P)}
	x.table = vtable.New(s.Th, s.P, x.columns(), rows{x})
	return x
}

// Init loads the newest lines; those that were read stay.
func (x *Screen) Init() tea.Cmd { return x.ask(false) }

// Refresh asks again when the filter was cleared by esc; what is done is told by
// the feed.
func (x *Screen) Refresh(*campaigns.Live) tea.Cmd {
	if x.query.late {
		return x.ask(false)
	}
	return nil
}

// Update takes the answers, and what is pasted into the filter.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[found]:
		return x.found(msg)
	case screen.Reply[model.AuditProof]:
		return x.proven(msg)
	case tea.PasteMsg:
		if x.bar.Active() {
			x.bar.Paste(msg.Content)
			return x.search()
		}
	}
	return nil
}

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	back := action.New("journal.close", "esc")
	verify := action.New("journal.verify", "v").Off(x.busy).Alias("verifier", "chaine", "chain")
	switch {
	case x.bar.Active():
		return []action.Action{action.New("journal.keep_filter", "enter"), back}
	case x.flaws:
		return []action.Action{back, verify}
	case x.open > 0:
		return []action.Action{
			back, action.New("journal.newer", "left", "k"), action.New("journal.older", "right", "j"),
			action.New("journal.object", "o").Off(x.noPlace), verify,
		}
	}
	filter, _ := action.Find("action.filter", action.Lists())
	return []action.Action{
		action.New("journal.open", "enter", "d").Off(x.none), filter, verify,
		action.New("journal.flaws", "w").Off(x.sound).Hidden(),
		action.New("journal.object", "o").Off(x.noPlace),
	}
}

func (x *Screen) busy() string {
	if x.asking {
		return x.s.P.T("journal.verifying")
	}
	return ""
}

func (x *Screen) none() string {
	if len(x.lines) == 0 {
		return x.s.P.T("journal.none")
	}
	return ""
}

func (x *Screen) sound() string {
	if x.proof == nil || len(x.proof.Flaws) == 0 {
		return x.s.P.T("journal.no_flaw")
	}
	return ""
}

func (x *Screen) noPlace() string {
	if l, ok := x.under(); ok {
		if to, _ := place(l.Entry.Object); to != "" {
			return ""
		}
	}
	return x.s.P.T("journal.no_place")
}

// place is the screen that shows an object, and the name it has there.
func place(object string) (screen.ID, string) {
	kind, name, _ := strings.Cut(object, ":")
	to := map[string]screen.ID{"contact": screen.Contacts, "campaign": screen.Campaigns, "operator": screen.Team}[kind]
	if name == "" {
		to = ""
	}
	return to, name
}

// under is the line that actions are about.
func (x *Screen) under() (model.AuditLine, bool) {
	i, ok := x.at()
	if !ok {
		return model.AuditLine{}, false
	}
	return x.lines[i], true
}

// at is the position of the line shown in full, or under the cursor.
func (x *Screen) at() (int, bool) {
	seq := x.open
	if seq == 0 {
		key, _ := x.table.Cursor()
		seq, _ = strconv.ParseUint(key, 10, 64)
	}
	return rows{x}.rank(seq)
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	switch id {
	case "journal.open":
		if l, ok := x.under(); ok {
			x.open, x.from = l.Seq, 0
		}
	case "journal.newer":
		return x.turn(-1)
	case "journal.older":
		return x.turn(1)
	case "journal.close":
		x.Back()
	case "journal.keep_filter":
		x.bar.Key("enter", "")
	case "action.filter":
		x.bar.Open()
	case "journal.verify":
		return x.verify()
	case "journal.flaws":
		x.flaws, x.from = true, 0
	case "journal.object":
		if l, ok := x.under(); ok {
			to, name := place(l.Entry.Object)
			return screen.Show(to, name)
		}
	}
	return nil
}

// turn shows the next line in full; the list follows.
func (x *Screen) turn(step int) tea.Cmd {
	i, ok := x.at()
	if next := i + step; ok && next >= 0 && next < len(x.lines) {
		x.open, x.from = x.lines[next].Seq, 0
		x.table.Select(strconv.FormatUint(x.open, 10))
	}
	return x.more()
}

// Key moves in what is shown, or types in the filter.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	name := k.String()
	switch {
	case x.bar.Active():
		if x.bar.Key(name, k.Text) {
			return x.search(), true
		}
		return nil, true
	case x.open > 0 || x.flaws:
		step, ok := map[string]int{"down": 1, "up": -1, "pgdown": 10, "pgup": -10, "ctrl+d": 10, "ctrl+u": -10, "home": -1 << 20, "end": 1 << 20}[name]
		x.from = max(x.from+step, 0)
		return nil, ok
	case name == "space" || name == "a" || name == "ctrl+a":
		return nil, false // nothing is marked here
	}
	ok := x.table.Key(name)
	return x.more(), ok
}

// Captures is true while the filter is typed.
func (x *Screen) Captures() bool { return x.bar.Active() }

// Open shows what one person did.
func (x *Screen) Open(who string) tea.Cmd {
	x.open, x.flaws = 0, false
	if who == "" {
		return nil
	}
	by := "who:"
	if x.s.P.Lang() == "fr" {
		by = "qui:"
	}
	x.bar.SetText(by + who)
	return x.search()
}

// Back leaves what is innermost.
func (x *Screen) Back() bool {
	switch {
	case x.bar.Active():
		x.bar.Key("enter", "")
	case x.flaws:
		x.flaws = false
	case x.open > 0:
		x.open = 0
	case x.bar.Text() != "":
		x.bar.Clear()
		x.query.late = true
	default:
		return false
	}
	return true
}

// Restyle follows a change of language or of theme.
func (x *Screen) Restyle() {
	x.bar.Restyle(x.s.Th, x.s.P)
	x.table.SetTheme(x.s.Th)
	x.table.SetPrinter(x.s.P, x.columns())
	x.table.Refresh()
}
