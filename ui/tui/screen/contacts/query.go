package contacts

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
)

// query is which people are shown and in which order: what is wanted, and what
// the list shown answers to. One question is on its way at a time: what is typed
// meanwhile stops it, and is asked at once. Its answers come in parts, each with
// more people; one that belongs to an older question is dropped.
type query struct {
	wanted, asked, shown campaigns.ContactQuery

	req    uint64
	stop   context.CancelFunc // of the question on its way
	asking bool
	again  bool // the data changed since the question
	loaded bool
	top    bool // the person changed it: begin at the top
	halted bool // the person stopped the search: there may be more people
	begun  time.Time
	due    time.Time // a search that cost much is not asked again before
}

// part is one answer to a question, or its end.
type part struct {
	list campaigns.ContactList
	over bool
	next func() (part, error)
}

// ask asks for the people wanted, unless that is being asked.
func (x *Screen) ask() tea.Cmd {
	q := &x.query
	if q.asking && q.asked == q.wanted {
		q.again = true
		return nil
	}
	if !q.asking && q.asked == q.wanted && q.loaded && x.s.Clock().Before(q.due) {
		q.again = true
		return nil
	}
	if q.halted && q.asked == q.wanted { // until the person asks
		return nil
	}
	if q.asking {
		q.stop()
	}
	ctx, stop := context.WithCancel(x.s.Ctx)
	q.asking, q.again, q.halted, q.asked, q.req, q.stop, q.begun = true, false, false, q.wanted, x.s.Number(), stop, x.s.Clock()
	asked := q.asked
	return screen.Ask(x.s, screen.Contacts, q.req, func(context.Context) (part, error) {
		if err := ctx.Err(); err != nil { // something else was typed meanwhile
			return part{}, err
		}
		return x.parts(ctx, asked)()
	})
}

// parts asks the desk, until ctx ends; what it returns waits for the next part.
func (x *Screen) parts(ctx context.Context, asked campaigns.ContactQuery) func() (part, error) {
	lists, ended := make(chan campaigns.ContactList), make(chan error, 1)
	go func() {
		waited := false
		err := x.s.Desk.FindContacts(ctx, asked, func(l campaigns.ContactList) error {
			select {
			case lists <- l:
			case <-ctx.Done():
				return ctx.Err()
			}
			if waited || !l.Looking || l.Total < crowded {
				return nil
			}
			waited = true
			return pause(ctx)
		})
		ended <- err
		close(lists)
	}()
	var next func() (part, error)
	next = func() (part, error) {
		if l, more := <-lists; more {
			return part{list: l, next: next}, nil
		}
		return part{over: true}, <-ended
	}
	return next
}

// Whom a text begins is known at once; everybody is read for it only when no other
// key came for a moment, where that takes a processor for a second.
const (
	crowded = 50_000
	calm    = 250 * time.Millisecond
)

// pause waits until the person has stopped typing, or ctx ends.
func pause(ctx context.Context) error {
	t := time.NewTimer(calm)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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

// halt stops a question that takes its time: an order goes back to the one shown,
// a search keeps whom it found.
func (x *Screen) halt() bool {
	q := &x.query
	if !q.asking || !q.loaded {
		return false
	}
	q.stop()
	q.asking, q.req = false, x.s.Number()
	q.halted = q.asked == q.shown
	q.wanted.Sort, q.wanted.Desc = q.shown.Sort, q.shown.Desc
	q.asked = q.wanted
	x.showSort()
	return true
}

// listed takes a part of the people; one that is no longer wanted is dropped.
func (x *Screen) listed(msg screen.Reply[part]) tea.Cmd {
	q := &x.query
	if msg.Req != q.req {
		return nil
	}
	if msg.Err != nil || msg.Value.over {
		return x.answered(msg.Err)
	}
	next := screen.Ask(x.s, screen.Contacts, q.req, func(context.Context) (part, error) { return msg.Value.next() })
	list := msg.Value.list
	x.rows.read = list.Read
	if q.loaded && !list.Ready { // the order shown stays until the other is there
		return next
	}
	x.rows.list, q.loaded = list, true
	if list.Ready {
		q.shown = q.asked
	}
	x.table.SetSource(x.rows)
	if q.top && list.Ready {
		q.top = false
		x.table.Key("home")
	}
	if x.card.mode == full {
		x.table.Select(x.card.key)
	}
	return tea.Batch(next, x.want(), x.follow())
}

// answered ends a question.
func (x *Screen) answered(err error) tea.Cmd {
	q := &x.query
	q.asking = false
	q.stop()
	now := x.s.Clock()
	if q.asked.Find != "" {
		q.due = now.Add(10 * now.Sub(q.begun))
	}
	if err != nil {
		q.again = false
		return screen.Fail(err)
	}
	if q.again || x.rows.list.Stale {
		q.again = true // at one of the next looks
	}
	return nil
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

// nextSort goes to the order by the next column shown, then to that of arrival;
// amounts and dates begin with the largest.
func (x *Screen) nextSort() tea.Cmd {
	q := &x.query.wanted
	orders := []campaigns.ContactSort{campaigns.SortNumber}
	for _, c := range x.table.Shown() {
		orders = append(orders, campaigns.ContactSort(c.ID))
	}
	q.Sort = orders[(slices.Index(orders, q.Sort)+1)%len(orders)]
	q.Desc = slices.Contains(largestFirst, q.Sort)
	return x.search()
}

// largestFirst are the orders that begin at the other end.
var largestFirst = []campaigns.ContactSort{campaigns.SortLastOrder, campaigns.SortSpend, campaigns.SortOrders, campaigns.SortPoints, campaigns.SortCreated}

func (x *Screen) turnSort() tea.Cmd {
	x.query.wanted.Desc = !x.query.wanted.Desc
	return x.search()
}

func (x *Screen) showSort() {
	x.table.SetSort(string(x.query.wanted.Sort), x.query.wanted.Desc)
}
