package measure

import "blanche/model"

// Purchase is money one customer spent on one day of the window; a refund is
// negative. Several purchases of a customer add up.
type Purchase struct {
	Customer uint64 // any number that tells the customers of an arm apart
	Day      int    // day of the window, from 1; 0 or less counts as day 1
	Cents    model.Cents
}

// Arm is one side of a campaign: everybody drawn into it, of whom only those
// who bought are listed. A million customers cost what their buyers cost.
type Arm struct {
	Customers int
	Purchases []Purchase
}

// Summary is all that a verdict needs of one arm.
type Summary struct {
	Customers int
	Buyers    int         // net revenue above zero
	Revenue   model.Cents // net, of all customers
	Variance  Num         // of euros per customer, n−1 in the denominator
	Largest   model.Cents // what the best customer spent; 0 when not known
}

// Moments are the moments of the arm in euros per customer.
func (s Summary) Moments() Moments {
	total := s.Revenue.Euros()
	return Moments{N: s.Customers, Mean: Num(total / float64(s.Customers)), Var: s.Variance, Sum: Num(total)}
}

// EffectiveBuyers is (Σy)²/Σy², the number of equal baskets that would carry
// as much news as these (Kish 1965); unknown when nobody bought.
func (s Summary) EffectiveBuyers() Num {
	m := s.Moments()
	squares := float64(m.Var)*float64(m.N-1) + float64(m.Sum*m.Mean)
	return Num(float64(m.Sum*m.Sum) / squares)
}

// tally accumulates the purchases of an arm. Sums are whole cents and the sum
// of squares has 128 bits, so the moments are exact whatever the order.
type tally struct {
	customers int
	buyers    int
	sum       int64
	squares   wide
	spent     map[uint64]int64
}

func newTally(customers int) *tally {
	return &tally{customers: customers, spent: map[uint64]int64{}}
}

// add counts one purchase.
func (t *tally) add(p Purchase) {
	before := t.spent[p.Customer]
	after := before + int64(p.Cents)
	t.spent[p.Customer] = after
	t.sum += int64(p.Cents)
	t.squares = t.squares.plus(square(after)).minus(square(before))
	t.buyers += one(after > 0) - one(before > 0)
}

// summary is the state of the arm; the best customer is looked for only when
// asked, since it walks the buyers.
func (t *tally) summary(largest bool) Summary {
	s := Summary{Customers: t.customers, Buyers: t.buyers, Revenue: model.Cents(t.sum), Variance: Num(covariance(t.customers, t.sum, t.sum, t.squares))}
	if largest {
		for _, v := range t.spent {
			s.Largest = max(s.Largest, model.Cents(v))
		}
	}
	return s
}
