package campaigns_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

func TestTodayOfASmallKnownShop(t *testing.T) {
	lost := func(string, int) relay.Act { return relay.DropLost }
	inShop(t, lost, func(s *shop) { s.opt.Guard.Uncertain = -1 }, func(s *shop) {
		s.people(10)
		today := model.DateOf(s.now(), paris)
		s.buy("ancien", address(1), today-800, 9900)  // no customer any more
		s.buy("an", address(2), today-400, 10000)     // within 24 months, not within 12
		s.buy("mois", address(3), today-40, 5000)     // within 12 months
		s.buy("retour", address(3), today-5, -2000)   // and a part sent back
		s.buy("neuf", address(4), today-3, 7000)      // new this week
		s.buy("encore", address(4), today, 1000)      // and again
		s.buy("demain", address(5), today+1, 100_000) // not yet
		s.buy("avoir", address(6), today-1, -500)     // a refund alone makes no customer

		got, err := s.desk.Today(s.ctx)
		s.must(err)
		if got.Customers != 3 || got.NewCustomers != 1 || got.Orders30 != 2 || got.Spend30 != 7000+1000-2000-500 {
			s.Errorf("%+v", got)
		}
		if want := (30.0 + 80) / 2; got.Revenue12 != want {
			s.Errorf("%v € per customer active in 12 months, want %v", got.Revenue12, want)
		}
		if n := len(got.SpendBy); n != 12 || got.SpendBy[n-1] != 55 || got.SpendBy[n-2] != 50 || got.CustomersBy[n-1] != 1 || got.CustomersBy[n-2] != 1 {
			s.Errorf("by month: %v, %v", got.SpendBy, got.CustomersBy)
		}

		s.write(file{name: "attend"})
		s.write(file{name: "abandon"})
		s.must(s.desk.Cancel(s.ctx, "abandon"))
		s.send(file{holdout: "share = 0"})
		if got, err = s.desk.Today(s.ctx); err != nil || len(got.Waiting) != 1 || len(got.Results) != 1 || len(got.Running) != 0 || len(got.Uncertain) != 1 || got.Uncertain[0].Count != 10 {
			s.Errorf("%+v %v", got, err)
		}
	})
}

// Orders, refunds, corrections that change hands, orders that waited for their
// buyer, a night: the first screen that follows them says what reading everything
// again would.
func TestTodayFollowsTheOrdersToTheSameDigits(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		const people = 1500 // more than a few blocks
		s.people(people)
		r := rand.New(rand.NewPCG(3, 3))
		_, err := s.desk.Today(s.ctx)
		s.must(err)
		for round := range 40 {
			csv := "order_id,email,date,total\n"
			for range 1 + r.IntN(4) {
				day := s.now().AddDate(0, 0, -r.IntN(800)).Format(time.DateOnly)
				csv += fmt.Sprintf("%d,%s,%s,%d.%02d\n", r.IntN(60), address(1+r.IntN(people+40)), day, r.IntN(300)-40, r.IntN(100))
			}
			_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{Kind: "orders", Name: "jour.csv", Source: strings.NewReader(csv)})
			s.must(err)
			switch round {
			case 20:
				s.days(1)
			case 30: // those for whom orders have waited
				s.bring("email\n"+address(people+1)+"\n"+address(people+2)+"\n"+address(people+3)+"\n", model.BasisConsent)
			}
			got, err := s.desk.Today(s.ctx)
			s.must(err)
			if round%5 > 0 && round != 30 {
				continue
			}
			s.desk.DataChanged()
			want, err := s.desk.Today(s.ctx)
			s.must(err)
			if d := cmp.Diff(want, got); d != "" {
				s.Fatalf("round %d:\n%s", round, d)
			}
		}
	})
}

func TestLiveShowsWhatMoves(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.under(200)
		time.Sleep(time.Second)
		l := s.desk.Live()
		if len(l.Running) != 1 || !l.Running[0].Sending || l.Running[0].RatePerSecond < 5 || l.Running[0].ETA == nil || len(l.Events) == 0 || len(l.Running[0].History) == 0 {
			s.Errorf("%+v", l)
		}
		s.balanced(l.Running[0].Status)
		s.end("noel")
	})
}

func TestPreviewAndTestCopyAreWhatThePersonWouldGet(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{})
		p, err := s.desk.Preview(s.ctx, "noel", address(3))
		s.must(err)
		if p.To != address(3) || !strings.Contains(p.Text, "Bonjour Prénom 3") || !strings.Contains(string(p.EML), "List-Unsubscribe:") {
			s.Errorf("%+v", p)
		}
		s.must(s.desk.TestSend(s.ctx, "noel", "", "moi@boutique.example"))
		s.must(s.desk.TestSend(s.ctx, "noel", "", "moi@boutique.example"))
		if kept := s.relay.Kept(); kept["moi@boutique.example"] != 2 || len(kept) != 1 {
			s.Errorf("%v", kept)
		}
		if st := s.status("noel"); st.Planned != 0 || st.State != model.Draft {
			s.Errorf("%+v", st)
		}
		s.refused(s.desk.TestSend(s.ctx, "noel", "", "nulle part"), model.KindInvalid, "campaign.bad_address")
		copied, err := s.desk.CloneCampaign(s.ctx, "noel", "noel-2")
		s.must(err)
		if copied.Spec.Body != s.campaign("noel").Spec.Body || copied.State != model.Draft {
			s.Errorf("%+v", copied)
		}
	})
}

func TestATestIsReadAndTriedInEachOfItsWordings(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(tested("noel"))
		p, err := s.desk.Preview(s.ctx, "noel", address(3))
		s.must(err)
		if len(p.Variants) != 2 || p.Variant != "a" || p.Variants[0].Subject != p.Subject || p.Variants[1].Variant != "b" || p.Variants[1].Subject != "Autre sujet" {
			s.Fatalf("%+v", p)
		}
		var read []string
		s.keep = func(_, _ string, data []byte) { read = append(read, string(subjectLine.FindSubmatch(data)[1])) }
		s.must(s.desk.TestSend(s.ctx, "noel", "", "moi@boutique.example"))
		s.must(s.desk.TestSend(s.ctx, "noel", "b", "moi@boutique.example"))
		if got := strings.Join(read, " | "); got != "[a] Bonjour | [b] Autre sujet | Autre sujet" {
			s.Error(got)
		}
		s.refused(s.desk.TestSend(s.ctx, "noel", "z", "moi@boutique.example"), model.KindInvalid, "campaign.unknown_variant")
		s.write(file{name: "simple"})
		s.refused(s.desk.TestSend(s.ctx, "simple", "a", "moi@boutique.example"), model.KindRefused, "campaign.no_test")
	})
}

func TestACopyIsAskedForWhenItIsMade(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{more: "requested = \"2026-11-20T08:00:00+01:00\""})
		copied, err := s.desk.CloneCampaign(s.ctx, "noel", "noel-2")
		s.must(err)
		if d := s.now().Sub(copied.Spec.Requested); d < 0 || d > time.Minute {
			s.Errorf("asked for %v", copied.Spec.Requested)
		}
		s.write(file{name: "simple"})
		if copied, err = s.desk.CloneCampaign(s.ctx, "simple", "simple-2"); err != nil || !copied.Spec.Requested.IsZero() {
			s.Errorf("%v, %v", copied.Spec.Requested, err)
		}
	})
}
