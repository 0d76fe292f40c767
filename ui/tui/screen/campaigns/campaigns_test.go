package campaigns_test

import (
	"context"
	"strings"
	"testing"
	"time"

	desks "blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/campaigns"
	"blanche/ui/tui/tuitest"
)

// season is a shop with campaigns at several steps of their life.
func season(t *testing.T) *world {
	t.Helper()
	w := shop(t, nil)
	keep(t, w, letter("rentree", "Rentrée", ""))
	sent(t, w, "rentree")
	keep(t, w, letter("soldes", "Soldes d’été", "[send]\nstart = \"2026-11-24T08:00:00+01:00\"\nrate = 50.0\n"))
	if err := w.Schedule(t.Context(), "soldes"); err != nil {
		t.Fatal(err)
	}
	keep(t, w, letter("parrainage", "Parrainage", ""))
	if err := w.Cancel(t.Context(), "parrainage"); err != nil {
		t.Fatal(err)
	}
	keep(t, w, letter("noel-15", "Noël −15 %", ""))
	return w
}

func TestTheListThePageAndTheFormAreDrawn(t *testing.T) {
	t.Parallel()
	w := season(t)
	for _, lang := range []string{"fr", "en"} {
		x := show(t, w, lang)
		x.Golden("list", 120, 36)
		x.Golden("list", 80, 24)
		x.Golden("list", 60, 16)
		x.Press("enter")
		x.Golden("page", 120, 36)
		x.Golden("page", 80, 24)
		x.Golden("page", 60, 16)
		x.Press("v")
		x.Golden("message", 80, 24)
		x.Press("v")
		x.Golden("html", 120, 36)
		x.Press("e")
		x.Golden("form", 120, 36)
		x.Golden("form", 80, 24)
		x.Press("esc", "esc")
		x.Press("t")
		x.Golden("test", 80, 24)
		x.Press("esc")
		x.Open("rentree")
		x.Golden("done", 120, 36)
		x.Golden("done", 80, 24)
	}
}

func TestThePreflightIsDrawnWorstFirst(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	bad := strings.Replace(letter("noel-15", "Noël −15 %", ""), "Pour les fêtes", "{{ contact.frist_name }} Pour les fêtes", 1)
	keep(t, w, strings.Replace(bad, "−15 % jusqu’à dimanche", "test", 1))
	for _, lang := range []string{"fr", "en"} {
		x := show(t, w, lang)
		x.Press("c")
		x.Golden("check", 120, 36)
		x.Golden("check", 80, 24)
		x.Press("P")
		if len(x.Errors) != 1 || x.Modal() != nil {
			t.Errorf("a blocked campaign asks for its launch: %v", x.Errors)
		}
	}
}

func TestTheLaunchSaysWhoGetsItAndWhoDoesNot(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël −15 %", ""))
	for _, lang := range []string{"fr", "en"} {
		x := show(t, w, lang)
		x.Press("P")
		x.Golden("launch", 120, 36)
		x.Golden("launch", 80, 24)
		x.Golden("launch", 60, 16)
		x.Press("enter") // Cancel is the default, and the only thing Enter does
		if w.relay.Total() != 0 || x.Modal() != nil {
			t.Error("Enter alone did something")
		}
	}
}

func TestAnEmptyShopNamesTheKeyThatMakesACampaign(t *testing.T) {
	t.Parallel()
	w := empty(t, nil)
	for _, lang := range []string{"fr", "en"} {
		x := show(t, w, lang)
		x.Golden("empty", 80, 24)
		x.Press("n")
		x.Golden("new", 80, 24)
		x.Golden("new", 60, 16)
		x.Press("esc")
		x.Has(80, 24, "n ")
	}
}

func TestAWrongRuleSaysItsColumnWhileItIsTyped(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t, nil), "fr")
	x.Press("n", "tab")
	x.Type("vlile = 3")
	x.Has(80, 24, "Colonne 1", "la cible ne se lit pas")
	x.Press("tab")
	x.Has(80, 24, "Colonne 1") // stays under its field
	x.Press("shift+tab", "ctrl+u")
	x.Type("tous")
	if strings.Contains(x.Text(80, 24), "Colonne 1") {
		t.Error("the mistake outlives the rule")
	}
	x.Has(80, 24, "sur 120", "opposition", "sans base légale")
}

func TestOldCountsAreDropped(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t, nil), "fr")
	x.Press("n", "tab")
	x.Hold()
	x.Type(`ville = "Lyon"`)
	if x.Held() != 1 {
		t.Errorf("%d counts at once", x.Held())
	}
	x.Release()
	x.Has(120, 36, "sur 30")
}

func TestARefusedSaveKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("n")
	x.Type("Noël 15")
	x.Press("tab")
	x.Type("tous")
	x.Press("tab")
	x.Type("Objet à moi")
	x.Press("ctrl+s") // the message is missing
	x.Has(80, 24, "À remplir")
	x.Type("Un message.")
	x.Press("ctrl+s") // the name is taken
	if !x.Screen.Captures() {
		t.Fatal("the form is gone")
	}
	x.Has(120, 36, "une campagne s’appelle déjà", "Objet à moi", "Un message.")
	x.Type("noel-16")
	x.Press("ctrl+s")
	if c, err := w.Campaign(t.Context(), "noel-16"); err != nil || c.Campaign.Spec.Title != "Noël 15" || x.Screen.Captures() {
		t.Errorf("%+v, %v", c.Campaign.Spec, err)
	}
}

func TestEscAsksBeforeItLosesAText(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t, nil), "fr")
	x.Press("n", "esc")
	if x.Screen.Captures() || x.Modal() != nil {
		t.Error("nothing typed, and something asked")
	}
	x.Press("n", "a", "esc")
	if x.Modal() == nil {
		t.Fatal("the text was lost without a question")
	}
	x.Press("esc")
	x.Screen.Restyle()
	x.Has(80, 24, "a")
	x.Press("esc", "tab", "enter")
	if x.Screen.Captures() {
		t.Error("the form stays")
	}
}

func TestTheFormKeepsEverythingItWasGiven(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	source := letter("noel-15", "Noël", "[send]\nstart = \"2026-11-24T08:00:00+01:00\"\nrate = 12.5\nuncertain = \"resend\"\n")
	keep(t, w, strings.Replace(source, "share = 0.2", "share = 0.125\nstrata = [\"ville\"]", 1))
	before, _ := w.Campaign(t.Context(), "noel-15")
	for _, lang := range []string{"fr", "en"} {
		x := show(t, w, lang)
		x.Press("enter", "e")
		x.Type("!")
		x.Press("backspace", "ctrl+s")
		after, err := w.Campaign(t.Context(), "noel-15")
		if err != nil || x.Screen.Captures() {
			t.Fatalf("%v, captures %v: %s", err, x.Screen.Captures(), x.Text(120, 36))
		}
		if b, a := before.Campaign.Spec, after.Campaign.Spec; !a.Start.Equal(b.Start) || string(w.DraftFile(withStart(a, b))) != string(w.DraftFile(b)) {
			t.Errorf("%s: %s\nbecame %s", lang, w.DraftFile(b), w.DraftFile(a))
		}
	}
}

func withStart(a, b model.CampaignSpec) model.CampaignSpec {
	a.Start = b.Start
	a.Body = strings.TrimRight(a.Body, "\n")
	if strings.HasPrefix(b.Body, a.Body) {
		a.Body = b.Body
	}
	return a
}

func TestEnterOnALineOfThePreflightGoesToItsField(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	bad := strings.Replace(letter("noel-15", "Noël", ""), "Pour les fêtes", "{{ contact.frist_name }} Pour les fêtes", 1)
	keep(t, w, strings.Replace(bad, "−15 % jusqu’à dimanche", "test", 1))
	x := show(t, w, "fr")
	x.Press("enter", "c")
	for _, want := range []struct{ line, typed string }{{"message, ligne 3", "B"}, {"l’objet contient encore", "O"}, {"zone blanche", "9"}} {
		for range 12 {
			if line, _, _ := strings.Cut(after(x.Text(120, 36), "▸ "), "\n"); strings.Contains(line, want.line) {
				break
			}
			x.Press("j")
		}
		x.Press("enter")
		if !x.Screen.Captures() {
			t.Fatalf("%s opens nothing:\n%s", want.line, x.Text(120, 36))
		}
		line, _, _ := strings.Cut(after(x.Text(80, 24), "▸ "), "\n")
		if label := map[string]string{"B": "Message", "O": "Objet", "9": "Blanche"}[want.typed]; !strings.HasPrefix(line, label) {
			t.Errorf("%s leads to %q", want.line, line)
		}
		x.Press("esc", "home")
	}
}

func after(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return rest
}

func TestAPausedCampaignTakesANewMessageAndNothingElse(t *testing.T) {
	t.Parallel()
	w := shop(t, func(string, int) relay.Act { return relay.DeferRcpt })
	keep(t, w, letter("noel-15", "Noël", ""))
	list, err := w.CheckCampaign(t.Context(), "noel-15")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context(), "noel-15", list.Planned); err != nil {
		t.Fatal(err)
	}
	x := show(t, w, "fr")
	x.Press("enter", "e")
	if x.Screen.Captures() || len(x.Said) == 0 || x.Said[len(x.Said)-1] != "mettez d’abord en pause" {
		t.Errorf("a running campaign is edited: %v", x.Said)
	}
	x.Press("p")
	settle(t, w, "noel-15")
	x.Press("R", "e")
	x.Has(120, 36, "seul le message change", "Objet")
	if strings.Contains(x.Text(120, 36), "Marge") {
		t.Error("what is frozen is in the form")
	}
	x.Press("ctrl+u")
	x.Type("Nouvel objet")
	x.Press("ctrl+s")
	c, err := w.Campaign(t.Context(), "noel-15")
	if err != nil || c.Campaign.Current().Number != 2 || c.Campaign.State != model.Paused || c.Campaign.Spec.Subject == "" {
		t.Errorf("%+v, %v", c.Campaign, err)
	}
	x.Has(120, 36, "version 2", "En pause")
	x.Press("x")
	x.Type("noel-15")
	x.Press("enter")
	if c, _ := w.Campaign(t.Context(), "noel-15"); c.Campaign.State != model.Cancelled {
		t.Errorf("the campaign is %v, errors %v", c.Campaign.State, x.Errors)
	}
}

// settle waits until nothing of a campaign is on the wire.
func settle(t *testing.T, w *world, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		st, err := w.Status(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if st.InFlight == 0 && st.State == model.Paused {
			return
		}
	}
}

func TestARefusedTestStaysInItsQuestion(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("enter", "t")
	x.Type("pas une adresse")
	x.Press("enter")
	x.Has(80, 24, "n’est pas une adresse", "pas une adresse")
	x.Press("ctrl+u")
	x.Type("moi@boutique.example")
	x.Press("enter")
	if x.Screen.Captures() || w.relay.Total() != 1 || !w.mail.has("boutique.example/noel") {
		t.Errorf("%d messages, question %v", w.relay.Total(), x.Screen.Captures())
	}
}

func TestAFileComesWithTheMessageBesideIt(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	x := show(t, w, "fr")
	x.Press("i")
	if x.Screen.Captures() {
		t.Error("a session from elsewhere reads files")
	}
	head, body, _ := strings.Cut(letter("noel-15", "Noël", ""), "+++\nBonjour")
	files := map[string]string{"envois/noel.md": strings.Replace(head, "lang =", "body = \"texte.md\"\nlang =", 1) + "+++\n", "envois/texte.md": "Bonjour" + body}
	x.Session.ReadFile = func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, model.NotFound("campaign.unknown", "name", path)
	}
	x.Press("i")
	x.Type("envois/rien.md")
	x.Press("enter")
	x.Has(80, 24, "ne se lit pas", "envois/rien.md")
	x.Press("ctrl+u")
	x.Type("envois/noel.md")
	x.Press("enter")
	x.Has(120, 36, "Noël", "Voir la sélection")
	x.Press("E")
	x.Has(120, 36, "body = \"texte.md\"", "+++")
	delete(files, "envois/texte.md") // what the file said is kept
	x.Type("\n")
	x.Press("ctrl+s")
	c, err := w.Campaign(t.Context(), "noel-15")
	if err != nil || c.Campaign.Current().Number != 2 || !strings.HasPrefix(c.Campaign.Spec.Body, "Bonjour") {
		t.Fatalf("%v %+v, %s", err, c.Campaign.Versions, x.Text(120, 36))
	}
	x.Press("e")
	x.Has(120, 36, "Message *", "Voir la sélection")
}

func TestAFileWithRemarksIsEditedAsAText(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, strings.Replace(letter("noel-15", "Noël", ""), "[holdout]", "# as last year\n[holdout]", 1))
	x := show(t, w, "fr")
	x.Press("enter", "e")
	x.Has(120, 36, "# as last year", "+++")
	x.Press("down")
	x.Type("kinds = 3")
	x.Press("enter", "ctrl+s")
	x.Has(120, 36, "le fichier, ligne", "est inconnu", "▸ Fichier")
	for range len("kinds = 3\n") {
		x.Press("backspace")
	}
	x.Press("ctrl+s")
	c, err := w.Campaign(t.Context(), "noel-15")
	if err != nil || x.Screen.Captures() || !strings.Contains(c.Campaign.Current().Source, "# as last year") {
		t.Errorf("%v: %s", err, x.Text(120, 36))
	}
}

func TestTheMessageIsReadAsAnybody(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("enter", "m")
	x.Type("p011@client.example")
	x.Press("enter")
	x.Has(120, 36, "p011@client.example", "Prénom11", "https://www.boutique.example/noel")
	x.Press("m")
	x.Type("nobody@client.example")
	x.Press("enter")
	x.Has(120, 36, "aucun contact")
}

func TestNoKeyMeansTwoThings(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	for _, keys := range [][]string{nil, {"enter"}, {"c"}} {
		x.Press(keys...)
		tabs := action.Tabs("1", "2", "3", "4", "5")
		if c := action.Conflicts(x.Screen.Actions(), action.Global(), tabs, action.Moves()); len(c) > 0 {
			t.Errorf("after %v: %+v", keys, c)
		}
		for _, a := range x.Screen.Actions() {
			if strings.Contains(a.Label(x.Session.P), "campaign.do") {
				t.Errorf("%s has no label", a.ID)
			}
		}
	}
}

func TestACampaignIsFoundByAPieceOfItsTitle(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël −15 %", ""))
	keep(t, w, letter("rentree", "Rentrée", ""))
	x := show(t, w, "fr")
	x.Do("campaign.open", "NOEL")
	x.Has(120, 36, "noel-15")
	x.Press("esc")
	if got := x.Text(80, 24); !strings.Contains(got, "▸ Noël") {
		t.Errorf("the cursor is elsewhere:\n%s", got)
	}
}

func TestASessionThatDoesNotSendSaysSo(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := tuitest.New(t, quiet{w}, "fr")
	x.Show(screen.Campaigns, campaigns.New(x.Session))
	x.Press("P")
	if len(x.Said) != 1 || x.Said[0] != "rien n’envoie dans cette session" || x.Modal() != nil {
		t.Errorf("said %v", x.Said)
	}
}

// quiet is a desk of a process that does not send.
type quiet struct{ desks.Desk }

func (quiet) Live() *desks.Live { return &desks.Live{} }

func TestACopyTakesTheNextFreeName(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("C", "enter")
	if _, err := w.Campaign(t.Context(), "noel-15-2"); err != nil {
		t.Error(err)
	}
	x.Has(120, 36, "noel-15-2")
}

func TestEveryScreenFitsWhateverIsWritten(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	for i, name := range tuitest.Hostile {
		source := letter("h"+string(rune('a'+i)), "TITLE", "")
		spec, err := w.NewCampaign(t.Context(), []byte(source), nil)
		if err != nil {
			t.Fatal(err)
		}
		s := spec.Spec
		s.Title, s.Subject, s.Body = name, name, name+"\n\n["+name+"](https://www.boutique.example/"+name+")"
		if _, err := w.EditCampaign(t.Context(), s.Name, w.DraftFile(s), nil); err != nil {
			t.Fatal(err)
		}
	}
	x := show(t, w, "fr")
	x.Sizes()
	for range tuitest.Hostile {
		x.Press("enter")
		x.Sizes()
		x.Press("v")
		x.Sizes()
		x.Press("v", "c")
		x.Sizes()
		x.Press("e")
		x.Sizes()
		x.Press("esc", "esc", "j")
	}
	x.Storm(150)
}
