package measure_test

import (
	"fmt"
	"math"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

// plain is a campaign of 900 and 100 customers: every fifth of the target and
// every sixth of the zone blanche buys for about 20 euros, and everybody had
// bought about as much in the year before.
func plain(change func(customer uint32, holdout bool, add func(day int, cents model.Cents))) *measure.Book {
	members := make([]measure.Member, 1000)
	for i := range members {
		members[i] = measure.Member{Customer: uint32(i + 1), Holdout: i%10 == 0}
	}
	b := measure.NewBook(members, closed.Days)
	for i, m := range members {
		add := func(day int, cents model.Cents) { b.Add(m.Customer, day, cents) }
		k := i / 10 // the same for both arms
		add(-k%200, model.Cents(3000+k*37%2000))
		if i%10 < 9 && k%5 == 0 {
			add(1+k%closed.Days, model.Cents(1500+k*11%1000))
		}
		if change != nil {
			change(m.Customer, m.Holdout, add)
		}
	}
	b.Until(2 * closed.Days)
	return b
}

func terms() measure.Terms {
	return measure.Terms{Campaign: "noel", Window: closed, Margin: 0.4, Fixed: 1000, Share: 0.1, DrawnTarget: 900, DrawnHoldout: 100, SecondClosed: true}
}

func strata(b *measure.Book, names int) *measure.Book {
	var list []string
	for i := range names {
		list = append(list, fmt.Sprint("s", i))
	}
	b.Cut(measure.CutStratum, list, func(id uint32) int { return int(id-1) / 10 % names })
	return b
}

// quotas are those of strata, with so many more drawn into the target of one.
func quotas(names, lost int) []model.StratumQuota {
	var all []model.StratumQuota
	for i := range names {
		n := 100 / names
		all = append(all, model.StratumQuota{Stratum: fmt.Sprint("s", i), Size: 10 * n, HeldOut: n})
	}
	all[1].Size += lost
	return all
}

func TestEachGuardTripsAndElseKeepsQuiet(t *testing.T) {
	t.Parallel()
	with := func(change func(*measure.Terms)) measure.Terms {
		terms := terms()
		change(&terms)
		return terms
	}
	year := func(more model.Cents) *measure.Book {
		return plain(func(id uint32, holdout bool, add func(int, model.Cents)) {
			if !holdout {
				add(-300, more)
			}
		})
	}
	later := func(day int, target, holdout model.Cents) *measure.Book {
		return plain(func(id uint32, zone bool, add func(int, model.Cents)) {
			switch {
			case zone:
				add(day, holdout)
			default:
				add(4, 300)
				add(day, target)
			}
		})
	}
	onlyOne := func(cents model.Cents) *measure.Book {
		return plain(func(id uint32, _ bool, add func(int, model.Cents)) {
			if id == 2 {
				add(3, cents)
			}
		})
	}
	for _, c := range []struct {
		name  string
		guard model.Guard
		book  *measure.Book
		terms measure.Terms
		level model.Level
	}{
		{"sizes as drawn", model.GuardSRM, plain(nil), terms(), model.LevelOK},
		{"150 lost", model.GuardSRM, plain(nil), with(func(t *measure.Terms) { t.DrawnTarget, t.DrawnHoldout = 1050, 60 }), model.LevelStop},
		{"a few lost", model.GuardSRM, plain(nil), with(func(t *measure.Terms) { t.DrawnTarget, t.DrawnHoldout = 900, 130 }), model.LevelWarn},
		{"strata as drawn", model.GuardSRM, strata(plain(nil), 4), with(func(t *measure.Terms) { t.Quotas = quotas(4, 0) }), model.LevelOK},
		{"one stratum lost half its target", model.GuardSRM, strata(plain(nil), 4), with(func(t *measure.Terms) { t.Quotas = quotas(4, 900) }), model.LevelStop},
		{"alike before", model.GuardBalance, year(0), terms(), model.LevelOK},
		{"richer before", model.GuardBalance, year(200), terms(), model.LevelWarn},
		{"a leak of 1 %", model.GuardContamination, plain(nil), with(func(t *measure.Terms) { t.Reached = 1 }), model.LevelOK},
		{"a leak of 2 %", model.GuardContamination, plain(nil), with(func(t *measure.Terms) { t.Reached = 2 }), model.LevelWarn},
		{"a leak of 6 %", model.GuardContamination, plain(nil), with(func(t *measure.Terms) { t.Reached = 6 }), model.LevelStop},
		{"another campaign to both alike", model.GuardOverlap, plain(nil), with(func(t *measure.Terms) { t.Overlaps = []measure.Overlap{{"soldes", 270, 30}} }), model.LevelOK},
		{"another campaign to the target", model.GuardOverlap, plain(nil), with(func(t *measure.Terms) { t.Overlaps = []measure.Overlap{{"soldes", 270, 5}} }), model.LevelWarn},
		{"nobody of the zone blanche bought", model.GuardFewBuyers, later(2, 100, -9000), terms(), model.LevelStop},
		{"all of it bought", model.GuardFewBuyers, later(2, 100, 900), terms(), model.LevelOK},
		{"20 of it bought", model.GuardFewBuyers, plain(nil), terms(), model.LevelWarn},
		{"the window is over", model.GuardPeeking, plain(nil), terms(), model.LevelOK},
		{"the window is open", model.GuardPeeking, plain(nil), with(func(t *measure.Terms) { t.Window, t.Day = open(), 4 }), model.LevelInfo},
		{"baskets of the usual size", model.GuardOutlier, onlyOne(0), terms(), model.LevelOK},
		{"one basket of a tenth", model.GuardOutlier, onlyOne(90_000), terms(), model.LevelWarn},
		{"more is bought later too", model.GuardPullForward, later(20, 100, 100), terms(), model.LevelOK},
		{"a little less later", model.GuardPullForward, later(20, 100, 150), terms(), model.LevelOK},
		{"half given back", model.GuardPullForward, later(20, 0, 200), terms(), model.LevelWarn},
		{"four segments", model.GuardSegments, strata(plain(nil), 4), terms(), model.LevelOK},
		{"ten segments", model.GuardSegments, strata(plain(nil), 10), terms(), model.LevelInfo},
		{"the margin was changed", model.GuardChanged, plain(nil), with(func(t *measure.Terms) { t.Changes = []model.StatementChange{{Field: "margin"}} }), model.LevelWarn},
		{"returns may come in", model.GuardProvisional, plain(nil), with(func(t *measure.Terms) { t.ReturnsIn = 3 }), model.LevelInfo},
		{"enough was foreseen", model.GuardLowPower, plain(nil), with(func(t *measure.Terms) { t.Foreseen = model.Foresight{MDE: 1, Expected: 0.6, Known: true} }), model.LevelOK},
		{"too little was foreseen", model.GuardLowPower, plain(nil), with(func(t *measure.Terms) { t.Foreseen = model.Foresight{MDE: 1, Expected: 0.4, Known: true} }), model.LevelWarn},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if g := guard(t, c.book.Statement(c.terms), c.guard); g.Level != c.level {
				t.Errorf("%s: %+v, want %s", c.guard, g, c.level)
			}
		})
	}
}

func TestAGuardWithNothingToCheckIsNotShown(t *testing.T) {
	t.Parallel()
	b := measure.NewBook(people(40, 4), closed.Days)
	for _, g := range b.Statement(measure.Terms{Window: closed}).Guards {
		switch g.Guard {
		case model.GuardContamination, model.GuardFewBuyers, model.GuardPeeking:
		default:
			t.Errorf("%+v", g)
		}
	}
}

// Arms that were not alike are shown adjusted, also where that gains little.
func TestArmsThatDifferedBeforeAreShownAdjusted(t *testing.T) {
	t.Parallel()
	richer := plain(func(id uint32, holdout bool, add func(int, model.Cents)) {
		if !holdout {
			add(-300, 200)
		}
	})
	if s := plain(nil).Statement(terms()); s.Cuped != nil {
		t.Errorf("alike: %+v", s.Cuped)
	}
	if s := richer.Statement(terms()); s.Cuped == nil || *s.Cuped.Gain < 0 {
		t.Errorf("not alike: %+v", s.Cuped)
	}
}

func TestALostStratumIsNamedAndBlocks(t *testing.T) {
	t.Parallel()
	terms := terms()
	terms.Quotas = quotas(4, 900)
	s := strata(plain(nil), 4).Statement(terms)
	g := guard(t, s, model.GuardSRM)
	want := map[string]float64{"target": 225, "holdout": 25, "expected_target": 1125, "expected_holdout": 25}
	if g.Where != "s1" || !cmp.Equal(g.Values, want) || s.Verdict != model.VerdictBlocked {
		t.Errorf("%s: %+v", s.Verdict, g)
	}
}

// A campaign whose proof hangs on one basket says so: the verdict stays that of
// all the money, and the line without the basket stands beside it.
func TestAVerdictThatHangsOnTheGreatestBasketsSaysSo(t *testing.T) {
	t.Parallel()
	build := func(top model.Cents) model.Statement {
		members := make([]measure.Member, 4000)
		for i := range members {
			members[i] = measure.Member{Customer: uint32(i + 1), Holdout: i%2 == 0}
		}
		b := measure.NewBook(members, closed.Days)
		for i, m := range members {
			switch {
			case i%10 < 2:
				b.Add(m.Customer, 2, 4000)
			case i%1000 == 7: // four of the zone blanche or of the target
				b.Add(m.Customer, 2, top)
			}
		}
		b.Until(closed.Days)
		return b.Statement(measure.Terms{Window: closed, Margin: 0.4, Fixed: 5000})
	}
	calm, hanging := build(4000), build(2_000_000)
	if g := guard(t, calm, model.GuardOutlier); g.Values["flips"] != 0 {
		t.Errorf("%+v", g)
	}
	t.Logf("%s %v, cut %v", hanging.Verdict, *hanging.Spend.CI, *hanging.Winsor)
	g := guard(t, hanging, model.GuardOutlier)
	if g.Values["flips"] != 1 || g.Level != model.LevelWarn || g.Values["winsor_diff"] >= *hanging.Spend.Diff {
		t.Errorf("%+v", g)
	}
}

// The adjusted effect is that of the saturated regression on both campaigns,
// centred: the mean of the differences within, its error the HC2 one, which for
// cells is the variance of each mean.
func TestAnOverlapIsAdjustedForAsByHand(t *testing.T) {
	t.Parallel()
	b := plain(func(id uint32, holdout bool, add func(int, model.Cents)) {
		if id%3 == 0 {
			add(5, model.Cents(800+100*(id%7)))
		}
	})
	other := func(id uint32) bool { return id%3 == 0 && id%10 != 1 || id%30 == 1 } // twice as often in the target
	b.Cut(measure.CutOther("soldes"), []string{"no", "yes"}, func(id uint32) int {
		if other(id) {
			return 1
		}
		return 0
	})
	terms := terms()
	terms.Overlaps = []measure.Overlap{{"soldes", 300, 34}}
	got := b.Statement(terms).Overlaps[0]

	var cells [2][2][]float64 // got the other, target
	for id := uint32(1); id <= 1000; id++ {
		i := int(id - 1)
		y := 0.0
		if k := i / 10; i%10 < 9 && k%5 == 0 {
			y += float64(1500+k*11%1000) / 100
		}
		if id%3 == 0 {
			y += float64(800+100*(id%7)) / 100
		}
		o, arm := 0, 1
		if other(id) {
			o = 1
		}
		if i%10 == 0 {
			arm = 0
		}
		cells[o][arm] = append(cells[o][arm], y)
	}
	diff, v := 0.0, 0.0
	for _, c := range cells {
		w := float64(len(c[0])+len(c[1])) / 1000
		m1, m0 := measure.NewSample(c[1]), measure.NewSample(c[0])
		m1.N, m0.N = len(c[1]), len(c[0])
		diff += w * float64(m1.Moments().Mean-m0.Moments().Mean)
		v += w * w * (float64(m1.Moments().Var)/float64(m1.N) + float64(m0.Moments().Var)/float64(m0.N))
	}
	half := 1.959963984540054 * math.Sqrt(v)
	want := model.Interval{diff - half, diff + half}
	if got.Adjusted == nil || got.AdjustedCI == nil {
		t.Fatalf("%+v", got)
	}
	if !cmp.Equal(*got.Adjusted, diff, about(1e-12)) || !cmp.Equal(*got.AdjustedCI, want, about(1e-11)) {
		t.Errorf("%v %v, by hand %v %v", *got.Adjusted, *got.AdjustedCI, diff, want)
	}
}
