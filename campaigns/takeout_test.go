package campaigns_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

func TestTheAudienceOfACampaignGoesOutWholeZoneBlancheIncluded(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(2200)
		s.write(file{name: "noel"})
		s.refused(s.desk.EachRecipient(s.ctx, "noel", "", nil), model.KindRefused, "holdout.not_drawn")
		s.start("noel")
		st := s.end("noel")
		seen, arms := map[string]bool{}, map[string]int{}
		s.must(s.desk.EachRecipient(s.ctx, "noel", "", func(l *campaigns.ArmLine) error {
			if seen[l.Email] || l.Email == "" {
				s.Fatalf("twice, or nobody: %+v", l)
			}
			seen[l.Email] = true
			arms[l.Arm]++
			if sent := s.relay.Kept()[l.Email] > 0; sent != (l.Arm == "target") || sent != (l.State == "accepted" && l.MessageID != "" && !l.At.IsZero()) {
				s.Fatalf("sent %v: %+v", sent, l)
			}
			return nil
		}))
		if arms["target"] != st.Planned || arms["holdout"] != st.HeldOut || st.HeldOut == 0 || st.Planned < 1500 {
			s.Errorf("%v of %+v", arms, st)
		}
	})
}

func TestWhatGoesOutStopsWhenAsked(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(30)
		s.buy("1", "nobody@clients.example", model.NewDate(2026, 11, 1), 5000)
		enough := errors.New("enough")
		visits := map[string]func(context.Context, func() error) error{
			"all": func(ctx context.Context, f func() error) error {
				return s.desk.EachContact(ctx, "", func(*campaigns.ContactRow) error { return f() })
			},
			"some": func(ctx context.Context, f func() error) error {
				return s.desk.EachContact(ctx, `email contains "clients"`, func(*campaigns.ContactRow) error { return f() })
			},
			"order": func(ctx context.Context, f func() error) error {
				return s.desk.EachOrder(ctx, "", func(*model.Order) error { return f() })
			},
		}
		ended, cancel := context.WithCancel(s.ctx)
		cancel()
		for name, visit := range visits {
			n := 0
			err := visit(s.ctx, func() error { n++; return enough })
			if n != 1 || !errors.Is(err, enough) {
				s.Errorf("%s: %d rows, %v", name, n, err)
			}
			if err := visit(ended, func() error { n++; return nil }); !errors.Is(err, context.Canceled) || n != 1 {
				s.Errorf("%s after its end: %d rows, %v", name, n, err)
			}
		}
	})
}

// A rehearsal refuses every length that the store would: the limit of a field
// is below that of the store.
func TestARehearsalRefusesWhatIsTooLong(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1)
		for _, field := range []string{"card", "external_id", "email", "first_name"} {
			long := []campaigns.FieldChange{{Field: field, Value: strings.Repeat("x", 1001)}}
			for _, ctx := range []context.Context{s.ctx, campaigns.Rehearse(s.ctx)} {
				_, err := s.desk.EditContact(ctx, 1, 1, long)
				s.refused(err, model.KindInvalid, "contact.bad_value")
			}
		}
	})
}

// A copy of everything that breaks off has taken something out all the same; one
// that could not begin has not.
func TestABackupThatIsCutShortIsInTheAudit(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(30)
		who := model.Actor{Name: "tom", Role: model.Admin, From: "192.0.2.7"}
		before := s.head()
		if _, err := s.as(who).Backup(s.ctx, io.Discard, campaigns.BackupRequest{Recipients: []string{"nobody"}}); err == nil {
			s.Error("sealed for nobody")
		}
		if n := len(s.mine(before, who)); n != 0 {
			s.Errorf("%d lines for nothing", n)
		}
		if _, err := s.as(who).Backup(s.ctx, fullDisk{}, campaigns.BackupRequest{}); err == nil {
			s.Error("a writer that takes half is enough")
		}
		mine := s.mine(before, who)
		if len(mine) != 1 || mine[0].Entry.Act != "folder.backup" || changesOf(mine[0])["interrupted"] != "true" {
			s.Errorf("%+v", mine)
		}
	})
}

// fullDisk is one that takes half of what it is given.
type fullDisk struct{}

func (fullDisk) Write(p []byte) (int, error) { return len(p) / 2, io.ErrShortWrite }

// A page of people is looked at; more than that at once is taken out, whatever
// it is called.
func TestWhoMayNotTakePeopleOutReadsAPageOfThem(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1001)
		viewer, manager := s.as(model.Actor{Name: "vera", Role: model.Viewer}), s.as(model.Actor{Name: "marc", Role: model.Manager})
		list, err := viewer.Contacts(s.ctx, campaigns.ContactQuery{Where: `email contains "clients"`})
		s.must(err)
		if list.Len() != 1001 || list.Total != 1001 || !slices.IsSorted(list.IDs) {
			s.Fatalf("%d people", list.Len())
		}
		_, err = viewer.ContactRows(s.ctx, list.IDs)
		s.refused(err, model.KindRefused, "team.forbidden")
		if rows, err := viewer.ContactRows(s.ctx, list.IDs[:1000]); err != nil || len(rows) != 1000 {
			s.Errorf("a page: %d, %v", len(rows), err)
		}
		if rows, err := viewer.Sample(s.ctx, `email contains "clients"`, 1<<31-1); err != nil || len(rows) != 1000 {
			s.Errorf("a sample: %d, %v", len(rows), err)
		}
		before := s.head()
		rows, err := manager.ContactRows(s.ctx, list.IDs)
		if err != nil || len(rows) != 1001 {
			s.Errorf("%d, %v", len(rows), err)
		}
		mine := s.mine(before, manager.Me())
		if len(mine) != 1 || mine[0].Entry.Act != "contact.export" || changesOf(mine[0])["n"] != "1001" {
			s.Errorf("%+v", mine)
		}
	})
}

// The lists of a campaign are lists of people too.
func TestTheListsOfACampaignAreTakenOutByWhoMay(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(1300)
		s.write(file{name: "noel"})
		s.must(s.desk.SetRate(s.ctx, "noel", 1))
		s.start("noel")
		viewer, manager := s.as(model.Actor{Name: "vera", Role: model.Viewer}), s.as(model.Actor{Name: "marc", Role: model.Manager})
		_, err := viewer.Missing(s.ctx, "noel")
		s.refused(err, model.KindRefused, "team.forbidden")
		if lines, err := viewer.Uncertain(s.ctx, "noel"); err != nil || len(lines) != 0 {
			s.Errorf("%d uncertain, %v", len(lines), err)
		}
		if h, err := viewer.Holdout(s.ctx, "noel"); err != nil || len(h.Members) == 0 || len(h.Members) > 1000 {
			s.Errorf("%d held out, %v", len(h.Members), err)
		}
		before := s.head()
		lines, err := manager.Missing(s.ctx, "noel")
		mine := s.mine(before, manager.Me())
		if err != nil || len(lines) <= 1000 || len(mine) != 1 || mine[0].Entry.Act != "contact.export" || mine[0].Entry.Object != "campaign:noel" {
			s.Errorf("%d missing, %v, %+v", len(lines), err, mine)
		}
	})
}

func TestAnExportTakesThoseOfARuleAlone(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.buy("1", address(1), model.NewDate(2027, 1, 1), 4200)
		s.buy("2", address(2), model.NewDate(2027, 1, 1), 900)
		s.buy("3", "personne@clients.example", model.NewDate(2027, 1, 1), 100)
		s.send(file{holdout: "share = 0.5"})
		for rule, want := range map[string]int{"": 3, "spend > 10": 1, "spend > 100": 0} {
			n := 0
			s.must(s.desk.EachOrder(s.ctx, rule, func(*model.Order) error { n++; return nil }))
			if n != want {
				s.Errorf("%q: %d orders, not %d", rule, n, want)
			}
		}
		for rule, want := range map[string]int{"": 20, "spend > 1": 2, "spend > 100": 0} {
			n := 0
			s.must(s.desk.EachRecipient(s.ctx, "noel", rule, func(*campaigns.ArmLine) error { n++; return nil }))
			if n != want {
				s.Errorf("%q: %d recipients, not %d", rule, n, want)
			}
		}
		s.refused(s.desk.EachOrder(s.ctx, "spend >", nil), model.KindInvalid, "rule.ends_early")
	})
}
