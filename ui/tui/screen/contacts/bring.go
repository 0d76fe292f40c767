package contacts

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/form"
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
			{Value: "contacts", Label: p.T("import.page.contacts")}, {Value: "orders", Label: p.T("import.page.orders")},
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
		Title: p.T("import.stop.title"), Body: []string{p.T("import.stop.body")}, Act: p.T("import.stop.act"), Danger: true,
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

// The answers of the steps.
type (
	looked   struct{ look campaigns.FileLook }
	imported struct{ report model.ImportReport }
)

// prepare takes down what the person said; what it returns opens the file,
// outside Update: each step reads it anew.
func (b *bring) prepare(dry bool) func() (campaigns.ImportRequest, func(), error) {
	said := campaigns.ImportRequest{Kind: b.kind, DryRun: dry, Correct: maps.Clone(b.correct)}
	b.how.apply(&said)
	if b.kind == "orders" {
		said.OrderSource = b.source
	} else {
		said.Basis, said.BasisSource = b.basis, b.source
	}
	open, path := b.x.s.OpenImport, b.path
	said.Progress = func(p campaigns.ImportProgress) { b.progress.Store(&p) }
	return func() (campaigns.ImportRequest, func(), error) {
		r, end, err := open(path)
		if err != nil {
			return r, nil, err
		}
		file := r
		r = said
		r.Name, r.Source, r.Size = file.Name, file.Source, file.Size
		if !dry {
			r.Rejects = file.Rejects
		}
		return r, end, nil
	}
}

// begin makes the context of a step and its number.
func (b *bring) begin(s step) context.Context {
	if b.cancel != nil {
		b.cancel()
	}
	ctx, cancel := context.WithCancel(b.x.s.Ctx)
	b.step, b.cancel, b.req = s, cancel, b.x.s.Number()
	b.progress.Store(nil)
	return ctx
}

// lookAt reads the file, or reads it anew as the person now says; the page stays
// as it was until the answer is there.
func (b *bring) lookAt() tea.Cmd {
	again := len(b.look.Columns) > 0
	b.wrong = nil
	ctx := b.begin(looking)
	if again {
		b.step = askHow
	}
	read := b.prepare(true)
	return screen.Ask(b.x.s, screen.Contacts, b.req, func(context.Context) (looked, error) {
		r, end, err := read()
		if err != nil {
			return looked{}, err
		}
		defer end()
		look, err := b.x.s.Desk.LookAtFile(ctx, r)
		return looked{look}, err
	})
}

func (b *bring) run(dry bool) tea.Cmd {
	s := running
	if dry {
		s = trying
	}
	ctx := b.begin(s)
	b.how.named = map[string]bool{} // what was shown as a new attribute is meant
	for i := range b.look.Columns {
		b.how.named[b.look.Columns[i].Header] = b.look.Columns[i].Free
	}
	read := b.prepare(dry)
	b.how.named = nil
	return screen.Ask(b.x.s, screen.Contacts, b.req, func(context.Context) (imported, error) {
		r, end, err := read()
		if err != nil {
			return imported{}, err
		}
		defer end()
		report, err := b.x.s.Desk.Import(ctx, r)
		return imported{report}, err
	})
}

// update takes the answer of a step.
func (b *bring) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[looked]:
		return b.looked(msg)
	case screen.Reply[imported]:
		return b.imported(msg)
	case screen.Reply[completion]:
		b.completed(msg.Value)
	}
	return nil
}

func (b *bring) looked(msg screen.Reply[looked]) tea.Cmd {
	if msg.Req != b.req {
		return nil
	}
	b.cancel()
	again := len(b.look.Columns) > 0
	switch {
	case msg.Err != nil && again: // the rows stay as they were last read
		b.how.notice, _ = b.x.s.P.Err(msg.Err)
		return b.failed(msg.Err)
	case msg.Err != nil:
		b.askFile()
		if !errors.Is(msg.Err, context.Canceled) {
			b.wrong = msg.Err
		}
		return nil
	}
	b.look, b.how.notice = msg.Value.look, ""
	if !b.look.Together && b.look.Part != "" {
		b.how.set["part"] = b.look.Part // what is shown is what is imported
	}
	for _, doubt := range []error{b.look.Doubted, b.look.Missing} {
		if doubt != nil {
			b.how.notice, _ = b.x.s.P.Err(doubt)
		}
	}
	if name := b.look.Report.Mapping; name != "" {
		b.how.set["mapping"] = name // what is changed is changed on top of it
	}
	if !again {
		b.how.at = len(b.settings())
		if b.kind == "contacts" {
			b.how.at -= 3
		}
		if i := slices.IndexFunc(b.settings(), func(s setting) bool { return s.id == "part" || s.id == "sheet" }); i >= 0 && len(b.look.Parts)+len(b.look.Sheets) > 1 {
			b.how.at = i // which table is the first thing to decide
		}
		b.askHow()
	}
	return nil
}

func (b *bring) imported(msg screen.Reply[imported]) tea.Cmd {
	if msg.Req != b.req {
		return nil
	}
	dry := b.step == trying
	b.cancel()
	b.report = msg.Value.report
	stopped := errors.Is(msg.Err, context.Canceled) || b.report.Interrupted
	switch {
	case dry && (stopped || msg.Err != nil):
		b.askHow()
		return b.failed(msg.Err)
	case stopped:
		b.report.Interrupted, b.step = true, done
	case msg.Err != nil:
		b.step = tried
		return screen.Fail(msg.Err)
	case dry:
		b.step = tried
	default:
		b.step = done
		return tea.Batch(b.x.Init(), screen.Say(b.x.s.P.T("import.page.said", "file", b.report.File, "created", b.report.Created, "updated", b.report.Updated)))
	}
	return b.x.Init()
}

// failed says an error, unless the person stopped the step.
func (b *bring) failed(err error) tea.Cmd {
	if err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return screen.Fail(err)
}
