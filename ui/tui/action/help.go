package action

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"blanche/ui/tui/theme"
)

// named are the keys whose name is a word; their label is in the catalogue.
//
//i18n:keys action.key.*
var named = map[string]bool{
	"enter": true, "esc": true, "space": true, "tab": true, "shift+tab": true, "up": true, "down": true,
	"left": true, "right": true, "home": true, "end": true, "pgup": true, "pgdown": true,
	"backspace": true, "delete": true,
}

// KeyName is a key as the footer and the help write it: Entrée, ^p, F1, gg.
func KeyName(w Words, key string) string {
	switch {
	case named[key]:
		return w.T("action.key." + strings.ReplaceAll(key, "+", "_"))
	case strings.HasPrefix(key, "ctrl+"):
		return "^" + key[len("ctrl+"):]
	case len(key) > 1 && key[0] == 'f' && key[1] >= '0' && key[1] <= '9':
		return strings.ToUpper(key)
	}
	return key
}

// Footer is one line of exactly w cells with the keys of the moment: those
// that are on, and greyed those that this person has no right to, in order, as
// many as fit; the last of the list (help, by
// convention the end of the layers) is kept whatever the width.
func Footer(th *theme.Theme, words Words, w int, layers ...[]Action) string {
	items := footerItems(th, words, layers)
	if len(items) == 0 {
		return strings.Repeat(" ", max(w, 0))
	}
	last := items[len(items)-1]
	room := w - 1 - last.width
	var b strings.Builder
	b.WriteByte(' ')
	used := 1
	for _, it := range items[:len(items)-1] {
		if room-it.width-gap < 0 {
			break
		}
		it.append(&b, th)
		b.WriteString(strings.Repeat(" ", gap))
		room -= it.width + gap
		used += it.width + gap
	}
	if used+last.width > w {
		return fit(last.key+" "+last.label, w)
	}
	last.append(&b, th)
	return b.String() + strings.Repeat(" ", w-used-last.width)
}

const gap = 3

type item struct {
	key, label string
	width      int
	forbidden  bool
}

func (it item) append(b *strings.Builder, th *theme.Theme) {
	if it.forbidden {
		th.Rule.Append(b, it.key+" "+it.label)
		return
	}
	th.Key.Append(b, it.key)
	b.WriteByte(' ')
	th.Muted.Append(b, it.label)
}

func footerItems(th *theme.Theme, words Words, layers [][]Action) []item {
	var items []item
	for _, layer := range layers {
		for _, a := range layer {
			if a.Quiet || len(a.Keys) == 0 || !a.Forbidden && a.Why() != "" {
				continue
			}
			it := item{key: KeyName(words, a.Keys[0]), label: a.Label(words), forbidden: a.Forbidden}
			if a.Forbidden && th.Colorless() { // grey needs a sign where there is none
				it.key, it.label = "("+it.key, it.label+")"
			}
			it.width = ansi.StringWidth(it.key) + 1 + ansi.StringWidth(it.label)
			items = append(items, it)
		}
	}
	return items
}

// HelpLine is one line of the help: the title of a group (Title set), or an
// action with its keys, its label and, when it is off, the reason.
type HelpLine struct {
	Title string
	Keys  string
	Label string
	Why   string
}

// Help lists all actions by group, in the order of the layers, those whose
// label or keys match the filter (accent-blind; "" for all).
func Help(words Words, filter string, layers ...[]Action) []HelpLine {
	var groups []string
	lines := map[string][]HelpLine{}
	for _, layer := range layers {
		for _, a := range layer {
			l := HelpLine{Keys: keyNames(words, a.Keys), Label: a.Label(words), Why: a.Why()}
			if filter != "" && !matches(filter, l.Label+" "+l.Keys) {
				continue
			}
			g := words.T(a.GroupKey())
			if lines[g] == nil {
				groups = append(groups, g)
			}
			lines[g] = append(lines[g], l)
		}
	}
	var out []HelpLine
	for _, g := range groups {
		out = append(out, HelpLine{Title: g})
		out = append(out, lines[g]...)
	}
	return out
}

func keyNames(words Words, keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = KeyName(words, k)
	}
	return strings.Join(names, " ")
}

// HelpLines draws Help in lines of exactly w cells: keys, label, and an action
// that is off in muted with its reason.
func HelpLines(th *theme.Theme, words Words, w int, filter string, layers ...[]Action) []string {
	const keyColumn = 16
	var out []string
	for _, l := range Help(words, filter, layers...) {
		switch {
		case l.Title != "":
			out = append(out, blank(w), th.Title.Render(fit(" "+l.Title, w)))
		case l.Why != "":
			out = append(out, th.Muted.Render(fit(" "+fit(l.Keys, keyColumn)+" "+l.Label+" · "+l.Why, w)))
		default:
			k := min(keyColumn+1, max(w, 0))
			out = append(out, th.Key.Render(fit(" "+l.Keys, k))+fit(" "+l.Label, w-k))
		}
	}
	if len(out) > 0 {
		out = out[1:]
	}
	return out
}

// fit cuts and pads plain text to w cells.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = ansi.Truncate(s, w, "…")
	return s + strings.Repeat(" ", max(w-ansi.StringWidth(s), 0))
}

func blank(w int) string { return strings.Repeat(" ", max(w, 0)) }
