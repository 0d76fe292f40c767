package contacts

import (
	"context"
	"errors"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
)

// step is where an import stands.
type step uint8

const (
	askFile step = iota // which file, what is in it
	looking             // the file is being looked at
	askHow              // how it will be read; the legal basis
	trying              // the dry run
	tried               // what it would do
	running             // the import
	done                // what it did
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
}

// bring opens the page; in a session from elsewhere there are no files.
func (x *Screen) bring() tea.Cmd {
	if why := x.noFiles(); why != "" {
		return screen.Say(why)
	}
	if x.page != nil {
		return nil
	}
	b := &bring{x: x, kind: "contacts"}
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

// askHow asks what the file does not say: on which ground its people may be
// written to, or which shop the orders come from.
func (b *bring) askHow() {
	p := b.x.s.P
	b.step = askHow
	if b.kind == "orders" {
		b.form = form.New(b.x.s.Th, p, form.Field{Name: "source", Label: p.T("import.page.shop"), Value: b.source, Help: p.T("import.page.shop_help")})
		return
	}
	b.form = form.New(b.x.s.Th, p,
		form.Field{Name: "basis", Label: p.T("import.page.basis"), Kind: form.Choice, Value: b.basis.String(), Options: b.x.basisOptions(), Help: p.T("import.page.basis_help")},
		form.Field{Name: "source", Label: p.T("import.page.proof"), Value: b.source, Help: p.T("import.page.proof_help")},
	)
}

func (b *bring) captures() bool { return b.step == askFile || b.step == askHow }

func (b *bring) key(k tea.KeyPressMsg) tea.Cmd {
	if !b.captures() {
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
	if b.step == askFile {
		b.path, b.kind = b.form.Value("path"), b.form.Value("kind")
		return b.lookAt()
	}
	b.source = b.form.Value("source")
	if b.kind == "contacts" {
		b.basis, _ = model.ParseBasis(b.form.Value("basis"))
		if b.basis != model.BasisNone && b.source == "" {
			b.form.SetError("source", b.x.s.P.T("import.page.proof_needed"))
			return nil
		}
	}
	return b.run(true)
}

func (b *bring) paste(text string) tea.Cmd {
	if b.captures() {
		return b.form.Update(tea.PasteMsg{Content: text})
	}
	return nil
}

// enter is what Enter does at this step.
func (b *bring) enter() (action.Action, bool) {
	switch b.step {
	case askFile, askHow:
		return action.New("import.next", "enter"), true
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
	case askHow, tried:
		return esc.Labeled("import.do.back")
	}
	return esc
}

func (b *bring) do(id string) tea.Cmd {
	switch id {
	case "import.run":
		return b.run(false)
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
	case looking, trying, running:
		b.cancel()
	case askHow:
		b.askFile()
	case tried:
		b.askHow()
	case done:
		return true, b.x.Init()
	}
	return false, nil
}

func (b *bring) restyle() {
	values := map[string]string{}
	for _, name := range []string{"path", "kind", "basis", "source"} {
		values[name] = b.form.Value(name)
	}
	switch b.step {
	case askFile:
		b.askFile()
	case askHow:
		b.askHow()
	}
	for name, v := range values {
		b.form.Set(name, v)
	}
}

// The answers of the steps.
type (
	looked   struct{ look campaigns.FileLook }
	imported struct{ report model.ImportReport }
)

// request opens the file: each step reads it anew.
func (b *bring) request(dry bool) (campaigns.ImportRequest, func(), error) {
	r, end, err := b.x.s.OpenImport(b.path)
	if err != nil {
		return r, nil, err
	}
	r.Kind, r.DryRun = b.kind, dry
	if b.kind == "orders" {
		r.OrderSource = b.source
	} else {
		r.Basis, r.BasisSource = b.basis, b.source
	}
	if dry {
		r.Rejects = nil
	}
	r.Progress = func(p campaigns.ImportProgress) { b.progress.Store(&p) }
	return r, end, nil
}

// begin makes the context of a step and its number.
func (b *bring) begin(s step) context.Context {
	ctx, cancel := context.WithCancel(b.x.s.Ctx)
	b.step, b.cancel, b.req = s, cancel, b.x.s.Number()
	b.progress.Store(nil)
	return ctx
}

func (b *bring) lookAt() tea.Cmd {
	ctx := b.begin(looking)
	return screen.Ask(b.x.s, screen.Contacts, b.req, func(context.Context) (looked, error) {
		r, end, err := b.request(true)
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
	return screen.Ask(b.x.s, screen.Contacts, b.req, func(context.Context) (imported, error) {
		r, end, err := b.request(dry)
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
	if msg.Err != nil {
		b.askFile()
		return b.failed(msg.Err)
	}
	b.look = msg.Value.look
	b.askHow()
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
