package measure

import "math"

// Winsor is a Welch comparison of values cut at a cap, the same for both arms,
// so that no single basket decides. It answers another question than the
// campaign's money: a second line beside the full difference, never the first.
type Winsor struct {
	Cap Num `json:"cap"`
	Welch
}

// CompareWinsorised cuts every value at the quantile q of both arms together
// (type 7, zeros included; 0 < q ≤ 1), then compares the means (Welch 1947).
// Small values stay as they are: refunds are rare and real.
func CompareWinsorised(s1, s0 Sample, q, alpha float64) Winsor {
	limit := pooledQuantile(s1, s0, q)
	return Winsor{Cap: Num(limit), Welch: CompareMeans(s1.cut(limit).Moments(), s0.cut(limit).Moments(), alpha)}
}

// cut is the sample with no value above a limit.
func (s Sample) cut(limit float64) Sample {
	c := Sample{N: s.N}
	for _, v := range s.Values {
		if v = math.Min(v, limit); v != 0 {
			c.Values = append(c.Values, v)
		}
	}
	if limit < 0 { // so are those at zero
		for range s.N - len(s.Values) {
			c.Values = append(c.Values, limit)
		}
	}
	return c
}
