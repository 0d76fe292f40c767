package measure

import (
	"cmp"
	"slices"
)

// Heterogeneity tells whether segments answer differently, or whether one
// effect fits all: each by itself (Welch), corrected for their number (Holm
// 1979; Benjamini, Hochberg 1995), tested together (Cochran 1954), and shrunk
// towards their common mean as far as their noise asks (DerSimonian, Laird
// 1986, moment estimate of the variance between segments).
//
// A segment of which the error is not known (an arm with fewer than two
// customers, nobody bought) is listed without figures, after the others, and
// enters none of the common ones.
type Heterogeneity struct {
	Ranked  []SegmentEffect `json:"ranked"` // largest difference first
	Q       Num             `json:"cochran_Q"`
	DF      int             `json:"df"`
	P       Num             `json:"p_heterogeneity"`
	I2      Num             `json:"I2"`
	Tau2    Num             `json:"tau2_dersimonian_laird"`
	Mean    Num             `json:"mean_random_effects"`
	LeftOut int             `json:"left_out,omitempty"` // customers without a segment, not in any figure here
}

// SegmentEffect is the campaign in one segment.
type SegmentEffect struct {
	Segment Label `json:"segment"`
	N1      int   `json:"n1"`
	N0      int   `json:"n0"`
	Mean1   Num   `json:"mean1"`
	Mean0   Num   `json:"mean0"`
	Diff    Num   `json:"diff"`
	SE      Num   `json:"se"`
	DF      Num   `json:"df"`
	P       Num   `json:"p"`
	CIt     Range `json:"ci_t"`
	PHolm   Num   `json:"p_holm"`
	PBH     Num   `json:"p_bh"`
	Shrunk  Num   `json:"shrunk_diff"`
}

// CompareSegments computes a Heterogeneity from the moments of the segments.
func CompareSegments(segments []Group, alpha float64) Heterogeneity {
	rows := make([]SegmentEffect, 0, len(segments))
	for _, g := range segments {
		w := CompareMeans(g.Arm1, g.Arm0, alpha)
		rows = append(rows, SegmentEffect{
			Segment: g.Label, N1: g.Arm1.N, N0: g.Arm0.N, Mean1: g.Arm1.Mean, Mean0: g.Arm0.Mean,
			Diff: w.Diff, SE: w.SE, DF: w.DF, P: w.P, CIt: w.CIt, PHolm: unknown, PBH: unknown, Shrunk: unknown,
		})
	}
	slices.SortStableFunc(rows, func(a, b SegmentEffect) int {
		if a.P.Known() != b.P.Known() {
			if a.P.Known() {
				return -1
			}
			return 1
		}
		return a.Segment.compare(b.Segment)
	})
	known := slices.IndexFunc(rows, func(r SegmentEffect) bool { return !r.P.Known() })
	if known < 0 {
		known = len(rows)
	}
	h := together(rows[:known])
	slices.SortStableFunc(rows[:known], func(a, b SegmentEffect) int { return cmp.Compare(b.Diff, a.Diff) })
	h.Ranked = rows
	return h
}

// together fills what segments say of each other: corrected p values, shrunk
// effects, and the common figures (see Pool).
func together(rows []SegmentEffect) Heterogeneity {
	if len(rows) == 0 {
		return Heterogeneity{Q: unknown, P: unknown, I2: unknown, Tau2: unknown, Mean: unknown}
	}
	p, all := make([]float64, len(rows)), make([]Estimate, len(rows))
	for i, r := range rows {
		p[i], all[i] = float64(r.P), Estimate{Diff: float64(r.Diff), SE: float64(r.SE)}
	}
	common := Pool(all, 0.05) // of its intervals nothing is kept
	byHolm, byRate := holm(p), benjaminiHochberg(p)
	for i := range rows {
		rows[i].PHolm, rows[i].PBH = Num(byHolm[i]), Num(byRate[i])
		rows[i].Shrunk = common.Ranked[i].Shrunk
	}
	h := Heterogeneity{Q: common.Q, DF: common.DF, P: common.P, I2: common.I2, Tau2: common.Tau2, Mean: common.Random}
	if h.DF == 0 { // one effect cannot differ from itself, whatever the rounding
		h.Q, h.I2 = 0, 0
	}
	return h
}
