package campaigns_test

import (
	"fmt"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

func (s *shop) month(month string) campaigns.Month {
	s.Helper()
	m, err := s.desk.Month(s.ctx, month)
	s.must(err)
	return m
}

// A month is compared with as many days of the month before and of last year,
// and only where orders go back that far.
func TestAMonthUnderWayIsComparedWithAsManyDays(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(5)
		day := model.NewDate
		s.buy("ancienne", address(1), day(2024, 10, 1), 1000) // a customer no more in November 2026
		s.buy("avant-1", address(2), day(2025, 11, 3), 2000)
		s.buy("avant-2", address(2), day(2025, 11, 28), 9999) // after as many days
		s.buy("octobre", address(3), day(2026, 10, 2), 4000)
		s.buy("nov-1", address(3), day(2026, 11, 2), 5000)
		s.buy("nov-2", address(4), day(2026, 11, 20), 7000)
		s.buy("retour", address(4), day(2026, 11, 21), -1000)
		s.buy("demain", address(5), day(2026, 11, 24), 8888)

		m := s.month("2026-11")
		per := func(x float64) *float64 { return &x }
		for _, c := range []struct {
			got  *campaigns.MonthSales
			want campaigns.MonthSales
		}{
			{&m.Sales, campaigns.MonthSales{Month: "2026-11", Days: 23, Revenue: 11000, Orders: 2, Buyers: 2, Customers: 3, NewCustomers: 1, RevenuePerBuyer: per(55)}},
			{m.Before, campaigns.MonthSales{Month: "2026-10", Days: 23, Revenue: 4000, Orders: 1, Buyers: 1, Customers: 2, NewCustomers: 1, RevenuePerBuyer: per(40)}},
			{m.LastYear, campaigns.MonthSales{Month: "2025-11", Days: 23, Revenue: 2000, Orders: 1, Buyers: 1, Customers: 2, NewCustomers: 1, RevenuePerBuyer: per(20)}},
		} {
			if d := cmp.Diff(&c.want, c.got); d != "" {
				s.Error(d)
			}
		}
		if m.Over || m.Until != day(2026, 11, 23) {
			s.Errorf("over %v, until %s", m.Over, m.Until)
		}
		if old := s.month("2024-10"); !old.Over || old.Before != nil || old.LastYear != nil || old.Sales.Days != 31 {
			s.Errorf("a month that nothing precedes: %+v", old)
		}
	})
}

func TestAMonthHasWhatLeftInItAndWhatIsToCome(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		if _, err := s.record(arms()); err != nil {
			s.Fatal(err)
		}
		st := s.send(file{})
		s.write(file{name: "decembre", send: `start = "2026-12-10T09:00:00+01:00"`})

		m := s.month("2026-11")
		var names []string
		for _, c := range m.Campaigns {
			names = append(names, fmt.Sprintf("%s %v %v", c.Name, c.SentInMonth, c.Elsewhere))
		}
		if d := cmp.Diff([]string{"ailleurs true true", "noel true false"}, names); d != "" {
			s.Error(d)
		}
		b := m.Sending // of what left from here alone
		if b.Campaigns != 1 || b.Planned != st.Planned || b.HeldOut != st.HeldOut || b.Accepted+b.Refused+b.Excluded+b.Uncertain+b.Deferred+b.Waiting != b.Planned || !b.Balanced {
			s.Errorf("%+v for %+v", b, st)
		}
		if len(m.Next) != 1 || m.Next[0].Name != "decembre" || m.Next[0].Start.Format(time.DateOnly) != "2026-12-10" {
			s.Errorf("%+v", m.Next)
		}
		s.days(30)
		if later := s.month("2026-12"); len(later.Campaigns) != 1 || later.Campaigns[0].Name != "noel" || later.Campaigns[0].SentInMonth || later.Sending.Campaigns != 0 {
			s.Errorf("the month in which a window ended: %+v", later.Campaigns)
		}
	})
}

func TestAnIncidentOfTheMonthSaysWhatPausedACampaign(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.must(s.store.Audit().Append(s.ctx,
			model.AuditEntry{At: s.now().AddDate(0, -1, 0), Act: "campaign.guard", Object: "campaign:octobre"},
			model.AuditEntry{At: s.now(), Act: "campaign.guard", Object: "campaign:noel", Changes: []model.FieldAudit{{Field: "paused_why", After: "deliver.paused.unknown"}}},
			model.AuditEntry{At: s.now(), Act: "campaign.edit", Object: "campaign:noel"},
			model.AuditEntry{At: s.now(), Act: "campaign.late", Object: "campaign:soldes"},
		))
		var got []string
		for _, i := range s.month("2026-11").Incidents {
			got = append(got, i.Act+" "+i.Campaign+" "+i.Reason)
		}
		if d := cmp.Diff([]string{"campaign.guard noel deliver.paused.unknown", "campaign.late soldes "}, got); d != "" {
			s.Error(d)
		}
	})
}

func TestWhatIsNoMonthOrHasNotBegunIsRefused(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		for value, key := range map[string]string{
			"2026-13": "report.bad_month", "2026": "report.bad_month", "11-2026": "report.bad_month", "": "report.bad_month", "2026-1": "report.bad_month",
			"2026-12": "report.month_to_come value=2026-12 today=2026-11-23",
		} {
			_, err := s.desk.Month(s.ctx, value)
			s.refused(err, model.KindInvalid, key)
		}
		if m := s.month("2026-11"); m.Before != nil || m.LastYear != nil || m.Sales.RevenuePerBuyer != nil || len(m.Campaigns) != 0 {
			s.Errorf("of nothing at all: %+v", m)
		}
	})
}
