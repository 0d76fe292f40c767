package cli

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"testing"
)

// redraw is a second hand at the draw of the zone blanche, from its definition
// alone: within each stratum the lowest hashes go, by quotas of largest
// remainders. It returns the e-mails of the held out.
func redraw(salt string, share float64, people []drawnPerson) map[string]bool {
	byStratum := map[string][]drawnPerson{}
	for _, p := range people {
		sum := sha256.Sum256([]byte(salt + "\x1f" + strconv.Itoa(p.id)))
		p.u = float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
		byStratum[p.stratum] = append(byStratum[p.stratum], p)
	}
	total := int(math.Round(share * float64(len(people))))
	type quota struct {
		name string
		n    int
		rest float64
	}
	var quotas []quota
	left := total
	for name, members := range byStratum {
		exact := float64(total) * float64(len(members)) / float64(len(people))
		quotas = append(quotas, quota{name, int(exact), exact - math.Floor(exact)})
		left -= int(exact)
	}
	sort.Slice(quotas, func(i, j int) bool { return quotas[i].rest > quotas[j].rest })
	held := map[string]bool{}
	for i, q := range quotas {
		if i < left {
			q.n++
		}
		members := byStratum[q.name]
		slices.SortFunc(members, func(a, b drawnPerson) int { return cmp.Compare(a.u, b.u) })
		for _, p := range members[:q.n] {
			held[p.email] = true
		}
	}
	return held
}

type drawnPerson struct {
	id             int
	email, stratum string
	u              float64
}

// arm is what one arm spent, by customer, in cents.
type arm struct{ spend []int64 }

func (a arm) n() float64 { return float64(len(a.spend)) }

func (a arm) sum() (cents int64) {
	for _, c := range a.spend {
		cents += c
	}
	return cents
}

func (a arm) buyers() (n int) {
	for _, c := range a.spend {
		if c > 0 {
			n++
		}
	}
	return n
}

// mean and variance are in euros; the variance has n-1 below.
func (a arm) mean() float64 { return float64(a.sum()) / 100 / a.n() }

func (a arm) variance() float64 {
	m, s := a.mean(), 0.0
	for _, c := range a.spend {
		s += (float64(c)/100 - m) * (float64(c)/100 - m)
	}
	return s / (a.n() - 1)
}

// wilsonBounds is the score interval of a share (Wilson 1927), as the roots of
// (p−π)² = z²π(1−π)/n.
func wilsonBounds(x int, n, z float64) (low, high float64) {
	p := float64(x) / n
	a, b, c := 1+z*z/n, -(2*p + z*z/n), p*p
	d := math.Sqrt(b*b - 4*a*c)
	return (-b - d) / (2 * a), (-b + d) / (2 * a)
}

// z975 is the 97.5 % quantile of the normal law.
const z975 = 1.959963984540054

// figures is what the oracle and the statement are compared by.
type figures map[string]float64

// judged computes a closed campaign from what each customer spent: the prudent
// interval, Newcombe's, and money, ROI being affine in the difference.
func judged(target, holdout arm, margin float64, fixed, perMessage int64) figures {
	n1, n0 := target.n(), holdout.n()
	v1, v0 := target.variance(), holdout.variance()
	pooled := ((n1-1)*v1 + (n0-1)*v0) / (n1 + n0 - 2)
	d := target.mean() - holdout.mean()
	se := math.Sqrt(v1/n1 + math.Max(v0, pooled)/n0)
	p1, p0 := float64(target.buyers())/n1, float64(holdout.buyers())/n0
	l1, u1 := wilsonBounds(target.buyers(), n1, z975)
	l0, u0 := wilsonBounds(holdout.buyers(), n0, z975)
	cost := float64(fixed)/100 + float64(perMessage)/100*n1
	roi := func(d float64) float64 { return (margin*n1*d - cost) / cost }
	even := cost / (margin * n1)
	f := figures{
		"buyers.diff":    p1 - p0,
		"buyers.low":     p1 - p0 - math.Sqrt((p1-l1)*(p1-l1)+(u0-p0)*(u0-p0)),
		"buyers.high":    p1 - p0 + math.Sqrt((u1-p1)*(u1-p1)+(p0-l0)*(p0-l0)),
		"spend.diff":     d,
		"spend.se":       se,
		"spend.low":      d - z975*se,
		"spend.high":     d + z975*se,
		"lift":           target.mean()/holdout.mean() - 1,
		"roi":            roi(d),
		"roi.low":        roi(d - z975*se),
		"roi.high":       roi(d + z975*se),
		"p_roi_positive": 0.5 * math.Erfc((even-d)/se/math.Sqrt2),
		"break_even":     even,
		"cost_cents":     math.Round(100 * cost),
		"revenue_cents":  math.Round(100 * n1 * d),
		"margin_cents":   math.Round(100 * margin * n1 * d),
		"net_cents":      math.Round(100 * (margin*n1*d - cost)),
		"naive_cents":    float64(target.sum()),
		"holdout_cents":  math.Round(100 * n0 * (margin*d - float64(perMessage)/100)),
	}
	for name, a := range map[string]arm{"target": target, "holdout": holdout} {
		f[name+".customers"], f[name+".buyers"] = a.n(), float64(a.buyers())
		f[name+".cents"], f[name+".mean"], f[name+".variance"] = float64(a.sum()), a.mean(), a.variance()
	}
	return f
}

// statement is the document of `roi NAME --json`, by the names of the contract.
type statement struct {
	Method, Label, Verdict, Sentence string
	Window                           struct {
		Start, End string
		Days       int
		Closed     bool
	}
	Arms []struct {
		Arm               string
		Customers, Buyers int
		Cents             int64 `json:"revenue_cents"`
		Mean, Variance    float64
	}
	Buyers, Spend struct {
		Diff, SE float64
		CI       [2]float64
		Method   string
	}
	Lift  struct{ Value float64 }
	Money struct {
		Cost    float64    `json:"cost_cents"`
		Revenue float64    `json:"incremental_revenue_cents"`
		Margin  float64    `json:"incremental_margin_cents"`
		Net     float64    `json:"net_cents"`
		ROI     float64    `json:"roi"`
		ROICI   [2]float64 `json:"roi_ci"`
		P       *float64   `json:"p_roi_positive"`
		Even    float64    `json:"break_even_delta"`
		Holdout float64    `json:"holdout_cost_cents"`
		Naive   float64    `json:"naive_revenue_cents"`
	}
	Guards []struct{ Guard, Level string }
}

// figures are those that the oracle computes too.
func (s *statement) figures() figures {
	f := figures{
		"buyers.diff": s.Buyers.Diff, "buyers.low": s.Buyers.CI[0], "buyers.high": s.Buyers.CI[1],
		"spend.diff": s.Spend.Diff, "spend.se": s.Spend.SE, "spend.low": s.Spend.CI[0], "spend.high": s.Spend.CI[1],
		"lift": s.Lift.Value, "roi": s.Money.ROI, "roi.low": s.Money.ROICI[0], "roi.high": s.Money.ROICI[1],
		"break_even": s.Money.Even, "cost_cents": s.Money.Cost, "revenue_cents": s.Money.Revenue,
		"margin_cents": s.Money.Margin, "net_cents": s.Money.Net, "naive_cents": s.Money.Naive, "holdout_cents": s.Money.Holdout,
	}
	if s.Money.P != nil {
		f["p_roi_positive"] = *s.Money.P
	}
	for _, a := range s.Arms {
		f[a.Arm+".customers"], f[a.Arm+".buyers"] = float64(a.Customers), float64(a.Buyers)
		f[a.Arm+".cents"], f[a.Arm+".mean"], f[a.Arm+".variance"] = float64(a.Cents), a.Mean, a.Variance
	}
	return f
}

// differ lists the figures that are not the same to 1e-9.
func differ(got, want figures) (faults []string) {
	for name, w := range want {
		g, ok := got[name]
		if !ok || !(math.Abs(g-w) <= 1e-9*math.Max(1, math.Abs(w))) {
			faults = append(faults, fmt.Sprintf("%s = %.15g, want %.15g", name, g, w))
		}
	}
	slices.Sort(faults)
	return faults
}

// The oracle knows the worked case of a campaign that pays only perhaps.
func TestOracleFindsTheWorkedCase(t *testing.T) {
	t.Parallel()
	// 10,800 and 1,200 customers, 367 and 25 buyers of equal baskets.
	target, holdout := arm{make([]int64, 10800)}, arm{make([]int64, 1200)}
	for i := range 367 {
		target.spend[i] = 6210
	}
	for i := range 25 {
		holdout.spend[i] = 6040
	}
	f := judged(target, holdout, 0.4, 64000, 0)
	if math.Abs(f["spend.diff"]-0.8519) > 5e-5 || math.Abs(f["roi"]-4.75) > 5e-3 || math.Abs(f["buyers.low"]-0.0029) > 5e-5 || math.Abs(f["buyers.high"]-0.0207) > 5e-5 {
		t.Errorf("%v", f)
	}
}
