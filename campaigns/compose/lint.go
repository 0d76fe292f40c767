package compose

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"blanche/model"
)

// clipSize is the size of HTML from which Gmail hides the end of a message.
const clipSize = 102 << 10

// LintInput is what the preflight of a message looks at.
type LintInput struct {
	Spec     model.CampaignSpec
	Sender   Sender
	People   iter.Seq[*model.Contact] // those it would go to; nil for nobody
	BodyLine int                      // see BodyLine: added to places in the body; 0 counts as 1
}

// Lint is the part of the preflight that concerns the message: its wording,
// its links, who speaks, and what each person would read. It renders the
// message for everybody once, each variant of a test too: any person may be
// drawn for any of them. Lines come in reading order, stops and warnings only,
// then one LevelOK line when nothing stops; CheckLine.Variant names the variant
// that a line is about, empty for the file itself.
//
// The values of a line fill both sentences, check.CODE and check.CODE_hint.
// A cancelled context ends it early, with the lines found so far.
func Lint(ctx context.Context, in LintInput) []model.CheckLine {
	all := []*linter{newLinter(in, "")}
	all[0].wording()
	for i, v := range in.Spec.AB.Variants {
		if i == 0 {
			continue
		}
		one := in
		one.Spec = SpecOfVariant(in.Spec, model.Cell(i+1))
		if v.Body != "" {
			one.BodyLine = 1 // a file of its own
		}
		l := newLinter(one, v.Name)
		l.wording()
		all = append(all, l)
	}
	readAll(ctx, in.People, all)
	var lines []model.CheckLine
	largest := 0
	for _, l := range all {
		l.judge()
		largest = max(largest, l.largest)
		for _, line := range l.lines {
			if l.variant == "" || !slices.ContainsFunc(all[0].lines, sameLine(line)) {
				lines = append(lines, line)
			}
		}
	}
	if all[0].message != nil && in.Spec.Kind == "coupon" {
		lines = append(lines, model.CheckLine{Code: "coupon_terms", Level: model.LevelInfo, Repair: model.RepairBody})
	}
	if !slices.ContainsFunc(lines, func(c model.CheckLine) bool { return c.Level == model.LevelStop }) {
		lines = append(lines, model.CheckLine{Code: "message_ok", Level: model.LevelOK, Args: []any{"kilobytes", (largest + 512) / 1024}})
	}
	return lines
}

// sameLine tells a line that a variant has in common with the file: once is
// enough.
func sameLine(a model.CheckLine) func(b model.CheckLine) bool {
	return func(b model.CheckLine) bool {
		return a.Code == b.Code && fmt.Sprint(a.Args...) == fmt.Sprint(b.Args...)
	}
}

// linter checks one wording.
type linter struct {
	in      LintInput
	variant string
	message *Message // nil when it cannot be read
	lines   []model.CheckLine
	largest int // bytes of HTML
	attrs   []attrUse
	reading reading
}

func newLinter(in LintInput, variant string) *linter { return &linter{in: in, variant: variant} }

// wording checks what needs nobody to read it.
func (l *linter) wording() {
	m, problems := compile(l.in.Spec, l.in.Sender)
	for _, p := range problems {
		l.stop(p.Code, l.place(p).args()...)
	}
	if l.variant == "" {
		l.identity()
	}
	if l.message = m; m == nil {
		return
	}
	if sign := l.in.Sender.Sign; l.variant == "" && m.from.Address != "" && !sign.aligned(m.from.Address) {
		l.add("dkim_other_domain", model.LevelWarn, "domain", sign.keys[0].domain, "from", m.from.Address)
	}
	l.subject()
	l.links()
	if m.textEmpty() {
		l.stop("empty_text")
	}
}

func (l *linter) add(code string, level model.Level, args ...any) {
	l.lines = append(l.lines, model.CheckLine{Code: code, Level: level, Args: args, Variant: l.variant, Repair: l.repair(code, args)})
}

// repair is where a line is repaired: the field of the form, or the settings
// where the house says who speaks.
func (l *linter) repair(code string, args []any) model.Repair {
	says := func(name, value string) bool {
		i := slices.Index(args, any(name))
		return i >= 0 && i+1 < len(args) && args[i+1] == value
	}
	switch {
	case l.variant != "":
		return model.RepairTest
	case code == "no_sender" && says("key", "from"), code == "dkim_other_domain":
		return model.RepairFrom
	case code == "no_sender", code == "no_unsubscribe":
		return model.RepairSender
	case code == "placeholder_subject", code == "empty_subject", says("place", "subject"):
		return model.RepairSubject
	}
	return model.RepairBody
}

func (l *linter) stop(code string, args ...any) { l.add(code, model.LevelStop, args...) }

// place moves a problem of the body to its line in the file.
func (l *linter) place(p Problem) Problem {
	if p.Place == "body" && l.in.BodyLine > 1 {
		p.Line += l.in.BodyLine - 1
	}
	return p
}

// identity checks who speaks and how to leave.
func (l *linter) identity() {
	s := l.in.Sender
	for _, must := range []struct {
		key string
		ok  bool
	}{
		{"name", strings.TrimSpace(s.Name) != ""},
		{"address", strings.TrimSpace(s.Address) != ""},
		{"from", validFrom(firstOf(l.in.Spec.From, s.From))},
	} {
		if !must.ok {
			l.stop("no_sender", "key", must.key)
		}
	}
	if !model.ValidEmail(s.UnsubscribeMailto) || !printableASCII(s.UnsubscribeMailto) {
		l.stop("no_unsubscribe")
	}
}

var placeholderWord = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(test|lorem|ipsum|x{3,}|todo|tbd)(?:$|[^\pL\pN])`)

// subject looks for a subject that was left empty or unfinished.
func (l *linter) subject() {
	words := ""
	for _, t := range l.message.heads {
		if t.kind == literal {
			words += t.text
		}
	}
	if m := placeholderWord.FindStringSubmatch(words); m != nil {
		l.stop("placeholder_subject", "word", m[1])
	}
}
