package dialog_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/ui/i18n"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/internal/cells"
)

var opened = time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)

func ask(q dialog.Question) *dialog.Dialog {
	return dialog.Confirm(cells.Plain(), i18n.New("fr"), q, opened)
}

// answer types keys after the grace period.
func answer(d *dialog.Dialog, keys ...string) dialog.Verdict {
	v := dialog.Open
	for _, k := range keys {
		text := k
		if len(k) > 1 && k[0] < 0x80 {
			text = ""
		}
		v = d.Key(k, text, opened.Add(time.Second))
	}
	return v
}

func TestEnterAloneCancels(t *testing.T) {
	t.Parallel()
	if v := answer(ask(dialog.Question{Title: "?", Act: "Lancer"}), "enter"); v != dialog.Cancelled {
		t.Errorf("enter is %v", v)
	}
	if v := answer(ask(dialog.Question{Title: "?", Act: "Lancer"}), "y", "o", "esc"); v != dialog.Cancelled {
		t.Errorf("esc is %v", v)
	}
	if v := answer(ask(dialog.Question{Title: "?", Act: "Lancer"}), "tab", "enter"); v != dialog.Confirmed {
		t.Errorf("the button is %v", v)
	}
}

func TestKeysTypedBeforeItAppearedAreSwallowed(t *testing.T) {
	t.Parallel()
	d := ask(dialog.Question{Title: "?", Act: "Lancer"})
	for _, k := range []string{"tab", "enter", "esc"} {
		if v := d.Key(k, "", opened.Add(dialog.Grace-time.Millisecond)); v != dialog.Open {
			t.Errorf("%s was taken: %v", k, v)
		}
	}
	// The control: the same keys a moment later confirm.
	if v := answer(d, "tab", "enter"); v != dialog.Confirmed {
		t.Errorf("after the grace it is %v", v)
	}
}

func TestTheCountMustBeTypedBack(t *testing.T) {
	t.Parallel()
	q := dialog.Question{Title: "?", Act: "Lancer", Type: "10\u202f800"}
	for _, c := range []struct {
		keys []string
		want dialog.Verdict
	}{
		{[]string{"tab", "enter"}, dialog.Cancelled},
		{[]string{"1", "0", "8", "enter"}, dialog.Open},
		{[]string{"1", "0", "8", "0", "0", "enter"}, dialog.Confirmed},
		{[]string{"1", "0", " ", "8", "0", "0", "enter"}, dialog.Confirmed},
		{[]string{"1", "0", "8", "0", "1", "backspace", "0", "tab", "tab", "enter"}, dialog.Confirmed},
		{[]string{"1", "0", "8", "0", "0", "0", "enter"}, dialog.Open},
		{[]string{"1", "ctrl+u", "enter"}, dialog.Cancelled},
		{[]string{"1", "0", "8", "0", "0", "esc"}, dialog.Cancelled},
	} {
		if got := answer(ask(q), c.keys...); got != c.want {
			t.Errorf("%q gives %v, not %v", c.keys, got, c.want)
		}
	}
}

func TestADialogNamesTheActAndCancel(t *testing.T) {
	t.Parallel()
	d := ask(dialog.Question{
		Title: "Lancer « Noël »", Body: []string{"10 800 personnes vont recevoir ce message dans la minute qui vient."}, Act: "Lancer", Type: "10\u202f800",
	})
	answer(d, "1", "0")
	want := ` Lancer « Noël » ─────────────

  10 800 personnes vont
  recevoir ce message dans
  la minute qui vient.
  Pour confirmer, tapez
  10 800.
  ▸ 10▏

  ▸ Annuler       Lancer
──────────────────────────────
`
	if got := cells.Text(d.Lines(30, 20)); got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestADialogFitsAnyScreen(t *testing.T) {
	t.Parallel()
	for _, th := range cells.Themes() {
		for _, name := range cells.Names {
			for _, size := range cells.Sizes {
				d := dialog.Confirm(th, i18n.New("en"), dialog.Question{Title: name, Body: []string{name, name + name}, Act: "Send", Type: "12", Danger: true}, opened)
				answer(d, "1", "tab")
				lines := d.Lines(size.W, size.H)
				if len(lines) > size.H {
					t.Fatalf("%d lines at %v", len(lines), size)
				}
				cells.Exact(t, lines, min(size.W, 72), len(lines))
			}
		}
	}
}
