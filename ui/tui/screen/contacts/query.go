package contacts

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
)

// query is which people are shown and in which order: what is wanted, and what
// the list shown answers to. One question is on its way at a time; what is
// typed meanwhile is asked when it comes back, so that a slow base sees one
// question a scan, and a fast one every letter.
type query struct {
	wanted, asked campaigns.ContactQuery
	req           uint64
	asking, again bool // again: the data changed since the question
	loaded        bool
	top           bool // the person changed it: begin at the top
}

// ask asks for the order of the people, unless an answer is on its way.
func (x *Screen) ask() tea.Cmd {
	q := &x.query
	if q.asking {
		q.again = true
		return nil
	}
	q.asking, q.again, q.asked, q.req = true, false, q.wanted, x.s.Number()
	asked := q.asked
	return screen.Ask(x.s, screen.Contacts, q.req, func(ctx context.Context) (campaigns.ContactList, error) {
		return x.s.Desk.Contacts(ctx, asked)
	})
}

func (x *Screen) askTotals() tea.Cmd {
	return screen.Ask(x.s, screen.Contacts, x.s.Number(), func(ctx context.Context) (campaigns.ContactTotals, error) {
		return x.s.Desk.ContactTotals(ctx)
	})
}

// search asks again after the filter or the order changed.
func (x *Screen) search() tea.Cmd {
	x.query.wanted.Find = x.bar.Text()
	x.query.top = true
	x.showSort()
	return x.ask()
}

// listed takes an order of people; one that is no longer wanted is dropped.
func (x *Screen) listed(msg screen.Reply[campaigns.ContactList]) tea.Cmd {
	q := &x.query
	if msg.Req != q.req {
		return nil
	}
	q.asking = false
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	if q.asked != q.wanted {
		return x.ask()
	}
	x.rows.list, q.loaded = msg.Value, true
	x.table.SetSource(x.rows)
	if q.top {
		q.top = false
		x.table.Key("home")
	}
	if x.card.mode == full {
		x.table.Select(x.card.key)
	}
	var again tea.Cmd
	if q.again {
		again = x.ask()
	}
	return tea.Batch(x.want(), x.follow(), again)
}

// The window of rows kept ready: ahead on both sides of the cursor, and how
// many are kept before the far ones are let go.
const (
	ahead = 160
	keeps = 4096
)

// window is the answer of a load: rows, in any order, for these people.
type window struct {
	ids   []model.ContactID
	rows  []campaigns.ContactRow
	epoch int
	whole bool // the others are let go
}

// want asks for the rows around the cursor when one near it is missing.
func (x *Screen) want() tea.Cmd {
	r := x.rows
	n := r.list.Len()
	if x.window || n == 0 {
		return nil
	}
	at, _, _ := x.table.Rank()
	near := x.height + 8
	if r.has(max(at-near, 0), min(at+near, n)) {
		return nil
	}
	whole := len(r.cache) > keeps
	ids := r.missing(max(at-ahead, 0), min(at+ahead, n), whole)
	epoch := r.epoch
	x.window = true
	return screen.Ask(x.s, screen.Contacts, x.s.Number(), func(ctx context.Context) (window, error) {
		rows, err := x.s.Desk.ContactRows(ctx, ids)
		return window{ids, rows, epoch, whole}, err
	})
}

// filled keeps the rows that came, and asks for more when the cursor has gone
// on meanwhile.
func (x *Screen) filled(msg screen.Reply[window]) tea.Cmd {
	x.window = false
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	x.rows.keep(msg.Value)
	x.table.Refresh()
	return x.want()
}

// sortColumns are the orders a person can ask for, by the column that shows it.
var sortColumns = []string{campaigns.SortNumber: "", campaigns.SortName: "name", campaigns.SortEmail: "email", campaigns.SortLastOrder: "last", campaigns.SortSpend: "spend"}

// nextSort goes to the next order; amounts and dates begin with the largest.
func (x *Screen) nextSort() tea.Cmd {
	q := &x.query.wanted
	q.Sort = (q.Sort + 1) % campaigns.ContactSort(len(sortColumns))
	q.Desc = q.Sort == campaigns.SortLastOrder || q.Sort == campaigns.SortSpend
	return x.search()
}

func (x *Screen) turnSort() tea.Cmd {
	x.query.wanted.Desc = !x.query.wanted.Desc
	return x.search()
}

func (x *Screen) showSort() {
	x.table.SetSort(sortColumns[x.query.wanted.Sort], x.query.wanted.Desc)
}
