package mask

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"blanche/ui/tui/widget/frame"
)

// learns is how many names of people are remembered, the newest.
const learns = 256

// Mask is what a session hides. It is not safe for several goroutines; the nil
// Mask hides nothing.
type Mask struct {
	On    bool
	ASCII bool
	names []string // of people, in sentences said before
}

// Active reports whether people are hidden.
func (m *Mask) Active() bool { return m != nil && m.On }

func (m *Mask) dots() string {
	if m.ASCII {
		return "****"
	}
	return "••••"
}

// Address is an address with its first letter and its domain.
func (m *Mask) Address(email string) string {
	if !m.Active() || email == "" {
		return email
	}
	local, domain, at := strings.Cut(email, "@")
	out := initial(local) + m.dots()
	if at {
		out += "@" + domain
	}
	return out
}

// Name is a name with the first letter of each word. Its length is hidden too.
func (m *Mask) Name(name string) string {
	if !m.Active() {
		return name
	}
	words := strings.Fields(name)
	for i, w := range words {
		tail := ""
		if strings.HasSuffix(w, ",") {
			tail = ","
		}
		words[i] = initial(w) + m.dots() + tail
	}
	return strings.Join(words, " ")
}

// Value is a value of which nothing is known: hidden whole, but for what is
// too short to name anybody.
func (m *Mask) Value(value string) string {
	if !m.Active() || utf8.RuneCountInString(value) < 2 {
		return value
	}
	switch {
	case strings.Contains(value, "@"):
		return m.Address(value)
	case !strings.ContainsFunc(value, unicode.IsLetter): // a telephone, a card
		return m.dots()
	}
	return m.Name(value)
}

func initial(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || !unicode.IsLetter(r) && !unicode.IsNumber(r) {
		return ""
	}
	return s[:n]
}

// Learn remembers names that a sentence is about to hold, so that Text hides
// them when the mask is put on afterwards, too.
func (m *Mask) Learn(names ...string) {
	if m == nil {
		return
	}
	for _, n := range names {
		if n = strings.TrimSpace(n); utf8.RuneCountInString(n) > 1 && !slices.Contains(m.names, n) {
			m.names = append(m.names, n)
		}
	}
	if extra := len(m.names) - learns; extra > 0 {
		m.names = append(m.names[:0:0], m.names[extra:]...)
	}
}

// addresses finds what looks like one, whole or cut short: the letter before
// the sign is enough to name a person.
var addresses = regexp.MustCompile(`([\p{L}\p{N}._%+'/=?^{}|~!#$&` + "`" + `-]+)[@＠]([\p{L}\p{N}.-]*)`)

// Text is a sentence without the addresses and the learnt names in it.
func (m *Mask) Text(s string) string {
	if !m.Active() {
		return s
	}
	if strings.ContainsAny(s, "@＠") {
		s = addresses.ReplaceAllStringFunc(s, m.Address)
	}
	for _, name := range m.names {
		s = m.without(s, name)
	}
	return s
}

// without hides a name where it stands as a word.
func (m *Mask) without(s, name string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, name)
		if i < 0 {
			break
		}
		end := i + len(name)
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[end:])
		b.WriteString(s[:i])
		if unicode.IsLetter(before) || unicode.IsLetter(after) {
			b.WriteString(name)
		} else {
			b.WriteString(m.Name(name))
		}
		s = s[end:]
	}
	if b.Len() == 0 {
		return s
	}
	return b.String() + s
}

// Frame hides every address that is left on the lines of a frame; a line where
// one was found loses its colours and keeps its width.
func (m *Mask) Frame(lines []string) {
	if !m.Active() {
		return
	}
	for i, l := range lines {
		if !strings.ContainsAny(l, "@＠") {
			continue
		}
		plain := ansi.Strip(l)
		if hidden := addresses.ReplaceAllStringFunc(plain, m.Address); hidden != plain {
			lines[i] = frame.Fit(hidden, frame.Width(l))
		}
	}
}
