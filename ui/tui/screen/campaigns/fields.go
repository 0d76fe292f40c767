package campaigns

import (
	"errors"
	"slices"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
	"blanche/ui/tui/widget/form"
)

// fields are those of the form: what a campaign cannot go without first, then
// what has a good default.
func (x *Screen) fields(e *editor) []form.Field {
	p, s := x.s.P, &e.base
	if e.raw {
		return []form.Field{{Name: "source", Label: p.T("campaign.screen.source"), Kind: form.Body, Value: e.source, Rows: 14, Required: true}}
	}
	title := form.Field{Name: "title", Label: p.T("campaign.screen.title"), Value: s.Title, Limit: 200, Required: true}
	subject := form.Field{Name: "subject", Label: p.T("campaign.screen.subject"), Value: s.Subject, Required: true}
	body := form.Field{Name: "body", Label: p.T("campaign.screen.message"), Kind: form.Body, Rows: 8, Value: s.Body, Required: true}
	if s.BodyHTML {
		body.Label = p.T("campaign.screen.html")
	}
	if e.frozen {
		return []form.Field{subject, body}
	}
	subject.Help = p.T("campaign.screen.subject_help")
	audience := form.Field{
		Name: "audience", Label: p.T("campaign.screen.audience"), Value: s.Audience, Required: true, Limit: 4000,
		Help: p.T("campaign.screen.audience_help"), Check: func(v string) string { return e.count.problem(x, v) },
	}
	fields := append([]form.Field{title, audience, subject, body}, x.terms(s)...)
	if e.name == "" {
		fields = append(fields, form.Field{
			Name: "name", Label: p.T("campaign.screen.short_name"), Value: s.Name, Limit: 64, Help: p.T("campaign.screen.short_name_help"), Check: func(v string) string {
				return x.unlessTrue(model.ValidCampaignName(v), "campaign.screen.name_wanted")
			},
		})
	}
	return fields
}

// terms are the fields that have a default.
func (x *Screen) terms(s *model.CampaignSpec) []form.Field {
	p := x.s.P
	kinds := make([]form.Option, 0, 8)
	for _, k := range model.CampaignKinds() {
		kinds = append(kinds, form.Option{Value: k, Label: say.Kind(p, k)})
	}
	share := percentText(p, s.Share)
	if s.ShareAuto {
		share = "auto"
	}
	within := func(lo, hi float64) func(string) string {
		return func(v string) string {
			n, err := p.ParseNumber(v)
			return x.unlessTrue(err == nil && n >= lo && n <= hi, "campaign.screen.out_of_range", "lo", lo, "hi", hi)
		}
	}
	rate := ""
	if s.Rate > 0 {
		rate = p.Value(s.Rate)
	}
	fields := []form.Field{
		{Name: "from", Label: p.T("campaign.screen.from"), Value: s.From, Limit: 200, Help: p.T("campaign.screen.from_help")},
		{Name: "kind", Label: p.T("campaign.screen.kind"), Kind: form.Choice, Value: s.Kind, Options: kinds},
		{Name: "share", Label: p.T("campaign.screen.share"), Value: share, Help: p.T("campaign.screen.share_help"), Check: func(v string) string {
			_, _, ok := parseShare(p, v)
			return x.unlessTrue(ok, "campaign.screen.bad_share")
		}},
		{Name: "window_days", Label: p.T("campaign.screen.window"), Kind: form.Number, Value: p.Value(s.WindowDays), Check: within(1, 730)},
		{Name: "margin", Label: p.T("campaign.screen.margin"), Kind: form.Number, Value: percentText(p, s.Margin), Help: p.T("campaign.screen.margin_help"), Check: within(0, 100)},
		x.amount("fixed_cents", p.T("campaign.screen.fixed"), s.FixedCents),
		x.amount("per_message_cents", p.T("campaign.screen.each"), s.PerMessageCents),
		{Name: "rate", Label: p.T("campaign.screen.rate"), Kind: form.Number, Value: rate, Help: p.T("campaign.screen.rate_help"), Check: within(0, 1e6)},
		{Name: "start", Label: p.T("campaign.screen.leaves"), Value: x.startText(s.Start), Help: p.T("campaign.screen.start_help"), Check: func(v string) string {
			_, ok := x.parseStart(v)
			return x.unlessTrue(ok, "campaign.screen.bad_start")
		}},
	}
	if topic, asked := x.topic(s); asked {
		fields = slices.Insert(fields, 2, topic)
	}
	return fields
}

// topic is the subject of the page of preferences that a campaign belongs to; not
// asked for where people choose among none.
func (x *Screen) topic(s *model.CampaignSpec) (f form.Field, asked bool) {
	p, all := x.s.P, x.s.Desk.Settings().Public.Subjects
	if len(all) == 0 && s.Topic == "" {
		return f, false
	}
	options, value := []form.Option{{Label: p.T("campaign.screen.no_topic")}}, s.Topic
	for _, one := range all {
		if options = append(options, form.Option{Value: one, Label: one}); strings.EqualFold(one, s.Topic) {
			value = one
		}
	}
	if value != "" && !slices.Contains(all, value) { // of a file, or of older settings
		options = append(options, form.Option{Value: value, Label: value})
	}
	return form.Field{Name: "topic", Label: p.T("campaign.screen.topic"), Kind: form.Choice, Value: value, Options: options, Help: p.T("campaign.screen.topic_help")}, true
}

// amount is a field for a cost.
func (x *Screen) amount(name, label string, c model.Cents) form.Field {
	p := x.s.P
	return form.Field{Name: name, Label: label, Kind: form.Money, Value: strings.Trim(p.Money(c), "€\u00a0"), Check: func(v string) string {
		c, err := p.ParseMoney(v)
		return x.unlessTrue(err != nil || c >= 0, "campaign.screen.negative")
	}}
}

func (x *Screen) unlessTrue(ok bool, key string, kv ...any) string {
	if ok {
		return ""
	}
	return x.s.P.T(key, kv...)
}

// spec is what the form says, over what it does not show.
func (x *Screen) spec(e *editor) model.CampaignSpec {
	s, f, p := e.base, e.form, x.s.P
	s.Subject, s.Body = f.Value("subject"), f.Value("body")
	if e.frozen {
		return s
	}
	s.Title, s.Audience, s.Kind, s.From = f.Value("title"), f.Value("audience"), f.Value("kind"), f.Value("from")
	if _, asked := x.topic(&e.base); asked {
		s.Topic = f.Value("topic")
	}
	s.Share, s.ShareAuto, _ = parseShare(p, f.Value("share"))
	if days, ok := f.Number("window_days"); ok {
		s.WindowDays = int(days)
	}
	if margin, ok := f.Number("margin"); ok {
		s.Margin = margin / 100
	}
	s.FixedCents, _ = f.Money("fixed_cents")
	s.PerMessageCents, _ = f.Money("per_message_cents")
	s.Rate, _ = f.Number("rate")
	s.Start, _ = x.parseStart(f.Value("start"))
	if e.name == "" {
		if s.Name = f.Value("name"); s.Name == "" {
			s.Name = shortName(s.Title)
		}
	}
	return s
}

// shortName is a title as the name of a campaign: [a-z0-9-]{1,64}, "" when
// nothing of it can be kept.
func shortName(title string) string {
	var b strings.Builder
	for _, r := range i18n.Fold(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 64 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// percentText is a part of one as it is typed in percent: 12,5.
func percentText(p *i18n.Printer, share float64) string {
	text := p.Decimal(share*100, 4)
	if strings.ContainsAny(text, ".,") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".,")
	}
	return text
}

// parseShare reads the zone blanche as typed: percent from 0 to 90, or auto.
func parseShare(p *i18n.Printer, text string) (share float64, auto, ok bool) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	switch {
	case text == "":
		return 0, false, true
	case strings.EqualFold(text, "auto"):
		return 0, true, true
	}
	n, err := p.ParseNumber(text)
	return n / 100, false, err == nil && n >= 0 && n <= 90
}

func (x *Screen) startText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return x.s.P.DateTime(x.local(t))
}

// parseStart reads a day and an hour in the zone of the shop: 24/11/2026 8:00,
// 24/11/2026 8h. Nothing is no hour.
func (x *Screen) parseStart(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, true
	}
	i := strings.LastIndexByte(text, ' ')
	if i < 0 {
		return time.Time{}, false
	}
	day, ok := x.s.P.ParseDate(text[:i])
	hour := strings.Replace(text[i+1:], "h", ":", 1)
	if strings.HasSuffix(hour, ":") {
		hour += "00"
	}
	at, err := time.Parse("15:04", hour)
	if !ok || err != nil {
		return time.Time{}, false
	}
	y, m, d := day.Civil()
	return time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, x.s.Desk.Now().Location()), true
}

// fieldOf is the field of the form that an error of the desk is about, "" when
// it is none of them.
func (e *editor) fieldOf(err error) string {
	var m *model.Error
	switch {
	case e.raw:
		return "source"
	case !errors.As(err, &m):
		return ""
	}
	switch m.Key {
	case "campaign.exists", "compose.bad_name":
		return "name"
	case "compose.bad_share":
		return "share"
	case "compose.bad_start":
		return "start"
	}
	if strings.HasPrefix(m.Key, "rule.") || m.Key == "segment.unknown" {
		return "audience"
	}
	key, _ := valueOf(m, "key").(string)
	return key
}

func valueOf(m *model.Error, name string) any {
	for i := 0; i+1 < len(m.Args); i += 2 {
		if m.Args[i] == name {
			return m.Args[i+1]
		}
	}
	return nil
}

// inFile gives an error about a campaign file that was read from the disk the
// name of that file.
func inFile(err error, file string) error {
	var m *model.Error
	if !errors.As(err, &m) || valueOf(m, "file") != "" {
		return err
	}
	named := *m
	named.Args = slices.Clone(m.Args)
	for i := 0; i+1 < len(named.Args); i += 2 {
		if named.Args[i] == "file" {
			named.Args[i+1] = file
		}
	}
	return &named
}
