package tui

import (
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/tuitest"
)

// shellOf is a dashboard over the fixed shop, without colours.
func shellOf(t *testing.T, lang string) *App {
	t.Helper()
	s := &screen.Session{
		Ctx: t.Context(), Desk: tuitest.NewShop(), P: i18n.New(lang), Clock: func() time.Time { return time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC) },
		Th: theme.New(theme.Options{Profile: colorprofile.NoTTY}),
	}
	a := newApp(s, Options{Lang: lang, Holder: true, In: strings.NewReader(""), Out: io.Discard})
	a.live = s.Desk.Live()
	return a
}

// key is a key press as the terminal sends it.
func key(name string) tea.KeyPressMsg {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "down": tea.KeyDown, "right": tea.KeyRight, "f1": tea.KeyF1, "f5": tea.KeyF5}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// press gives keys one after the other and runs what they ask for.
func (a *App) pressAll(keys ...string) {
	for _, k := range keys {
		a.settle(a.press(key(k)))
	}
}

// settle runs a command and what follows from it, ticks apart.
func (a *App) settle(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			a.settle(c)
		}
	case nil, tickMsg:
	default:
		_, next := a.Update(msg)
		a.settle(next)
	}
}

func TestTheFrameIsTheTerminalAtEverySize(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		a := shellOf(t, lang)
		a.settle(a.show(screen.Today, ""))
		for _, size := range append(tuitest.AllSizes, tuitest.Size{W: 40, H: 10}, tuitest.Size{W: 59, H: 40}) {
			a.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			for _, keys := range [][]string{nil, {"?"}, {"esc", ":"}, {"esc", "!"}, {"esc", "f1"}, {"esc"}} {
				a.pressAll(keys...)
				lines := a.lines()
				if len(lines) != size.H {
					t.Fatalf("%v %v: %d lines", size, keys, len(lines))
				}
				for i, l := range lines {
					if ansi.StringWidth(l) != size.W {
						t.Fatalf("%v %v: line %d has %d cells: %q", size, keys, i, ansi.StringWidth(l), l)
					}
				}
			}
		}
	}
}

func TestTabsOpenWithoutShiftOnAFrenchKeyboard(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	for keys, want := range map[string]screen.ID{"\"": screen.Segments, "(": screen.Live, "-": screen.ROI, "&": screen.Today, "f6": screen.Live} {
		a.pressAll(keys)
		if a.active != want {
			t.Errorf("%s opened %s, want %s", keys, a.active, want)
		}
	}
	a.pressAll("&", "g", "T")
	if a.active != screen.Audit {
		t.Errorf("gT opened %s", a.active)
	}
}

func TestNoKeyIsClaimedTwiceOnAnyScreen(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	for id, on := range a.screens {
		for _, c := range action.Conflicts(on.Actions(), nil) {
			t.Errorf("%s: %s is both %s and %s", id, c.Key, c.First, c.Second)
		}
	}
}

// unshifted are the characters that a French keyboard types alone, and shifted
// those that it types with Shift.
const (
	unshifted = "²&é\"'(-è_çà)=azertyuiop$qsdfghjklmù*<wxcvbn,;:!"
	shifted   = "1234567890°+AZERTYUIOP£QSDFGHJKLM%µ>WXCVBN?./§"
)

func TestEveryKeyOfEveryScreenCanBeTypedOnAzerty(t *testing.T) {
	t.Parallel()
	walks := map[screen.ID][]string{
		screen.Live:      {"", "m", "u", "v"},
		screen.Campaigns: {"", "enter", "enter c"},
		screen.Contacts:  {"", "enter"},
	}
	for _, id := range screen.Order() {
		for _, keys := range append(walks[id], "R") {
			a := shellOf(t, "fr")
			shop := a.s.Desk.(*tuitest.Shop)
			shop.Picture.Running[0].Uncertain = 3
			a.settle(a.show(id, ""))
			a.pressAll(strings.Fields(keys)...)
			for _, act := range append(a.actions(), a.global()...) {
				typed := len(act.Keys) == 0
				for _, k := range act.Keys {
					typed = typed || len([]rune(k)) > 1 || strings.Contains(unshifted+shifted, k)
					if k == "-" && action.TabIndex(act.ID) != 5 {
						t.Errorf("%s after %q: %s is on -, the sixth tab", id, keys, act.ID)
					}
				}
				if !typed {
					t.Errorf("%s after %q: %s (%q) needs AltGr", id, keys, act.ID, act.Keys)
				}
			}
			for _, c := range action.Conflicts(a.actions()) {
				t.Errorf("%s after %q: %s is both %s and %s", id, keys, c.Key, c.First, c.Second)
			}
		}
	}
}

func TestLeavingWhileSendingAsksFirst(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.pressAll("q")
	if len(a.modals) != 1 || a.quit {
		t.Fatal("it left without a question")
	}
	if text := ansi.Strip(strings.Join(a.lines(), "\n")); !strings.Contains(text, "noel-15") {
		t.Errorf("the question does not name the campaign:\n%s", text)
	}
}

func TestAnErrorStaysUntilItIsDismissed(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.settle(screen.Fail(io.ErrUnexpectedEOF))
	if _, ok := a.toasts.Current(a.s.Clock().Add(time.Hour)); !ok {
		t.Error("the error went away by itself")
	}
	a.pressAll("esc")
	if _, ok := a.toasts.Current(a.s.Clock()); ok {
		t.Error("esc did not dismiss it")
	}
}

func TestTheLanguageChangesLive(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.pressAll("L")
	if text := strings.Join(a.lines(), "\n"); !strings.Contains(text, "Today") {
		t.Errorf("still not English:\n%s", text)
	}
}

func TestAClickOpensTheTabUnderThePointer(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.settle(a.click(tea.MouseClickMsg{X: 45, Y: 1, Button: tea.MouseLeft}))
	if a.active != screen.ROI && a.active != screen.Live {
		t.Errorf("the click opened %s", a.active)
	}
	a.settle(a.click(tea.MouseClickMsg{X: 2, Y: 1, Button: tea.MouseLeft}))
	if a.active != screen.Today {
		t.Errorf("the click opened %s", a.active)
	}
}
