// Package measure compares a target with its zone blanche and says how sure
// one can be: the statistics behind the ROI of a campaign.
//
// It promises pure functions: no file, no clock, no randomness but that of a
// seed given. Money enters in integer cents and its moments are computed
// exactly; inside, statistics are per customer in euros. What cannot be known
// (no buyer, one customer, no variance) is unknown, never NaN, never
// infinite, never zero instead. The range of a result always travels with it.
//
// It refuses to name a winner from a zone blanche that bought too little, from
// arms that lost customers, or while the window is open: see verdict.go.
//
// Read next: evaluate.go for one campaign from the store, book.go for the sums
// that follow its orders as they come, statement.go for all that is said of it,
// file.go for a file of another tool, registry.go for the estimators, then one
// file per formula, each with its source. Notation everywhere: arm 1 is the target, arm 0 the
// zone blanche, d = mean 1 − mean 0, variances with n−1, z the normal quantile
// of 1 − α/2.
package measure
