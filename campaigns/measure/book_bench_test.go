package measure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// million are customers and orders for a benchmark: a tenth held out, orders
// over the year before and the two windows, by customer and day as a store
// gives them.
func million(customers, orders int) ([]measure.Member, []measure.Purchase) {
	r := rand.New(rand.NewPCG(1, 2))
	members := make([]measure.Member, customers)
	for i := range members {
		members[i] = measure.Member{Customer: uint32(i + 1), Holdout: r.IntN(10) == 0}
	}
	all := make([]measure.Purchase, 0, orders)
	for i := range members {
		for len(all) < (i+1)*orders/customers {
			day := -364 + r.IntN(364+2*closed.Days)
			all = append(all, measure.Purchase{Customer: uint64(i + 1), Day: day, Cents: model.Cents(500 + r.Int64N(20000))})
		}
	}
	return members, all
}

func bookOf(members []measure.Member, all []measure.Purchase) *measure.Book {
	b := measure.NewBook(members, closed.Days)
	for _, p := range all {
		b.Add(uint32(p.Customer), p.Day, p.Cents)
	}
	b.Cut(measure.CutStratum, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}, func(id uint32) int { return int(id % 11) })
	b.Until(2 * closed.Days)
	return b
}

// BenchmarkStatement measures a statement from nothing, and after one more
// order: -bench Statement.
func BenchmarkStatement(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		if n > 10_000 && testing.Short() {
			continue
		}
		members, all := million(n, 2*n)
		b.Run(fmt.Sprintf("cold/customers=%d", n), func(b *testing.B) {
			for b.Loop() {
				book := bookOf(members, all)
				book.Statement(bookTerms)
				b.ReportMetric(float64(book.Bytes())/(1<<20), "MiB")
				b.ReportMetric(float64(book.Bytes())/float64(n), "B/customer")
			}
		})
		b.Run(fmt.Sprintf("more/customers=%d", n), func(b *testing.B) {
			book := bookOf(members, all)
			book.Statement(bookTerms)
			r := rand.New(rand.NewPCG(3, 4))
			for b.Loop() {
				book.Add(uint32(1+r.IntN(n)), 1+r.IntN(closed.Days), model.Cents(r.Int64N(30000)-2000))
				book.Statement(bookTerms)
			}
		})
	}
}
