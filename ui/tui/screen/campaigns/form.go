package campaigns

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// editor writes a campaign: field by field, or as the text of its file.
type editor struct {
	form    *form.Form
	name    string             // of the campaign; "" is a new one
	from    screen.ID          // the screen that it goes back to, when it is not this one
	base    model.CampaignSpec // what the form does not show stays as it is
	source  string             // the file, when it is written as a text
	body    string             // what the file that it names held
	raw     bool
	frozen  bool // launched: the message alone may change
	touched bool // changed before the form was drawn anew
	saving  uint64
	count   liveCount
	advice  liveAdvice
}

// saved is a campaign that was kept, or the field that kept it from being.
type saved struct{ name, field string }

// write opens the form of a new campaign, of a given one when c is not nil.
func (x *Screen) write(c *model.Campaign) tea.Cmd {
	e := &editor{}
	if c == nil {
		settings := x.s.Desk.Settings()
		e.base = model.CampaignSpec{
			Kind: "newsletter", Lang: x.s.P.Lang(), Share: 0.1, Strata: []string{"rfm"}, WindowDays: settings.WindowDays, Margin: settings.Margin,
		}
	} else {
		e.name, e.base, e.frozen = c.Name, c.Spec, c.State.Launched()
	}
	e.form = form.New(x.s.Th, x.s.P, x.fields(e)...)
	x.edit = e
	return x.recount()
}

// express opens the form of a campaign that somebody asked for just now: the
// clock of its launch runs.
func (x *Screen) express() tea.Cmd {
	cmd := x.write(nil)
	x.edit.base.Requested = x.s.Desk.Now()
	return cmd
}

// reword opens the form on a campaign of the desk, at a field; as a text when
// it is asked for, or when its file has remarks that the form would lose. It goes
// back to the screen that it was asked from.
func (x *Screen) reword(name string, raw bool, field string, from screen.ID) tea.Cmd {
	req := x.s.Number()
	var open tea.Cmd
	if x.page == nil || x.page.name != name {
		open = x.show(name)
	}
	return tea.Batch(open, screen.Ask(x.s, screen.Campaigns, req, func(ctx context.Context) (answered, error) {
		d, err := x.s.Desk.Campaign(ctx, name)
		return answered{reword: &d.Campaign, raw: raw, field: field, from: from}, err
	}))
}

// openOn shows the form of a campaign that was read.
func (x *Screen) openOn(a answered) tea.Cmd {
	source := a.reword.Current().Source
	frozen := a.reword.State.Launched()
	if !a.raw && (frozen || !remarked(source)) {
		cmd := x.write(a.reword)
		x.edit.from = a.from
		if a.field != "" && !x.edit.frozen || a.field == "subject" || a.field == "body" {
			x.edit.form.SetError(a.field, "") // puts the cursor there
		}
		return tea.Batch(cmd, x.readvise())
	}
	e := &editor{name: a.reword.Name, from: a.from, raw: true, source: source, body: a.reword.Current().Body, frozen: frozen}
	e.form = form.New(x.s.Th, x.s.P, x.fields(e)...)
	x.edit = e
	return nil
}

// remarked reports a campaign file with remarks, which the form would lose.
func remarked(source string) bool {
	_, found := frontLine(source, func(line string) bool { return strings.HasPrefix(line, "#") })
	return found
}

// frontLine is the first line before the message for which hit is true.
func frontLine(source string, hit func(line string) bool) (string, bool) {
	n := frontLines(source)
	for line := range strings.Lines(source) {
		if n--; n < 0 {
			break
		}
		if line = strings.TrimSpace(line); hit(line) {
			return line, true
		}
	}
	return "", false
}

// reader reads what a campaign file names: what it named already is known, for
// the file may be far from here.
func (e *editor) reader(x *Screen) campaigns.ReadFile {
	files := x.reader("")
	was, _ := frontLine(e.source, isBody)
	if was == "" {
		return files
	}
	return func(name string) ([]byte, error) {
		if is, _ := frontLine(e.form.Value("source"), isBody); is == was {
			return []byte(e.body), nil
		}
		if files == nil {
			return nil, model.Refused("campaign.screen.no_files")
		}
		return files(name)
	}
}

func isBody(line string) bool {
	key, _, _ := strings.Cut(line, "=")
	return strings.TrimSpace(key) == "body"
}

// restyle makes the form anew with what was typed.
func (e *editor) restyle(x *Screen) {
	at, state := e.form.Focused(), e.form.State()
	fields := x.fields(e)
	for i := range fields {
		fields[i].Value = e.form.Value(fields[i].Name)
	}
	e.touched = e.touched || e.form.Dirty()
	e.form = form.New(x.s.Th, x.s.P, fields...)
	e.form.SetError(at, "")
	if state == form.Submitted {
		e.form.Update(tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl})
	}
}

// update gives a message to the form, and follows what it came to.
func (e *editor) update(x *Screen, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && e.form.State() == form.Submitted {
		if k.String() == "esc" {
			x.edit = nil
		}
		return nil
	}
	cmd := e.form.Update(msg)
	switch e.form.State() {
	case form.Submitted:
		return e.save(x)
	case form.Cancelled:
		return e.leave(x)
	}
	return tea.Batch(cmd, x.recount(), x.readvise())
}

// leave closes the form, after a question when something would be lost.
func (e *editor) leave(x *Screen) tea.Cmd {
	return screen.LeaveForm(x.s, e.touched || e.form.Dirty(), e.form.Resume, func() tea.Cmd {
		x.edit = nil
		return e.back()
	})
}

// back shows the screen that the form was asked from, nil when that is this one.
func (e *editor) back() tea.Cmd {
	if e.from != screen.Live {
		return nil
	}
	return screen.Show(screen.Live, e.name)
}

// save asks the desk to keep what was written.
func (e *editor) save(x *Screen) tea.Cmd {
	e.saving = x.s.Number()
	name, audience := e.name, ""
	var source []byte
	if e.raw {
		source = []byte(e.form.Value("source"))
	} else {
		spec := x.spec(e)
		if e.name == "" && spec.Name == "" {
			e.form.SetError("name", x.s.P.T("campaign.screen.name_wanted"))
			return nil
		}
		source = x.s.Desk.DraftFile(spec)
		if !e.frozen {
			audience = spec.Audience
		}
	}
	read := e.reader(x)
	return screen.Ask(x.s, screen.Campaigns, e.saving, func(ctx context.Context) (saved, error) {
		if audience != "" {
			if _, err := x.s.Desk.Count(ctx, audience); err != nil {
				return saved{field: "audience"}, err
			}
		}
		if name == "" {
			c, err := x.s.Desk.NewCampaign(ctx, source, read)
			return saved{name: c.Name}, err
		}
		c, err := x.s.Desk.EditCampaign(ctx, name, source, read)
		return saved{name: c.Name}, err
	})
}

// reader reads the files that a campaign file names, beside it; nil where no
// file may be read.
func (x *Screen) reader(dir string) campaigns.ReadFile {
	if x.s.ReadFile == nil {
		return nil
	}
	return func(name string) ([]byte, error) { return x.s.ReadFile(beside(dir, name)) }
}

// beside is a path relative to a folder, as it is when it starts at the root.
func beside(dir, name string) string {
	if dir == "" || strings.HasPrefix(name, "/") {
		return name
	}
	return dir + "/" + name
}

func (x *Screen) takeSaved(msg screen.Reply[saved]) tea.Cmd {
	p, e := x.s.P, x.edit
	if e == nil || e.saving != msg.Req {
		if msg.Err != nil {
			return screen.Fail(msg.Err)
		}
		return x.Init()
	}
	if msg.Err != nil {
		return e.refused(x, msg.Value.field, msg.Err)
	}
	say := p.T("campaign.screen.created", "name", msg.Value.name)
	if e.name != "" {
		say = p.T("campaign.screen.reworded", "name", msg.Value.name)
	}
	x.edit, x.page = nil, nil
	open := x.show(msg.Value.name)
	return tea.Batch(x.Init(), open, screen.Say(say), e.back())
}

// refused goes back to the form, with the error in the field it is about.
func (e *editor) refused(x *Screen, field string, err error) tea.Cmd {
	e.form.Resume()
	if field == "" {
		field = e.fieldOf(err)
	}
	message, hint := say.Err(x.s.P, err)
	if hint != "" && e.raw {
		message += " · " + hint
	}
	e.form.SetError(field, message)
	if e.form.Focused() != field {
		return screen.Fail(err)
	}
	return nil
}

// fit gives the text what the other fields leave of h lines.
func (e *editor) fit(h int) {
	switch {
	case e.raw:
		e.form.SetRows("source", max(h-1, 3)) // a line for what is wrong
	case e.frozen:
		e.form.SetRows("body", max(h-3, 3))
	default:
		e.form.SetRows("body", min(max(h-14, min(h-2, 8)), 16))
	}
}

// lines draws the form under its title.
func (e *editor) lines(x *Screen, w, h int) []string {
	p := x.s.P
	title := p.T("campaign.screen.writing_new")
	if e.name != "" {
		title = p.T("campaign.screen.writing", "name", titled(e.base.Title, e.name))
	}
	parts := []string{title, x.requested(e.base.Requested), e.count.title(x, e)}
	if e.frozen {
		parts = append(parts, x.s.Th.Warn.Render(p.T("campaign.screen.frozen")))
	}
	if e.form.State() == form.Submitted {
		parts = append(parts, x.s.Th.Accent.Render(p.T("campaign.screen.saving")))
	}
	advisor := e.advisor(x, w, h)
	h -= 2 + len(advisor)
	e.fit(h)
	lines := append([]string{frame.Title(x.s.Th, w, parts...), frame.Blank(w)}, e.form.Lines(w, h)...)
	return append(lines, advisor...)
}
