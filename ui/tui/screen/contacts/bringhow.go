package contacts

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
)

// how is what the person says about the reading of a file: settings, then what
// each column becomes. The cursor goes over both.
type how struct {
	set    map[string]string // by the id of a setting; "" is found out
	cols   map[string]string // title → field, free attribute, or "-"
	at     int
	first  int             // column at the top of the list
	left   int             // column at the left of the table of first rows
	form   *form.Form      // of the text that is typed, nil for none
	notice string          // why the last change cannot be read
	named  map[string]bool // columns that are new attributes on purpose, while a request is made
}

// setting is one line of the settings: choices to go through, or a text.
type setting struct {
	id      string
	options []form.Option // nil: a text
}

// settings are those that this file has.
func (b *bring) settings() []setting {
	p, r := b.x.s.P, &b.look.Report
	choice := func(id string, found string, values ...string) setting {
		s := setting{id: id, options: []form.Option{{Label: p.T("import.how.auto", "found", found)}}}
		for _, v := range values {
			s.options = append(s.options, form.Option{Value: v, Label: b.word(id, v)})
		}
		return s
	}
	out := []setting{}
	if len(b.look.Sheets) > 0 {
		out = append(out, choice("sheet", r.Sheet, b.look.Sheets...))
	} else {
		out = append(out, choice("encoding", r.Encoding, "utf-8", "windows-1252", "macroman", "utf-16le", "utf-16be"),
			choice("delimiter", visible(r.Delimiter), ";", ",", "tab", "|"))
	}
	if len(b.look.Parts) > 1 {
		part := choice("part", p.T("import.how.all"), b.look.Parts...)
		if !b.look.Together { // one of them must be chosen
			part.options = part.options[1:]
		}
		out = append(out, part)
	}
	if b.kind == "merges" { // nobody is brought, and nothing is counted
		return append(out, choice("dates", b.word("dates", r.DateOrder), "dmy", "mdy"))
	}
	out = append(out, choice("decimal", r.Decimal, ",", "."), choice("dates", b.word("dates", r.DateOrder), "dmy", "mdy"),
		choice("profile", orNone(r.Profile), append([]string{"generic"}, campaigns.ImportProfiles(b.kind)...)...))
	if b.kind == "orders" {
		return append(out, setting{id: "source"}, setting{id: "keep"})
	}
	return append(out, setting{id: "basis", options: b.x.basisOptions()}, setting{id: "proof"}, setting{id: "keep"})
}

// word is a value of a setting as it is shown.
func (b *bring) word(id, v string) string {
	if id == "dates" && v != "" {
		return b.x.s.P.T("import.dates." + v) //i18n:keys import.dates.*
	}
	return v
}

// value is what a setting stands at.
func (b *bring) value(s *setting) string {
	switch s.id {
	case "basis":
		return b.basis.String()
	case "proof", "source":
		return b.source
	}
	return b.how.set[s.id]
}

// howKey moves over the settings and the columns, and changes what is under the
// cursor.
func (b *bring) howKey(k tea.KeyPressMsg) tea.Cmd {
	h, all := &b.how, b.settings()
	if h.form != nil {
		return b.typeKey(k)
	}
	switch k.String() {
	case "up", "k", "shift+tab":
		h.at = max(h.at-1, 0)
	case "down", "j", "tab":
		h.at = min(h.at+1, len(all)+len(b.look.Columns)-1)
	case "pgdown":
		h.at = min(h.at+8, len(all)+len(b.look.Columns)-1)
	case "pgup":
		h.at = max(h.at-8, 0)
	case "left", "h":
		return b.turn(all, -1)
	case "right", "l", "space":
		return b.turn(all, 1)
	}
	return nil
}

// turn takes the next value of the setting, or the next field of the column.
func (b *bring) turn(all []setting, step int) tea.Cmd {
	if b.how.at >= len(all) {
		c := &b.look.Columns[b.how.at-len(all)]
		fields := append(append([]string{""}, campaigns.ImportFields(b.kind)...), "-")
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == "json" || f == "reason" })
		now := b.how.cols[c.Header]
		if now == "" && !c.Free {
			now = c.Field
		}
		i := max(slices.Index(fields, now), 0)
		return b.become(c.Header, fields[(i+step+len(fields))%len(fields)])
	}
	s := &all[b.how.at]
	if s.options == nil {
		return b.edit()
	}
	i := slices.IndexFunc(s.options, func(o form.Option) bool { return o.Value == b.value(s) })
	v := s.options[(max(i, 0)+step+len(s.options))%len(s.options)].Value
	if s.id == "basis" {
		b.basis, _ = model.ParseBasis(v)
		return nil
	}
	b.how.set[s.id] = v
	return b.lookAt()
}

// become says what a column is, and reads the rows anew; "" leaves it to the title.
func (b *bring) become(title, field string) tea.Cmd {
	if field == "" {
		delete(b.how.cols, title)
	} else {
		b.how.cols[title] = field
	}
	return b.lookAt()
}

// column is the column under the cursor.
func (b *bring) column() (*campaigns.ColumnLook, bool) {
	if i := b.how.at - len(b.settings()); i >= 0 && i < len(b.look.Columns) {
		return &b.look.Columns[i], true
	}
	return nil, false
}

// edit lets a person type the text under the cursor.
func (b *bring) edit() tea.Cmd {
	p, th := b.x.s.P, b.x.s.Th
	if c, ok := b.column(); ok {
		b.how.form = form.New(th, p, form.Field{Name: "text", Label: p.T("import.page.becomes"), Value: c.Field, Help: p.T("import.how.becomes_help")})
		return nil
	}
	s := b.settings()[b.how.at]
	if s.options != nil {
		return nil
	}
	b.how.form = form.New(th, p, form.Field{Name: "text", Label: b.label(s.id), Value: b.value(&s), Help: p.T("import.how." + s.id + "_help")}) //i18n:keys import.how.*
	return nil
}

func (b *bring) label(id string) string { return b.x.s.P.T("import.how." + id) } //i18n:keys import.how.*

// typeKey types; Tab completes the name of a field.
func (b *bring) typeKey(k tea.KeyPressMsg) tea.Cmd {
	f := b.how.form
	if c, ok := b.column(); ok && k.String() == "tab" {
		for _, name := range campaigns.ImportFields(b.kind) {
			if typed := f.Value("text"); typed != "" && strings.HasPrefix(name, typed) && c.Header != "" {
				f.Set("text", name)
				return f.Update(tea.KeyPressMsg(tea.Key{Code: tea.KeyEnd}))
			}
		}
		return nil
	}
	cmd := f.Update(k)
	switch f.State() {
	case form.Submitted:
		b.how.form = nil
		return b.typed(strings.TrimSpace(f.Value("text")))
	case form.Cancelled:
		b.how.form = nil
	}
	return cmd
}

// typed takes what was typed.
func (b *bring) typed(text string) tea.Cmd {
	if c, ok := b.column(); ok {
		return b.become(c.Header, text)
	}
	switch s := b.settings()[b.how.at]; s.id {
	case "keep":
		if text != "" && !model.ValidCampaignName(text) {
			return screen.Fail(model.Invalid("store.name", "name", text))
		}
		b.how.set["keep"] = text
	default:
		b.source = text
	}
	return nil
}

// goOn begins the dry run, when nothing is missing.
func (b *bring) goOn() tea.Cmd {
	switch {
	case b.look.Missing != nil:
		return screen.Fail(b.look.Missing)
	case b.kind == "contacts" && b.basis != model.BasisNone && b.source == "":
		all := b.settings()
		b.how.at = slices.IndexFunc(all, func(s setting) bool { return s.id == "proof" })
		return tea.Batch(screen.Say(b.x.s.P.T("import.page.proof_needed")), b.edit())
	}
	return b.run(true)
}

// howActions are what can be done to what is under the cursor.
func (b *bring) howActions() []action.Action {
	acts := []action.Action{action.New("import.edit", "e")}
	if _, ok := b.column(); ok {
		acts = append(acts, action.New("import.ignore", "x"))
		if c, _ := b.column(); c.Free {
			acts = append(acts, action.New("import.type", "t"))
		}
	}
	return acts
}

// apply gives a request what the person said.
func (h *how) apply(r *campaigns.ImportRequest) {
	r.Encoding, r.Delimiter, r.Decimal, r.DateOrder = h.set["encoding"], h.set["delimiter"], h.set["decimal"], h.set["dates"]
	r.Profile, r.Sheet, r.Part, r.Mapping = h.set["profile"], h.set["sheet"], h.set["part"], h.set["mapping"]
	r.SaveMapping, r.Map = h.set["keep"], maps.Clone(h.cols)
	for title, to := range r.Map {
		if h.named[title] && !strings.Contains(to, ":") && !model.IsWish(to) {
			r.Map[title] = "attr." + strings.TrimPrefix(to, "attr.")
		}
	}
}

// attrTypes are what a person may say that the values of a free attribute are;
// "" leaves it to the values.
var attrTypes = []string{"", campaigns.AttrText, campaigns.AttrNumber, campaigns.AttrDate, campaigns.AttrBoolean}

// nextType says the next type of the free attribute under the cursor.
func (b *bring) nextType() tea.Cmd {
	c, ok := b.column()
	if !ok || !c.Free {
		return nil
	}
	name, said, _ := strings.Cut(b.how.cols[c.Header], ":")
	if name == "" {
		name = c.Field
	}
	next := attrTypes[(slices.Index(attrTypes, said)+1)%len(attrTypes)]
	if next != "" {
		return b.become(c.Header, name+":"+next)
	}
	return b.become(c.Header, name)
}
