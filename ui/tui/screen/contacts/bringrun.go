package contacts

import (
	"context"
	"errors"
	"maps"
	"slices"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"

	tea "charm.land/bubbletea/v2"
)

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
	switch b.kind {
	case "orders":
		said.OrderSource = b.source
	case "contacts":
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
