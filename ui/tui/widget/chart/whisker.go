package chart

import (
	"math"
	"strings"

	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Scale is an axis shared by several lines: low is the first cell, high the
// last of w.
type Scale struct {
	Low, High float64
	W         int
}

// Mark is a value that is named on the axis: zero, break-even.
type Mark struct {
	At    float64
	Label string
}

// FitScale is the scale of w cells that holds all finite values with a little
// air on both sides.
func FitScale(w int, values ...float64) Scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	if low > high {
		low, high = -1, 1
	}
	air := (high - low) * 0.04
	if air == 0 {
		air = math.Max(math.Abs(low)*0.1, 1)
	}
	return Scale{Low: low - air, High: high + air, W: w}
}

// Column is the cell of a value, below 0 or from W on when it is outside.
func (s Scale) Column(v float64) int {
	if s.W <= 1 || s.High <= s.Low {
		return 0
	}
	f := (v - s.Low) / (s.High - s.Low)
	switch {
	case math.IsNaN(f):
		return -1
	case f < -1e-9:
		return -1
	case f > 1+1e-9:
		return s.W
	}
	return int(math.Round(f * float64(s.W-1)))
}

// Ticks are at most n rounded values inside the scale, zero among them when it
// is inside.
func (s Scale) Ticks(n int) []float64 {
	step := nice((s.High - s.Low) / float64(max(n, 1)))
	var out []float64
	for k := math.Ceil(s.Low / step); k*step <= s.High && len(out) < n; k++ {
		out = append(out, k*step)
	}
	return out
}

// Axis is the line of labels above the whiskers, in s.W cells: each centred on
// its value, those that would touch the one before left out, earlier marks
// first.
func Axis(th *theme.Theme, s Scale, marks []Mark) string {
	cells := make([]string, s.W)
	taken := make([]bool, s.W+2)
	for _, m := range marks {
		col, n := s.Column(m.At), frame.Width(m.Label)
		if col < 0 || col >= s.W || n == 0 || n > s.W {
			continue
		}
		from := min(max(col-n/2, 0), s.W-n)
		if anyTaken(taken, from, from+n+2) {
			continue
		}
		for i := from; i < from+n; i++ {
			taken[i+1] = true
			cells[i] = "\x00"
		}
		cells[from] = m.Label
	}
	var b strings.Builder
	for _, c := range cells {
		switch c {
		case "":
			b.WriteByte(' ')
		case "\x00":
		default:
			b.WriteString(c)
		}
	}
	return th.Muted.Render(frame.Clip(b.String(), s.W))
}

func anyTaken(taken []bool, from, to int) bool {
	for i := max(from, 0); i < min(to, len(taken)); i++ {
		if taken[i] {
			return true
		}
	}
	return false
}

// Whisker is the interval ├────●────┤ on the scale in s.W cells, ┊ at the
// marks outside it and ┼ at those it holds, an arrow where it goes on beyond
// the edge. An interval without a finite middle shows only the marks.
func Whisker(th *theme.Theme, style theme.Style, s Scale, iv Point, marks ...float64) string {
	row := make([]string, max(s.W, 0))
	for _, m := range marks {
		if col := s.Column(m); col >= 0 && col < s.W {
			row[col] = th.G.Zero
		}
	}
	lo, hi := span(row, th, s, iv)
	for _, m := range marks {
		if col := s.Column(m); col > lo && col < hi && row[col] == th.G.Rule {
			row[col] = th.G.Cross
		}
	}
	var b strings.Builder
	for i := 0; i < s.W; {
		j := i
		inside := i >= lo && i <= hi
		for j < s.W && (j >= lo && j <= hi) == inside {
			j++
		}
		text := strings.Join(blanks(row[i:j]), "")
		if inside {
			style.Append(&b, text)
		} else {
			th.Muted.Append(&b, text)
		}
		i = j
	}
	return b.String()
}

// span draws the interval into row and gives its first and last cell; 0, -1
// for none.
func span(row []string, th *theme.Theme, s Scale, iv Point) (lo, hi int) {
	if math.IsNaN(iv.Mid) || s.W <= 0 {
		return 0, -1
	}
	if math.IsNaN(iv.Low) {
		iv.Low = iv.Mid
	}
	if math.IsNaN(iv.High) {
		iv.High = iv.Mid
	}
	lo, hi = max(s.Column(iv.Low), 0), min(s.Column(iv.High), s.W-1)
	if lo >= s.W || hi < 0 { // wholly beyond an edge
		lo, hi = min(lo, s.W-1), max(hi, 0)
		lo, hi = min(lo, hi), min(lo, hi)
	}
	for i := lo; i <= hi; i++ {
		row[i] = th.G.Rule
	}
	row[lo], row[hi] = th.G.WhiskerLeft, th.G.WhiskerRight
	if s.Column(iv.Low) < 0 {
		row[lo] = th.G.Left
	}
	if s.Column(iv.High) >= s.W {
		row[hi] = th.G.Right
	}
	if mid := s.Column(iv.Mid); mid >= 0 && mid < s.W {
		row[mid] = th.G.Dot
	}
	return lo, hi
}

func blanks(cells []string) []string {
	for i, c := range cells {
		if c == "" {
			cells[i] = " "
		}
	}
	return cells
}

// Dot is one sign on the scale in s.W cells: a figure announced by others,
// which has no interval (◇). Its label stands after it when there is room.
func Dot(th *theme.Theme, style theme.Style, s Scale, at float64, label string, marks ...float64) string {
	if s.W <= 0 {
		return ""
	}
	row := Whisker(th, style, s, Point{math.NaN(), math.NaN(), math.NaN()}, marks...)
	col := s.Column(at)
	sign := th.G.Diamond
	switch {
	case col < 0:
		col, sign = 0, th.G.Left
	case col >= s.W:
		col, sign = s.W-1, th.G.Right
	}
	text := sign + " " + label
	if n := frame.Width(text); label == "" || col+n > s.W {
		text = sign
		if label != "" && col-frame.Width(label)-1 >= 0 {
			text = label + " " + sign
			col -= frame.Width(label) + 1
		}
	}
	return frame.Place([]string{row}, s.W, []string{style.Render(text)}, col, 0)[0]
}
