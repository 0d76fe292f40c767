package campaigns_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// statement measures a campaign.
func (s *shop) statement(name string) model.Statement {
	s.Helper()
	st, err := s.desk.ROI(s.ctx, name)
	s.must(err)
	return st
}

func guardOf(st *model.Statement, g model.Guard) model.StatementGuard {
	for _, one := range st.Guards {
		if one.Guard == g {
			return one
		}
	}
	return model.StatementGuard{}
}

func TestAnotherCampaignThatComesBetweenTheArmsIsSeen(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Config.Pressure.MaxMessages = 0 }, func(s *shop) {
		s.people(200)
		s.send(file{name: "avant", holdout: "share = 0"})
		s.days(1)
		s.send(file{holdout: "share = 0.5"})
		s.days(1)
		s.send(file{name: "a-tous", holdout: "share = 0"})
		s.send(file{name: "aux-cibles", audience: `received("noel")`, holdout: "share = 0"})
		s.send(file{name: "a-personne-d-ici", audience: `not received("noel") and not held_out("noel")`, holdout: "share = 0"}.orNobody(s))
		s.days(14)
		s.send(file{name: "apres", holdout: "share = 0"})
		s.days(1)
		st := s.statement("noel")
		got := map[string][2]float64{}
		for _, o := range st.Overlaps {
			got[o.Campaign] = [2]float64{o.TargetShare, o.HoldoutShare}
			if o.Campaign == "aux-cibles" && (o.P == nil || *o.P > 1e-6) {
				s.Errorf("%+v", o)
			}
		}
		if len(got) != 2 || got["a-tous"] != [2]float64{1, 1} || got["aux-cibles"] != [2]float64{1, 0} {
			s.Errorf("%v", got)
		}
		if g := guardOf(&st, model.GuardOverlap); g.Level != model.LevelWarn {
			s.Errorf("%+v", g)
		}
		st = s.statement("a-tous") // the one to the targets comes in its window, and it has no arms
		if len(st.Overlaps) > 0 && st.Overlaps[0].Campaign == "avant" {
			s.Errorf("%+v", st.Overlaps)
		}
	})
}

// orNobody brings in people whom the other campaigns did not know.
func (f file) orNobody(s *shop) file {
	s.bring("email\nnouveau1@clients.example\nnouveau2@clients.example\n", model.BasisConsent)
	return f
}

func TestTheCodeOfTheOfferInTheZoneBlancheIsALeak(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		s.send(file{holdout: "share = 0.5", send: "\n[measure]\ncode = \"NOEL15\""})
		arms := s.arms("noel")
		day := model.NewDate(2026, 11, 24)
		order := func(id, email, code string, day model.Date) model.Order {
			return model.Order{Source: "test", ID: id, Email: email, Day: day, Total: 5000, Currency: "EUR", Code: code}
		}
		s.put(
			order("1", arms["holdout"][0], " noel15", day), order("2", arms["holdout"][0], "NOEL15", day),
			order("3", arms["holdout"][1], "AUTRE", day), order("4", arms["holdout"][2], "NOEL15", day-30),
			order("5", arms["target"][0], "NOEL15", day))
		s.days(20)
		st := s.statement("noel")
		if g := guardOf(&st, model.GuardContamination); g.Values["reached"] != 1 || g.Values["customers"] != 50 || g.Level != model.LevelWarn {
			s.Errorf("%+v", g)
		}
	})
}

func TestTermsDecidedAgainAfterTheLaunchAreToldForEver(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(60)
		f := file{holdout: "share = 0.5", send: "\n[measure]\nmargin = 0.4\nwindow_days = 14"}
		s.send(f)
		if st := s.statement("noel"); len(st.Changes) != 0 || guardOf(&st, model.GuardChanged).Level == model.LevelWarn {
			s.Errorf("%+v", st.Changes)
		}
		ines := s.desk.As(model.Actor{Name: "ines", Role: model.Admin, From: model.FromLocal})
		edit := func(f file) error {
			time.Sleep(time.Second)
			_, err := ines.EditCampaign(s.ctx, "noel", f.source(), nil)
			return err
		}
		next := f
		next.send = "\n[measure]\nmargin = 0.5\nwindow_days = 21"
		s.must(edit(next))
		c := s.campaign("noel")
		want := "window 14 21 ines; margin 0.4 0.5 ines"
		var got []string
		for _, ch := range c.Changes {
			got = append(got, fmt.Sprintf("%s %s %s %s", ch.Field, ch.From, ch.To, ch.By))
			if ch.At.IsZero() {
				s.Errorf("%+v", ch)
			}
		}
		if strings.Join(got, "; ") != want || c.State != model.Done {
			s.Errorf("%s, %s", c.State, got)
		}
		st := s.statement("noel")
		if len(st.Changes) != 2 || guardOf(&st, model.GuardChanged).Level != model.LevelWarn || st.Money.Margin != 0.5 || st.Window.Days != 21 {
			s.Errorf("%+v", st.Changes)
		}
		lines, err := s.desk.AuditLines(s.ctx, campaigns.AuditQuery{Act: "campaign.edit", Who: "ines"})
		s.must(err)
		if len(lines) != 1 || !slices.ContainsFunc(lines[0].Entry.Changes, func(f model.FieldAudit) bool {
			return f.Field == "terms_changed" && strings.Contains(f.After, "margin 0.4 → 0.5")
		}) {
			s.Errorf("%+v", lines)
		}
		body := next
		body.body = "Autre chose.\n"
		s.refused(edit(body), model.KindRefused, "campaign.wrong_state")
		share := next
		share.holdout = "share = 0.4"
		if edit(share) == nil {
			s.Error("the share of a drawn zone blanche was changed")
		}
		s.must(edit(f)) // back again: told too
		if n := len(s.campaign("noel").Changes); n != 4 {
			s.Errorf("%d changes", n)
		}
	})
}
