package duplicates

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/vtable"
)

// ahead is how many people are asked for at once.
const ahead = 120

// Screen is the duplicates of one session.
type Screen struct {
	s      *screen.Session
	req    uint64
	loaded bool
	found  campaigns.DuplicateReport
	people map[model.ContactID]*campaigns.ContactRow
	asked  map[model.ContactID]bool
	wanted []model.ContactID // shown and not there yet
	table  *vtable.Table
	two    *compare         // side by side; nil for the list
	last   string           // number of the record that went last in this session
	stop   func()           // ends the search under way
	far    *[2]atomic.Int64 // people read, of how many
}

// New makes the screen; Init searches.
func New(s *screen.Session) *Screen {
	x := &Screen{s: s, people: map[model.ContactID]*campaigns.ContactRow{}, asked: map[model.ContactID]bool{}, far: new([2]atomic.Int64)}
	x.table = vtable.New(s.Th, s.P, x.columns(), rows{x})
	return x
}

// Init searches; a search under way goes on to its end.
func (x *Screen) Init() tea.Cmd {
	if x.stop != nil {
		return nil
	}
	ctx, stop := context.WithCancel(x.s.Ctx)
	x.stop, x.req = stop, x.s.Number()
	far := new([2]atomic.Int64)
	x.far = far
	return screen.Ask(x.s, screen.Duplicates, x.req, func(context.Context) (campaigns.DuplicateReport, error) {
		defer stop()
		return x.s.Desk.Duplicates(ctx, func(done, total int) {
			far[0].Store(int64(done))
			far[1].Store(int64(total))
		})
	})
}

// people are the answer about who is shown.
type people struct{ rows []campaigns.ContactRow }

// Update takes the answers.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[campaigns.DuplicateReport]:
		if msg.Req != x.req {
			return nil
		}
		x.stop = nil
		if msg.Err != nil {
			return x.failed(msg.Err)
		}
		x.found, x.loaded = msg.Value, true
		clear(x.people)
		clear(x.asked)
		x.table.Refresh()
		for _, p := range x.found.Pairs[:min(len(x.found.Pairs), ahead/2)] {
			x.want(p.A, p.B)
		}
		return x.read()
	case screen.Reply[people]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		for i := range msg.Value.rows {
			x.people[msg.Value.rows[i].ID] = &msg.Value.rows[i]
		}
		x.table.Refresh()
	case screen.Reply[campaigns.PairView]:
		return x.compared(msg)
	case screen.Done:
		return nil
	case changed:
		return x.changed(msg)
	}
	return nil
}

// failed says what went wrong, but that the person has left.
func (x *Screen) failed(err error) tea.Cmd {
	if x.s.Ctx.Err() != nil || !x.loaded && x.far[1].Load() < 0 {
		return nil
	}
	return screen.Fail(err)
}

// want notes that a person is shown.
func (x *Screen) want(ids ...model.ContactID) {
	for _, id := range ids {
		if !x.asked[id] {
			x.asked[id] = true
			x.wanted = append(x.wanted, id)
		}
	}
}

// read asks for whom the list shows and does not have.
func (x *Screen) read() tea.Cmd {
	if len(x.wanted) == 0 {
		return nil
	}
	ids := x.wanted[:min(len(x.wanted), ahead)]
	x.wanted = slices.Clone(x.wanted[len(ids):])
	return screen.Ask(x.s, screen.Duplicates, x.s.Number(), func(ctx context.Context) (people, error) {
		rows, err := x.s.Desk.ContactRows(ctx, ids)
		return people{rows}, err
	})
}

// Refresh asks for whom the table has shown since.
func (x *Screen) Refresh(*campaigns.Live) tea.Cmd { return x.read() }

// under is the pair under the cursor.
func (x *Screen) under() (campaigns.DuplicatePair, bool) {
	key, ok := x.table.Cursor()
	if i := (rows{x}).at(key); ok && i >= 0 {
		return x.found.Pairs[i], true
	}
	return campaigns.DuplicatePair{}, false
}

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	apart := action.New("duplicates.apart", "x").Danger(action.Reversible).Need(model.EditContacts).Off(x.noPair).Alias("distinguer")
	back := action.New("duplicates.unmerge", "z").Danger(action.Reversible).Need(model.EditContacts).Off(x.nothingDone).Alias("defaire")
	leave := action.New("duplicates.close", "esc")
	if x.two != nil {
		return []action.Action{
			action.New("duplicates.merge", "m", "ctrl+s").Danger(action.Reversible).Need(model.EditContacts).Off(x.noChoice).Alias("fusionner"),
			action.New("duplicates.take", "space", "enter"), action.New("duplicates.swap", "tab"), apart, leave,
		}
	}
	return []action.Action{
		action.New("duplicates.compare", "enter", "m").Off(x.noPair).Alias("comparer"),
		apart, back, action.New("duplicates.search", "r").Hidden(), leave,
	}
}

func (x *Screen) noPair() string {
	if _, ok := x.under(); !ok && x.two == nil {
		return x.s.P.T("duplicates.none", "read", x.found.Read)
	}
	return ""
}

func (x *Screen) nothingDone() string {
	if x.last == "" {
		return x.s.P.T("duplicates.nothing_done")
	}
	return ""
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	switch id {
	case "duplicates.compare":
		if p, ok := x.under(); ok {
			return x.open(p.A.String(), p.B.String())
		}
	case "duplicates.search":
		return x.Init()
	case "duplicates.close":
		if !x.Back() {
			return x.leave()
		}
	case "duplicates.unmerge":
		return x.unmerge()
	case "duplicates.apart":
		return x.apart()
	case "duplicates.merge":
		return x.merge()
	case "duplicates.take":
		return x.take()
	case "duplicates.swap":
		return x.swap()
	}
	return nil
}

// leave goes back to the people, and ends the search.
func (x *Screen) leave() tea.Cmd {
	if x.stop != nil {
		x.far[1].Store(-1)
		x.stop()
	}
	return screen.Show(screen.Behind, "")
}

// Key moves in what is shown.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	name := k.String()
	if x.two == nil {
		if name == "space" || name == "v" || name == "a" {
			return nil, false // nothing is marked here
		}
		return nil, x.table.Key(name)
	}
	step, ok := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "pgup": -10, "home": -1 << 20, "end": 1 << 20, "G": 1 << 20}[name]
	x.two.at = max(min(x.two.at+step, len(x.two.view.Fields)-1), 0)
	return nil, ok
}

// Captures: nothing is typed here.
func (x *Screen) Captures() bool { return false }

// Open shows two people by number, "12 47".
func (x *Screen) Open(name string) tea.Cmd {
	var a, b uint64
	for i, part := range splitTwo(name) {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return nil
		}
		if i == 0 {
			a = n
		} else {
			b = n
		}
	}
	if a == 0 || b == 0 {
		return nil
	}
	return x.open(model.ContactID(a).String(), model.ContactID(b).String())
}

// Back leaves the two people.
func (x *Screen) Back() bool {
	if x.two == nil {
		return false
	}
	x.two = nil
	return true
}

// Restyle follows a change of language or of theme.
func (x *Screen) Restyle() {
	x.table.SetTheme(x.s.Th)
	x.table.SetPrinter(x.s.P, x.columns())
	x.table.Refresh()
}
