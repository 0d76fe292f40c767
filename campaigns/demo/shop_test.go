package demo

import (
	"context"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
)

var end = time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("CET", 3600))

func shopOf(t testing.TB, seed uint64, contacts int) *Shop {
	t.Helper()
	s, err := NewShop(context.Background(), seed, contacts, end)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// measured is what the product says of a campaign from the orders of a shop.
func measured(s *Shop, c *Campaign) model.Statement {
	const target, holdout = 1, 2
	side := make([]uint8, len(s.People)+1)
	for _, p := range c.Plan.Planned {
		side[p.Contact] = target
	}
	for _, h := range c.Plan.HeldOut {
		side[h.Contact] = holdout
	}
	arms := [3]measure.Arm{target: {Customers: len(c.Plan.Planned)}, holdout: {Customers: len(c.Plan.HeldOut)}}
	for i := range s.Orders {
		o := &s.Orders[i]
		if a := side[o.Contact]; a != 0 && c.covers(o.Day) && o.Status == model.OrderPaid {
			arms[a].Purchases = append(arms[a].Purchases, measure.Purchase{Customer: uint64(o.Contact), Day: int(o.Day-c.first) + 1, Cents: o.Total})
		}
	}
	return measure.Evaluate(measure.Terms{
		Campaign: c.Spec.Name, Window: model.StatementWindow{Days: c.Spec.WindowDays, Closed: true}, Margin: c.Spec.Margin,
		Fixed: c.Spec.FixedCents, PerMessage: c.Spec.PerMessageCents, Share: c.Spec.Share,
	}, arms[target], arms[holdout])
}

func TestSameSeedGivesTheSameShop(t *testing.T) {
	t.Parallel()
	bytes := func(seed uint64) string {
		s := shopOf(t, seed, 700)
		var plans []any
		for _, c := range s.Sent {
			plans = append(plans, c.Salt, c.Started, c.Plan, c.TrueEffect(time.Time{}))
		}
		text, err := json.Marshal([]any{s.People, s.Orders, plans})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := bytes(7)
	if bytes(7) != first {
		t.Error("the same seed gave another shop")
	}
	if bytes(8) == first {
		t.Error("another seed gave the same shop")
	}
}

func TestNobodyRealCanBeWrittenTo(t *testing.T) {
	t.Parallel()
	s := shopOf(t, 2, 5000)
	seen := map[string]bool{}
	lanes := map[model.Lane]int{}
	for i := range s.People {
		c := &s.People[i].Contact
		if !strings.HasSuffix(c.Email, ".example") || !model.ValidEmail(c.Email) || seen[c.Email] {
			t.Errorf("%q", c.Email)
		}
		if c.Phone != "" && !strings.HasPrefix(c.Phone, "+3363998") {
			t.Errorf("%q is not a number given to nobody", c.Phone)
		}
		seen[c.Email] = true
		lanes[model.LaneOf(c.Email)]++
	}
	if len(lanes) != model.Lanes {
		t.Errorf("lanes: %v", lanes)
	}
	anywhere := regexp.MustCompile(`[\w.-]+@[\w.-]+|https?://[^/)\s]+`)
	for _, c := range append(s.Sent, s.Next) {
		for _, found := range anywhere.FindAllString(string(c.Source), -1) {
			if !strings.HasSuffix(found, ".example") {
				t.Errorf("%s: %s", c.Spec.Name, found)
			}
		}
	}
	if from := settings(Options{}).Sender; !strings.HasSuffix(from.Unsubscribe, ".example") || !strings.HasSuffix(from.From, ".example>") {
		t.Errorf("%+v", from)
	}
}

func TestShopLooksLikeAShop(t *testing.T) {
	t.Parallel()
	s := shopOf(t, 1, 5000)
	month, week := map[string]float64{}, [7]float64{}
	var totals []float64
	sum := 0.0
	for _, o := range s.Orders {
		if o.Status != model.OrderPaid {
			continue
		}
		month[o.Day.String()[:7]]++
		week[weekday(o.Day)]++
		totals, sum = append(totals, o.Total.Euros()), sum+o.Total.Euros()
	}
	for _, more := range [][2]string{{"2025-12", "2026-03"}, {"2026-01", "2026-02"}, {"2026-07", "2026-08"}, {"2026-09", "2026-08"}} {
		if month[more[0]] < 1.15*month[more[1]] {
			t.Errorf("%s has %.0f orders, %s %.0f", more[0], month[more[0]], more[1], month[more[1]])
		}
	}
	if week[time.Saturday] < 1.3*week[time.Tuesday] {
		t.Errorf("orders by day of the week: %.0f", week)
	}
	slices.Sort(totals)
	top := 0.0
	for _, v := range totals[len(totals)*99/100:] {
		top += v
	}
	if median := totals[len(totals)/2]; top/sum < 0.05 || median > 0.85*sum/float64(len(totals)) {
		t.Errorf("one order in a hundred makes %.3f of the revenue, the median is %.2f of a mean of %.2f", top/sum, median, sum/float64(len(totals)))
	}
	kinds := map[string]int{}
	for i := range s.People {
		c := &s.People[i].Contact
		kinds[c.Kind.String()]++
		kinds["basis "+c.Basis.String()]++
		if c.Card != "" {
			kinds["card"]++
		}
		if !s.People[i].Opposed.IsZero() {
			kinds["opposed"]++
		}
		if len(s.bought[i]) == 0 {
			kinds["prospect"]++
		}
	}
	for _, kind := range []string{"b2b", "basis none", "basis consent", "basis customer", "basis b2b", "card", "opposed", "prospect"} {
		if kinds[kind] < 100 {
			t.Errorf("only %d %s: %v", kinds[kind], kind, kinds)
		}
	}
}

// Whatever the season in which the demonstration is looked at, its campaigns
// tell the stories they are there for; chance spoils one now and then.
func TestEachCampaignTellsItsStory(t *testing.T) {
	t.Parallel()
	stories := map[string]model.Verdict{
		"points-doubles": model.VerdictPays, "bienvenue-cadeau": model.VerdictLoses, "livraison-offerte": model.VerdictWorksProfitUnknown,
		"vous-nous-manquez": model.VerdictNotProven, "votre-avis": model.VerdictNotProven,
	}
	told, all := map[string]int{}, 0
	for month := range months {
		s, err := NewShop(context.Background(), 1, 5000, end.AddDate(0, month, 0))
		if err != nil {
			t.Fatal(err)
		}
		all++
		for _, c := range s.Sent {
			m := measured(s, c)
			if m.Verdict == stories[c.Spec.Name] {
				told[c.Spec.Name]++
			}
			if month == 0 && m.Verdict != stories[c.Spec.Name] {
				t.Errorf("%s: %s, %+v", c.Spec.Name, m.Verdict, m.Money)
			}
			few := m.Arms[1].Buyers < 10
			if small := c.Spec.Share < 0.1; few != small {
				t.Errorf("%s: %d buyers in the zone blanche", c.Spec.Name, m.Arms[1].Buyers)
			}
		}
	}
	for name := range stories {
		if told[name] < all*3/4 {
			t.Errorf("%s ends on %s in %d months of %d", name, stories[name], told[name], all)
		}
	}
	t.Logf("%v of %d", told, all)
}

func TestEffectReachesTheTargetOnlyAndAddsUp(t *testing.T) {
	t.Parallel()
	s := shopOf(t, 5, 2000)
	for _, c := range s.Sent {
		for _, h := range c.Plan.HeldOut {
			if c.reached[int(h.Contact)-1] {
				t.Errorf("%s reaches %d, who is held out", c.Spec.Name, h.Contact)
			}
		}
		over, before := 0.0, 0.0
		for k := range c.Spec.WindowDays {
			over += c.daily(k)
			now := c.TrueEffect((c.first + model.Date(k+1)).In(c.zone))
			if now < before {
				t.Errorf("%s: the effect falls from %f to %f on day %d", c.Spec.Name, before, now, k+1)
			}
			before = now
		}
		if whole := c.TrueEffect(time.Time{}); math.Abs(over-1) > 1e-9 || math.Abs(whole-before) > 1e-9 || c.TrueEffect(c.Started) != 0 {
			t.Errorf("%s: the days add up to %f, the effect to %f of %f, %f at the launch", c.Spec.Name, over, before, whole, c.TrueEffect(c.Started))
		}
	}
}

func TestHoursAndTheirInverse(t *testing.T) {
	t.Parallel()
	for u := 0.0; u < 1; u += 0.01 {
		if back := dayShare(hourOf(u)); math.Abs(back-u) > 1e-4 {
			t.Errorf("%f gives %s, which gives %f", u, hourOf(u), back)
		}
	}
}

// The effect at an instant of the window is what its orders come to so far, on
// average over many draws.
func TestTrueEffectSoFarIsWhatTheOrdersComeTo(t *testing.T) {
	t.Parallel()
	s := shopOf(t, 1, 1500)
	c := &Campaign{Spec: s.Sent[4].Spec, launch: launch{number: 9, effect: effect{plus: 1, basket: 0.1, fade: 3}}}
	s.Sent = nil // nothing else changes baskets
	day := model.DateOf(end, s.zone)
	s.launched(c, model.Plan{Planned: everybody(len(s.People))}, day.In(s.zone).Add(10*time.Hour))
	for _, until := range []time.Time{c.Started.Add(90 * time.Minute), c.Started.Add(8 * time.Hour), c.Started.Add(40 * time.Hour), {}} {
		const draws = 12
		sum, ordinary := 0.0, 0.0
		for seed := range uint64(draws) {
			s.Seed = 1000 + seed
			for d := day; c.covers(d); d++ {
				for _, o := range append(s.causedBy(c, d), s.ordinary(d)...) {
					if o.Status != model.OrderPaid || !until.IsZero() && !o.At.Before(until) || !c.reached[int(o.Contact)-1] || o.At.Before(c.Started) {
						continue
					}
					if o.ID[7] == '9' {
						sum += o.Total.Euros()
					} else {
						ordinary += o.Total.Euros()
					}
				}
			}
		}
		got := (sum + ordinary*c.launch.basket/(1+c.launch.basket)) / draws / float64(len(c.Plan.Planned))
		if want := c.TrueEffect(until); math.Abs(got/want-1) > 0.06 {
			t.Errorf("until %s: %.3f, the truth is %.3f", until, got, want)
		}
	}
}

// everybody plans the first n people.
func everybody(n int) []model.Planned {
	all := make([]model.Planned, n)
	for i := range all {
		all[i].Contact = model.ContactID(i + 1)
	}
	return all
}
