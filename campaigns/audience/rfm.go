package audience

import (
	"cmp"
	"context"
	"math"
	"sync"

	"blanche/campaigns/internal/scoring"
	"blanche/model"
)

// Class is what the last purchase, the frequency and the amount say of a
// person: the default stratum of a zone blanche.
type Class uint8

// The classes, from the scores R, F and M of 1 to 5:
//
//	champions  R 4–5, F 4–5, M 4–5       buy often, a lot, and lately
//	loyal      R 3–5, F 4–5, the others  buy often
//	promising  R 4–5, F 1–3              bought lately, not often yet
//	to_wake    R 1–2, F 4–5 or M 4–5     were good customers, and stopped
//	asleep     R 2–3, the others         bought little, a while ago
//	lost       R 1, the others           bought little, long ago
//	none                                 never bought
const (
	ClassNone Class = iota
	ClassChampions
	ClassLoyal
	ClassPromising
	ClassToWake
	ClassAsleep
	ClassLost
)

var classNames = []string{"none", "champions", "loyal", "promising", "to_wake", "asleep", "lost"}

// String is the English code of the class.
func (c Class) String() string { return classNames[c] }

// ClassOf is the class of a cell of scores.
func ClassOf(s Scores) Class {
	switch {
	case s.R == 0:
		return ClassNone
	case s.R >= 4 && s.F >= 4 && s.M >= 4:
		return ClassChampions
	case s.R >= 3 && s.F >= 4:
		return ClassLoyal
	case s.R >= 4:
		return ClassPromising
	case s.R <= 2 && (s.F >= 4 || s.M >= 4):
		return ClassToWake
	case s.R >= 2:
		return ClassAsleep
	}
	return ClassLost
}

// Buyer is what the scores are made from.
type Buyer struct {
	Last  model.Date  // day of the last purchase
	Days  int32       // distinct days with a purchase
	Spend model.Cents // net of refunds
}

// Scores are from 1 (worst) to 5 (best); 0 without purchase.
type Scores struct{ R, F, M uint8 }

func (s Scores) of(field string) uint8 {
	switch field {
	case "rfm_r":
		return s.R
	case "rfm_f":
		return s.F
	}
	return s.M
}

// Score gives everybody scores by quintiles among the buyers
// (scoring.Quantiles). The most recent buyers have the best R. The three are
// found side by side.
func Score(buyers []Buyer) []Scores {
	scores := make([]Scores, len(buyers))
	var all sync.WaitGroup
	all.Go(func() {
		quintiles(buyers, func(b *Buyer) model.Date { return b.Last }, func(i, n int) { scores[i].R = uint8(n) })
	})
	all.Go(func() {
		quintiles(buyers, func(b *Buyer) int32 { return b.Days }, func(i, n int) { scores[i].F = uint8(n) })
	})
	quintiles(buyers, func(b *Buyer) model.Cents { return b.Spend }, func(i, n int) { scores[i].M = uint8(n) })
	all.Wait()
	return scores
}

// quintiles scores one value of the buyers.
func quintiles[T cmp.Ordered](buyers []Buyer, of func(*Buyer) T, put func(i, score int)) {
	values := make([]T, len(buyers))
	for i := range buyers {
		values[i] = of(&buyers[i])
	}
	from := scoring.Bounds(values, GridSize)
	for i := range buyers {
		put(i, scoring.Score(of(&buyers[i]), from))
	}
}

// classified is the class of everybody on one day.
type classified struct {
	code   *codeColumn
	scores []Scores // by row
}

// scored is one of the scores of everybody on one day.
type scored struct{ *numColumn[int32] }

// score is the column of rfm_r, rfm_f or rfm_m.
func (b *Base) score(field string, today model.Date) scored {
	all := b.classes(today).scores
	return cached(b, &b.cache.columns, field+"@"+today.String(), func() column {
		c := scored{&numColumn[int32]{none: math.MinInt32, typ: TypeNumber}}
		for row, s := range all {
			if s.R != 0 {
				c.put(row, int32(s.of(field)))
			}
		}
		return c
	}).(scored)
}

func (c classified) exists() block { return c.code.exists() }
func (c classified) compare(op model.RuleOp, v model.RuleValue, today model.Date) (block, error) {
	return c.code.compare(op, v, today)
}
func (c classified) show(row int) string { return c.code.show(row) }

// classes scores everybody over the orders up to today. A refund is no
// purchase, but lowers the spend.
func (b *Base) classes(today model.Date) classified {
	return cached(b, &b.cache.columns, "rfm@"+today.String(), func() column {
		most := b.sales.people()
		buyers, rows := make([]Buyer, 0, most), make([]uint32, 0, most)
		for row := range b.rows {
			if x, ok := b.buyer(row, today); ok {
				buyers, rows = append(buyers, x), append(rows, uint32(row))
			}
		}
		c := classified{&codeColumn{names: classNames}, make([]Scores, b.rows)}
		for code := 1; code < len(classNames); code++ {
			c.code.who[code] = make(rowset, words(b.rows))
		}
		for i, s := range Score(buyers) {
			if class := ClassOf(s); class != ClassNone {
				c.code.who[class].add(int(rows[i]))
			}
			c.scores[rows[i]] = s
		}
		return c
	}).(classified)
}

func (b *Base) buyer(row int, today model.Date) (x Buyer, bought bool) {
	from, to, fresh := b.sales.of(row)
	for _, o := range fresh {
		x.take(model.Date(o.day), o.cents, today)
	}
	for i := from; i < to; i++ {
		x.take(model.Date(b.sales.day[i]), b.sales.centsAt(i), today)
	}
	return x, x.Days > 0
}

// take adds the next order, oldest first.
func (x *Buyer) take(day model.Date, cents int64, today model.Date) {
	if day > today {
		return
	}
	x.Spend += model.Cents(cents)
	if cents >= 0 && (x.Days == 0 || day != x.Last) {
		x.Last = day
		x.Days++
	}
}

// Standing is the class and the scores of one contact.
type Standing struct {
	Class  Class
	Scores Scores
}

// RFM is the class and the scores of one contact today.
func (b *Base) RFM(id model.ContactID, today model.Date) Standing {
	if b.load(context.Background(), colSales) != nil {
		return Standing{}
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	c, row := b.classes(today), int(id)-1
	if row < 0 || row >= len(c.scores) {
		return Standing{}
	}
	return Standing{Class(c.code.at(row)), c.scores[row]}
}

// ClassCount is one line of the table of classes.
type ClassCount struct {
	Class     Class
	Customers int
	Spend     model.Cents // of all time
}

// Classes counts the people of each class today, in the order of the classes.
func (b *Base) Classes(today model.Date) []ClassCount {
	if b.load(context.Background(), colSales|colSpend) != nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	table := make([]ClassCount, len(classNames))
	for i := range table {
		table[i].Class = Class(i)
	}
	c := b.classes(today)
	b.visit(everyone, func(row int) bool {
		line := &table[c.code.at(row)]
		line.Customers++
		if x, ok := b.spend.at(row); ok {
			line.Spend += model.Cents(x)
		}
		return true
	})
	return table
}
