package campaigns

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store"
)

// booksMemory is how many bytes the books of the campaigns may take together:
// those looked at longest ago are let go, and read again when they are looked at.
const booksMemory = 256 << 20

// books are the campaigns that somebody looks at, each with what its customers
// bought: an order that comes in is noted for those of them it touches, and the
// next look counts it in, without reading the others again.
type books struct {
	mu    sync.Mutex
	all   map[model.CampaignID]*openBook
	turn  uint64
	limit int // of bytes; 0: booksMemory

	people atomic.Uint64 // how often an import changed people: their households may be others
}

// openBook is one of them.
type openBook struct {
	look sync.Mutex // one look at a time

	// Written under both locks, so that either is enough to read them.
	book *measure.Book

	// Of books.mu.
	turn  uint64 // of the last look
	dirty map[model.ContactID]struct{}
	stale bool // too much is new: it must be read again
	size  int  // of the book when it was kept, in bytes

	// Of look.
	reached   int // held out and planned both: nobody, or the ledger is wrong
	first     model.Date
	window    int // days
	evidence  evidence
	statement model.Statement
	known     bool // statement is that of the book, on a day, for a record
	day       model.Date
	record    uint64 // revision of the campaign
	bought    uint64 // Service.orders then: twins are in no book
}

// open is the book of a campaign, empty at first, whose look has begun: who asks
// unlocks it.
func (b *books) open(id model.CampaignID) *openBook {
	b.mu.Lock()
	if b.all == nil {
		b.all = map[model.CampaignID]*openBook{}
	}
	o := b.all[id]
	if o == nil {
		o = &openBook{}
		b.all[id] = o
	}
	b.turn++
	o.turn = b.turn
	b.mu.Unlock()
	o.look.Lock()
	return o
}

// touched notes that the orders of some people have changed.
func (b *books) touched(people ...model.ContactID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.all {
		for _, id := range people {
			o.touch(id)
		}
	}
}

// touch notes one person, in a time that does not depend on how many there are.
// Where more are new than it takes to read everybody again, nobody is noted.
func (o *openBook) touch(id model.ContactID) {
	if o.stale || o.book != nil && !o.book.Has(uint32(id)) {
		return
	}
	if o.dirty == nil {
		o.dirty = map[model.ContactID]struct{}{}
	}
	o.dirty[id] = struct{}{}
	most := 1 << 20 // while it is being read
	if o.book != nil {
		most = max(1000, o.book.Len()/8)
	}
	if len(o.dirty) > most {
		o.stale, o.dirty = true, nil
	}
}

// forget says that orders have changed, and nobody knows whose.
func (b *books) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.all {
		o.stale, o.dirty = true, nil
	}
}

// news is who has changed since the last look, and whether everybody must be
// read again; what changes from now on is for the next one.
func (b *books) news(o *openBook) (dirty map[model.ContactID]struct{}, stale bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	dirty, stale = o.dirty, o.stale || o.book == nil
	o.dirty, o.stale = nil, false
	return dirty, stale
}

// keep gives a look its book, nil to read it again the next time, and lets go of
// those looked at longest ago while all take too much memory. The last one is
// kept, whatever it takes.
func (b *books) keep(o *openBook, book *measure.Book) {
	size := 0
	if book != nil {
		size = book.Bytes() // by who looks at it: nobody else may
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o.size = size
	if o.book = book; book == nil {
		o.known = false
		return
	}
	limit := b.limit
	if limit == 0 {
		limit = booksMemory
	}
	for b.bytes() > limit {
		var oldest *openBook
		var of model.CampaignID
		for id, other := range b.all {
			if other != o && (oldest == nil || other.turn < oldest.turn) {
				oldest, of = other, id
			}
		}
		if oldest == nil {
			return
		}
		delete(b.all, of)
	}
}

func (b *books) bytes() int {
	n := 0
	for _, o := range b.all {
		n += o.size
	}
	return n
}

// touched notes that the orders of some people have changed, for all that
// follows them.
func (s *Service) touched(people ...model.ContactID) {
	people = s.withUnited(people)
	s.books.touched(people...)
	s.sales.touched(people...)
	s.base.followed.touched(people...)
}

// forgetOrders says that orders have changed, and nobody knows whose.
func (s *Service) forgetOrders() {
	s.books.forget()
	s.sales.forget()
	s.base.followed.unknown()
}

// watchedOrders are the orders of an import: whose they are is noted for the books.
type watchedOrders struct {
	store.Orders
	s *Service
}

func (w watchedOrders) Put(ctx context.Context, list []model.Order) ([]store.OrderPut, error) {
	puts, err := w.Orders.Put(ctx, list)
	if err != nil {
		w.s.forgetOrders() // a step may be durable and yet return an error
		return puts, err
	}
	people := make([]model.ContactID, 0, len(puts))
	for _, p := range puts {
		if p.Change == store.Unchanged {
			continue
		}
		for _, id := range [...]model.ContactID{p.Contact, p.From} {
			if id != 0 {
				people = append(people, id)
			}
		}
	}
	w.s.touched(people...)
	return puts, nil
}

// watchedContacts are the people of an import: orders may have waited for them.
type watchedContacts struct {
	store.Contacts
	s *Service
}

// Ready is of those who can.
func (w watchedContacts) Ready(n int, row func(i int) *model.Contact, now time.Time) any {
	if r, ok := w.Contacts.(store.Readier); ok {
		return r.Ready(n, row, now)
	}
	return nil
}

func (w watchedContacts) Merge(ctx context.Context, rows []model.Contact, now time.Time) ([]store.Merged, error) {
	merged, err := w.Contacts.Merge(ctx, rows, now)
	if err != nil {
		w.s.forgetOrders()
		return merged, err
	}
	people := make([]model.ContactID, 0, len(merged))
	for _, m := range merged {
		switch m.Change {
		case store.Updated:
			people = append(people, m.ID)
		case store.Created: // in no campaign yet
			w.s.sales.touched(m.ID)
			w.s.base.followed.touched(m.ID)
		}
	}
	w.s.touched(people...)
	if len(people) > 0 {
		w.s.books.people.Add(1)
	}
	return merged, nil
}
