package action_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/theme"
)

func plain() *theme.Theme { return theme.New(theme.Options{Profile: colorprofile.NoTTY}) }

// words is a catalogue of the test.
type words map[string]string

func (w words) T(key string, _ ...any) string {
	if s, ok := w[key]; ok {
		return s
	}
	return key
}

func campaignWords() words {
	return words{
		"campaign.do.pause": "mettre en pause", "campaign.do.launch": "lancer l’envoi", "campaign.do.rate": "régler le débit",
		"campaign.do.edit": "éditer", "campaign.actions": "Campagne", "action.do.help": "aide", "action.actions": "Partout",
		"action.key.enter": "Entrée", "action.do.open": "ouvrir",
	}
}

func campaign() []action.Action {
	return []action.Action{
		action.New("campaign.launch", "P").Danger(action.Outgoing).Off(func() string { return "rien à envoyer" }),
		action.New("campaign.pause", "p"),
		action.New("campaign.edit", "e"),
		action.New("campaign.rate", "left").WithArg().Alias("debit", "rate").Hidden(),
	}
}

func TestAnActionThatIsOffSaysWhyAndDoesNothing(t *testing.T) {
	t.Parallel()
	var keys action.Keys
	p, st := keys.Press("P", campaign())
	if st != action.Disabled || p.Why != "rien à envoyer" {
		t.Errorf("%v %q", st, p.Why)
	}
	if ok, why := p.Action.Enabled(); ok || why == "" || p.Action.Level != action.Outgoing {
		t.Errorf("%v %q", ok, why)
	}
}

func TestASequenceThatFailsLeavesItsLastKey(t *testing.T) {
	t.Parallel()
	var keys action.Keys
	layers := [][]action.Action{campaign(), action.Moves()}
	keys.Press("g", layers...)
	if p, st := keys.Press("p", layers...); st != action.Matched || p.Action.ID != "campaign.pause" {
		t.Errorf("g p is %q (%v)", p.Action.ID, st)
	}
	keys.Press("g", layers...)
	keys.Reset()
	if _, st := keys.Press("g", layers...); st != action.Pending {
		t.Error("Reset did not forget the g")
	}
}

func TestTheFooterKeepsTheHelpAtAnyWidth(t *testing.T) {
	t.Parallel()
	layers := [][]action.Action{campaign(), {action.New("action.help", "?")}}
	for w := range 200 {
		for _, th := range []*theme.Theme{plain(), theme.New(theme.Options{Profile: colorprofile.TrueColor})} {
			line := action.Footer(th, campaignWords(), w, layers...)
			if n := ansi.StringWidth(line); n != w {
				t.Fatalf("%d cells instead of %d: %q", n, w, line)
			}
			if w >= 8 && !strings.Contains(ansi.Strip(line), "? aide") {
				t.Errorf("at %d: %q", w, line)
			}
		}
	}
	got := []string{action.Footer(plain(), campaignWords(), 45, layers...), action.Footer(plain(), campaignWords(), 30, layers...)}
	want := []string{" p mettre en pause   e éditer   ? aide       ", " p mettre en pause   ? aide   "}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTheHelpGreysWhatIsOffWithItsReason(t *testing.T) {
	t.Parallel()
	lines := action.HelpLines(plain(), campaignWords(), 46, "", campaign(), []action.Action{action.New("action.help", "?", "f1")})
	want := []string{
		" Campagne                                     ",
		" P                lancer l’envoi · rien à env…",
		" p                mettre en pause             ",
		" e                éditer                      ",
		" action.key.left  régler le débit             ",
		"                                              ",
		" Partout                                      ",
		" ? F1             aide                        ",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if got := action.Help(campaignWords(), "EDIT", campaign()); len(got) != 2 || got[1].Label != "éditer" {
		t.Errorf("the filter is not accent-blind: %v", got)
	}
}

func TestThePaletteFindsAcrossAccents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, want, arg string }{
		{"edi", "campaign.edit", ""},
		{"debit 40", "campaign.rate", "40"},
		{"débit 40", "campaign.rate", "40"},
		{"reg deb", "campaign.rate", ""},
		{"pause", "campaign.pause", ""},
		{"mtps", "campaign.pause", ""},
	} {
		p := action.NewPalette(campaignWords(), campaign())
		for _, r := range c.typed {
			p.Key(string(r), string(r))
		}
		hit, v := p.Key("enter", "")
		if v != action.Chosen || hit.Action.ID != c.want || hit.Arg != c.arg {
			t.Errorf("%q chooses %q with %q (%v)", c.typed, hit.Action.ID, hit.Arg, v)
		}
	}
}

func TestThePaletteNeverChoosesWhatIsOff(t *testing.T) {
	t.Parallel()
	p := action.NewPalette(campaignWords(), campaign())
	p.SetQuery("lancer")
	if len(p.Hits()) != 1 || p.Hits()[0].Why == "" {
		t.Fatalf("%v", p.Hits())
	}
	if _, v := p.Key("enter", ""); v != action.Open {
		t.Errorf("it was chosen: %v", v)
	}
	if _, v := p.Key("esc", ""); v != action.Closed {
		t.Error("esc does not close")
	}
}

func TestThePaletteIsExactlyItsSize(t *testing.T) {
	t.Parallel()
	for _, th := range []*theme.Theme{plain(), theme.New(theme.Options{Profile: colorprofile.TrueColor}), theme.New(theme.Options{ASCII: true})} {
		for w := range 90 {
			for h := range 12 {
				p := action.NewPalette(i18n.New("fr"), campaign(), action.Global())
				p.SetQuery("\x1b[31me")
				p.Key("down", "")
				lines := p.Lines(th, w, h)
				if len(lines) != h {
					t.Fatalf("%d lines instead of %d", len(lines), h)
				}
				for _, l := range lines {
					if n := ansi.StringWidth(l); n != w {
						t.Fatalf("%dx%d: %d cells: %q", w, h, n, l)
					}
				}
			}
		}
	}
}
