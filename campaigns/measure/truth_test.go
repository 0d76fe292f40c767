package measure_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"gonum.org/v1/gonum/stat/distuv"
)

// The tests of the files truth_*_test.go ask whether what we say is true: on
// real customers, thousands of times, with a fixed seed, by the code that
// judges a campaign. Each has a control that must fail.

// draws is how many times a truth is tried: a tenth under the race detector or
// -short, which look for other faults.
func draws(t *testing.T, n int) int {
	t.Helper()
	if fewer() {
		t.Logf("%d draws in place of %d: the race detector is on, or -short is given", n/10, n)
		return n / 10
	}
	return n
}

func fewer() bool { return raceDetector || testing.Short() }

// noise is what luck alone may add to a rate where fewer draws are tried.
func noise(rate float64, of int) float64 {
	if !fewer() {
		return 0
	}
	return 3 * math.Sqrt(rate*(1-rate)/float64(of))
}

// population is a population whose members are drawn from with replacement.
type population struct {
	name  string
	size  int
	spent []int64 // cents of those who spent something
}

// share of them who spend.
func (p population) share() float64 { return float64(len(p.spent)) / float64(p.size) }

// mean is what they spend on average, in euros.
func (p population) mean() float64 {
	total := int64(0)
	for _, c := range p.spent {
		total += c
	}
	return float64(total) / 100 / float64(p.size)
}

// unmailed are the customers of the Hillstrom experiment to whom nothing was
// sent: 0.57 % of them buy.
func unmailed(t *testing.T) population {
	t.Helper()
	p := population{name: "rare buyers"}
	for _, row := range readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend") {
		if row["segment"] == "No E-Mail" {
			p.add(number(t, row["spend"]))
		}
	}
	return p
}

// wholesale are the customers of Online Retail over 30 days: many buy, and a
// few of them very much.
func wholesale(t *testing.T) population {
	t.Helper()
	p := population{name: "heavy tail"}
	pre, post := retailPanel(t)
	for id := range pre {
		p.add(post[id])
	}
	slices.Sort(p.spent) // a map comes in any order
	return p
}

func (p *population) add(euros float64) {
	p.size++
	if euros != 0 {
		p.spent = append(p.spent, int64(math.Round(euros*100)))
	}
}

// draw takes n of them, the share who buy multiplied by more.
func (p population) draw(r *rand.Rand, n int, more float64) measure.Summary {
	var a purse
	for range int(distuv.Binomial{N: float64(n), P: p.share() * more, Src: r}.Rand()) {
		a.add(p.spent[r.IntN(len(p.spent))])
	}
	return a.summary(n)
}

// purse adds up what some customers spent, one purchase each.
type purse struct {
	buyers  int
	sum     int64
	squares float64
	largest int64
}

func (a *purse) add(cents int64) {
	a.buyers++
	a.sum += cents
	a.squares += float64(cents) * float64(cents)
	a.largest = max(a.largest, cents)
}

func (a *purse) summary(customers int) measure.Summary {
	n, sum := float64(customers), float64(a.sum)
	return measure.Summary{
		Customers: customers, Buyers: a.buyers, Revenue: model.Cents(a.sum), Largest: model.Cents(a.largest),
		Variance: measure.Num((a.squares - sum*sum/n) / (n - 1) / 10_000),
	}
}

// below fails when a rate passes its limit; above, the control, when it does
// not.
func below(t *testing.T, what string, times, of int, limit float64) {
	t.Helper()
	t.Logf("%s: %.2f %%", what, 100*float64(times)/float64(of))
	if float64(times) > (limit+noise(limit, of))*float64(of) {
		t.Errorf("%s: %d of %d, more than %.1f %%", what, times, of, 100*limit)
	}
}

func above(t *testing.T, what string, times, of int, limit float64) {
	t.Helper()
	t.Logf("control, %s: %.2f %%", what, 100*float64(times)/float64(of))
	if float64(times) <= (limit-noise(limit, of))*float64(of) {
		t.Errorf("%s: %d of %d only: the control does not show the trap", what, times, of)
	}
}

// moments are those of an arm of a statement.
func moments(a model.StatementArm) measure.Moments {
	return measure.Moments{N: a.Customers, Mean: measure.Num(*a.Mean), Var: measure.Num(*a.Variance)}
}
