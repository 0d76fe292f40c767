package campaigns_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

var (
	chief  = model.Actor{Name: "chef", Role: model.Admin, From: "192.0.2.1"}
	sophie = model.Actor{Name: "sophie", Role: model.Approver, From: "192.0.2.8"}
)

// guarded is a shop where more than ten people need a second pair of eyes.
func guarded(t *testing.T, test func(*shop)) {
	t.Helper()
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Approval, s.opt.ParseKey = 10, readKey
	}, func(s *shop) {
		s.people(100)
		test(s)
	})
}

// team lets operators in, so that nobody is alone.
func (s *shop) team() {
	s.Helper()
	for _, who := range []model.Actor{chief, sophie} {
		_, err := s.as(owner).AddOperator(s.ctx, who.Name, who.Role, []string{"ssh-test " + who.Name})
		s.must(err)
	}
}

func (s *shop) written(who model.Actor, f file) {
	s.Helper()
	_, err := s.as(who).NewCampaign(s.ctx, f.source(), nil)
	s.must(err)
	_, err = s.as(who).CheckCampaign(s.ctx, "noel")
	s.must(err)
}

func TestWhoWroteACampaignOfManyMayNotApproveIt(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{})
		s.refused(s.as(chief).Start(s.ctx, "noel", 90), model.KindRefused, "campaign.needs_approval")
		s.refused(s.as(chief).Approve(s.ctx, "noel"), model.KindRefused, "campaign.same_eyes")
		local := chief
		local.From = model.FromLocal
		s.refused(s.as(local).Approve(s.ctx, "noel"), model.KindRefused, "campaign.same_eyes")
		s.state("noel", model.Checked)
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		if c := s.campaign("noel"); c.ApprovedBy != "sophie" || c.Author() != "chef" {
			s.Errorf("written by %q, approved by %q", c.Author(), c.ApprovedBy)
		}
		s.must(s.as(chief).Start(s.ctx, "noel", 90))
		s.end("noel")
	})
}

func TestAnEditTakesAnApprovalBackAndItsAuthorIsTheNewOne(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{})
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		_, err := s.as(owner).SetRole(s.ctx, "sophie", model.Maker)
		s.must(err)
		_, err = s.as(sophie).EditCampaign(s.ctx, "noel", file{body: "Autre chose.\n"}.source(), nil)
		s.must(err)
		_, err = s.as(owner).SetRole(s.ctx, "sophie", model.Approver)
		s.must(err)
		if c := s.campaign("noel"); c.Approved() || c.ApprovedBy != "" || c.Author() != "sophie" || c.State != model.Draft {
			s.Errorf("%+v", c)
		}
		_, err = s.as(chief).CheckCampaign(s.ctx, "noel")
		s.must(err)
		s.refused(s.as(chief).Start(s.ctx, "noel", 90), model.KindRefused, "campaign.needs_approval")
		s.refused(s.as(sophie).Approve(s.ctx, "noel"), model.KindRefused, "campaign.same_eyes")
		s.must(s.as(chief).Approve(s.ctx, "noel"))
		s.must(s.as(chief).Start(s.ctx, "noel", 90))
		s.end("noel")
	})
}

func TestWhoIsAloneApprovesAndTheAuditSaysSo(t *testing.T) {
	guarded(t, func(s *shop) {
		s.written(owner, file{})
		far := owner
		far.From = "192.0.2.9"
		s.refused(s.as(far).Approve(s.ctx, "noel"), model.KindRefused, "campaign.same_eyes")
		before := s.head()
		s.must(s.as(owner).Approve(campaigns.Because(s.ctx, "urgent"), "noel"))
		lines := s.lines(before)
		if last := lines[len(lines)-1].Entry; last.Act != "campaign.approve" || last.Reason != "alone urgent" || last.Who != "paul" {
			s.Errorf("%+v", last)
		}
		s.must(s.as(owner).Start(s.ctx, "noel", 90))
		s.end("noel")
	})
}

func TestAFewPeopleNeedNoSecondPairOfEyes(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{audience: `email = "p0001@clients.example"`, holdout: "share = 0.0"})
		s.must(s.as(chief).Approve(s.ctx, "noel"))
		s.must(s.as(chief).Start(s.ctx, "noel", 1))
		s.end("noel")
	})
}

func TestTheOwnWordForAFewIsNoneForMany(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{audience: `city = "Brest"`, holdout: "share = 0.0"})
		s.bring("email;ville\nun@clients.example;Brest\n", model.BasisConsent)
		s.must(s.as(chief).Approve(s.ctx, "noel"))
		more := "email;ville\n"
		for i := range 30 {
			more += "plus" + address(i) + ";Brest\n"
		}
		s.bring(more, model.BasisConsent)
		s.refused(s.as(chief).Start(s.ctx, "noel", 31), model.KindRefused, "campaign.needs_approval")
		s.refused(s.as(chief).Approve(s.ctx, "noel"), model.KindRefused, "campaign.same_eyes")
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		s.must(s.as(chief).Start(s.ctx, "noel", 31))
		s.end("noel")
	})
}

func TestWhatWasCorrectedInTheMiddleIsApprovedAgain(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{send: "rate = 1"})
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		s.must(s.as(chief).Start(s.ctx, "noel", 90))
		s.skip(time.Second)
		s.must(s.as(chief).Pause(s.ctx, "noel"))
		s.must(s.as(chief).Resume(s.ctx, "noel"))
		s.must(s.as(chief).Pause(s.ctx, "noel"))
		s.skip(time.Second)
		_, err := s.as(chief).EditCampaign(s.ctx, "noel", file{send: "rate = 1", body: "Autre chose.\n"}.source(), nil)
		s.must(err)
		s.refused(s.as(chief).Resume(s.ctx, "noel"), model.KindRefused, "campaign.needs_approval")
		s.refused(s.as(chief).Approve(s.ctx, "noel"), model.KindRefused, "campaign.same_eyes")
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		s.state("noel", model.Paused)
		s.must(s.as(chief).Resume(s.ctx, "noel"))
		s.must(s.as(chief).SetRate(s.ctx, "noel", 0))
		s.end("noel")
	})
}

func TestWhatWasApprovedAloneStandsWhenOthersComeLater(t *testing.T) {
	guarded(t, func(s *shop) {
		s.written(owner, file{})
		s.must(s.as(owner).Approve(s.ctx, "noel"))
		s.skip(time.Minute)
		s.team()
		s.must(s.as(owner).Start(s.ctx, "noel", 90))
		s.end("noel")
	})
}

func TestAnApprovalHoldsForTheHourToo(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{send: `start = "2026-11-23T10:00:00+01:00"`})
		s.refused(s.as(chief).Schedule(s.ctx, "noel"), model.KindRefused, "campaign.needs_approval")
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		s.must(s.as(chief).Schedule(s.ctx, "noel"))
		s.skip(time.Hour)
		s.until("it leaves", func() bool { return s.campaign("noel").State.Launched() })
		s.end("noel")
	})
}

func TestWhatWasScheduledForAFewDoesNotLeaveForManyByItself(t *testing.T) {
	guarded(t, func(s *shop) {
		s.team()
		s.written(chief, file{audience: `city = "Brest"`, send: `start = "2026-11-23T10:00:00+01:00"`})
		s.bring("email;ville\nun@clients.example;Brest\n", model.BasisConsent)
		_, err := s.as(chief).CheckCampaign(s.ctx, "noel")
		s.must(err)
		s.must(s.as(chief).Schedule(s.ctx, "noel"))
		more := "email;ville\n"
		for i := range 30 {
			more += "plus" + address(i) + ";Brest\n"
		}
		s.bring(more, model.BasisConsent)
		s.skip(time.Hour)
		s.until("it waits for somebody", func() bool { return s.campaign("noel").State == model.Late })
		if s.relay.Total() != 0 {
			s.Error("it left")
		}
		if acts := s.acts(0, "campaign:noel"); acts[len(acts)-1] != "blanche campaign.late" {
			s.Errorf("%v", acts)
		}
		planned := s.planned("noel")
		s.refused(s.as(chief).Start(s.ctx, "noel", planned), model.KindRefused, "campaign.needs_approval")
		s.must(s.as(sophie).Approve(s.ctx, "noel"))
		s.must(s.as(chief).Start(s.ctx, "noel", planned))
		s.end("noel")
	})
}

func TestTwoPeopleOneContact(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	if _, err := s.As(owner).Import(t.Context(), people3()); err != nil {
		t.Fatal(err)
	}
	edit := func(who model.Actor, version uint64, field, value string) (model.Contact, *campaigns.ConflictError) {
		t.Helper()
		c, err := s.As(who).EditContact(t.Context(), 2, version, []campaigns.FieldChange{{Field: field, Value: value}})
		var conflict *campaigns.ConflictError
		if err != nil && !errors.As(err, &conflict) {
			t.Fatal(err)
		}
		return c, conflict
	}
	if c, conflict := edit(ines, 1, "city", "Lyon"); conflict != nil || c.Version != 2 {
		t.Fatalf("%+v, %+v", c, conflict)
	}
	_, met := edit(owner, 1, "city", "Brest")
	if met == nil || met.By != "ines" || !slices.Equal(met.Fields, []string{"city"}) || met.Mergeable || met.Current.City != "Lyon" || time.Since(met.At) > time.Minute {
		t.Errorf("%+v", met)
	}
	refusedAs(t, met, model.KindConflict, "audit.contact_changed")
	_, apart := edit(owner, 1, "first_name", "Zoé")
	if apart == nil || !apart.Mergeable || apart.By != "ines" {
		t.Fatalf("%+v", apart)
	}
	if c, conflict := edit(owner, apart.Current.Version, "first_name", "Zoé"); conflict != nil || c.City != "Lyon" || c.FirstName != "Zoé" {
		t.Errorf("merged: %+v, %+v", c, conflict)
	}
	_, both := edit(ines, 1, "attr.zone", "Z")
	if both == nil || !slices.Equal(both.Fields, []string{"city", "first_name"}) || both.By != "paul" || !both.Mergeable {
		t.Errorf("%+v", both)
	}
	// A file changes the contact too: nobody knows which fields.
	r := people3()
	r.Source = reader("email;prenom\np0002@clients.example;Anaïs\n")
	if _, err := s.As(owner).Import(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, file := edit(ines, 3, "attr.zone", "Z"); file == nil || file.Mergeable || file.By != "" {
		t.Errorf("%+v", file)
	}
	// The same value again is no change of that field.
	c, _ := s.As(ines).Contact(t.Context(), "2")
	edit(owner, c.Version, "city", c.City)
	if _, same := edit(ines, c.Version, "city", "Nice"); same == nil || !same.Mergeable || len(same.Fields) != 0 {
		t.Errorf("%+v", same)
	}
}

func TestFiftyPeopleCorrectOneContactAndNothingIsLost(t *testing.T) {
	t.Parallel()
	const people, each = 50, 10
	s := bare(t, nil)
	if _, err := s.As(owner).Import(t.Context(), people3()); err != nil {
		t.Fatal(err)
	}
	first, err := s.As(owner).Contact(t.Context(), "2")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range people {
		d := s.As(model.Actor{Name: fmt.Sprintf("op-%d", i), Role: model.Maker, From: "192.0.2.7"})
		all.Go(func() {
			seen := first.Contact
			for n := 0; n < each; {
				next := []campaigns.FieldChange{{Field: "points", Value: strconv.FormatInt(seen.Points+1, 10)}}
				c, err := d.EditContact(t.Context(), 2, seen.Version, next)
				var conflict *campaigns.ConflictError
				switch {
				case err == nil:
					seen, n = c, n+1
				case errors.As(err, &conflict):
					seen = conflict.Current
					if conflict.Mergeable || conflict.By == "" {
						t.Errorf("%+v", conflict)
						return
					}
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	c, err := s.As(owner).Contact(t.Context(), "2")
	if err != nil || c.Points != people*each || c.Version != first.Version+people*each {
		t.Errorf("%d points in version %d: %v", c.Points, c.Version, err)
	}
	lines, err := s.As(owner).AuditLines(t.Context(), campaigns.AuditQuery{Object: "contact:2", N: 10 * people * each})
	if err != nil || len(lines) != people*each {
		t.Errorf("%d lines: %v", len(lines), err)
	}
}

func TestWhoMayNotSeePeopleGetsNobodysMessage(t *testing.T) {
	for _, role := range []model.Role{model.Technical, model.Maker} {
		t.Run(string(role), func(t *testing.T) {
			var got string
			inShop(t, nil, func(s *shop) { s.keep = func(_, _ string, data []byte) { got = string(data) } }, func(s *shop) {
				s.people(3)
				s.write(file{})
				s.must(s.as(model.Actor{Name: "tom", Role: role, From: "192.0.2.4"}).TestSend(s.ctx, "noel", "", "tom@boutique.example"))
				if sees := strings.Contains(got, "Camille"); sees != (role == model.Technical) {
					s.Errorf("%s", got)
				}
			})
		})
	}
}
