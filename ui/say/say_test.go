package say_test

import (
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/google/go-cmp/cmp"
)

func ptr[T any](x T) *T { return &x }

// christmas is the worked case of the product: 475 %, and a range that says
// that nothing is sure.
func christmas() *model.Statement {
	return &model.Statement{
		Campaign: "noel-15", Method: model.MethodHoldout, Verdict: model.VerdictWorksProfitUnknown, Day: 14,
		Window: model.StatementWindow{Days: 14, Closed: true, End: time.Date(2026, 12, 7, 23, 59, 59, 0, time.UTC)},
		Arms: []model.StatementArm{
			{Arm: model.ArmTarget, Customers: 10800, Buyers: 367}, {Arm: model.ArmHoldout, Customers: 1200, Buyers: 25},
		},
		Spend: model.StatementSpend{Diff: ptr(0.8519), CI: &model.Interval{0.0336, 1.6703}},
		Money: model.StatementMoney{
			Margin: 0.4, Cost: 64000, IncrementalMargin: ptr(model.Cents(368028)), IncrementalMarginCI: &[2]model.Cents{14500, 721600},
			Net: ptr(model.Cents(304028)), NetCI: &[2]model.Cents{-49500, 657600},
			ROI: ptr(4.75), ROICI: &model.Interval{-0.774, 10.275}, NaiveROI: ptr(13.24), NaiveRevenue: 2279070,
			BreakEvenPerMessage: ptr(0.0941),
		},
	}
}

func TestASentenceAlwaysCarriesItsRange(t *testing.T) {
	t.Parallel()
	with := func(change func(*model.Statement)) *model.Statement {
		st := christmas()
		change(st)
		return st
	}
	cases := map[string]struct {
		st     *model.Statement
		fr, en string
	}{
		"works, profit not proven": {
			christmas(),
			"noel-15 : 3 040 € net, mais de −495 € à +6 576 €. Elle a fait vendre (+0,85 € par client, de +0,03 € à +1,67 €), son profit n’est pas prouvé : ROI +475 % (de −77 % à +1 028 %).",
			"noel-15: €3,040 net, but −€495 to +€6,576. It sold more (+€0.85 per customer, +€0.03 to +€1.67), its profit is not proven: ROI +475% (−77% to +1,028%).",
		},
		"pays": {
			with(func(st *model.Statement) { st.Verdict = model.VerdictPays }),
			"noel-15 : 10 800 clients ciblés, 3 680 € de marge en plus (de +145 € à +7 216 €) pour 640 € dépensés : ROI +475 % (de −77 % à +1 028 %). Rentable, preuve solide. Une attribution par fenêtre aurait annoncé +1 324 %.",
			"noel-15: 10,800 customers targeted, €3,680 more margin (+€145 to +€7,216) for €640 spent: ROI +475% (−77% to +1,028%). It pays, firmly proven. Attribution by window would have announced +1,324%.",
		},
		"loses": {
			with(func(st *model.Statement) { st.Verdict = model.VerdictLoses }),
			"noel-15 : 3 040 € net (de −495 € à +6 576 €), ROI +475 % (de −77 % à +1 028 %). Elle perd de l’argent, preuve solide : à arrêter, ou à envoyer pour moins de 0,094 € par contact.",
			"noel-15: €3,040 net (−€495 to +€6,576), ROI +475% (−77% to +1,028%). It loses money, firmly proven: stop it, or send it for less than €0.094 a contact.",
		},
		"too few buyers": {
			with(func(st *model.Statement) {
				st.Verdict, st.Arms[1].Buyers = model.VerdictNotProven, 8
				st.Needed = &model.StatementNeeded{Buyers: 100, Customers: ptr(17500), Campaigns: ptr(13)}
			}),
			"Rien de prouvé : +0,85 € par client, mais de +0,03 € à +1,67 €, avec 8 acheteurs dans la zone blanche. Il en faudrait 100, soit environ 17 500 clients laissés de côté, ou 13 campagnes semblables regroupées.",
			"Nothing proven: +€0.85 per customer, but +€0.03 to +€1.67, with 8 buyers in the zone blanche. It would take 100, about 17,500 customers left alone, or 13 similar campaigns taken together.",
		},
		"too early": {
			with(func(st *model.Statement) {
				st.Verdict, st.Day, st.Spend = model.VerdictTooEarly, 4, model.StatementSpend{Diff: ptr(2.27), CI: &model.Interval{-2.26, 6.80}}
			}),
			"Jour 4 sur 14 : +2,27 € par client, mais de −2,26 € à +6,80 € pour qui regarde chaque jour. Pas de décision avant le 07/12/2026.",
			"Day 4 of 14: +€2.27 per customer, but −€2.26 to +€6.80 if one looks every day. No decision before 7 Dec 2026.",
		},
		"blocked": {
			with(func(st *model.Statement) {
				st.Verdict = model.VerdictBlocked
				st.Guards = []model.StatementGuard{{
					Guard: model.GuardSRM, Level: model.LevelStop, P: ptr(0.0000015),
					Values: map[string]float64{"target": 21387, "holdout": 20306, "expected_target": 20846, "expected_holdout": 21306},
				}}
			}),
			"Comparaison refusée : il manque 1 000 clients dans un groupe (p < 0,0001). Vérifiez ce qui a été retiré d’un seul côté : le plus souvent, des adresses rejetées.",
			"Comparison refused: 1,000 customers are missing in one arm (p < 0.0001). Look for what was taken out of one side only: bounced addresses, most often.",
		},
		"nobody held out": {
			with(func(st *model.Statement) { st.Verdict, st.Method = model.VerdictNotProven, model.MethodNone }),
			"Rien de prouvé : personne n’a été laissé de côté. Les 22 791 € de ventes vues après l’envoi n’en sont pas l’effet ; la prochaine fois, gardez une zone blanche.",
			"Nothing proven: nobody was left alone. The €22,791 of sales seen after the sending are not its effect; next time, keep a zone blanche.",
		},
	}
	spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.fr, spaces.Replace(say.Sentence(i18n.New("fr"), c.st))); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.en, spaces.Replace(say.Sentence(i18n.New("en"), c.st))); d != "" {
				t.Error(d)
			}
		})
	}
}

// Whatever the document lacks, a sentence comes out, without an empty
// placeholder, a key or a NaN.
func TestNothingUnknownLeaksIntoASentence(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		for _, v := range []model.Verdict{
			model.VerdictPays, model.VerdictLoses, model.VerdictWorksProfitUnknown, model.VerdictNotProven, model.VerdictTooEarly, model.VerdictBlocked,
		} {
			for _, method := range []model.StatementMethod{model.MethodHoldout, model.MethodNone} {
				text := say.Sentence(p, &model.Statement{Campaign: "x", Verdict: v, Method: method, Needed: &model.StatementNeeded{Buyers: 100}})
				if text == "" || strings.Contains(text, "{") || strings.Contains(text, "roi.") || strings.Contains(text, "NaN") {
					t.Errorf("%s %s %s: %q", lang, v, method, text)
				}
			}
			if strings.Contains(say.Verdict(p, v), "roi.") {
				t.Errorf("%s: verdict %s has no word", lang, v)
			}
		}
		for _, g := range []model.Guard{model.GuardSRM, model.GuardFewBuyers, model.GuardOutlier, model.GuardContamination, model.GuardPeeking, model.GuardNoHoldout} {
			for _, l := range []model.Level{model.LevelOK, model.LevelInfo, model.LevelWarn, model.LevelStop} {
				if text := say.Guard(p, model.StatementGuard{Guard: g, Level: l}); strings.ContainsAny(text, "{}") || strings.Contains(text, "roi.") {
					t.Errorf("%s %s %s: %q", lang, g, l, text)
				}
			}
		}
	}
}

func TestAnErrorSaysStatesInTheLanguageAndCommandsAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	err := model.Refused("campaign.wrong_state", "name", "noel", "state", model.Running).Hint("campaign.confirm_with", "name", "noel", "planned", 10800)
	message, hint := say.Err(i18n.New("fr"), err)
	if !strings.Contains(message, "en cours") || !strings.Contains(hint, "--confirm 10800 ") {
		t.Errorf("%q, %q", message, hint)
	}
}

func TestAStatementWithoutARangeSaysSo(t *testing.T) {
	t.Parallel()
	st := &model.Statement{
		Campaign: "noel", Method: model.MethodHoldout, Verdict: model.VerdictNotProven,
		Spend: model.StatementSpend{Diff: ptr(0.0)}, Needed: &model.StatementNeeded{Buyers: 100},
	}
	for _, lang := range i18n.Languages() {
		if text := say.Sentence(i18n.New(lang), st); strings.Contains(text, say.Unknown) {
			t.Errorf("%s: %q", lang, text)
		}
	}
}

func TestAGuardCountsOneAsOne(t *testing.T) {
	t.Parallel()
	p := i18n.New("fr")
	few := func(buyers float64) string {
		return say.Guard(p, model.StatementGuard{Guard: model.GuardFewBuyers, Level: model.LevelStop, Values: map[string]float64{"buyers": buyers, "floor": 5}})
	}
	if one, many := few(1), few(3); !strings.HasPrefix(one, "1 acheteur dans") || !strings.HasPrefix(many, "3 acheteurs dans") {
		t.Errorf("%q, %q", one, many)
	}
	reached := say.Guard(p, model.StatementGuard{Guard: model.GuardContamination, Level: model.LevelWarn, Values: map[string]float64{"reached": 1, "customers": 40, "share": 0.025}})
	if !strings.HasPrefix(reached, "1 personne de") {
		t.Errorf("%q", reached)
	}
}

func TestALineOfThePreflightHasTheDigitsThatSaySomething(t *testing.T) {
	t.Parallel()
	line := model.CheckLine{Code: "holdout", Args: []any{"held_out", 40, "buyers", 12, "rate", 0.3, "days", 14, "points", 5.5085, "euros", 1.23456}}
	if text := say.Check(i18n.New("fr"), line); !strings.Contains(text, "5,5\u00a0pt") || !strings.Contains(text, "1,23\u00a0€") {
		t.Errorf("%q", text)
	}
}

func TestNoRelayIsNotARelayThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	p := i18n.New("en")
	none := model.CheckLine{Code: "relay_down", Args: []any{"relay", "", "why", model.Refused("relay.none").Hint("relay.set_it")}}
	if text, hint := say.Check(p, none), say.CheckHint(p, none); text != p.T("relay.none") || !strings.Contains(hint, "BLANCHE_RELAY_URL") {
		t.Errorf("%q, %q", text, hint)
	}
	down := model.CheckLine{Code: "relay_down", Args: []any{"relay", "relay.example:587", "why", model.Busy("deliver.unreachable", "relay", "relay.example:587")}}
	text, hint := say.Check(p, down), say.CheckHint(p, down)
	if strings.Count(text, "answer") != 1 || !strings.Contains(text, "relay.example:587") || !strings.Contains(hint, "relay check") {
		t.Errorf("said once, and how to repair it: %q, %q", text, hint)
	}
}

func TestAnErrorSaysHowToRepairItByItsKey(t *testing.T) {
	t.Parallel()
	p := i18n.New("fr")
	message, hint := say.Err(p, model.Invalid("compose.empty_key", "file", "", "line", 7, "key", "audience"))
	if !strings.HasPrefix(message, "le fichier, ligne 7") || !strings.Contains(hint, "audience =") {
		t.Errorf("%q, %q", message, hint)
	}
	if _, hint := say.Err(p, model.Refused("campaign.wrong_state", "name", "noel", "state", model.Done).Hint("campaign.resume_with", "name", "noel")); !strings.Contains(hint, "resume noel") {
		t.Errorf("its own hint is lost: %q", hint)
	}
}

func TestWhatARoleForbidsIsSaidWithTheNamesOfRolesAndRights(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][2]string{
		"fr": {"lancer une campagne\u00a0: le rôle lecture ne le permet pas", "le permettent\u00a0: responsable, administrateur"},
		"en": {"the role viewer may not launch a campaign", "these may: manager, administrator"},
	} {
		message, hint := say.Err(i18n.New(lang), model.Actor{Role: model.Viewer}.May(model.Launch))
		if message != want[0] || hint != want[1] {
			t.Errorf("%q, %q", message, hint)
		}
	}
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		for _, a := range model.Actions() {
			if text := say.Action(p, a); strings.Contains(text, ".") || text == "" {
				t.Errorf("%s: the right %s has no words", lang, a)
			}
		}
		for _, r := range model.Roles() {
			if !p.Has("team.role." + string(r)) {
				t.Errorf("%s: the role %s has no name", lang, r)
			}
		}
	}
	p := i18n.New("fr")
	message, _ := say.Err(p, model.Conflict("audit.contact_changed", "id", model.ContactID(12), "by", "ines", "at", time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC), "fields", []string{"city", "attr.zone"}))
	if !strings.HasPrefix(message, "ines a changé Ville, attr.zone du contact 12") {
		t.Errorf("%q", message)
	}
}
