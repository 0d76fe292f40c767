package measure

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns/internal/scoring"
	"blanche/model"
)

// RFMSpec is what is asked about a file of purchases, one a row. Columns are
// named as in the header, upper or lower case.
type RFMSpec struct {
	ID, Date, Value string
	Reference       model.Date // purchases of this day and later are not known yet
	Quantiles       int        // classes of each score, 2 or more; 5 is usual
}

// RFM is how recently, how often and for how much each customer bought (Hughes
// 1994). The maps count customers by score, cells by the three scores written
// one after the other.
type RFM struct {
	Customers  int            `json:"customers"`
	TotalValue Num            `json:"total_value"`
	R          map[int]int    `json:"R"`
	F          map[int]int    `json:"F"`
	M          map[int]int    `json:"M"`
	Cells      map[string]int `json:"cells"`
	First      []RFMScore     `json:"first10"` // the first ten by id

	All []RFMScore `json:"-"` // everybody, by id
}

// RFMScore is one customer: days since the last purchase, distinct days with a
// purchase, total value to the cent, and the three scores, 1 the worst.
type RFMScore struct {
	ID      string `json:"id"`
	Recency int    `json:"r"`
	Days    int    `json:"f"`
	Value   Num    `json:"m"`
	R       int    `json:"R"`
	F       int    `json:"F"`
	M       int    `json:"M"`
}

// Bought is what a customer bought on one day; several add up.
type Bought struct {
	ID    string
	Day   model.Date
	Value float64
}

// buyerSums gathers the purchases of one customer.
type buyerSums struct {
	days  []model.Date
	value sum
}

// ScoreRFM scores the customers who bought before the reference day, in k
// classes: 1 + floor(k × customers strictly below / customers), so that equals
// share a score; the most recent have the best R. Ids are compared as text.
func ScoreRFM(purchases []Bought, reference model.Date, k int) RFM {
	by := map[string]*buyerSums{}
	for _, p := range purchases {
		gather(by, p, reference)
	}
	return scoreBuyers(by, reference, k)
}

func gather(by map[string]*buyerSums, p Bought, reference model.Date) {
	if p.Day >= reference {
		return
	}
	b := by[p.ID]
	if b == nil {
		b = &buyerSums{}
		by[strings.Clone(p.ID)] = b
	}
	if n := len(b.days); n == 0 || b.days[n-1] != p.Day {
		b.days = append(b.days, p.Day)
	}
	b.value.add(p.Value)
}

func scoreBuyers(by map[string]*buyerSums, reference model.Date, k int) RFM {
	o := RFM{Customers: len(by), R: map[int]int{}, F: map[int]int{}, M: map[int]int{}, Cells: map[string]int{}}
	o.All = make([]RFMScore, 0, len(by))
	var total sum
	for id, b := range by {
		slices.Sort(b.days)
		b.days = slices.Compact(b.days)
		o.All = append(o.All, RFMScore{ID: id, Recency: int(reference - b.days[len(b.days)-1]), Days: len(b.days), Value: Num(b.value.value())})
	}
	slices.SortFunc(o.All, func(a, b RFMScore) int { return strings.Compare(a.ID, b.ID) })
	for _, c := range o.All {
		total.add(float64(c.Value))
	}
	o.TotalValue = toCent(total.value())
	quantiles(o.All, k, func(c *RFMScore) float64 { return -float64(c.Recency) }, func(c *RFMScore, s int) { c.R = s; o.R[s]++ })
	quantiles(o.All, k, func(c *RFMScore) float64 { return float64(c.Days) }, func(c *RFMScore, s int) { c.F = s; o.F[s]++ })
	quantiles(o.All, k, func(c *RFMScore) float64 { return math.RoundToEven(float64(c.Value)*100) / 100 }, func(c *RFMScore, s int) { c.M = s; o.M[s]++ })
	for i := range o.All {
		c := &o.All[i]
		c.Value = toCent(float64(c.Value))
		o.Cells[strconv.Itoa(c.R)+strconv.Itoa(c.F)+strconv.Itoa(c.M)]++
	}
	o.First = o.All[:min(10, len(o.All))]
	return o
}

// quantiles scores everybody by a figure.
func quantiles(all []RFMScore, k int, figure func(*RFMScore) float64, put func(*RFMScore, int)) {
	values := make([]float64, len(all))
	for i := range all {
		values[i] = figure(&all[i])
	}
	scoring.Quantiles(values, k, func(i, score int) { put(&all[i], score) })
}

// toCent is the nearest amount of whole cents, of the number itself rather than
// of its hundredfold.
func toCent(x float64) Num {
	v, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 2, 64), 64)
	if err != nil {
		return unknown
	}
	return Num(v)
}

// ScoreFile scores the customers of a file of purchases: CSV or columns apart by
// blanks, plain or gzip. Rows without an id are nobody's and are left aside.
//
// Errors are model.Error: a column that is not there, a date or a number that is
// not one with its line and column, nobody who bought before the reference.
func ScoreFile(r io.Reader, spec RFMSpec) (RFM, error) {
	switch {
	case spec.ID == "" || spec.Date == "" || spec.Value == "":
		return RFM{}, model.Invalid("roi.rfm_columns").Hint("roi.rfm_columns_hint")
	case spec.Quantiles < 2 || spec.Quantiles > 100:
		return RFM{}, model.Invalid("roi.bad_quantiles", "value", spec.Quantiles).Hint("roi.quantiles_hint")
	}
	t, err := openAligned(r)
	if err != nil {
		return RFM{}, err
	}
	at, err := t.columns(spec.ID, spec.Date, spec.Value)
	if err != nil {
		return RFM{}, err
	}
	by := map[string]*buyerSums{}
	for {
		ok, err := t.next()
		if err != nil {
			return RFM{}, err
		}
		if !ok {
			break
		}
		p, err := t.bought(at)
		if err != nil {
			return RFM{}, err
		}
		if p.ID != "" {
			gather(by, p, spec.Reference)
		}
	}
	if len(by) == 0 {
		return RFM{}, model.Invalid("roi.nobody_before", "date", spec.Reference.String()).Hint("roi.nobody_before_hint")
	}
	return scoreBuyers(by, spec.Reference, spec.Quantiles), nil
}

// bought is the current row as a purchase, from the columns of id, date, value.
func (t *table) bought(at []int) (Bought, error) {
	p := Bought{ID: strings.TrimSpace(t.text(at[0]))}
	if p.ID == "" {
		return p, nil
	}
	var ok bool
	if p.Day, ok = ParseDay(t.text(at[1])); !ok {
		return p, model.Invalid("roi.not_date", "line", t.line(), "column", t.names[at[1]], "value", t.text(at[1])).Hint("roi.date_hint")
	}
	var err error
	p.Value, err = t.number(at[2])
	return p, err
}

// columns are the positions of several columns.
func (t *table) columns(names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, name := range names {
		var err error
		if at[i], err = t.column(name); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// dayForms are how files write a day, the unmistakable ones first; with strokes
// or dots the day comes before the month.
var dayForms = []string{time.DateOnly, "20060102", "2006/01/02", "02/01/2006", "2/1/2006", "02.01.2006", "02-01-2006"}

// ParseDay reads a day, with or without an hour after it, which is left out.
func ParseDay(s string) (model.Date, bool) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " T"); i >= 8 {
		s = s[:i]
	}
	for _, form := range dayForms {
		if day, err := time.Parse(form, s); err == nil {
			y, m, d := day.Date()
			return model.NewDate(y, m, d), true
		}
	}
	return 0, false
}
