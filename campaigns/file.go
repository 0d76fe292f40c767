package campaigns

import (
	"io"

	"blanche/campaigns/compose"
	"blanche/campaigns/measure"
	"blanche/model"
)

// What needs no store: a campaign file read for its mistakes, and a file of
// customers that another tool treated.

// FileSpec is what is asked about a file.
type FileSpec = measure.FileSpec

// FileDocument is the answer: one object per estimator, by name.
type FileDocument = measure.Document

// MeasureFile reads a CSV, plain or gzip, and computes every estimator whose
// inputs were given.
func MeasureFile(r io.Reader, spec FileSpec) (FileDocument, error) {
	return measure.MeasureFile(r, spec)
}

// RatioCheck says whether arms have the sizes of their design.
type RatioCheck = measure.SRM

// CheckRatio tests counts against weights; see measure.CheckRatio.
func CheckRatio(counts []int, weights []float64) RatioCheck {
	return measure.CheckRatio(counts, weights)
}

// ReadCampaign reads a campaign file without keeping it: what it says, or the
// first mistake with its line and column.
func ReadCampaign(source []byte, read ReadFile) (model.CampaignSpec, error) {
	return compose.ParseFile(source, "", read)
}
