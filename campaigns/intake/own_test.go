package intake

import (
	"strings"
	"testing"
	"time"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

func TestTheOppositionOfARefusedRowIsKept(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"the mistake first": "email;naissance;désabonné\na@x.example;32/13/1980;oui\n",
		"the mistake last":  "email;désabonné;naissance\na@x.example;2026-01-02;32/13/1980\n",
		"a state":           "email;naissance;statut\na@x.example;jamais;unsubscribed\n",
		"a consent":         "email;consentement;naissance\na@x.example;désinscrit;jamais\n",
		"rows of a person":  "email;ville;naissance;statut\na@x.example;Lyon;;\na@x.example;;jamais;unsubscribed\na@x.example;Paris;;\n",
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			dry := f.load(t, Contacts, file, func(o *Options) { o.DryRun = true })
			rep := f.load(t, Contacts, file, func(o *Options) { o.Basis = model.BasisConsent })
			if rep.Rejected != 1 || rep.Rejects[0].Reason != invalidDate || rep.Opposed != 1 || dry.Opposed != 1 {
				t.Errorf("%+v, dry %d", rep, dry.Opposed)
			}
			if s := f.opposed["a@x.example"]; s.Reason != model.SuppressOpposed || s.Source != "fichier.csv" || !s.At.Equal(noon) {
				t.Errorf("%+v", s)
			}
			if again := f.load(t, Contacts, file); again.Opposed != 0 || again.Rejected != 1 {
				t.Errorf("again: %+v", again)
			}
		})
	}
}

// The control of the test above: without an opposition a refused row leaves
// nothing, and neither does one whose e-mail is none.
func TestARefusedRowLeavesNothingElse(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, "email;naissance;désabonné\na@x.example;jamais;non\npas une adresse;1980-01-01;oui\n;;oui\n")
	if rep.Rejected != 3 || rep.Opposed != 0 || len(f.opposed) != 0 || len(f.people) != 0 {
		t.Errorf("%+v %v", rep, f.opposed)
	}
}

func TestARefusedRowThatWithdrawsAConsentIsHeard(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;consentement\na@x.example;oui\n")
	rep := f.load(t, Contacts, "email;consentement;naissance\na@x.example;non;jamais\nb@x.example;non;jamais\n")
	if rep.Rejected != 2 || rep.Opposed != 1 || f.opposed["a@x.example"].Reason != model.SuppressOpposed {
		t.Errorf("%+v %v", rep, f.opposed)
	}
}

const exported = "email,first_name,basis,basis_source,basis_date,tracking,suppressed,suppressed_at,suppressed_source,attr.newsletter,bonnet,orders,spend,last_order\n" +
	"a@x.example,Léa,consent,salon (x.csv:2),2025-03-01T10:00:00+01:00,granted,opposed,2026-01-02T08:30:00+01:00,lien du message,non,M,2,49.90,2026-01-01\n" +
	"b@x.example,Noé,b2b,carte,2025-03-01,,,,,,L,0,0.00,\n" +
	"c@x.example,Zoé,none,,,refused,,2026-01-03,,,,0,0.00,\n"

func TestOurExportComesBackAsItWentOut(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, exported, func(o *Options) { o.Basis, o.BasisSource = model.BasisConsent, "declared" })
	a, b, c := f.person(t, "a@x.example"), f.person(t, "b@x.example"), f.person(t, "c@x.example")
	if a.Basis != model.BasisConsent || a.BasisSource != "salon (x.csv:2)" || !a.BasisAt.Equal(time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)) || a.Tracking != model.TrackingGranted {
		t.Errorf("%+v", a)
	}
	if d := cmp.Diff([]model.Attr{{Name: "bonnet", Value: "M"}, {Name: "newsletter", Value: "non"}}, a.Attrs); d != "" {
		t.Error(d)
	}
	if b.Basis != model.BasisB2B || b.BasisSource != "carte" || c.Basis != model.BasisNone || c.Tracking != model.TrackingRefused || len(c.Attrs) != 0 {
		t.Errorf("%+v\n%+v", b, c)
	}
	want := map[string]model.Suppression{
		"a@x.example": {Reason: model.SuppressOpposed, At: time.Date(2026, 1, 2, 8, 30, 0, 0, paris), Source: "lien du message"},
		"c@x.example": {Reason: model.SuppressOpposed, At: time.Date(2026, 1, 3, 0, 0, 0, 0, paris), Source: "fichier.csv"},
	}
	if d := cmp.Diff(want, f.opposed); d != "" {
		t.Error(d)
	}
}

// The columns of an export are sums only in an export of ours.
func TestOrdersOfAnotherToolStayAnAttribute(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email,orders\na@x.example,3\n")
	if d := cmp.Diff([]model.Attr{{Name: "orders", Value: "3"}}, f.person(t, "a@x.example").Attrs); d != "" {
		t.Error(d)
	}
}

func TestTheTitleOfAnAttributeIsReadAsThatAttribute(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"bonnet": "bonnet", "newsletter": "attr.newsletter", "orders": "attr.orders", "prenom": "attr.prenom", "reason": "attr.reason"} {
		if got := AttrTitle(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestLongProofsAndRareLanguagesComeBack(t *testing.T) {
	t.Parallel()
	f := newFake()
	proof, tag := strings.Repeat("p", 1020), strings.Repeat("t", 900)
	rep := f.load(t, Contacts, "email,basis,basis_source,lang,tags\na@x.example,consent,"+proof+",pl,\"a"+tag+",b"+tag+"\"\nb@x.example,,,fr,\n")
	a, b := f.person(t, "a@x.example"), f.person(t, "b@x.example")
	if rep.Rejected != 0 || a.BasisSource != proof || len(a.Tags) != 2 || a.Lang != "pl" || b.Lang != "fr" || len(a.Attrs) != 0 {
		t.Errorf("%+v\n%+v", rep, a)
	}
}
