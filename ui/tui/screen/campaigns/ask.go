package campaigns

import (
	"context"
	"path"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// ask is one question over the page. It stays until its answer was taken, so
// that a refusal keeps what was typed.
type ask struct {
	title string
	field form.Field
	form  *form.Form
	then  func(ctx context.Context, value string) (answered, error)
	req   uint64
}

// answered is what an answer came to.
type answered struct {
	say     string
	open    string // campaign to show
	preview *reading

	reword *model.Campaign // to be edited
	raw    bool
	field  string
	from   screen.ID // where it goes back to
}

// answerField is the one field of a question.
const answerField = "answer"

func (x *Screen) question(title string, field form.Field, then func(context.Context, string) (answered, error)) tea.Cmd {
	field.Name, field.Limit = answerField, 400
	x.ask = &ask{title: title, field: field, form: form.New(x.s.Th, x.s.P, field), then: then}
	return nil
}

func (a *ask) restyle(x *Screen) {
	state := a.form.State()
	a.field.Value = a.form.Value(answerField)
	a.form = form.New(x.s.Th, x.s.P, a.field)
	if state == form.Submitted {
		a.form.Update(tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl})
	}
}

func (a *ask) update(x *Screen, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "esc" {
		x.ask = nil
		return nil
	}
	if a.form.State() != form.Editing {
		return nil
	}
	cmd := a.form.Update(msg)
	if a.form.State() != form.Submitted {
		return cmd
	}
	a.req = x.s.Number()
	value, then := a.form.Value(answerField), a.then
	return screen.Ask(x.s, screen.Campaigns, a.req, func(ctx context.Context) (answered, error) { return then(ctx, value) })
}

// takeAnswer closes the question, or gives the refusal back to it.
func (x *Screen) takeAnswer(msg screen.Reply[answered]) tea.Cmd {
	v := msg.Value
	asked := x.ask != nil && x.ask.req == msg.Req
	switch {
	case msg.Err != nil && asked:
		message, hint := say.Err(x.s.P, msg.Err)
		if hint != "" {
			message += " · " + hint
		}
		x.ask.form.SetError(answerField, message)
		return nil
	case msg.Err != nil:
		return screen.Fail(msg.Err)
	case v.reword != nil:
		return x.openOn(v)
	}
	if asked {
		x.ask = nil
	}
	if v.preview != nil && x.page != nil {
		x.s.Mask.Learn(v.preview.names...)
		x.page.preview, x.page.unreadable, x.page.reader = v.preview, nil, v.preview.To
		if x.page.view != viewHTML {
			x.page.view = viewText
		}
	}
	var cmds []tea.Cmd
	if v.say != "" {
		cmds = append(cmds, screen.Say(v.say))
	}
	if v.open != "" {
		cmds = append(cmds, x.Init(), x.show(v.open))
	}
	return tea.Batch(cmds...)
}

func (a *ask) lines(x *Screen, w, _ int) []string {
	bw := min(w, 76)
	foot := x.s.P.T("campaign.screen.answer_keys")
	if a.form.State() == form.Submitted {
		foot = x.s.P.T("campaign.screen.waiting")
	}
	box := []string{frame.Title(x.s.Th, bw, a.title), frame.Blank(bw)}
	box = append(box, a.form.Lines(bw, 3)...)
	return append(box, x.s.Th.Muted.Render(frame.Bar("", foot, bw)), frame.Rule(x.s.Th, bw))
}

// askFile takes a campaign that was written as a file.
func (x *Screen) askFile() tea.Cmd {
	p := x.s.P
	read := x.s.ReadFile
	return x.question(p.T("campaign.screen.from_file"), form.Field{Label: p.T("campaign.screen.path"), Required: true}, func(ctx context.Context, file string) (answered, error) {
		source, err := read(file)
		if err != nil {
			return answered{}, model.Invalid("campaign.screen.unreadable", "file", file).Because(err)
		}
		c, err := x.s.Desk.NewCampaign(ctx, source, x.reader(path.Dir(file)))
		return answered{say: p.T("campaign.screen.created", "name", c.Name), open: c.Name}, inFile(err, path.Base(file))
	})
}

// askReader shows the message as a given person would get it.
func (x *Screen) askReader() tea.Cmd {
	p, name := x.s.P, x.page.name
	field := form.Field{Label: p.T("campaign.screen.reader"), Help: p.T("campaign.screen.reader_help")}
	return x.question(p.T("campaign.screen.read_as"), field, func(ctx context.Context, ref string) (answered, error) {
		pre, err := x.readAs(ctx, name, ref)
		return answered{preview: &pre}, err
	})
}

// askTest sends one copy to an address; to, when the palette gave it.
func (x *Screen) askTest(name, to string) tea.Cmd {
	p := x.s.P
	field := form.Field{Label: p.T("campaign.screen.address"), Value: to, Required: true, Help: p.T("campaign.screen.test_help")}
	return x.question(p.T("campaign.screen.test_title", "name", name), field, func(ctx context.Context, address string) (answered, error) {
		aside, err := x.s.Desk.Aside(ctx, name, address)
		if err != nil {
			return answered{}, err
		}
		said := p.T("campaign.screen.tested", "address", address)
		switch aside {
		case campaigns.AsideHoldout:
			said = p.T("cli.campaign.aside_holdout", "name", name, "to", address)
		case campaigns.AsideUniversal:
			said = p.T("cli.campaign.aside_universal", "to", address)
		}
		return answered{say: said}, x.s.Desk.TestSend(ctx, name, "", address)
	})
}

// askClone copies a campaign under another name.
func (x *Screen) askClone(name string) tea.Cmd {
	p := x.s.P
	field := form.Field{Label: p.T("campaign.screen.short_name"), Value: x.free(name), Required: true, Help: p.T("campaign.screen.short_name_help")}
	return x.question(p.T("campaign.screen.clone_title", "name", name), field, func(ctx context.Context, as string) (answered, error) {
		c, err := x.s.Desk.CloneCampaign(ctx, name, as)
		return answered{say: p.T("campaign.screen.created", "name", c.Name), open: c.Name}, err
	})
}

// free is the first name of the kind NAME-2 that no campaign has.
func (x *Screen) free(name string) string {
	base := name[:min(len(name), 60)]
	for n := 2; n < 1000; n++ {
		as := base + "-" + strconv.Itoa(n)
		if _, taken := (rows{x}).Rank(as); !taken {
			return as
		}
	}
	return base
}
