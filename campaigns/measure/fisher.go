package measure

// fisherExact is the two-sided p of Fisher's exact test (1935): the
// probability, margins fixed, of the tables no likelier than the one seen.
//
// Weights are walked from the likeliest table outwards by the ratio of
// neighbours, so there is no factorial, no logarithm, and no digit lost even
// at 1e-113; each side ends where weights vanish.
func fisherExact(x1, n1, x0, n0 int) float64 {
	x := x1 + x0
	low, high := max(0, x-n0), min(x, n1)
	up := func(k int) float64 { // weight(k+1) / weight(k)
		return float64(n1-k) * float64(x-k) / (float64(k+1) * float64(n0-x+k+1))
	}
	mode := min(high, max(low, int((float64(x)+1)*(float64(n1)+1)/(float64(n1+n0)+2))))
	var above, below []float64 // weights from the mode upwards, and below it downwards
	for k, w := mode, 1.0; k <= high && w > 0; k++ {
		above = append(above, w)
		w *= up(k)
	}
	for k, w := mode, 1.0; k > low && w > 0; k-- {
		w /= up(k - 1)
		below = append(below, w)
	}
	seen := 0.0
	if i := x1 - mode; i >= 0 && i < len(above) {
		seen = above[i]
	} else if i := mode - x1 - 1; i >= 0 && i < len(below) {
		seen = below[i]
	}
	return tailShare(seen, above, below)
}

// tailShare is the share of the weights that do not exceed seen. Ties count,
// within the rounding of the walk; smallest first, so that small ones count.
func tailShare(seen float64, sides ...[]float64) float64 {
	const tie = 1 + 1e-10
	var all, tail sum
	for _, side := range sides {
		for i := len(side) - 1; i >= 0; i-- {
			all.add(side[i])
			if side[i] <= seen*tie {
				tail.add(side[i])
			}
		}
	}
	return min(1, tail.value()/all.value())
}
