package campaigns_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
)

func (s *shop) counted(rule string) model.SegmentCount {
	s.Helper()
	n, err := s.desk.Count(s.ctx, rule)
	s.must(err)
	return n
}

func TestImportedPeopleAreCountedAtOnce(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(10)
		if n := s.counted(`city = "Nantes"`); n.Matched != 10 || n.Sendable != 10 {
			s.Errorf("%+v", n)
		}
		revision := s.desk.Live().Revision
		s.bring("email;ville\nzoe@clients.example;NANTES\n", model.BasisNone)
		if n := s.counted(`city = "Nantes"`); n.Matched != 11 || n.Excluded.NoConsent != 1 {
			s.Errorf("%+v", n)
		}
		time.Sleep(time.Second)
		if l := s.desk.Live(); l.Revision == revision || !l.Ready || !l.Sends {
			s.Errorf("%+v", l)
		}
		s.bring("email;ville\nzoe@clients.example;Brest\n", model.BasisNone)
		if n := s.counted(`city = "Nantes"`); n.Matched != 10 {
			s.Errorf("%+v", n)
		}
	})
}

func TestOrdersThatComeBesideTheDeskAreCounted(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(10)
		if n := s.counted("customer"); n.Matched != 0 {
			s.Errorf("%+v", n)
		}
		s.buy("1", address(1), model.NewDate(2026, 11, 20), 1000)
		if n := s.counted("spend_30d >= 10"); n.Matched != 1 {
			s.Errorf("%+v", n)
		}
	})
}

func TestWhoOpposesWhileQueuedIsExcluded(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(200)
		s.write(slow)
		s.start("noel")
		s.until("ten messages", func() bool { return s.relay.Total() >= 10 })
		s.must(s.desk.Oppose(s.ctx, address(200), "lettre"))
		s.must(s.desk.Oppose(s.ctx, address(199), "lettre"))
		h, err := s.desk.Holdout(s.ctx, "noel")
		s.must(err)
		want := 2
		for _, m := range h.Members {
			if m.Email == address(200) || m.Email == address(199) {
				want--
			}
		}
		st := s.end("noel")
		if st.Excluded != want || st.Accepted != 180-want {
			s.Errorf("%+v", st)
		}
		if kept := s.relay.Kept(); kept[address(200)]+kept[address(199)] != 0 {
			s.Error("somebody who opposed got a message")
		}
		missing, err := s.desk.Missing(s.ctx, "noel")
		s.must(err)
		for _, m := range missing {
			if m.Reason != model.ExclOpposed {
				s.Errorf("%+v", m)
			}
		}
	})
}

func TestOnlyWhoMayBeWrittenToIsSendable(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.bring("email\nclient1@clients.example\nclient2@clients.example\n", model.BasisCustomer)
		s.bring("email;type\npro@clients.example;b2b\n", model.BasisB2B)
		s.bring("email\nrien@clients.example\n", model.BasisNone)
		s.buy("1", "client1@clients.example", model.NewDate(2026, 11, 1), 1000)
		if n := s.counted(`email contains "clients"`); n.Matched != 4 || n.Sendable != 1 || n.Excluded.NoConsent != 3 {
			s.Errorf("%+v", n)
		}
		st := s.send(file{holdout: "share = 0", more: "b2b_purpose = true"})
		kept := s.relay.Kept()
		if st.Accepted != 2 || kept["client1@clients.example"] != 1 || kept["pro@clients.example"] != 1 {
			s.Errorf("%+v, received by %v", st, kept)
		}
		if st := s.send(file{name: "b2c", holdout: "share = 0"}); st.Planned != 1 {
			s.Errorf("without a professional purpose: %+v", st)
		}
	})
}

func TestNobodyGetsMoreThanTheShopAllows(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(30)
		s.send(file{name: "un", holdout: "share = 0"})
		s.write(slow) // 20 a second, to a part of them
		s.send(file{name: "deux", holdout: "share = 0", audience: `zone = "A"`})
		if n := s.counted(`email contains "clients"`); n.Excluded.Pressure != 10 || n.Sendable != 20 {
			s.Errorf("%+v", n)
		}
		list, err := s.desk.CheckCampaign(s.ctx, "deux") // its own messages do not count against it
		s.must(err)
		if list.Planned != 10 || list.Excluded.Pressure != 0 {
			s.Errorf("%+v", list)
		}
		s.days(8)
		if n := s.counted(`email contains "clients"`); n.Excluded.Pressure != 0 {
			s.Errorf("a week later: %+v", n)
		}
	})
}

func TestMessagesOfALongCampaignCountWhenTheyLeft(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Config.Pressure = campaigns.Pressure{MaxMessages: 1, Days: 7} }, func(s *shop) {
		s.people(100)
		s.write(file{holdout: "share = 0", send: "rate = 10"})
		s.start("noel")
		s.until("ten messages", func() bool { return s.relay.Total() >= 10 })
		s.must(s.desk.Pause(s.ctx, "noel"))
		s.until("nothing on the wire", func() bool { return s.status("noel").InFlight == 0 })
		s.days(30)
		got := s.status("noel").Accepted
		if n := s.counted(`email contains "clients"`); n.Sendable != got { // the others still have it coming
			s.Errorf("%+v with %d accepted a month ago", n, got)
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		s.end("noel")
		if n := s.counted(`email contains "clients"`); n.Sendable != got {
			s.Errorf("%+v", n)
		}
	})
}

func TestRulesAskWhatCampaignsDid(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		s.send(file{holdout: "share = 0.2"})
		for rule, want := range map[string]int{
			`received("noel")`: 80, `held_out("noel")`: 20, `not received("noel") and not held_out("noel")`: 0, `zone_blanche("noel") or a_recu("noel")`: 100,
		} {
			if n := s.counted(rule); n.Matched != want {
				s.Errorf("%s: %d, want %d", rule, n.Matched, want)
			}
		}
		_, err := s.desk.Count(s.ctx, `received("autre")`)
		s.refused(err, model.KindNotFound, "campaign.unknown")
	})
}

func TestASavedSegmentIsARuleByName(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(30)
		_, err := s.desk.SaveSegment(s.ctx, "zone-a", `zone = "A"`)
		s.must(err)
		if n := s.counted("zone-a"); n.Matched != 10 {
			s.Errorf("%+v", n)
		}
		_, err = s.desk.SaveSegment(s.ctx, "customer", `zone = "A"`)
		s.refused(err, model.KindRefused, "segment.name_is_rule")
		x, err := s.desk.Explain(s.ctx, `zone = "A" and city = "Brest"`, address(3))
		s.must(err)
		if x.Matches || len(x.Parts) != 3 || !x.Parts[1].Holds || x.Parts[2].Holds || x.Reason != "" {
			s.Errorf("%+v", x)
		}
	})
}

// A base that is being read when a contact is corrected must not keep the old
// value: the scan may have passed it.
func TestACorrectionDuringTheReadingOfTheBaseIsNotLost(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(50)
		real := s.store
		during := &meanwhile{Store: real}
		s.must(s.desk.Close(s.ctx))
		s.store = during
		s.open()
		during.do = func() {
			during.do = nil
			_, err := s.desk.EditContact(s.ctx, 1, 1, []campaigns.FieldChange{{Field: "city", Value: "Brest"}})
			s.must(err)
		}
		s.counted(`city = "Brest"`)
		if n := s.counted(`city = "Brest"`); n.Matched != 1 {
			s.Errorf("%+v", n)
		}
	})
}

// meanwhile is a store in whose reading something happens.
type meanwhile struct {
	store.Store
	do func()
}

func (m *meanwhile) Contacts() store.Contacts { return meanwhileContacts{m.Store.Contacts(), m} }

type meanwhileContacts struct {
	store.Contacts
	m *meanwhile
}

func (c meanwhileContacts) Scan(ctx context.Context, from model.ContactID, f func(*model.Contact) error) error {
	err := c.Contacts.Scan(ctx, from, f)
	if c.m.do != nil {
		c.m.do()
	}
	if err != nil {
		return fmt.Errorf("reading: %w", err)
	}
	return nil
}
