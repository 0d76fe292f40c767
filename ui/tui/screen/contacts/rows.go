package contacts

import (
	"slices"
	"strconv"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/widget/vtable"
)

// rows is the source of the table: the order of the people, and the rows of
// those near the cursor. It never asks the desk.
type rows struct {
	x     *Screen
	list  campaigns.ContactList
	cache map[model.ContactID]cached
	epoch int // of the data: rows of an older one are shown until they are read again
	read  int // people read so far for the order, or by the search
	marks marks
}

type cached struct {
	row   campaigns.ContactRow
	known bool // false: the person is gone
	epoch int
}

// Len is how many people the query found.
func (r *rows) Len() (n int, exact bool) { return r.list.Len(), r.list.Ready }

// Rows gives what is known of the people at some positions.
func (r *rows) Rows(from, n int) []vtable.Row {
	to := min(from+n, r.list.Len())
	if from < 0 || from >= to {
		return nil
	}
	out := make([]vtable.Row, 0, to-from)
	for i := from; i < to; i++ {
		id := r.list.ID(i)
		row := vtable.Row{Key: id.String()}
		if n <= 1000 { // a longer run is only for its keys: a range of marks
			r.fill(&row, id)
		}
		out = append(out, row)
	}
	return out
}

// Rank is the position of a person.
func (r *rows) Rank(key string) (int, bool) {
	n, err := strconv.ParseUint(key, 10, 64)
	if err != nil {
		return 0, false
	}
	if r.list.IDs == nil {
		return int(n) - 1, n >= 1 && int(n) <= r.list.Dense
	}
	i := slices.Index(r.list.IDs, model.ContactID(n))
	return i, i >= 0
}

// at is the row under a key, when it is there.
func (r *rows) at(key string) (campaigns.ContactRow, bool) {
	n, _ := strconv.ParseUint(key, 10, 64)
	c := r.cache[model.ContactID(n)]
	return c.row, c.known
}

func (r *rows) has(from, to int) bool {
	for i := from; i < to; i++ {
		if c, ok := r.cache[r.list.ID(i)]; !ok || c.epoch != r.epoch {
			return false
		}
	}
	return true
}

// missing are the people between two positions who are not read yet, or all.
func (r *rows) missing(from, to int, all bool) []model.ContactID {
	ids := make([]model.ContactID, 0, to-from)
	for i := from; i < to; i++ {
		id := r.list.ID(i)
		if c, ok := r.cache[id]; all || !ok || c.epoch != r.epoch {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *rows) keep(w window) {
	if w.whole {
		clear(r.cache)
	}
	for _, id := range w.ids {
		r.cache[id] = cached{epoch: w.epoch}
	}
	for i := range w.rows {
		r.cache[w.rows[i].ID] = cached{row: w.rows[i], known: true, epoch: w.epoch}
	}
}

// fill writes the cells of a row, or the signs of one that is not read yet.
func (r *rows) fill(row *vtable.Row, id model.ContactID) {
	c, th := r.cache[id], r.x.s.Th
	if !c.known {
		row.Cells, row.Tone = []string{th.G.Ellipsis}, th.Muted
		return
	}
	r.x.cells(row, &c.row)
}

// listName is a person as a list sorted by name has it, or a company.
func listName(c *model.Contact) string {
	switch {
	case c.Kind == model.B2B && c.Company != "":
		return c.Company
	case c.LastName != "" && c.FirstName != "":
		return c.LastName + ", " + c.FirstName
	}
	return c.DisplayName()
}

// kind is customer or prospect, and whether it is a company.
func (x *Screen) kind(c *model.Contact) string {
	kind := x.s.P.T("contact.kind." + c.Status()) //i18n:keys contact.kind.*
	if c.Kind == model.B2B {
		kind += " B2B"
	}
	return kind
}

// class is the name of a class of recency, frequency and amount.
//
//i18n:keys contact.class.*
func (x *Screen) class(code string) string {
	if code == "" || code == "none" {
		return "–"
	}
	if key := "contact.class." + code; x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return code
}
