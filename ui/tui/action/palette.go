package action

import (
	"slices"
	"strings"
	"unicode/utf8"

	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
)

// Palette is the command line over all actions: an accent-blind search in the
// session's language, aliases, and arguments (":debit 40"). Off actions are
// listed last with their reason and cannot be chosen.
type Palette struct {
	words   Words
	actions []Action
	query   string
	cursor  int
	hits    []Hit
}

// Hit is an action the query found, with the argument typed after an alias.
type Hit struct {
	Action Action
	Label  string
	Why    string
	Arg    string
	score  int
}

// Verdict is what a key did to the palette.
type Verdict uint8

// The verdicts.
const (
	Open   Verdict = iota // still typing
	Closed                // left without a choice
	Chosen                // a hit was chosen
)

// NewPalette opens a palette over layers of actions.
func NewPalette(words Words, layers ...[]Action) *Palette {
	p := &Palette{words: words}
	for _, l := range layers {
		p.actions = append(p.actions, l...)
	}
	p.SetQuery("")
	return p
}

// SetQuery replaces what was typed.
func (p *Palette) SetQuery(q string) {
	p.query, p.cursor = safe.Text(q), 0
	p.hits = p.hits[:0]
	for _, a := range p.actions {
		h := Hit{Action: a, Label: a.Label(p.words), Why: a.Why()}
		if h.find(p.query) {
			p.hits = append(p.hits, h)
		}
	}
	slices.SortStableFunc(p.hits, func(a, b Hit) int { return b.score - a.score })
}

// Query is what was typed.
func (p *Palette) Query() string { return p.query }

// Hits are the actions found, best first.
func (p *Palette) Hits() []Hit { return p.hits }

// Key handles a key: name is its bubbletea name, text what it types ("" for
// keys that type nothing). Chosen comes with the hit.
func (p *Palette) Key(name, text string) (Hit, Verdict) {
	switch name {
	case "esc", "ctrl+c":
		return Hit{}, Closed
	case "enter":
		if p.cursor < len(p.hits) && p.hits[p.cursor].Why == "" {
			return p.hits[p.cursor], Chosen
		}
	case "up", "ctrl+p", "shift+tab":
		p.cursor = max(p.cursor-1, 0)
	case "down", "ctrl+n", "tab":
		p.cursor = min(p.cursor+1, max(len(p.hits)-1, 0))
	case "backspace":
		if p.query == "" {
			return Hit{}, Closed
		}
		_, n := utf8.DecodeLastRuneInString(p.query)
		p.SetQuery(p.query[:len(p.query)-n])
	case "ctrl+u":
		p.SetQuery("")
	default:
		if text != "" {
			p.SetQuery(p.query + text)
		}
	}
	return Hit{}, Open
}

// Lines draws the palette in h lines of exactly w cells: the query, then hits.
func (p *Palette) Lines(th *theme.Theme, w, h int) []string {
	if h <= 0 {
		return nil
	}
	out := []string{fit(" : "+p.query+"▏", w)}
	if th.G.ASCII {
		out[0] = fit(" : "+p.query+"_", w)
	}
	from := max(p.cursor-(h-2), 0)
	for i := from; i < len(p.hits) && len(out) < h; i++ {
		out = append(out, p.line(th, i, w))
	}
	for len(out) < h {
		out = append(out, blank(w))
	}
	return out
}

func (p *Palette) line(th *theme.Theme, i, w int) string {
	h := p.hits[i]
	keys := keyNames(p.words, h.Action.Keys)
	side := min(18, max(w-20, 0))
	label := h.Label
	if h.Arg != "" {
		label += " " + h.Arg
	}
	if h.Why != "" {
		label += " · " + h.Why
	}
	left, right := fit("   "+label, w-side), fit(keys, side)
	switch {
	case i == p.cursor:
		return th.Selection.Render(fit(" "+th.G.Cursor+" "+label, w-side) + right)
	case h.Why != "":
		return th.Muted.Render(left + right)
	}
	return left + th.Muted.Render(right)
}

// find scores the hit for a query; false when it does not match. An alias with
// an argument wins, then a beginning, a word, a substring, scattered letters.
func (h *Hit) find(query string) bool {
	q := i18n.Fold(strings.TrimSpace(query))
	if h.Why == "" {
		h.score = 1
	}
	if q == "" {
		return true
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(query), " ")
	for _, alias := range h.Action.Aliases {
		a := i18n.Fold(alias)
		switch {
		case h.Action.TakesArg && a == i18n.Fold(word):
			h.Arg, h.score = strings.TrimSpace(rest), h.score+100
			return true
		case strings.HasPrefix(a, q):
			h.score += 60
			return true
		}
	}
	s := rank(q, i18n.Fold(h.Label))
	h.score += s
	return s > 0
}

// matches reports whether all words of the filter are found in s.
func matches(filter, s string) bool {
	folded := i18n.Fold(s)
	for _, w := range strings.Fields(i18n.Fold(filter)) {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}

func rank(q, label string) int {
	switch i := strings.Index(label, q); {
	case i == 0:
		return 50
	case i > 0 && strings.ContainsRune(" '’-", lastRune(label[:i])):
		return 40
	case i > 0:
		return 30
	}
	if matches(q, label) {
		return 20
	}
	at := 0
	for _, r := range q {
		if r == ' ' {
			continue
		}
		j := strings.IndexRune(label[at:], r)
		if j < 0 {
			return 0
		}
		at += j + utf8.RuneLen(r)
	}
	return 10
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
