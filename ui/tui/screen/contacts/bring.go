package contacts

import (
	"context"
	"sync/atomic"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/form"

	tea "charm.land/bubbletea/v2"
)

// step is where an import stands.
type step uint8

const (
	askFile  step = iota // which file, what is in it
	looking              // the file is being looked at
	askHow               // how it will be read; the legal basis
	trying               // the dry run
	tried                // what it would do
	askTypos             // which mistyped addresses to correct
	running              // the import
	done                 // what it did
)

// bring is the page that brings a file in: which file, how it is read, what it
// would do, then it is done. Every step works outside Update, and Esc stops it.
type bring struct {
	x        *Screen
	step     step
	req      uint64
	form     *form.Form
	path     string
	kind     string
	basis    model.Basis
	source   string
	look     campaigns.FileLook
	report   model.ImportReport
	progress atomic.Pointer[campaigns.ImportProgress]
	cancel   context.CancelFunc
	choices  []string // names that complete what is typed
	how      how
	correct  map[string]string // mistyped addresses to correct, as ticked
	typo     int               // under the cursor
	wrong    error             // why the file that was named cannot be read
}

// bring opens the page; in a session from elsewhere there are no files.
func (x *Screen) bring() tea.Cmd {
	if why := x.noFiles(); why != "" {
		return screen.Say(why)
	}
	if x.page != nil {
		return nil
	}
	b := &bring{x: x, kind: "contacts", how: how{set: map[string]string{}, cols: map[string]string{}}, correct: map[string]string{}}
	b.askFile()
	x.page = b
	return nil
}

func (b *bring) askFile() {
	p := b.x.s.P
	b.step = askFile
	b.form = form.New(b.x.s.Th, p,
		form.Field{Name: "path", Label: p.T("import.page.path"), Required: true, Value: b.path, Help: p.T("import.page.path_help")},
		form.Field{Name: "kind", Label: p.T("import.page.kind"), Kind: form.Choice, Value: b.kind, Options: []form.Option{
			{Value: "contacts", Label: p.T("import.page.contacts")},
			{Value: "orders", Label: p.T("import.page.orders")},
			{Value: "merges", Label: p.T("import.page.merges")},
		}},
	)
}

// askHow shows how the file is read, to be changed, and asks what it does not
// say: on which ground its people may be written to, which shop the orders are of.
func (b *bring) askHow() { b.step, b.how.form = askHow, nil }

func (b *bring) captures() bool { return b.step == askFile || b.typing() }

// typing is true while a text of the reading is typed.
func (b *bring) typing() bool { return b.step == askHow && b.how.form != nil }

func (b *bring) key(k tea.KeyPressMsg) tea.Cmd {
	switch b.step {
	case askHow:
		return b.howKey(k)
	case askTypos:
		return b.typoKey(k)
	case askFile:
	default:
		return nil
	}
	if b.step == askFile && k.String() == "tab" && b.form.Focused() == "path" && b.x.s.Complete != nil && b.form.Value("path") != "" {
		return b.complete()
	}
	cmd := b.form.Update(k)
	if b.form.State() == form.Editing {
		return cmd
	}
	return b.formed()
}

// formed goes on when a form was sent, and back when it was left.
func (b *bring) formed() tea.Cmd {
	state := b.form.State()
	b.form.Resume()
	if state == form.Cancelled {
		_, cmd := b.x.leave()
		return cmd
	}
	if path, kind := b.form.Value("path"), b.form.Value("kind"); path != b.path || kind != b.kind {
		b.path, b.kind, b.look = path, kind, campaigns.FileLook{}
		b.how, b.correct = how{set: map[string]string{}, cols: map[string]string{}}, map[string]string{}
	}
	return b.lookAt()
}

func (b *bring) paste(text string) tea.Cmd {
	switch {
	case b.step == askFile:
		return b.form.Update(tea.PasteMsg{Content: text})
	case b.typing():
		return b.how.form.Update(tea.PasteMsg{Content: text})
	}
	return nil
}

// enter is what Enter does at this step.
func (b *bring) enter() (action.Action, bool) {
	switch b.step {
	case askFile:
		return action.New("import.next", "enter"), true
	case askHow:
		if b.typing() {
			return action.New("import.try", "enter").Labeled("import.do.ok"), true
		}
		return action.New("import.try", "enter"), true
	case askTypos:
		return action.New("import.try", "enter").Labeled("import.do.next"), true
	case tried:
		return action.New("import.run", "enter").Danger(action.Reversible), true
	case done:
		return action.New("import.finish", "enter"), true
	}
	return action.Action{}, false
}

// leave is what Esc does at this step.
func (b *bring) leave() action.Action {
	esc := action.New("contact.close", "esc")
	switch b.step {
	case looking, trying, running:
		return esc.Labeled("import.do.stop")
	case askHow, tried, askTypos:
		return esc.Labeled("import.do.back")
	}
	return esc
}

func (b *bring) do(id string) tea.Cmd {
	switch id {
	case "import.run":
		return b.run(false)
	case "import.next":
		return b.formed()
	case "import.try":
		if b.step == askTypos {
			return b.run(true)
		}
		return b.goOn()
	case "import.edit":
		return b.edit()
	case "import.ignore":
		if c, ok := b.column(); ok && b.how.cols[c.Header] == "-" {
			return b.become(c.Header, "")
		} else if ok {
			return b.become(c.Header, "-")
		}
	case "import.type":
		return b.nextType()
	case "import.typos":
		b.step = askTypos
	case "import.finish":
		b.x.page = nil
		return b.x.Init()
	}
	return nil
}

// back goes one step back; while something is read it stops that.
func (b *bring) back() (closed bool, cmd tea.Cmd) {
	switch b.step {
	case askFile:
		return true, nil
	case looking, trying:
		b.cancel()
	case running:
		return false, b.askStop()
	case askHow:
		if b.how.form != nil {
			b.how.form = nil
			return false, nil
		}
		b.cancel()
		b.askFile()
	case tried:
		b.askHow()
	case askTypos:
		b.step = tried
	case done:
		return true, b.x.Init()
	}
	return false, nil
}

// askStop asks before an import under way is stopped; it goes on meanwhile.
func (b *bring) askStop() tea.Cmd {
	p, req := b.x.s.P, b.req
	return screen.Front(screen.Confirm(b.x.s, dialog.Question{
		Title: p.T("import.stop.title"), Body: []string{p.T("import.stop.body")}, Act: p.T("import.stop.act"), Stay: p.T("import.stop.stay"), Danger: true,
	}, func() tea.Cmd {
		if b.step == running && b.req == req {
			b.cancel()
		}
		return nil
	}))
}

// more are the actions of a step beside going on and back.
func (b *bring) more() []action.Action {
	switch {
	case b.step == askHow && b.how.form == nil:
		return b.howActions()
	case b.step == tried && len(b.report.Typos) > 0:
		return []action.Action{action.New("import.typos", "t")}
	}
	return nil
}

// pageActions are those of an inner page.
func pageActions(x page) []action.Action {
	var out []action.Action
	if a, ok := x.enter(); ok {
		out = append(out, a)
	}
	if m, ok := x.(interface{ more() []action.Action }); ok {
		out = append(out, m.more()...)
	}
	return append(out, x.leave())
}

func (b *bring) restyle() {
	if b.step == askFile {
		path, kind := b.form.Value("path"), b.form.Value("kind")
		b.askFile()
		b.form.Set("path", path)
		b.form.Set("kind", kind)
	}
	if b.typing() {
		text := b.how.form.Value("text")
		b.edit()
		b.how.form.Set("text", text)
	}
}
