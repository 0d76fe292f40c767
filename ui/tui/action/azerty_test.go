package action_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"blanche/ui/i18n"
	"blanche/ui/tui/action"
)

// physical is a key of a French AZERTY keyboard: what it types alone, with
// Shift and with AltGr.
type physical struct{ alone, shift, altgr string }

var azerty = []physical{
	{"²", "", ""},
	{"&", "1", ""},
	{"é", "2", "~"},
	{"\"", "3", "#"},
	{"'", "4", "{"},
	{"(", "5", "["},
	{"-", "6", "|"},
	{"è", "7", "`"},
	{"_", "8", "\\"},
	{"ç", "9", "^"},
	{"à", "0", "@"},
	{")", "°", "]"},
	{"=", "+", "}"},
	{"a", "A", ""},
	{"z", "Z", ""},
	{"e", "E", "€"},
	{"r", "R", ""},
	{"t", "T", ""},
	{"y", "Y", ""},
	{"u", "U", ""},
	{"i", "I", ""},
	{"o", "O", ""},
	{"p", "P", ""},
	{"$", "£", "¤"},
	{"q", "Q", ""},
	{"s", "S", ""},
	{"d", "D", ""},
	{"f", "F", ""},
	{"g", "G", ""},
	{"h", "H", ""},
	{"j", "J", ""},
	{"k", "K", ""},
	{"l", "L", ""},
	{"m", "M", ""},
	{"ù", "%", ""},
	{"*", "µ", ""},
	{"<", ">", ""},
	{"w", "W", ""},
	{"x", "X", ""},
	{"c", "C", ""},
	{"v", "V", ""},
	{"b", "B", ""},
	{"n", "N", ""},
	{",", "?", ""},
	{";", ".", ""},
	{":", "/", ""},
	{"!", "§", ""},
}

// effort is what typing a character takes on AZERTY: 0 alone, 1 with Shift, 2
// with AltGr, 3 when it cannot be typed.
func effort(ch string) int {
	for _, k := range azerty {
		switch ch {
		case k.alone:
			return 0
		case k.shift:
			return 1
		case k.altgr:
			return 2
		}
	}
	return 3
}

// keyEffort is the effort of a key as bubbletea names it; named keys and ctrl
// with a letter are on every keyboard.
func keyEffort(key string) int {
	if utf8.RuneCountInString(key) == 1 {
		return effort(key)
	}
	if key[0] == 'g' { // a sequence
		return max(effort(key[:1]), effort(key[1:]))
	}
	return 0
}

func defaults() [][]action.Action {
	tabs := action.Tabs("Aujourd’hui", "Contacts", "Segments", "Campagnes", "En direct", "ROI", "Planning", "Services", "Objectifs")
	return [][]action.Action{action.Lists(), action.Global(), tabs, action.Moves()}
}

func TestEveryActionCanBeTypedOnAzertyWithoutAltGr(t *testing.T) {
	t.Parallel()
	for _, layer := range defaults() {
		for _, a := range layer {
			if len(a.Keys) == 0 { // of the palette only
				continue
			}
			best := 3
			for _, k := range a.Keys {
				best = min(best, keyEffort(k))
			}
			if best > 1 {
				t.Errorf("%s (%q) needs AltGr", a.ID, a.Keys)
			}
			if slices.Contains(a.Keys, "-") && action.TabIndex(a.ID) != 5 {
				t.Errorf("%s is on -, the sixth tab", a.ID)
			}
		}
	}
}

// press is what bubbletea makes of a physical key.
func press(ch string) string {
	r, _ := utf8.DecodeRuneInString(ch)
	return tea.KeyPressMsg(tea.Key{Code: r, Text: ch}).String()
}

func TestTheDigitRowOpensTabsWithAndWithoutShift(t *testing.T) {
	t.Parallel()
	layers := defaults()
	for i := range 9 {
		for _, ch := range []string{azerty[i+1].alone, azerty[i+1].shift} {
			var keys action.Keys
			p, st := keys.Press(press(ch), layers...)
			if st != action.Matched || action.TabIndex(p.Action.ID) != i {
				t.Errorf("%s opens %q (%v), not tab %d", ch, p.Action.ID, st, i+1)
			}
		}
	}
}

// Every character of the keyboard, alone and with Shift, means at most one
// thing, and it is the one the table of keys says.
func TestTheWholeKeyboardMeansWhatIsWritten(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"?": "action.help", ",": "action.help", ":": "action.palette", "/": "action.filter", "f": "action.filter", "!": "action.journal",
		"R": "action.refresh", "M": "action.mask", "L": "action.language", "q": "action.quit", "j": "action.down", "k": "action.up",
		"G": "action.bottom", "d": "action.open", "s": "action.sort", "S": "action.sort_direction", "v": "action.mark_range",
		"a": "action.mark_all", "y": "action.copy", "N": "action.express",
	}
	layers := defaults()
	for _, k := range azerty {
		for _, ch := range []string{k.alone, k.shift} {
			if ch == "" || ch == "g" {
				continue
			}
			var keys action.Keys
			p, st := keys.Press(press(ch), layers...)
			id := p.Action.ID
			if action.TabIndex(id) >= 0 {
				continue
			}
			if id != want[ch] || (st == action.Matched) != (want[ch] != "") {
				t.Errorf("%s is %q, not %q", ch, id, want[ch])
			}
		}
	}
	for _, seq := range []struct{ first, second, id string }{{"g", "g", "action.top"}, {"g", "t", "action.next_tab"}, {"g", "T", "action.prev_tab"}} {
		var keys action.Keys
		if _, st := keys.Press(press(seq.first), layers...); st != action.Pending || keys.PendingKeys() != "g" {
			t.Errorf("%s does not wait", seq.first)
		}
		if p, st := keys.Press(press(seq.second), layers...); st != action.Matched || p.Action.ID != seq.id {
			t.Errorf("%s%s is %q", seq.first, seq.second, p.Action.ID)
		}
	}
}

func TestNamedKeysAreThoseOfBubbletea(t *testing.T) {
	t.Parallel()
	var keys action.Keys
	for _, c := range []struct {
		key tea.Key
		id  string
	}{
		{tea.Key{Code: tea.KeyTab}, "action.next_tab"},
		{tea.Key{Code: tea.KeyTab, Mod: tea.ModShift}, "action.prev_tab"},
		{tea.Key{Code: tea.KeyEnter}, "action.open"},
		{tea.Key{Code: tea.KeyEscape}, "action.back"},
		{tea.Key{Code: tea.KeySpace, Text: " "}, "action.mark"},
		{tea.Key{Code: 'p', Mod: tea.ModCtrl}, "action.palette"},
		{tea.Key{Code: 'c', Mod: tea.ModCtrl}, "action.quit"},
		{tea.Key{Code: 'd', Mod: tea.ModCtrl}, "action.half_down"},
		{tea.Key{Code: tea.KeyF1}, "action.manual"},
		{tea.Key{Code: tea.KeyF2}, "action.tab1"},
		{tea.Key{Code: tea.KeyF10}, "action.tab9"},
		{tea.Key{Code: tea.KeyPgDown}, "action.page_down"},
		{tea.Key{Code: tea.KeyHome}, "action.top"},
		{tea.Key{Code: tea.KeyUp}, "action.up"},
	} {
		if p, _ := keys.Press(tea.KeyPressMsg(c.key).String(), defaults()...); p.Action.ID != c.id {
			t.Errorf("%s is %q, not %q", tea.KeyPressMsg(c.key).String(), p.Action.ID, c.id)
		}
	}
}

func TestTheDefaultsHaveNoConflict(t *testing.T) {
	t.Parallel()
	for _, c := range action.Conflicts(defaults()...) {
		t.Errorf("%q is both %s and %s", c.Key, c.First, c.Second)
	}
	// The control: a conflict and a hidden sequence are seen.
	got := action.Conflicts([]action.Action{action.New("a.one", "p", "g")}, []action.Action{action.New("a.two", "p"), action.New("a.top", "gg")})
	if want := []action.Conflict{{"p", "a.one", "a.two"}, {"g", "a.one", "a.top"}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestDefaultsAreWordedInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		for _, layer := range defaults() {
			for _, a := range layer {
				if !p.Has(a.LabelKey()) || !p.Has(a.GroupKey()) {
					t.Errorf("%s: %s or %s is missing", lang, a.LabelKey(), a.GroupKey())
				}
			}
		}
	}
}
