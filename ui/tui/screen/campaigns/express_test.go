package campaigns_test

import (
	"context"
	"strings"
	"testing"
	"time"

	desks "blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
)

// F6: from a request to messages that leave, in at most twelve keys beside the
// typing, with the clock of the request in sight.
func TestAnExpressLaunchTakesTwelveKeysBesideTheTyping(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	x := show(t, w, "fr")
	keys := 0
	press := func(k string) { keys++; x.Press(k) }

	keys++ // N, which the shell knows on every tab
	x.Open(screen.OpenExpress)
	x.Has(120, 36, "demandée il y a 00:00:00")
	x.Type("Noël −15 %")
	press("tab")
	x.Type(`ville = "Nantes"`)
	x.Has(120, 36, "possibles sur 30")
	press("tab")
	x.Type("{{ contact.first_name | default: 'Bonjour' }}, c’est Noël")
	press("tab")
	x.Type("Bonjour, **15 % de moins** jusqu’à dimanche.")
	press("ctrl+s")
	x.Has(120, 36, "Noël −15 %", "Ensuite")
	press("t")
	x.Type("moi@boutique.example")
	press("enter")
	press("a")
	x.Has(120, 36, "approuvée")
	press("P")
	c, err := w.Campaign(t.Context(), "noel-15")
	if err != nil || c.Campaign.State != model.Approved || x.Modal() == nil {
		t.Fatalf("%v is %v, dialog %v, errors %v", c.Campaign.Name, c.Campaign.State, x.Modal(), x.Errors)
	}
	list, err := w.CheckCampaign(t.Context(), "noel-15")
	if err != nil {
		t.Fatal(err)
	}
	x.Type(x.Session.P.Int(list.Planned))
	press("enter")

	if keys > 12 {
		t.Errorf("%d keys", keys)
	}
	if len(x.Gone) != 1 || x.Gone[0] != (screen.Goto{Screen: screen.Live, Name: "noel-15"}) {
		t.Fatalf("gone to %v, errors %v", x.Gone, x.Errors)
	}
	st, err := w.Wait(t.Context(), "noel-15", 5*time.Millisecond, func(model.Status) {})
	if err != nil || st.State != model.Done || st.Accepted != list.Planned || w.relay.Kept()["moi@boutique.example"] != 1 {
		t.Errorf("%+v, %v, %v", st, err, w.relay.Kept())
	}
	if !c.Campaign.Spec.Requested.Equal(noon) || st.RequestedAt == nil {
		t.Errorf("asked for at %s", c.Campaign.Spec.Requested)
	}
	for st.FirstAcceptedAt == nil && t.Context().Err() == nil { // noted beside the sending
		if st, err = w.Status(t.Context(), "noel-15"); err != nil {
			t.Fatal(err)
		}
	}
	x.Open("noel-15")
	x.Has(120, 36, "lancée en")
	t.Logf("%d keys", keys)
}

// departing is a desk with a start in its seconds of grace.
type departing struct{ desks.Desk }

func (d departing) Live() *desks.Live {
	l := *d.Desk.Live()
	l.Departures = []desks.Departure{{Name: "noel-15", Title: "Noël", Left: 20 * time.Second, Planned: 37, By: "paul"}}
	return &l
}

func TestNothingIsChangedInTheSecondsOfGrace(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, departing{w}, "fr")
	x.Press("enter")
	x.Said = nil
	for _, k := range []string{"e", "E", "a", "P", "S", "x"} {
		x.Press(k)
	}
	if len(x.Said) != 6 || x.Modal() != nil || x.Screen.Captures() {
		t.Errorf("said %q", x.Said)
	}
}

// launched is a desk whose campaign took eighteen minutes from the request to
// the first message.
type launched struct{ desks.Desk }

func (l launched) Campaign(ctx context.Context, name string) (desks.CampaignDetail, error) {
	d, err := l.Desk.Campaign(ctx, name)
	requested, first := noon, noon.Add(18*time.Minute+20*time.Second)
	d.Status.RequestedAt, d.Status.FirstAcceptedAt = &requested, &first
	return d, err
}

func TestThePageSaysHowLongAnExpressLaunchTook(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	for lang, want := range map[string]string{"fr": "lancée en 18", "en": "launched in 18"} {
		x := show(t, launched{w}, lang)
		x.Press("enter")
		x.Has(120, 36, want)
	}
}

// repaired is a desk whose preflight finds what it is told to.
type repaired struct {
	desks.Desk
	lines []model.CheckLine
}

func (r *repaired) CheckCampaign(ctx context.Context, name string) (model.Checklist, error) {
	list, err := r.Desk.CheckCampaign(ctx, name)
	list.Lines = r.lines
	return list, err
}

// Settings are those of a shop whose people choose among subjects.
func (r *repaired) Settings() desks.Config {
	c := r.Desk.Settings()
	c.Public.Subjects = []string{"Nouveautés", "Soldes"}
	return c
}

// The subject of a campaign is chosen in the form among those of the page of
// preferences; where there are none, nobody is asked.
func TestTheFormAsksForTheSubjectThatPeopleChooseFrom(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("enter", "e")
	if strings.Contains(x.Text(120, 50), "Sujet") {
		t.Error("asked for a subject where there are none")
	}
	d := &repaired{w, []model.CheckLine{{Code: "topic_none", Level: model.LevelWarn, Args: []any{"topics", "Nouveautés, Soldes"}, Repair: model.RepairTopic}}}
	x = show(t, d, "fr")
	x.Press("c", "enter", "right", "right", "ctrl+s")
	c, err := w.Campaign(t.Context(), "noel-15")
	if err != nil || c.Campaign.Spec.Topic != "Soldes" {
		t.Errorf("the subject is %q, %v:\n%s", c.Campaign.Spec.Topic, err, x.Text(120, 36))
	}
	w = shop(t, nil)
	d.Desk = w
	keep(t, w, strings.Replace(letter("noel-16", "Noël", ""), "name = ", "topic = \"Ateliers\"\nname = ", 1))
	x = show(t, d, "fr")
	x.Press("enter", "e")
	x.Type("!")
	x.Press("ctrl+s")
	if c, err := w.Campaign(t.Context(), "noel-16"); err != nil || c.Campaign.Spec.Topic != "Ateliers" || len(c.Campaign.Versions) != 2 {
		t.Errorf("a subject of older settings became %q, %v", c.Campaign.Spec.Topic, err)
	}
}

func TestEveryBlockingLineJumpsToItsRepairOnEnter(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël −15 %", ""))
	for repair, want := range map[model.Repair]string{
		model.RepairSubject: "▸ Objet", model.RepairBody: "▸ Message", model.RepairFrom: "▸ Expéditeur", model.RepairAudience: "▸ Cible",
		model.RepairHoldout: "▸ Blanche", model.RepairSend: "▸ Départ", model.RepairTest: "▸ Fichier", model.RepairTopic: "▸ Sujet",
		model.RepairSender: "", model.RepairRelay: "", model.RepairArm: "", model.RepairApproval: "approuvée",
	} {
		d := &repaired{w, []model.CheckLine{{Code: "no_sender", Level: model.LevelStop, Args: []any{"key", "from"}, Repair: repair}}}
		x := show(t, d, "fr")
		x.Press("c", "enter")
		text := x.Text(120, 36)
		switch {
		case strings.HasPrefix(want, "▸") && !strings.Contains(text, want):
			t.Errorf("%s does not lead to %q:\n%s", repair, want, text)
		case !strings.HasPrefix(want, "▸") && (x.Screen.Captures() || len(x.Said) == 0 || !strings.Contains(strings.Join(x.Said, " "), want)):
			t.Errorf("%s says %q", repair, x.Said)
		}
	}
}

func TestThePageSaysTheHoursAndTheWordingsOfATest(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël −15 %", "[send]\ndays = \"mon-fri\"\nhours = \"09:00-18:30\"\n[ab]\nshare = 0.2\nmetric = \"clicks\"\ndelay = \"2h\"\n[[ab.variant]]\nname = \"b\"\nsubject = \"Votre cadeau\"\n"))
	x := show(t, w, "fr")
	x.Press("enter")
	x.Has(120, 36, "lun.–ven. 9:00–18:30", "clics par message", "Votre cadeau")
}

func TestAnotherCountDoesNotLaunch(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel-15", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("P")
	x.Type("7")
	x.Press("enter")
	if x.Modal() == nil || len(x.Gone) != 0 || w.relay.Total() != 0 {
		t.Error("a wrong count was taken")
	}
	x.Press("esc")
	if x.Modal() != nil || w.relay.Total() != 0 {
		t.Error("esc did not leave the question")
	}
}
