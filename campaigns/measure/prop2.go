package measure

import "math"

// Prop2 compares two shares of buyers, x1 of n1 against x0 of n0, by every
// usual method; the main one is CINewcombe.
type Prop2 struct {
	X1          int   `json:"x1"`
	N1          int   `json:"n1"`
	X0          int   `json:"x0"`
	N0          int   `json:"n0"`
	P1          Num   `json:"p1"`
	P0          Num   `json:"p0"`
	Diff        Num   `json:"diff"`
	SE          Num   `json:"se_unpooled"`
	CIWald      Range `json:"ci_wald"`
	CIAgresti   Range `json:"ci_agresti_caffo"`
	Wilson1     Range `json:"wilson1"`
	Wilson0     Range `json:"wilson0"`
	CINewcombe  Range `json:"ci_newcombe"`
	CIMiettinen Range `json:"ci_miettinen_nurminen"`
	ZPooled     Num   `json:"z_pooled"`
	PZPooled    Num   `json:"p_z_pooled"`
	ZUnpooled   Num   `json:"z_unpooled"`
	PZUnpooled  Num   `json:"p_z_unpooled"`
	Chi2        Num   `json:"chi2"`
	PChi2       Num   `json:"p_chi2"`
	Chi2Yates   Num   `json:"chi2_yates"`
	PChi2Yates  Num   `json:"p_chi2_yates"`
	PFisher     Num   `json:"p_fisher"`
	RR          Num   `json:"rr"`
	RelLift     Num   `json:"rel_lift"`
	CIKatz      Range `json:"ci_rel_lift_katz_log"`
	CIDelta     Range `json:"ci_rel_lift_delta"`
	CIFieller   Range `json:"ci_rel_lift_fieller"`
	OddsRatio   Num   `json:"odds_ratio"`
	CIOddsWoolf Range `json:"ci_odds_ratio_woolf"`
}

// CompareShares computes a Prop2. The counts must satisfy 0 ≤ x ≤ n and n ≥ 1;
// what a zero count makes undefined is unknown.
func CompareShares(x1, n1, x0, n0 int, alpha float64) Prop2 {
	z := zTwoSided(alpha)
	o := Prop2{X1: x1, N1: n1, X0: x0, N0: n0}
	p1, p0 := float64(x1)/float64(n1), float64(x0)/float64(n0)
	d := p1 - p0
	v1, v0 := p1*(1-p1)/float64(n1), p0*(1-p0)/float64(n0)
	se := math.Sqrt(v1 + v0)
	o.P1, o.P0, o.Diff, o.SE = Num(p1), Num(p0), Num(d), Num(se)
	o.CIWald = around(d, z*se)
	o.CIAgresti = agrestiCaffo(x1, n1, x0, n0, z)
	o.Wilson1, o.Wilson0 = wilson(x1, n1, z), wilson(x0, n0, z)
	o.CINewcombe = newcombe(p1, p0, o.Wilson1, o.Wilson0)
	o.CIMiettinen = miettinenNurminen(x1, n1, x0, n0, z)
	o.tests(d, se)
	o.ratios(v1, v0, z)
	return o
}

// tests fills the z, χ² and exact tests of equal shares.
func (o *Prop2) tests(d, se float64) {
	n1, n0 := float64(o.N1), float64(o.N0)
	pooled := float64(o.X1+o.X0) / (n1 + n0)
	zp := d / math.Sqrt(pooled*(1-pooled)*(1/n1+1/n0))
	zu := d / se
	o.ZPooled, o.PZPooled = Num(zp), Num(normalBoth(zp))
	o.ZUnpooled, o.PZUnpooled = Num(zu), Num(normalBoth(zu))
	o.Chi2, o.PChi2 = chi2Table(o.X1, o.N1, o.X0, o.N0, false)
	o.Chi2Yates, o.PChi2Yates = chi2Table(o.X1, o.N1, o.X0, o.N0, true)
	o.PFisher = Num(fisherExact(o.X1, o.N1, o.X0, o.N0))
}

// ratios fills the risk ratio and the odds ratio. Woolf (1955): log odds ±
// z·√(1/a + 1/b + 1/c + 1/d).
func (o *Prop2) ratios(v1, v0, z float64) {
	p1, p0 := float64(o.P1), float64(o.P0)
	rr := p1 / p0
	o.RR, o.RelLift = Num(rr), Num(rr-1)
	o.CIKatz = logRatio(p1, v1, p0, v0, z)
	o.CIDelta = deltaRatio(p1, v1, p0, v0, z)
	o.CIFieller = fieller(p1, v1, p0, v0, z)
	a, b := float64(o.X1), float64(o.N1-o.X1)
	c, d := float64(o.X0), float64(o.N0-o.X0)
	odds := a * d / (c * b)
	s := math.Sqrt(1/a + 1/b + 1/c + 1/d)
	o.OddsRatio = Num(odds)
	o.CIOddsWoolf = newRange(odds*math.Exp(-z*s), odds*math.Exp(z*s))
}

// agrestiCaffo adds one buyer and one non-buyer to each arm, then takes the
// Wald interval (Agresti, Caffo 2000).
func agrestiCaffo(x1, n1, x0, n0 int, z float64) Range {
	m1, m0 := float64(n1+2), float64(n0+2)
	q1, q0 := float64(x1+1)/m1, float64(x0+1)/m0
	return around(q1-q0, z*math.Sqrt(q1*(1-q1)/m1+q0*(1-q0)/m0))
}

// chi2Table is Pearson's χ² of the 2×2 table, with Yates' correction (1934) as
// scipy and R apply it: half a unit, never more than the gap itself.
func chi2Table(x1, n1, x0, n0 int, yates bool) (stat, p Num) {
	total := float64(n1 + n0)
	expected := float64(n1) * float64(x1+x0) / total // of the first cell
	gap := math.Abs(float64(x1) - expected)
	if yates {
		gap -= math.Min(0.5, gap)
	}
	var chi float64
	for _, row := range []int{n1, n0} {
		for _, col := range []int{x1 + x0, n1 + n0 - x1 - x0} {
			chi += gap * gap * total / (float64(row) * float64(col))
		}
	}
	return Num(chi), Num(chi2Tail(chi, 1))
}
