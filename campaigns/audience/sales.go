package audience

import (
	"maps"
	"math"
	"slices"
	"strings"

	"blanche/model"
)

// Sale is one paid order of a person, in short. Category may list several, with
// model.CategoryBar between.
type Sale struct {
	Day                     model.Date
	Cents                   model.Cents
	Channel, Category, Code string
}

// soldLine is a sale with its texts as numbers of their tables; 0 is none.
type soldLine struct {
	day                     int32
	cents                   int64
	channel, category, code uint32
}

// sales is the paid orders of everybody, oldest first for each: those of row i
// are from[i] to from[i+1]. Replaced ones live beside.
type sales struct {
	from                          []uint32
	day                           []int32
	cents                         []int32 // huge says those that are math.MinInt32
	huge                          map[int]int64
	channel, category, code       codes // category and code only where a rule asked for them
	channels, categories, coupons orderWords
	fresh                         map[int][]soldLine
}

// add takes the next sale in the order of the store: by contact, then by day.
func (s *sales) add(row int, x Sale) {
	s.put(row, s.line(x))
}

func (s *sales) put(row int, line soldLine) {
	for len(s.from) <= row {
		s.from = append(s.from, uint32(len(s.day)))
	}
	at := len(s.day)
	s.day = append(s.day, line.day)
	if line.cents > math.MinInt32 && line.cents <= math.MaxInt32 {
		s.cents = append(s.cents, int32(line.cents))
	} else {
		if s.huge == nil {
			s.huge = map[int]int64{}
		}
		s.huge[at] = line.cents
		s.cents = append(s.cents, math.MinInt32)
	}
	for _, c := range []struct {
		into  *codes
		value uint32
	}{{&s.channel, line.channel}, {&s.category, line.category}, {&s.code, line.code}} {
		if c.value != 0 || c.into.len() > 0 {
			c.into.put(at, c.value)
		}
	}
}

func (s *sales) line(x Sale) soldLine {
	return soldLine{int32(x.Day), int64(x.Cents), s.channels.number(x.Channel), s.categories.number(x.Category), s.coupons.number(x.Code)}
}

func (s *sales) replace(row int, list []Sale) {
	if s.fresh == nil {
		s.fresh = make(map[int][]soldLine)
	}
	lines := make([]soldLine, len(list))
	for i, x := range list {
		lines[i] = s.line(x)
	}
	s.fresh[row] = lines
}

// words is how many different texts there are.
func (s *sales) words() int {
	return len(s.channels.text) + len(s.categories.text) + len(s.coupons.text)
}

// of are the sales of a row: those from one place to another, or, where they
// were replaced, the list.
func (s *sales) of(row int) (from, to int, fresh []soldLine) {
	if len(s.fresh) > 0 {
		if list, ok := s.fresh[row]; ok {
			return 0, 0, list
		}
	}
	if row >= len(s.from) {
		return 0, 0, nil
	}
	to = len(s.day)
	if row+1 < len(s.from) {
		to = int(s.from[row+1])
	}
	return int(s.from[row]), to, nil
}

// at is the sale of a place.
func (s *sales) at(i int) soldLine {
	return soldLine{s.day[i], s.centsAt(i), s.channel.at(i), s.category.at(i), s.code.at(i)}
}

// centsAt is the amount of a place.
func (s *sales) centsAt(i int) int64 {
	if cents := s.cents[i]; cents > math.MinInt32 {
		return int64(cents)
	}
	return s.huge[i]
}

// people is how many people have sales, at most.
func (s *sales) people() int {
	n := len(s.fresh)
	for row := range s.from {
		if from, to, _ := s.of(row); to > from {
			n++
		}
	}
	return n
}

// each visits the sales of a row, oldest first.
func (s *sales) each(row int, f func(soldLine)) {
	from, to, fresh := s.of(row)
	for _, x := range fresh {
		f(x)
	}
	for i := from; i < to; i++ {
		f(s.at(i))
	}
}

// orderWords numbers the texts of the orders, folded, from 1.
type orderWords struct {
	text []string // text[0] is none
	find map[string]uint32
}

func (t *orderWords) number(s string) uint32 {
	if s == "" {
		return 0
	}
	folded := Fold(s)
	if n, ok := t.find[folded]; ok || folded == "" {
		return n
	}
	if t.find == nil {
		t.text, t.find = []string{""}, map[string]uint32{}
	}
	n := uint32(len(t.text))
	own := string(append([]byte(nil), folded...))
	t.text = append(t.text, own)
	t.find[own] = n
	return n
}

// where decides once a text; nil where every number is fine is left to the
// caller.
func (t *orderWords) where(ok func(folded string) bool) func(uint32) bool {
	fine := make([]bool, max(1, len(t.text)))
	for n := 1; n < len(t.text); n++ {
		fine[n] = ok(t.text[n])
	}
	return func(n uint32) bool { return int(n) < len(fine) && fine[n] }
}

// named is one text; nil for none asked for.
func (t *orderWords) named(s string) func(uint32) bool {
	if s == "" {
		return nil
	}
	wanted, ok := t.find[Fold(s)]
	return func(n uint32) bool { return ok && n == wanted }
}

// OrderWords are the channels, categories and codes of the orders, as far as
// they are in memory, folded and sorted.
func (b *Base) OrderWords() (channels, categories, codes []string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	split := map[string]int{}
	for _, list := range b.sales.categories.text {
		for one := range strings.SplitSeq(list, model.CategoryBar) {
			if one = strings.TrimSpace(one); one != "" {
				split[one]++
			}
		}
	}
	return b.sales.channels.sorted(), slices.Sorted(maps.Keys(split)), b.sales.coupons.sorted()
}

func (t *orderWords) sorted() []string {
	if len(t.text) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(t.text[1:]))
}
