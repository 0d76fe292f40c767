package campaigns_test

import (
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

var dpo = model.Actor{Name: "dora", Role: model.DPO, From: "192.0.2.9"}

func (s *shop) consents(ref string) campaigns.ConsentReport {
	s.Helper()
	r, err := s.as(dpo).Consents(s.ctx, ref, "")
	s.must(err)
	return r
}

func TestWhatAPersonSaidIsListedWithItsProof(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
			Kind: "contacts", Name: "caisse.csv", Source: strings.NewReader("email;suivi\nlea@clients.example;non\nmax@clients.example;\n"),
			Basis: model.BasisCustomer, BasisSource: "ticket de caisse", Wording: "Vous pouvez refuser",
		})
		s.must(err)
		r := s.consents("lea@clients.example")
		if len(r.Acts) != 2 || r.Acts[0].Act != model.Informed || r.Acts[0].Line != 2 || r.Acts[0].Wording != "Vous pouvez refuser" ||
			r.RefusalOffered == nil || r.MaySend || r.SendReason != model.ExclConsent || r.MayTrack {
			t.Errorf("%+v", r)
		}
		if a := r.Acts[1]; a.Purpose != model.TrackingUse || a.Act != model.Declined || !strings.Contains(a.Source, "caisse.csv") {
			t.Errorf("tracking: %+v", a)
		}
		yes := campaigns.ConsentEntry{Purpose: model.Prospecting, Choice: model.Granted, Source: "formulaire", Wording: "Oui", IP: "192.0.2.1"}
		if r, err = s.as(dpo).RecordConsent(s.ctx, "lea@clients.example", yes); err != nil || !r.MaySend || r.Basis != model.BasisConsent {
			t.Fatalf("%+v, %v", r, err)
		}
		last := r.Acts[len(r.Acts)-1]
		if last.Operator != "dora" || last.IP != "192.0.2.1" || last.Source != "formulaire" {
			t.Errorf("%+v", last)
		}
		// Who has not the right of privacy sees no address of a network.
		seen, err := s.as(model.Actor{Name: "max", Role: model.Maker, From: "192.0.2.7"}).Consents(s.ctx, "lea@clients.example", "")
		s.must(err)
		for _, a := range seen.Acts {
			if a.IP != "" {
				t.Errorf("an operator sees %+v", a)
			}
		}
	})
}

func TestAConsentTakenBackStopsTheNextMessage(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(3)
		who := address(1)
		if r := s.consents(who); !r.MaySend {
			t.Fatalf("%+v", r)
		}
		r, err := s.as(dpo).RecordConsent(s.ctx, who, campaigns.ConsentEntry{Purpose: model.Prospecting, Choice: model.Withdrawn, Source: "courrier"})
		s.must(err)
		if n := len(r.Acts); n != 2 || r.Acts[1].Act != model.Withdrawn || r.Acts[1].Source != "courrier" {
			t.Errorf("one act is not one line: %+v", r.Acts)
		}
		if r.MaySend || r.SendReason != model.ExclOpposed || r.Basis != model.BasisNone || r.Suppressed == nil {
			t.Errorf("%+v", r)
		}
		// A new file does not let them in again, and a new yes does not lift it.
		s.people(3)
		r, err = s.as(dpo).RecordConsent(s.ctx, who, campaigns.ConsentEntry{Purpose: model.Prospecting, Choice: model.Granted, Source: "formulaire", Wording: "Oui"})
		if s.must(err); r.MaySend {
			t.Errorf("%+v", r)
		}
		if n := s.counted(`email contains "clients"`); n.Excluded.Opposed != 1 {
			t.Errorf("%+v", n)
		}
		if st := s.send(file{holdout: "share = 0.0"}); st.Accepted != 2 {
			t.Errorf("accepted %d", st.Accepted)
		}
	})
}

func TestAnActThatProvesNothingIsRefused(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(1)
		for key, e := range map[string]campaigns.ConsentEntry{
			"consent.needs_source":  {Choice: model.Granted, Wording: "oui"},
			"consent.needs_wording": {Choice: model.Granted, Source: "formulaire"},
			"consent.future":        {Choice: model.Declined, Source: "lettre", At: s.now().Add(time.Hour)},
			"consent.informed_of":   {Choice: model.Informed, Source: "lettre"},
			"consent.too_long":      {Choice: model.Declined, Source: strings.Repeat("x", 3000)},
		} {
			_, err := s.desk.RecordConsent(s.ctx, address(1), e)
			s.refused(err, model.KindInvalid, key)
		}
		in := func(basis model.Basis, source, wording string, at time.Time) error {
			_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
				Kind: "contacts", Name: "a.csv", Source: strings.NewReader("email\nx@clients.example\n"), Basis: basis, BasisSource: source, Wording: wording, BasisAt: at,
			})
			return err
		}
		s.refused(in(model.BasisConsent, " ", "", time.Time{}), model.KindRefused, "consent.import_needs_source")
		s.refused(in(model.BasisConsent, "opt-in Partenaire X", "", s.now()), model.KindRefused, "consent.partner")
		s.refused(in(model.BasisConsent, "opt-in partenaire X", "J’accepte", time.Time{}), model.KindRefused, "consent.partner")
		s.must(in(model.BasisConsent, "opt-in partenaire X", "J’accepte", s.now().AddDate(0, -1, 0)))
		if r := s.consents("x@clients.example"); len(r.Acts) != 1 || r.Acts[0].Wording != "J’accepte" || !r.BasisAt.Equal(s.now().AddDate(0, -1, 0)) {
			t.Errorf("%+v", r)
		}
	})
}

func TestTrackingFollowsTheRulesInForce(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Rules = "[[rule]]\ncode = \"tracking_consent\"\nvalue = 0\nunit = \"required\"\nsince = 2027-01-01\nsource = \"une loi nouvelle\"\n"
	}, func(s *shop) {
		s.people(1)
		if r := s.consents(address(1)); r.MayTrack || r.TrackReason != "tracking_unknown" {
			t.Errorf("%+v", r)
		}
		s.days(60)
		if r := s.consents(address(1)); !r.MayTrack {
			t.Errorf("after the change: %+v", r)
		}
		r, err := s.as(dpo).RecordConsent(s.ctx, address(1), campaigns.ConsentEntry{Purpose: model.TrackingUse, Choice: model.Withdrawn, Source: "page"})
		if s.must(err); r.MayTrack || !r.MaySend || r.TrackReason != "tracking_refused" {
			t.Errorf("%+v", r)
		}
		rules, err := s.desk.Rules(s.ctx)
		s.must(err)
		force := 0
		for _, l := range rules {
			if l.Code == "tracking_consent" && l.InForce {
				force++
				if !l.Own {
					t.Errorf("%+v", l)
				}
			}
		}
		if force != 1 {
			t.Errorf("%d lines of one rule in force", force)
		}
	})
}

func TestAnImportSaysHowManyConsentsHaveNoDate(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		in := func(title string, at time.Time) model.ImportReport {
			r, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
				Kind: "contacts", Name: "a.csv", Basis: model.BasisConsent, BasisSource: "formulaire", BasisAt: at,
				Source: strings.NewReader("email;" + title + "\nlea@clients.example;2025-03-01\nmax@clients.example;\n"),
			})
			s.must(err)
			return r
		}
		for _, title := range []string{"date du consentement", "Date de consentement", "date d’opt-in", "Date d'optin"} {
			if r := in(title, time.Time{}); r.Undated != 1 {
				t.Errorf("%s: %+v", title, r)
			}
		}
		if r := s.consents("lea@clients.example"); r.BasisAt == nil || r.BasisAt.Format(time.DateOnly) != "2025-03-01" {
			t.Errorf("%+v", r.BasisAt)
		}
		if r := in("date du consentement", s.now().AddDate(0, -1, 0)); r.Undated != 0 {
			t.Errorf("a date was declared: %+v", r)
		}
	})
}
