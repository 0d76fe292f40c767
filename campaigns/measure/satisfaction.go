package measure

import "math"

// ShareRange is the interval of one share at 95 % (Wilson 1927), of x in n; all
// from 0 to 1 when n is 0.
func ShareRange(x, n int) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	r := wilson(x, n, zTwoSided(0.05))
	return float64(r[0]), float64(r[1])
}

// Satisfaction is what people answered to one question.
type Satisfaction struct {
	Answers   int
	Mean      float64
	Satisfied int     // notes 4 and 5, of a scale to five
	Score     float64 // of a scale to ten: NPS, from −100 to 100
	Margin    float64 // of the score, at 95 %
}

// Satisfied reads how often each note was given, on a scale to 5 or to 10. Of ten
// the score is the share of 9 and 10 less that of 0 to 6, in points (Reichheld
// 2003), with the margin of a difference of two shares of one sample.
func Satisfied(by map[int]int, scale int) (s Satisfaction) {
	sum, up, down := 0, 0, 0
	for note, n := range by {
		s.Answers += n
		sum += note * n
		switch {
		case scale == 5 && note >= 4:
			s.Satisfied += n
		case scale == 10 && note >= 9:
			up += n
		case scale == 10 && note <= 6:
			down += n
		}
	}
	if s.Answers == 0 {
		return s
	}
	n := float64(s.Answers)
	s.Mean = float64(sum) / n
	if scale == 10 {
		d := float64(up-down) / n
		s.Score = 100 * d
		s.Margin = 100 * zTwoSided(0.05) * math.Sqrt(max(float64(up+down)/n-d*d, 0)/n)
	}
	return s
}
