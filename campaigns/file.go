package campaigns

import (
	"io"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/measure"
)

// What needs no store: a file of customers that another tool treated.

// FileSpec is what is asked about a file.
type FileSpec = measure.FileSpec

// FileDocument is the answer: one object per estimator, by name; the types
// below are those that a screen words itself.
type (
	FileDocument = measure.Document
	FileSplit    = measure.TwoPart
	FileWinsor   = measure.Winsor
	FileCuped    = measure.CupedMinVar
	FileROI      = measure.ROI
	FileSegments = measure.Heterogeneity
	FileRange    = measure.Range
	FileBias     = measure.AttributionBias
)

// What a zone blanche must have bought; see measure.FewestBuyers.
const (
	FewestBuyers = measure.FewestBuyers
	EnoughBuyers = measure.EnoughBuyers
)

// MeasureFile reads a CSV, plain or gzip, and computes every estimator whose
// inputs were given. Its rule is one of the language of segments, over the
// columns of the file.
func MeasureFile(r io.Reader, spec FileSpec) (FileDocument, error) {
	spec.Rules = func(rule string, header []string, number func(string) (float64, bool), now time.Time) (measure.Filter, error) {
		rows, err := audience.NewRows(rule, header, number, now)
		if err != nil {
			return nil, err
		}
		return rows, nil
	}
	return measure.MeasureFile(r, spec)
}

// RatioCheck says whether arms have the sizes of their design.
type RatioCheck = measure.SRM

// CheckRatio tests counts against weights; see measure.CheckRatio.
func CheckRatio(counts []int, weights []float64) RatioCheck {
	return measure.CheckRatio(counts, weights)
}

// Power says what a design could see, before anything is sent. The formulas
// and their sources are those of package measure.
type Power struct{ Alpha, Power float64 }

// ShareGain is the smallest rise above a usual share of buyers p0 that is
// seen with n0 held out and n1 treated; false when none is.
func (p Power) ShareGain(p0 float64, n0, n1 int) (float64, bool) {
	return measure.SmallestShareGain(p0, n0, n1, p.Alpha, p.Power)
}

// MeanGain is the smallest difference of means that is seen.
func (p Power) MeanGain(sd float64, n0, n1 int) float64 {
	return measure.SmallestMeanGain(sd, sd, n1, n0, p.Alpha, p.Power)
}

// OfShares is the chance to see p1 against p0.
func (p Power) OfShares(p0, p1 float64, n0, n1 int) float64 {
	return measure.PowerForShares(p0, p1, n0, n1, p.Alpha)
}

// OfMeans is the chance to see a difference of means.
func (p Power) OfMeans(delta, sd float64, n0, n1 int) float64 {
	return measure.PowerForMeans(delta, sd, sd, n1, n0, p.Alpha)
}

// Controls is how many people to hold out to tell p1 from p0, k being treated
// for one held out; real-valued.
func (p Power) Controls(p0, p1, k float64) float64 {
	return measure.HoldoutForShares(p0, p1, k, p.Alpha, p.Power)
}

// Holdout is the smallest zone blanche out of n people that sees a difference
// of means; false when half of them is not enough.
func (p Power) Holdout(n int, sd, delta float64) (held int, share float64, ok bool) {
	return measure.HoldoutForMeans(n, sd, delta, p.Alpha, p.Power)
}

// DrawReport is a draw replayed over a file.
type DrawReport = audience.DrawReport

// DrawFile replays a draw over a CSV; without the name of a column of ids the
// number of the row is the id. See audience.DrawFile.
func DrawFile(r io.Reader, idColumn, salt string, share float64, strata []string) (*DrawReport, error) {
	return audience.DrawFile(r, idColumn, salt, share, strata)
}
