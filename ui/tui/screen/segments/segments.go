package segments

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/vtable"
)

// page is what is shown in place of the list.
type page interface {
	actions() []action.Action
	do(id string) tea.Cmd
	key(k tea.KeyPressMsg) (tea.Cmd, bool)
	paste(text string) tea.Cmd
	captures() bool
	update(msg tea.Msg) tea.Cmd
	// back leaves what is open inside the page; false closes the page.
	back() bool
	view(w, h int) []string
	restyle()
}

// Screen is the segments of one session.
type Screen struct {
	s       *screen.Session
	req     uint64
	loading bool
	loaded  bool
	err     error
	lines   []campaigns.SegmentLine
	table   *vtable.Table
	page    page

	growth  map[string]campaigns.SegmentGrowth // by name
	growing string                             // the one asked for
	growReq uint64
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen {
	x := &Screen{s: s, growth: map[string]campaigns.SegmentGrowth{}}
	x.table = vtable.New(s.Th, s.P, x.columns(), rows{x})
	return x
}

// Init counts the saved segments.
func (x *Screen) Init() tea.Cmd {
	if x.loading {
		return nil
	}
	x.loading, x.req = true, x.s.Number()
	return screen.Ask(x.s, screen.Segments, x.req, func(ctx context.Context) ([]campaigns.SegmentLine, error) {
		return x.s.Desk.SegmentLines(ctx)
	})
}

// Update takes the answers.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[[]campaigns.SegmentLine]:
		return x.counted(msg)
	case screen.Reply[campaigns.SegmentGrowth]:
		return x.grown(msg)
	case screen.Done:
		return tea.Batch(x.Init(), x.toPage(msg))
	case tea.PasteMsg:
		if x.page != nil {
			return x.page.paste(msg.Content)
		}
		return nil
	}
	return x.toPage(msg)
}

func (x *Screen) toPage(msg tea.Msg) tea.Cmd {
	if x.page == nil {
		return nil
	}
	return x.page.update(msg)
}

// counted keeps the list, then asks for the growth of each, one at a time.
func (x *Screen) counted(msg screen.Reply[[]campaigns.SegmentLine]) tea.Cmd {
	if msg.Req != x.req {
		return nil
	}
	x.loading, x.err = false, msg.Err
	if msg.Err != nil {
		return nil
	}
	x.lines, x.loaded = msg.Value, true
	x.growth, x.growing = map[string]campaigns.SegmentGrowth{}, ""
	x.table.Refresh()
	return x.grow()
}

// grow asks for the growth of the first segment that has none yet.
func (x *Screen) grow() tea.Cmd {
	if x.growing != "" {
		return nil
	}
	for i := range x.lines {
		name := x.lines[i].Name
		if _, known := x.growth[name]; known || x.lines[i].Problem != nil {
			continue
		}
		x.growing, x.growReq = name, x.s.Number()
		return screen.Ask(x.s, screen.Segments, x.growReq, func(ctx context.Context) (campaigns.SegmentGrowth, error) {
			return x.s.Desk.SegmentGrowth(ctx, name)
		})
	}
	return nil
}

// grown keeps a growth; one that cannot be counted is left empty.
func (x *Screen) grown(msg screen.Reply[campaigns.SegmentGrowth]) tea.Cmd {
	if msg.Req != x.growReq || x.growing == "" {
		return nil
	}
	x.growth[x.growing] = msg.Value
	x.growing = ""
	x.table.Refresh()
	return x.grow()
}

// Refresh needs nothing: what changes here is told by the feed.
func (x *Screen) Refresh(*campaigns.Live) tea.Cmd { return nil }

// under is the segment under the cursor.
func (x *Screen) under() (campaigns.SegmentLine, bool) {
	name, _ := x.table.Cursor()
	return x.named(name)
}

func (x *Screen) named(name string) (campaigns.SegmentLine, bool) {
	for _, l := range x.lines {
		if l.Name == name {
			return l, true
		}
	}
	return campaigns.SegmentLine{}, false
}

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	if x.page != nil {
		return x.page.actions()
	}
	return []action.Action{
		action.New("segment.new", "n").Alias("nouveau", "regle", "rule").Off(x.unready),
		action.New("segment.edit", "e", "enter").Off(x.nothing),
		action.New("segment.rfm", "m").Alias("rfm", "recence", "frequence").Off(x.unready),
		action.New("segment.overlap", "o").Off(x.single).Alias("recouvrement", "comparer"),
		action.New("segment.copy", "c").Need(model.SaveSegments).Off(x.nothing).Alias("dupliquer", "clone"),
		action.New("segment.freeze", "F").Need(model.SaveSegments).Off(x.nothing).Alias("figer", "snapshot"),
		action.New("segment.frozen", "i").Alias("instantanes", "snapshots"),
		action.New("segment.delete", "x").Need(model.SaveSegments).Danger(action.Destructive).Off(x.undeletable).Alias("supprimer"),
	}
}

func (x *Screen) unready() string {
	if !x.loaded {
		return x.s.P.T("segment.counting")
	}
	return ""
}

func (x *Screen) nothing() string {
	if _, ok := x.under(); !ok {
		return x.s.P.T("segment.none_here")
	}
	return ""
}

func (x *Screen) single() string {
	if len(x.lines) < 2 {
		return x.s.P.T("segment.need_two")
	}
	return x.nothing()
}

// undeletable is why the segment under the cursor stays.
func (x *Screen) undeletable() string {
	l, ok := x.under()
	if ok && len(l.UsedBy) > 0 {
		return x.s.P.T("segment.used_by", "campaign", x.s.Text(l.UsedBy[0]))
	}
	return x.nothing()
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	if x.page != nil {
		return x.page.do(id)
	}
	l, ok := x.under()
	switch {
	case id == "segment.new":
		return x.open(newBuilder(x, "", ""))
	case id == "segment.rfm":
		return x.open(newGrid(x))
	case id == "segment.frozen":
		return x.open(newFrozen(x))
	case !ok:
	case id == "segment.edit":
		return x.open(newBuilder(x, l.Name, l.Rule))
	case id == "segment.overlap":
		return x.chooseOther(l)
	case id == "segment.copy":
		return x.copy(l)
	case id == "segment.freeze":
		return freeze(x.s, l.Name, l.Name)
	case id == "segment.delete":
		return x.remove(l)
	}
	return nil
}

// opener is a page that asks for something when it opens.
type opener interface {
	page
	init() tea.Cmd
}

func (x *Screen) open(p opener) tea.Cmd {
	x.page = p
	return p.init()
}

// Key moves in the list, or is for the page.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	if x.page != nil {
		return x.page.key(k)
	}
	return nil, x.table.Key(k.String())
}

// Captures is true while a text field has the keys.
func (x *Screen) Captures() bool { return x.page != nil && x.page.captures() }

// Open shows the rule of one segment; "+" an empty one; anything that is no
// name the rule itself.
func (x *Screen) Open(name string) tea.Cmd {
	switch {
	case name == "":
		x.page = nil
		return nil
	case name == screen.OpenNew:
		return x.open(newBuilder(x, "", ""))
	}
	x.page = nil
	if l, ok := x.named(name); ok {
		x.table.Select(name)
		return x.open(newBuilder(x, l.Name, l.Rule))
	}
	return x.open(newBuilder(x, "", name))
}

// Back leaves the page.
func (x *Screen) Back() bool {
	if x.page == nil {
		return false
	}
	if !x.page.back() {
		x.page = nil
	}
	return true
}

// Restyle follows a change of language or of theme.
func (x *Screen) Restyle() {
	x.table.SetTheme(x.s.Th)
	x.table.SetPrinter(x.s.P, x.columns())
	x.table.Refresh()
	if x.page != nil {
		x.page.restyle()
	}
}
