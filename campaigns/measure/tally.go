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
	Clusters  Clusters    // what was drawn, when it was not the customers
}

// Clusters is what a verdict needs of the units (households) of an arm, where
// these were drawn; the zero value where each customer was drawn alone.
type Clusters struct {
	Units    int
	Buying   int // net revenue above zero
	Variance Num // customers times the squared error of the mean per customer, euros² (see unitSums.covariance)
	Squares  Num // Σ of the squared revenue of each unit, euros²
	Design   Num // effect on the variance of the share of buyers, 1 or more
}

// alone reports whether each customer is one draw.
func (s Summary) alone() bool { return s.Clusters.Units == 0 || s.Clusters.Units == s.Customers }

// carriers is how many drawn one by one have bought. Those of one household are
// one piece of news, and a household whose refunds exceed its purchases is none.
func (s Summary) carriers() int {
	if s.alone() {
		return s.Buyers
	}
	return min(s.Buyers, s.Clusters.Buying)
}

// drawn are the moments with the variance of what was drawn: all that an error
// may be computed from.
func (s Summary) drawn() Moments {
	m := s.Moments()
	if s.Clusters.Units > 0 {
		m.Units, m.Var = s.Clusters.Units, s.Clusters.Variance
	}
	return m
}

// Moments are the moments of the arm in euros per customer.
func (s Summary) Moments() Moments {
	total := s.Revenue.Euros()
	return Moments{N: s.Customers, Mean: Num(total / float64(s.Customers)), Var: s.Variance, Sum: Num(total)}
}

// EffectiveBuyers is (Σy)²/Σy², the number of equal baskets that would carry
// as much news as these (Kish 1965), those of a household being one; unknown
// when nobody bought.
func (s Summary) EffectiveBuyers() Num {
	m := s.Moments()
	squares := float64(m.Var)*float64(m.N-1) + float64(m.Sum*m.Mean)
	if !s.alone() {
		squares = float64(s.Clusters.Squares)
	}
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
