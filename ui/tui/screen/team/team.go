package team

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/vtable"
)

// seenIn is how many of the latest lines of the audit tell when people were
// last here.
const seenIn = 1000

// page is what is shown in place of the list.
type page uint8

const (
	list   page = iota
	keys        // of one person
	rights      // who may do what
	rules       // what the law asks
)

// Screen is the team of one session.
type Screen struct {
	s      *screen.Session
	req    uint64
	loaded bool
	people []model.Operator
	seen   map[string]time.Time // last line of the audit, where it may be read
	table  *vtable.Table
	page   page
	at     int // key under the cursor, or line of the table of rights
	edit   *edit
	law    []campaigns.LegalRule
}

// staff is the answer about the team.
type staff struct {
	people []model.Operator
	seen   map[string]time.Time
}

// New makes the screen; Init loads it.
func New(s *screen.Session) *Screen {
	x := &Screen{s: s}
	x.table = vtable.New(s.Th, s.P, x.columns(), rows{x})
	return x
}

// Init loads the team, and when each was last here.
func (x *Screen) Init() tea.Cmd {
	x.req = x.s.Number()
	audited := x.s.Desk.May(model.ReadAudit) == nil
	return screen.Ask(x.s, screen.Team, x.req, func(ctx context.Context) (staff, error) {
		people, err := x.s.Desk.Operators(ctx)
		if err != nil || !audited {
			return staff{people: people}, err
		}
		lines, err := x.s.Desk.AuditLines(ctx, campaigns.AuditQuery{N: seenIn})
		seen := map[string]time.Time{}
		for i := range lines {
			if e := &lines[i].Entry; seen[e.Who].IsZero() { // the newest comes first
				seen[e.Who] = e.At
			}
		}
		return staff{people, seen}, err
	})
}

// Update takes the answers.
func (x *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[staff]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		if msg.Req == x.req {
			x.people, x.seen, x.loaded = msg.Value.people, msg.Value.seen, true
			x.table.Refresh()
		}
	case screen.Reply[[]campaigns.LegalRule]:
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		x.law = msg.Value
	case screen.Reply[saved]:
		return x.saved(msg)
	case screen.Done:
		return x.Init()
	case tea.PasteMsg:
		if x.edit != nil {
			return x.edit.form.Update(msg)
		}
	}
	return nil
}

// Refresh needs nothing: what changes here is told by the feed.
func (x *Screen) Refresh(*campaigns.Live) tea.Cmd { return nil }

// under is the person under the cursor.
func (x *Screen) under() (model.Operator, bool) {
	name, _ := x.table.Cursor()
	for _, o := range x.people {
		if o.Name == name {
			return o, true
		}
	}
	return model.Operator{}, false
}

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	back := action.New("users.close", "esc")
	switch {
	case x.edit != nil:
		return []action.Action{action.New("users.save", "ctrl+s"), action.New("users.next", "tab"), back}
	case x.page == keys:
		return []action.Action{
			action.New("users.key_add", "n").Need(model.ManageTeam),
			action.New("users.key_remove", "x").Danger(action.Destructive).Need(model.ManageTeam).Off(x.noKey),
			back,
		}
	case x.page == rights || x.page == rules:
		return []action.Action{back}
	}
	return []action.Action{
		action.New("users.add", "n").Need(model.ManageTeam).Alias("ajouter", "inviter", "invite"),
		action.New("users.role", "e").Need(model.ManageTeam).Danger(action.Reversible).Off(x.nobody),
		action.New("users.keys", "c", "enter").Off(x.nobody).Alias("cles", "ssh"),
		action.New("users.remove", "x").Danger(action.Destructive).Need(model.ManageTeam).Off(x.nobody).Alias("retirer", "supprimer"),
		action.New("users.rights", "m").Alias("droits", "roles"),
		action.New("users.rules", "l").Alias("regles", "loi", "law"),
		action.New("users.public", "u"),
		action.New("users.history", "h").Need(model.ReadAudit).Off(x.nobody).Hidden(),
	}
}

func (x *Screen) nobody() string {
	if _, ok := x.under(); !ok {
		return x.s.P.T("users.nobody")
	}
	return ""
}

func (x *Screen) noKey() string {
	if o, ok := x.under(); !ok || len(o.Keys) == 0 {
		return x.s.P.T("users.no_key")
	}
	return ""
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	o, ok := x.under()
	switch {
	case id == "users.add":
		x.edit = x.newPerson()
	case id == "users.rights":
		x.page, x.at = rights, 0
	case id == "users.rules":
		x.page, x.at = rules, 0
		return screen.Ask(x.s, screen.Team, x.s.Number(), x.s.Desk.Rules)
	case id == "users.public":
		return screen.Show(screen.Public, "")
	case id == "users.close":
		x.Back()
	case !ok:
	case id == "users.role":
		x.edit = x.newRole(o)
	case id == "users.keys":
		x.page, x.at = keys, 0
	case id == "users.remove":
		return x.remove(o)
	case id == "users.history":
		return screen.Show(screen.Audit, o.Name)
	case id == "users.key_add":
		x.edit = x.newKey(o)
	case id == "users.key_remove":
		return x.removeKey(o)
	}
	return nil
}

// Key moves in what is shown, or types in the form.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	name := k.String()
	switch {
	case x.edit != nil:
		return x.typed(k), true
	case x.page == list && (name == "space" || name == "v" || name == "a"):
		return nil, false // nothing is marked here
	case x.page == list:
		return nil, x.table.Key(name)
	}
	step, ok := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "pgup": -10, "home": -1 << 20, "end": 1 << 20, "G": 1 << 20}[name]
	x.at = max(min(x.at+step, x.last()), 0)
	return nil, ok
}

// last is the last position of what is shown in place of the list.
func (x *Screen) last() int {
	if o, ok := x.under(); x.page == keys && ok {
		return len(o.Keys) - 1
	}
	if x.page == rules {
		return len(x.law) - 1
	}
	return len(order) - 1
}

// Captures is true while a form has the keys.
func (x *Screen) Captures() bool { return x.edit != nil }

// Open shows one person; "+" the form of a new one.
func (x *Screen) Open(name string) tea.Cmd {
	if name == "+" && x.s.Desk.May(model.ManageTeam) == nil {
		x.edit = x.newPerson()
		return nil
	}
	x.page = list
	x.table.Select(name)
	return nil
}

// Back leaves the form, then the page.
func (x *Screen) Back() bool {
	switch {
	case x.edit != nil:
		x.edit = nil
	case x.page != list:
		x.page = list
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
	if x.edit != nil {
		x.edit.restyle(x)
	}
}
