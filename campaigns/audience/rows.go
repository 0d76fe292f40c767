package audience

import (
	"math"
	"strings"
	"time"

	"blanche/model"
)

// Rows says which rows of a file a rule keeps: the language of segments, whose
// fields are the columns of the file and nothing else (see columnName for
// their names). A column is typed as a free column is, when every value that
// is not empty reads so, hence the answer comes after the last row. Only the
// columns that the rule names are kept in memory.
type Rows struct {
	text    string
	header  []string
	names   []string // of the columns, as a rule names them
	columns []int    // those of the rule
	base    *Base
	today   model.Date
	rows    int
}

// NewRows reads a rule over the columns of a file. Number reads a number as
// the file writes them; "30d ago" is before now, in its zone. Errors are
// those of Parse, and an unknown field is a column that the file has not.
func NewRows(text string, header []string, number func(string) (float64, bool), now time.Time) (*Rows, error) {
	r := &Rows{text: text, header: header, names: columnNames(header), base: rowsBase(), today: model.DateOf(now, now.Location())}
	rule, err := parseFor(text, r.known(func(string) Type { return TypeAny }))
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	model.WalkRule(rule, func(r model.Rule) { used[strings.TrimPrefix(model.LeafField(r), attrPrefix)] = true })
	for i, name := range r.names {
		if used[name] {
			c := newDict()
			c.number = number
			r.base.attrs[name] = c
			r.columns = append(r.columns, i)
		}
	}
	return r, nil
}

func (r *Rows) known(typ func(name string) Type) known {
	types := make(map[string]Type, len(r.names))
	for _, name := range r.names {
		types[name] = typ(name)
	}
	return known{types: types, file: true, odd: r.base.odd}
}

// Add takes the next row, by the position of its cells.
func (r *Rows) Add(cell func(column int) string) {
	for _, i := range r.columns {
		r.base.attrs[r.names[i]].put(r.rows, strings.TrimSpace(cell(i)))
	}
	r.rows++
}

// Match tells of each row, in the order they were added, whether the rule
// keeps it.
func (r *Rows) Match() (func(row int) bool, error) {
	for _, c := range r.base.attrs {
		c.infer()
	}
	k := r.known(func(name string) Type {
		if c, ok := r.base.attrs[name]; ok {
			return c.typ
		}
		return TypeText
	})
	rule, err := parseFor(r.text, k)
	if err != nil {
		return nil, err
	}
	q := query{b: r.base, today: r.today}
	match, err := q.compile(rule)
	if err != nil {
		return nil, hinted(err, k)
	}
	kept := make(rowset, words(r.rows))
	for w := range kept {
		kept[w] = match(w, math.MaxUint64)
	}
	return kept.has, nil
}

// rowsBase is a base whose columns are all there is: none is read from a store.
func rowsBase() *Base {
	b := newBase(time.UTC)
	b.loaded = ^Columns(0)
	return b
}
