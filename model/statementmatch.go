package model

// SpendTwins and SpendBefore are the methods behind the interval of the spend
// per customer where nobody was left alone: see StatementMatch.
const (
	SpendTwins  = "twins"  // difference in differences between twins, Student over pairs
	SpendBefore = "before" // change beyond last year's, against the untouched, Welch
)

// StatementMatch is with whom a campaign that left nobody alone is compared. The
// difference of the statement is that of those who could be compared, carried to
// everyone planned; the arm holdout is the twins, or nobody.
type StatementMatch struct {
	Planned   int  `json:"planned"`
	Compared  int  `json:"compared"`  // of them, with a twin, or known last year
	Untouched int  `json:"untouched"` // customers not planned whom they were compared with
	LastYear  bool `json:"last_year"` // orders of the same weeks of last year are known

	// Balance is the standardised difference of the spend before, between twins.
	Balance *float64 `json:"balance"`
	// Gamma is how many times likelier to be targeted one of two twins may have
	// been before the difference means nothing (Rosenbaum 2002); nil when it means
	// nothing anyway.
	Gamma *float64 `json:"gamma"`
	// SeasonDiff is the difference between the same twins in the same weeks of
	// last year, in euros per customer: it should be zero.
	SeasonDiff *float64  `json:"season_diff"`
	SeasonCI   *Interval `json:"season_ci"`
	// Change is what before and after alone would have said: after/before − 1.
	Change *float64 `json:"change"`
}
