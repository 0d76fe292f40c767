package intake

import (
	"slices"
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// attrSeen gathers what the values of a column look like.
type attrSeen struct {
	any, notNumber, notDate bool
	notBool                 bool
	comma, point            int // values that prove the decimal sign
	dmy, mdy                int // dates that can only be read one way
}

type attrSort uint8

const (
	sortText attrSort = iota
	sortNumber
	sortDate
	sortBool // never guessed
)

// sort is number or date when every value reads so.
func (a *attrSeen) sort() attrSort {
	switch {
	case !a.any:
		return sortText
	case !a.notNumber:
		return sortNumber
	case !a.notDate:
		return sortDate
	}
	return sortText
}

// note looks at a value of a free column; nothing is left to learn once it is
// neither numbers nor dates nor a yes and no.
func (a *attrSeen) note(v string) {
	if !a.notBool {
		_, said := yesNo[strings.ToLower(v)]
		a.notBool = !said
	}
	if a.notNumber && a.notDate {
		return
	}
	a.any = true
	if !a.notNumber {
		sh := shapeOf(euros(v))
		a.notNumber = !sh.ok
		a.noteSign(sh)
	}
	if !a.notDate {
		a.notDate = !a.noteDate(v)
	}
}

// yesNo are the values that a rule reads as a yes or a no, whatever the file: the
// column keeps them as they are written.
var yesNo = map[string]bool{"oui": true, "non": true, "yes": true, "no": true, "true": true, "false": true, "vrai": true, "faux": true}

// shown is sort as a person is told it: a column of a yes and a no is one.
func (a *attrSeen) shown() attrSort {
	if a.any && !a.notBool {
		return sortBool
	}
	return a.sort()
}

// euros is an amount without its euro sign, as a rule reads it too.
func euros(v string) string {
	if bare, ok := strings.CutSuffix(v, "€"); ok {
		return strings.TrimRight(bare, " \u00a0\u202f")
	}
	return v
}

func (a *attrSeen) noteSign(sh shape) {
	switch sh.decimal {
	case ',':
		a.comma++
	case '.':
		a.point++
	}
}

func (a *attrSeen) noteDate(v string) bool {
	m, ok := scanDate(v)
	switch {
	case !ok:
		return false
	case m.first > 12 && m.second <= 12:
		a.dmy++
	case m.second > 12 && m.first <= 12:
		a.mdy++
	}
	return true
}

// look takes the evidence of one row.
func (p *plan) look(cells []string) {
	for i := range p.cols {
		if i >= len(cells) {
			return
		}
		v, c := cells[i], &p.cols[i]
		if v == "" || c.odd > 0 {
			continue
		}
		switch c.field {
		case fNone:
			if c.attr != "" {
				c.sight.note(v)
			}
		case fBirth, fConsDate, fSuppAt, fDate, fPaidAt:
			c.sight.noteDate(v)
		case fTotal, fRefunded, fPoints:
			_, digits := bare(v)
			c.sight.noteSign(shapeOf(digits))
		case fPostcode:
			p.codes.note(v)
		case fKind:
			if _, ok := kindWords.of(v); !ok {
				c.odd++
			}
		case fBasis:
			if _, ok := basisWords.of(v); !ok {
				c.odd++
			}
		case fLang:
			if _, ok := langOf(v); !ok {
				c.odd++
			}
		case fStatus:
			if _, ok := statusWords.of(v); !ok {
				c.odd++
			}
		case fReason:
			if !slices.Contains(reasons, v) {
				c.odd++
			}
		}
	}
}

// conclude decides the decimal sign and the order of dates: by majority of
// what proves one, else as the delimiter suggests (a semicolon goes with a
// comma), and day before month.
func (p *plan) conclude(o *Options) {
	var comma, point, day, month int
	for i := range p.cols {
		c, s := &p.cols[i], &p.cols[i].sight
		if c.field != fNone || c.sort() == sortNumber {
			comma, point = comma+s.comma, point+s.point
		}
		if c.field != fNone || c.sort() == sortDate {
			day, month = day+s.dmy, month+s.mdy
		}
	}
	p.decimal = '.'
	if comma > point || comma == point && p.delim == ';' {
		p.decimal = ','
	}
	if o.Decimal == "," || o.Decimal == "." {
		p.decimal = o.Decimal[0]
	}
	p.dates.order = dmy
	if month > day {
		p.dates.order = mdy
	}
	if o.DateOrder == dmy || o.DateOrder == mdy {
		p.dates.order = o.DateOrder
	}
	p.doubt(o.Kind)
}

// doubt turns a column that has the name of a list of choices, but other
// values, into a free attribute. A status keeps its meaning for the values
// that are oppositions. In a file of orders, which has no free attributes, only
// a column of reasons can be doubted.
func (p *plan) doubt(kind Kind) {
	used := map[string]bool{}
	for i := range p.cols {
		used[p.cols[i].attr] = true
	}
	for i := range p.cols {
		c := &p.cols[i]
		if c.odd == 0 || c.mapped {
			continue
		}
		if kind != Contacts {
			if c.field == fReason {
				c.field = fNone
			}
			continue
		}
		c.attr = unique(used, naming.Column(c.header), i)
		c.sight.any, c.sight.notNumber, c.sight.notDate, c.sight.notBool = true, true, true, true
		if c.field != fStatus {
			delete(p.at, c.field)
			c.field = fNone
		}
	}
}

// shadowed are the titles of free columns whose name means something else in a
// rule: attr.NAME reaches them.
func (p *plan) shadowed(reserved func(name string) bool) []string {
	var titles []string
	for _, c := range p.cols {
		if reserved != nil && c.attr != "" && reserved(c.attr) {
			titles = append(titles, c.header)
		}
	}
	return titles
}

// dialect fills in what the report says of the reading.
func (p *plan) dialect(r *model.ImportReport) {
	r.Encoding, r.Delimiter = p.set.name, string(rune(p.delim))
	if p.set.sheet != "" {
		r.Encoding, r.Delimiter, r.Sheet = sheetEncoding, "", p.set.sheet
	}
	r.Mapping = p.mapping
	for i := range p.cols {
		c := &p.cols[i]
		if c.mapped && c.attr != "" {
			r.Attributes = append(r.Attributes, c.attr)
		}
		if c.apart {
			r.KeptApart = append(r.KeptApart, model.KeptApart{Column: c.header, Attribute: c.attr})
		}
	}
	r.Decimal, r.DateOrder, r.Profile = string(rune(p.decimal)), p.dates.order, p.profile
}
