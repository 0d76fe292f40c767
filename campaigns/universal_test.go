package campaigns_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
)

// universally opens a shop that leaves a share of everybody alone.
func universally(share float64) func(*shop) {
	return func(s *shop) {
		s.opt.Config.Holdout.Universal = share
		s.opt.Config.Pressure.MaxMessages = 0
	}
}

// apart are the people of an audience by arm.
func (s *shop) arms(name string) map[string][]string {
	s.Helper()
	arms := map[string][]string{}
	s.must(s.desk.EachRecipient(s.ctx, name, "", func(l *campaigns.ArmLine) error {
		arms[l.Arm] = append(arms[l.Arm], l.Email)
		if l.Arm == "holdout" && (l.State != campaigns.StateGhost || l.At.IsZero()) || l.Arm == "universal" && l.Reason != model.ExclUniversal {
			s.Errorf("%+v", l)
		}
		return nil
	}))
	return arms
}

func TestTheUniversalZoneBlancheIsLeftOutOfEveryCampaign(t *testing.T) {
	inShop(t, nil, universally(0.1), func(s *shop) {
		s.people(300)
		s.must(s.desk.Oppose(s.ctx, address(3), "lettre"))
		n, err := s.desk.Count(s.ctx, `email contains "clients"`)
		s.must(err)
		s.write(file{holdout: "share = 0.2"})
		list, err := s.desk.CheckCampaign(s.ctx, "noel")
		s.must(err)
		if n.Excluded != list.Excluded || n.Sendable != list.Target || list.Excluded.Universal < 10 || list.Excluded.Universal > 60 || list.Excluded.Opposed != 1 {
			s.Errorf("counted %+v, checked %+v", n, list)
		}
		if !slices.ContainsFunc(list.Lines, func(l model.CheckLine) bool { return l.Code == "universal" }) {
			s.Errorf("nothing is said: %+v", list.Lines)
		}
		s.start("noel")
		st := s.end("noel")
		first := s.arms("noel")
		if len(first["universal"]) != list.Excluded.Universal || st.Planned != list.Planned || st.Matched != st.Target+list.Excluded.Total() {
			s.Errorf("%d apart, %+v, %+v", len(first["universal"]), st, list)
		}
		if c := s.campaign("noel"); c.Universal.Period != "2026-H2" || c.Universal.Taken != list.Excluded.Universal || c.NotSent[model.ExclUniversal] != c.Universal.Taken {
			s.Errorf("%+v", c.Universal)
		}
		s.proved("noel")
		lines, err := s.desk.History(s.ctx, first["universal"][0])
		s.must(err)
		if !slices.ContainsFunc(lines, func(l model.HistoryLine) bool { return l.Kind == "held_out" && l.Detail == model.ExclUniversal }) {
			s.Errorf("the card says nothing: %+v", lines)
		}

		s.send(file{name: "soldes", holdout: "share = 0.5"}) // the same people of the same half-year
		if d := cmp.Diff(first["universal"], s.arms("soldes")["universal"]); d != "" {
			s.Error(d)
		}
		s.days(39) // 1 January
		s.send(file{name: "janvier"})
		if next := s.arms("janvier")["universal"]; slices.Equal(next, first["universal"]) || len(next) == 0 {
			s.Errorf("the same people for another half-year: %v", next)
		}
		if p := s.campaign("janvier").Universal.Period; p != "2027-H1" {
			s.Error(p)
		}
		s.proved("noel") // of its own half-year
	})
}

// proved replays both layers.
func (s *shop) proved(name string) {
	s.Helper()
	proof, err := s.desk.VerifyHoldout(s.ctx, name)
	s.must(err)
	if !proof.Good() || proof.Universal == nil || !proof.Universal.Replayed {
		s.Errorf("%+v %+v", proof, proof.Universal)
	}
}

func TestTheUniversalZoneBlancheIsDrawnAnewAtTheMidnightOfTheShop(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		universally(0.2)(s)
		s.from = time.Date(2026, 12, 31, 23, 0, 0, 0, paris)
	}, func(s *shop) {
		s.people(100)
		period := func(name string) string {
			s.send(file{name: name})
			return s.campaign(name).Universal.Period
		}
		if p := period("avant"); p != "2026-H2" {
			s.Error(p)
		}
		s.skip(90 * time.Minute) // 00:30 in Paris, still December in UTC
		if p := period("apres"); p != "2027-H1" {
			s.Error(p)
		}
	})
}

func TestNobodyWritesToTheUniversalZoneBlancheUnlessSomebodyInsists(t *testing.T) {
	inShop(t, nil, universally(0.2), func(s *shop) {
		s.people(100)
		s.write(file{holdout: "share = 0.1\nmail_universal = true"})
		planned := s.planned("noel")
		if planned != 90 {
			s.Errorf("%d planned", planned)
		}
		s.refused(s.desk.Start(s.ctx, "noel", planned), model.KindRefused, "holdout.insist")
		me := s.desk.As(model.Actor{Name: "ines", Role: model.Admin, From: model.FromLocal})
		s.must(me.Start(campaigns.MailUniversal(s.ctx), "noel", planned))
		s.end("noel")
		s.once("noel")
		if c := s.campaign("noel"); c.Insisted.By != "ines" || c.Insisted.At.IsZero() || !c.Universal.Mailed || c.Universal.Taken != 0 {
			s.Errorf("%+v %+v", c.Insisted, c.Universal)
		}
		s.proved("noel")
		lines, err := s.desk.AuditLines(s.ctx, campaigns.AuditQuery{Act: "campaign.insist"})
		s.must(err)
		if len(lines) != 1 || lines[0].Entry.Who != "ines" || lines[0].Entry.Object != "campaign:noel" {
			s.Errorf("%+v", lines)
		}

		s.write(file{name: "autre"})
		s.refused(s.desk.Start(campaigns.MailUniversal(s.ctx), "autre", s.planned("autre")), model.KindRefused, "holdout.insist_in_file")
	})
}

func TestAScheduledCampaignIsInsistedOnWhenItIsScheduledAndAgainAfterAnEdit(t *testing.T) {
	inShop(t, nil, universally(0.2), func(s *shop) {
		s.people(50)
		f := file{holdout: "mail_universal = true", send: fmt.Sprintf("start = %q", s.now().Add(time.Hour).Format(time.RFC3339))}
		s.write(f)
		s.planned("noel")
		s.refused(s.desk.Schedule(s.ctx, "noel"), model.KindRefused, "holdout.insist")
		s.must(s.desk.Schedule(campaigns.MailUniversal(s.ctx), "noel"))
		f.body = "Autre chose.\n"
		time.Sleep(time.Second)
		_, err := s.desk.EditCampaign(s.ctx, "noel", f.source(), nil)
		s.must(err)
		s.planned("noel")
		s.refused(s.desk.Schedule(s.ctx, "noel"), model.KindRefused, "holdout.insist")
		s.must(s.desk.Schedule(campaigns.MailUniversal(s.ctx), "noel"))
		s.skip(time.Hour)
		s.until("it leaves", func() bool { return s.status("noel").State.Launched() })
		if st := s.end("noel"); st.Accepted != 50 {
			s.Errorf("%+v", st)
		}
	})
}

func TestNobodyOfTheUniversalZoneBlancheEverHasALine(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		universally(0.15)(s)
		s.opt.Config.Holdout.Household = "foyer"
	}, func(s *shop) {
		var b strings.Builder
		b.WriteString("email;ville;foyer\n")
		for i := 1; i <= 240; i++ {
			fmt.Fprintf(&b, "%s;%s;%s\n", address(i), []string{"Nantes", "Brest", "Évry"}[i%3], []string{"", fmt.Sprint("roof ", i/4)}[i%2])
		}
		s.bring(b.String(), model.BasisConsent)
		for i := range 20 {
			s.must(s.desk.Oppose(s.ctx, address(12*i+1), "lettre"))
		}
		rules := []string{`email contains "clients"`, `city = "Nantes"`, `city in ["Brest", "Évry"]`, `not city = "Évry"`, `tous`}
		random := rand.New(rand.NewPCG(7, 7))
		universal, written := map[string]bool{}, map[string]bool{}
		for i := range 10 {
			name := fmt.Sprint("c", i)
			holdout := fmt.Sprintf("share = %.2f", 0.6*random.Float64())
			if random.IntN(2) == 0 {
				holdout += "\nunit = \"household\""
			}
			if random.IntN(2) == 0 {
				holdout += "\nstrata = [\"ville\", \"rfm\"]"
			}
			st := s.send(file{name: name, audience: rules[random.IntN(len(rules))], holdout: holdout})
			arms, c := s.arms(name), s.campaign(name)
			out := 0
			for _, n := range c.NotSent {
				out += n
			}
			all := slices.Concat(arms["target"], arms["holdout"], arms["universal"])
			slices.Sort(all)
			if whole := len(slices.Compact(slices.Clone(all))); whole != len(all) || len(arms["universal"]) != c.NotSent[model.ExclUniversal] {
				s.Errorf("%s: %d people, %d times", name, whole, len(all))
			}
			if len(arms["target"]) != st.Planned || len(arms["holdout"]) != st.HeldOut || st.Matched != st.Planned+st.HeldOut+out {
				s.Errorf("%s: %d planned, %d held out, %d excluded of %d", name, st.Planned, st.HeldOut, out, st.Matched)
			}
			for _, email := range arms["universal"] {
				universal[email] = true
			}
			for _, email := range slices.Concat(arms["target"], arms["holdout"]) {
				written[email] = true
			}
			s.proved(name)
		}
		for email := range universal {
			if written[email] || s.relay.Kept()[email] > 0 {
				s.Errorf("%s is universally left alone, and in an arm", email)
			}
		}
		if len(universal) < 10 || len(written) < 150 {
			s.Errorf("%d and %d", len(universal), len(slices.Collect(maps.Keys(written))))
		}
	})
}

func TestAHouseholdGetsTheMessageWholeOrNotAtAll(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		var b strings.Builder
		b.WriteString("email;household\n")
		for i := 1; i <= 200; i++ {
			fmt.Fprintf(&b, "%s;%s\n", address(i), []string{"", fmt.Sprint("Roof ", (i-1)/4)}[min(1, i/21)])
		}
		s.bring(b.String(), model.BasisConsent)
		s.send(file{holdout: "share = 0.25\nstrata = []\nunit = \"household\""})
		s.once("noel")
		h, err := s.desk.Holdout(s.ctx, "noel")
		s.must(err)
		// 20 people alone and 45 roofs of four: 65 units, of which round(16.25)
		if q := h.Strata[0]; h.Unit != "attr.household" || q.Units != 65 || q.UnitsHeldOut != 16 || q.Size != 200 || q.HeldOut != len(h.Members) {
			s.Errorf("%+v", h)
		}
		roofs := map[int]int{}
		for _, m := range h.Members {
			if m.ID > 20 {
				roofs[int(m.ID-1)/4]++
			}
		}
		for roof, n := range roofs {
			if n != 4 {
				s.Errorf("%d of the four of roof %d", n, roof)
			}
		}
		proof, err := s.desk.VerifyHoldout(s.ctx, "noel")
		s.must(err)
		if !proof.Good() || proof.Universal != nil {
			s.Errorf("%+v", proof)
		}
		s.write(file{name: "typo", holdout: "share = 0.1\nunit = \"houshold\""})
		_, err = s.desk.CheckCampaign(s.ctx, "typo")
		s.refused(err, model.KindInvalid, "rule.no_field")
	})
}
