// Package meter draws how far a send is: a bar by eighths of a cell with the
// zone blanche, white, at its end, and the balance that must always hold.
//
//	bar := meter.Bar(th, w, meter.Parts{Done: 7381, Planned: 10800, Holdout: 1200})
//	line := meter.Balance(th, w, terms, p.Int(10800), holds)
//
// It refuses to compute the balance: the numbers and whether they hold come
// from the ledger, the meter only shows them.
package meter
