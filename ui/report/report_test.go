package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/report"
	"blanche/ui/say"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the goldens again")

// made is when the pages of the tests are made.
var made = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// recorded is a statement of the demonstration, as `roi NAME --json` gave it.
func recorded(t *testing.T, name string) *model.Statement {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var st model.Statement
	if err := json.Unmarshal(raw, &st); err != nil {
		t.Fatal(err)
	}
	return &st
}

func ptr[T any](x T) *T { return &x }

// changed is a statement that was decided again, that late orders have moved,
// and whose returns are not in.
func changed(t *testing.T) *model.Statement {
	st := recorded(t, "bienvenue-cadeau")
	st.Provisional = true
	st.Changes = []model.StatementChange{{Field: "margin", From: "0.45", To: "0.4", At: made.AddDate(0, 0, -3), By: "Inès"}}
	st.SinceClose = &model.StatementSince{Close: model.StatementClose{At: made.AddDate(0, 0, -9)}, Target: -12000, Holdout: 3000, Net: ptr(model.Cents(-9100))}
	st.Overlaps = []model.StatementOverlap{{Campaign: "soldes", TargetShare: 0.31, HoldoutShare: 0.28, P: ptr(0.21), Adjusted: ptr(1.2), AdjustedCI: &model.Interval{-0.4, 2.8}}}
	st.Variants = []model.StatementVariant{
		{Name: "a", Customers: 500, Diff: ptr(2.1), CI: &model.Interval{-1, 5.2}, PAdjusted: ptr(0.3), ROI: ptr(0.4), ROICI: &model.Interval{-1.5, 2.3}},
		{Name: "b", Customers: 498, Diff: ptr(1.1), CI: &model.Interval{-2, 4.2}, PAdjusted: ptr(0.5), ROI: ptr(0.1), ROICI: &model.Interval{-1.9, 2.1}},
	}
	return st
}

// twins is a statement that no draw stands behind.
func twins(t *testing.T) *model.Statement {
	st := recorded(t, "points-doubles")
	st.Campaign, st.Title, st.Method, st.Label, st.Rung, st.Verdict = "relance", "Relance d’été", model.MethodTwins, model.LabelIndicative, model.RungTwins, model.VerdictNotProven
	st.Match, st.Guards, st.StatementLines.Segments, st.Naive = &model.StatementMatch{Planned: 900, Compared: 872, Untouched: 2300, Gamma: ptr(1.34)}, nil, nil, nil
	return st
}

// trace is a campaign that nobody can be compared with.
func trace() *model.Statement {
	return &model.Statement{
		Campaign: "affichage", Title: "Affichage", Method: model.MethodNone, Label: model.LabelTrace, Rung: model.RungTrace, Verdict: model.VerdictNotProven, Alpha: 0.05, Day: 14,
		Window: model.StatementWindow{Start: made.AddDate(0, 0, -20), End: made.AddDate(0, 0, -6), Days: 14, Closed: true},
		Arms:   []model.StatementArm{{Arm: model.ArmTarget, Customers: 4000, Buyers: 210, Revenue: 1500000}, {Arm: model.ArmHoldout}},
		Money:  model.StatementMoney{Margin: 0.4, Cost: 90000, CostFixed: 90000, NaiveRevenue: 1500000},
	}
}

// hostile is a statement whose every text is an attack.
func hostile(t *testing.T) *model.Statement {
	st := changed(t)
	const attack = "\"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;'\x1b[31m\u202e"
	st.Campaign, st.Title = attack, attack
	st.Changes[0].By, st.Changes[0].From, st.Changes[0].Field = attack, attack, attack
	st.Overlaps[0].Campaign, st.Variants[0].Name, st.Segments[0].By = attack, attack, attack
	st.Segments[0].Rows[0].Name = attack
	st.Guards[0].Where = attack
	return st
}

// november is a month with campaigns of every kind.
func november(t *testing.T) *campaigns.Month {
	pays, loses, open := recorded(t, "points-doubles"), changed(t), recorded(t, "ventes-privees")
	m := &campaigns.Month{
		Month: "2026-11", Shop: "Maison Marguerite", From: model.NewDate(2026, 11, 1), Until: model.NewDate(2026, 11, 22),
		Sales:     campaigns.MonthSales{Month: "2026-11", Days: 22, Revenue: 12345678, Orders: 2310, Buyers: 1987, Customers: 8420, NewCustomers: 131, RevenuePerBuyer: ptr(62.13)},
		Before:    &campaigns.MonthSales{Month: "2026-10", Days: 22, Revenue: 10345678, Orders: 2100, Buyers: 1803, Customers: 8385, NewCustomers: 140, RevenuePerBuyer: ptr(57.38)},
		Sending:   campaigns.MonthSending{Campaigns: 4, HeldOut: 1800, Planned: 9310, Accepted: 9120, Refused: 61, Excluded: 104, Uncertain: 3, Deferred: 2, Waiting: 20, Complaints: 4, Balanced: true},
		Incidents: []campaigns.MonthIncident{{At: made.AddDate(0, 0, -8), Act: "campaign.guard", Campaign: "ventes-privees"}},
		Next:      []campaigns.MonthPlan{{Name: "noel-15", Title: "Noël", Kind: "newsletter", State: model.Scheduled, Start: made.AddDate(0, 0, 12)}},
	}
	for i, st := range []*model.Statement{pays, loses, open, twins(t), trace()} {
		m.Campaigns = append(m.Campaigns, campaigns.MonthCampaign{Name: st.Campaign, Title: st.Title, Kind: "newsletter", StartedAt: made.AddDate(0, 0, -18+3*i), SentInMonth: true, Statement: *st})
	}
	return m
}

// pageOf is a page of a statement or of a month, in a language.
func pageOf(t *testing.T, lang string, of any) string {
	t.Helper()
	p := i18n.New(lang)
	var out bytes.Buffer
	var err error
	switch of := of.(type) {
	case *model.Statement:
		say.Statement(p, of)
		err = report.Statement(&out, p, of, made)
	case *campaigns.Month:
		for i := range of.Campaigns {
			say.Statement(p, &of.Campaigns[i].Statement)
		}
		err = report.Month(&out, p, of, made)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// all are pages of every kind.
func all(t *testing.T) map[string]any {
	bad := november(t)
	bad.Shop, bad.Campaigns[0].Statement, bad.Incidents[0].Campaign, bad.Next[0].Title = "<b>shop</b>", *hostile(t), "<script>1</script>", "<script>2</script>"
	return map[string]any{
		"statement": recorded(t, "points-doubles"), "changed": changed(t), "open": recorded(t, "ventes-privees"), "indicative": twins(t), "trace": trace(),
		"hostile": hostile(t), "month": november(t), "hostile-month": bad, "nothing": &model.Statement{Verdict: model.VerdictNotProven, Method: model.MethodNone, Label: model.LabelTrace},
		"empty-month": &campaigns.Month{Month: "2026-11", From: model.NewDate(2026, 11, 1), Until: model.NewDate(2026, 11, 30), Over: true},
	}
}

func TestPagesAreAsTheyWere(t *testing.T) {
	t.Parallel()
	pages := all(t)
	for _, name := range []string{"statement", "indicative", "month"} {
		for _, lang := range i18n.Languages() {
			file := filepath.Join("testdata", name+"-"+lang+".golden.html")
			got := pageOf(t, lang, pages[name])
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("%s (go test ./ui/report -update writes it again): %s", file, d)
			}
		}
	}
}

// A page is well-formed to a reader of XML that forgives nothing, asks for
// nothing from anywhere, runs nothing, and says no key and no NaN.
func TestAPageIsWellFormedAndNeedsNothingElse(t *testing.T) {
	t.Parallel()
	for name, of := range all(t) {
		for _, lang := range i18n.Languages() {
			page := pageOf(t, lang, of)
			if err := wellFormed(page); err != nil {
				t.Errorf("%s %s: %v", name, lang, err)
			}
			if found := outside.FindString(page); found != "" {
				t.Errorf("%s %s: reaches outside or runs: %q", name, lang, found)
			}
			if found := leak.FindString(page); found != "" {
				t.Errorf("%s %s: %q", name, lang, found)
			}
			if !strings.Contains(page, `<html lang="`+lang+`">`) {
				t.Errorf("%s %s: of no language", name, lang)
			}
		}
	}
	t.Run("control", func(t *testing.T) {
		for _, bad := range []string{`<img src="x"/>`, "<style>@import 'x'</style>", "<p style=\"background:url(x)\">", "<script>", `<a href="x">`, "https://x", `<p onclick="x">`} {
			if !outside.MatchString(bad) {
				t.Errorf("%q passes", bad)
			}
		}
		if wellFormed("<p><br></p>") == nil || wellFormed("<p>&nbsp;</p>") == nil {
			t.Error("what is not well-formed passes")
		}
	})
}

var (
	outside = regexp.MustCompile(`(?i)http|<[^>]*\s(?:src|[a-z:]*href|srcset|action|data|poster)\s*=|url\(|@import|<script|<link|<iframe|<object|<embed|<form|javascript:|<[^>]*\son\w+\s*=`)
	leak    = regexp.MustCompile(`report\.[a-z]|roi\.[a-z]|NaN|Inf\b|%!|\{[a-z_]+\}|ZgotmplZ|<nil>|no value`)
)

func wellFormed(page string) error {
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func TestAHostileNameIsText(t *testing.T) {
	t.Parallel()
	pages := all(t)
	for _, name := range []string{"hostile", "hostile-month"} {
		page := pageOf(t, "fr", pages[name])
		if !strings.Contains(page, "&lt;script&gt;alert(1)") {
			t.Errorf("%s: the name is not there as text", name)
		}
		if strings.ContainsAny(page, "\x1b\u202e") {
			t.Errorf("%s: an order to a screen came through", name)
		}
	}
}

// A chart has a title and a description to be read aloud, and the section of a
// chart has the plain table of its figures.
func TestEveryChartHasWordsAndATable(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"statement", "changed", "month"} {
		page := pageOf(t, "fr", all(t)[name])
		charts := strings.Count(page, `<svg role="img"`)
		if charts < 1 || strings.Count(page, "<desc id=") != charts || strings.Count(page, "<title id=") != charts {
			t.Errorf("%s: %d charts without all their words", name, charts)
		}
		for _, part := range strings.Split(page, "<section") {
			if strings.Contains(part, `<svg role="img"`) && !strings.Contains(part, "<table") {
				t.Errorf("%s: a chart without its table: %.200s", name, part)
			}
		}
	}
}

// What no draw stands behind has no verdict, no full label, no solid frame, and
// no row beside what is proven.
func TestWhatIsIndicativeNeverLooksCausal(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		for _, name := range []string{"indicative", "trace"} {
			page := pageOf(t, lang, all(t)[name])
			if strings.Contains(page, "label strong") || strings.Contains(page, `class="say"`) || !strings.Contains(page, `class="say guess"`) || !strings.Contains(page, p.T("report.no_verdict")) {
				t.Errorf("%s %s looks causal", lang, name)
			}
		}
		parts := strings.Split(pageOf(t, lang, november(t)), "<section")
		for _, part := range parts {
			sure := strings.Contains(part, "<h2>"+p.T("report.month.kind.causal"))
			if has := strings.Contains(part, "Points doublés"); has != sure && strings.Contains(part, "<table") {
				t.Errorf("%s: a causal campaign stands in: %.120s", lang, part)
			}
			if sure && (strings.Contains(part, "Relance") || strings.Contains(part, "Affichage")) {
				t.Errorf("%s: an indicative campaign stands among causal ones", lang)
			}
			if strings.Contains(part, "<h2>"+p.T("report.month.kind.indicative")) && (strings.Contains(part, "Affichage") || !strings.HasPrefix(part, ` class="guess"`)) {
				t.Errorf("%s: a trace stands among indicative ones, or in a solid frame", lang)
			}
		}
	}
}
