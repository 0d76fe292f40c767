package campaigns_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
)

// arms is the file of a campaign of another tool: people 1 to 40 are its
// target, 41 to 60 its zone blanche.
func arms() string {
	var b strings.Builder
	b.WriteString("email;arm;stratum\n")
	for i := 1; i <= 60; i++ {
		arm := "target"
		if i > 40 {
			arm = "holdout"
		}
		fmt.Fprintf(&b, "%s;%s;s%d\n", address(i), arm, i%2)
	}
	return b.String()
}

func (s *shop) record(csv string) (model.Campaign, error) {
	return s.desk.RecordCampaign(s.ctx, campaigns.RecordRequest{
		Name: "ailleurs", Source: strings.NewReader(csv), StartedAt: time.Date(2026, 11, 1, 23, 30, 0, 0, paris),
		WindowDays: 14, Margin: 0.5, Fixed: 1000, PerMessage: 10,
	})
}

func (s *shop) roi(name string) model.Statement {
	s.Helper()
	st, err := s.desk.ROI(s.ctx, name)
	s.must(err)
	return st
}

func TestARecordedCampaignIsMeasuredAsByHand(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(61)
		c, err := s.record(arms())
		s.must(err)
		if c.Matched != 60 || c.Target != 60 || c.HeldOut != 20 || c.State != model.Done {
			s.Errorf("%+v", c)
		}
		nov := func(day int) model.Date { return model.NewDate(2026, 11, day) }
		for i := 1; i <= 20; i++ { // 20 of 40 buy for 30 €: the first and the last day of the window
			s.buy(fmt.Sprint("t", i), address(i), nov(1+13*(i%2)), 3000)
		}
		for i := 41; i <= 44; i++ { // 4 of 20 buy for 25 €
			s.buy(fmt.Sprint("h", i), address(i), nov(7), 2500)
		}
		s.buy("avant", address(41), nov(0), 99900)  // 31 October
		s.buy("après", address(42), nov(15), 99900) // a day too late
		s.buy("autre", address(61), nov(7), 99900)  // in neither arm
		s.buy("retour", address(1), nov(8), -3000)  // sent back: buys nothing in the end
		s.put(model.Order{Source: "test", ID: "annulée", Email: address(43), Day: nov(7), Total: 99900, Status: model.OrderCancelled})

		st := s.roi("ailleurs")
		target, holdout := st.Arms[0], st.Arms[1]
		if target.Customers != 40 || target.Buyers != 19 || target.Revenue != 57000 || holdout.Customers != 20 || holdout.Buyers != 4 || holdout.Revenue != 10000 {
			s.Fatalf("target %+v, holdout %+v", target, holdout)
		}
		if !st.Window.Closed || st.Day != 14 || st.Window.Start.Format(time.RFC3339) != "2026-11-01T00:00:00+01:00" {
			s.Errorf("%+v", st.Window)
		}
		diff := 570.0/40 - 100.0/20 // 9.25 €
		cost := 1000 + 40*10        // 14.00 €
		for _, f := range []struct {
			what      string
			got, want float64
		}{
			{"difference", *st.Spend.Diff, diff},
			{"share of buyers", *st.Buyers.Diff, 19.0/40 - 4.0/20},
			{"cost", float64(st.Money.Cost), float64(cost)},
			{"revenue", float64(*st.Money.IncrementalRevenue), diff * 40 * 100},
			{"margin", float64(*st.Money.IncrementalMargin), diff * 40 * 100 / 2},
			{"net", float64(*st.Money.Net), diff*40*100/2 - float64(cost)},
			{"roi", *st.Money.ROI, (diff*40*100/2 - float64(cost)) / float64(cost)},
		} {
			if math.Abs(f.got-f.want) > 1e-9 {
				s.Errorf("%s: %v, by hand %v", f.what, f.got, f.want)
			}
		}
		s.state("ailleurs", model.Done)
		for _, err := range []error{s.desk.Resume(s.ctx, "ailleurs"), s.desk.Cancel(s.ctx, "ailleurs"), s.desk.Start(s.ctx, "ailleurs", 40)} {
			s.refused(err, model.KindRefused, "campaign.wrong_state")
		}
		card, err := s.desk.Contact(s.ctx, address(1))
		s.must(err)
		if len(card.Messages) != 1 || card.Messages[0].Ref != "" || card.Messages[0].Detail != "accepted" {
			s.Errorf("%+v", card.Messages)
		}
	})
}

func TestAFileOfArmsIsTakenWholeOrNotAtAll(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(60)
		good := arms()
		for bad, key := range map[string]string{
			good + "inconnu@clients.example;target;s1\n": "campaign.csv_unknown line=62 value=inconnu@clients.example",
			good + address(5) + ";holdout;s1\n":          "campaign.csv_twice line=62 first=6",
			good + address(5) + ";both;s1\n":             "campaign.csv_twice line=62",
			"email;arm\n" + address(5) + ";both\n":       "campaign.csv_arm line=2 value=both",
			"email;arm\n" + address(5) + "\n":            "campaign.bad_csv line=2",
			"email;arm\na\"b;target\n":                   "campaign.bad_csv line=2",
			"email;stratum\n":                            "campaign.csv_columns",
			"pr\xe9nom;bras\n":                           "campaign.csv_columns columns=prénom, bras",
			"email;arm\n":                                "roi.empty_file",
			"":                                           "campaign.bad_csv line=1",
		} {
			_, err := s.record(bad)
			s.refused(err, model.KindInvalid, key)
		}
		if all, err := s.desk.Campaigns(s.ctx); err != nil || len(all) != 0 {
			s.Errorf("something was kept: %+v", all)
		}
		_, err := s.record("\ufeff" + strings.ReplaceAll(good, ";", ","))
		s.must(err)
		_, err = s.record(good)
		s.refused(err, model.KindRefused, "campaign.exists")
	})
}

// full is a store whose ledger refuses results, once.
type full struct {
	store.Store
	fail bool
}

type fullLedger struct {
	store.Ledger
	f *full
}

func (f *full) Ledger() store.Ledger { return fullLedger{f.Store.Ledger(), f} }

func (l fullLedger) Commit(ctx context.Context, r []model.Outcome, i []model.Intent) ([]bool, error) {
	if l.f.fail {
		l.f.fail = false
		return nil, errDead
	}
	return l.Ledger.Commit(ctx, r, i)
}

func TestARecordingThatDiedIsTakenUpAgain(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(60)
		s.must(s.desk.Close(s.ctx))
		s.store = &full{s.store, true}
		s.open()
		if _, err := s.record(arms()); err == nil {
			s.Fatal("it lived")
		}
		s.refused(s.desk.Resume(s.ctx, "ailleurs"), model.KindRefused, "campaign.wrong_state")
		s.reopen(false)
		_, err := s.record(arms())
		s.must(err)
		if st := s.status("ailleurs"); st.Accepted != 40 || st.HeldOut != 20 || st.State != model.Done {
			s.Errorf("%+v", st)
		}
	})
}

func TestTheWindowClosesWithTheCalendarDayOfTheShop(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Sends = false
		s.from = time.Date(2026, 11, 14, 23, 59, 50, 0, paris)
	}, func(s *shop) {
		s.people(60)
		_, err := s.record(arms())
		s.must(err)
		s.buy("1", address(1), model.NewDate(2026, 11, 14), 1000)
		if st := s.roi("ailleurs"); st.Window.Closed || st.Verdict != model.VerdictTooEarly && st.Verdict != model.VerdictBlocked || st.Spend.Method != model.SpendSequence {
			s.Errorf("%+v", st)
		}
		time.Sleep(10 * time.Second)
		if st := s.roi("ailleurs"); !st.Window.Closed || st.Spend.Method == model.SpendSequence {
			s.Errorf("still open: %+v", st.Window)
		}
	})
}

func TestOrdersMoveTheROIAndOtherCampaignsAreNoContamination(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(200)
		_, err := s.desk.ROI(s.ctx, "rien")
		s.refused(err, model.KindNotFound, "campaign.unknown")
		s.write(file{holdout: "share = 0.25"})
		_, err = s.desk.ROI(s.ctx, "noel")
		s.refused(err, model.KindRefused, "roi.not_started")
		s.start("noel")
		s.end("noel")
		s.send(file{name: "autre", holdout: "share = 0", audience: `held_out("noel")`})
		before := s.roi("noel")
		if before.Arms[0].Revenue != 0 || before.Arms[0].Customers != 150 || before.Arms[1].Customers != 50 {
			s.Errorf("%+v", before.Arms)
		}
		for i := 1; i <= 200; i++ {
			s.buy(fmt.Sprint(i), address(i), model.NewDate(2026, 11, 23), 1000)
		}
		after := s.roi("noel")
		if after.Arms[0].Revenue != 150_000 || after.Arms[1].Revenue != 50_000 {
			s.Errorf("%+v", after.Arms)
		}
		for _, g := range after.Guards {
			if g.Guard == model.GuardContamination && g.Values["reached"] != 0 || g.Guard == model.GuardSRM && g.Level != model.LevelOK {
				s.Errorf("%+v", g)
			}
		}
		lines, err := s.desk.Campaigns(s.ctx)
		s.must(err)
		if len(lines) != 2 || lines[1].Name != "noel" || lines[1].Verdict != string(after.Verdict) {
			s.Errorf("%+v", lines)
		}
	})
}

// A ledger that lost a part of one arm is not what was drawn.
func TestPeopleLostFromAnArmAreSeenByTheSizesDrawn(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(60)
		_, err := s.record(arms())
		s.must(err)
		_, err = s.store.Campaigns().Update(s.ctx, "ailleurs", func(c *model.Campaign) error {
			c.Target, c.HeldOut = 120, 20 // 100 were to be written to, 40 are left
			return nil
		})
		s.must(err)
		for _, g := range s.roi("ailleurs").Guards {
			if g.Guard == model.GuardSRM {
				if g.Level != model.LevelStop {
					s.Errorf("%+v", g)
				}
				return
			}
		}
		s.Error("the sizes are not looked at")
	})
}
