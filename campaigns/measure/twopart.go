package measure

// TwoPart splits the difference of means exactly into more buyers,
// (p₁−p₀)·b₀, and bigger baskets, p₁·(b₁−b₀), where p is the share of buyers
// and b their mean basket.
type TwoPart struct {
	Buyers1     int `json:"buyers1"`
	Buyers0     int `json:"buyers0"`
	Rate1       Num `json:"rate1"`
	Rate0       Num `json:"rate0"`
	Basket1     Num `json:"basket1"` // unknown without buyers
	Basket0     Num `json:"basket0"`
	MoreBuyers  Num `json:"from_more_buyers"`
	BiggerSpend Num `json:"from_bigger_baskets"`
	Diff        Num `json:"diff"`
}

// SplitDifference computes a TwoPart. Values below zero (refunds) count in the
// difference of means but in no basket, so the split is then not exact.
func SplitDifference(s1, s0 Sample) TwoPart {
	k1, t1 := baskets(s1)
	k0, t0 := baskets(s0)
	p1, p0 := float64(k1)/float64(s1.N), float64(k0)/float64(s0.N)
	b1, b0 := t1/float64(k1), t0/float64(k0)
	return TwoPart{
		Buyers1: k1, Buyers0: k0, Rate1: Num(p1), Rate0: Num(p0), Basket1: Num(b1), Basket0: Num(b0),
		MoreBuyers: Num((p1 - p0) * b0), BiggerSpend: Num(p1 * (b1 - b0)),
		Diff: s1.Moments().Mean - s0.Moments().Mean,
	}
}

// baskets counts the buyers of an arm and sums what they spent.
func baskets(s Sample) (buyers int, total float64) {
	var t sum
	for _, v := range s.Values {
		if v > 0 {
			buyers++
			t.add(v)
		}
	}
	return buyers, t.value()
}
