package roster

import (
	"context"
	"sync"
	"time"

	"blanche/model"
)

// Roster is the orders that were asked for. It is safe for several goroutines.
type Roster struct {
	people People
	build  chan struct{} // one order is read at a time
	mu     sync.Mutex
	orders map[string]*order
	data   uint64    // counts what came in
	used   uint64    // counts the questions: the order asked for last goes last
	rest   time.Time // before it no order is read again
}

// most is how many orders are kept: eight bytes a person each, twice that where
// both directions were looked at.
const most = 6

// New is a roster of the people of a store.
func New(people People) *Roster {
	return &Roster{people: people, build: make(chan struct{}, 1), orders: map[string]*order{}}
}

// Came says that people came in or changed in numbers: orders are read again when
// they are next asked for.
func (r *Roster) Came() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data++
}

// Lose lets one order go: what it sorts by has changed for many people.
func (r *Roster) Lose(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.build) > 0 { // perhaps it is being read
		r.data++
	}
	delete(r.orders, name)
}

// Forget lets the orders go.
func (r *Roster) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.orders)
}

// Changed moves one person to their place in every order, as they are now.
func (r *Roster) Changed(ctx context.Context, c *model.Contact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.build) > 0 { // whoever is reading may have read past the person
		r.data++
	}
	for name, o := range r.orders {
		next, err := o.moved(ctx, r.people, c)
		if err != nil {
			r.data++
			return
		}
		r.orders[name] = next
	}
}

// kept is an order that was read before, perhaps older than the data; nil
// without one.
func (r *Roster) kept(name string) (o *order, stale, rests bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o = r.orders[name]; o != nil {
		r.used++
		o.used = r.used
		stale = o.data != r.data
	}
	return o, stale, time.Now().Before(r.rest)
}

// read reads an order, one at a time for everybody.
func (r *Roster) read(ctx context.Context, name string, key Key, far func(int) error) (*order, error) {
	select {
	case r.build <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-r.build }()
	if o, stale, _ := r.kept(name); o != nil && !stale { // somebody else wanted it too
		return o, nil
	}
	begin := time.Now()
	r.mu.Lock()
	data := r.data
	r.mu.Unlock()
	o, err := readOrder(ctx, r.people, key, far)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used++
	o.data, o.used = data, r.used
	r.orders[name] = o
	r.rest = time.Now().Add(4 * time.Since(begin)) // the machine is the sending's
	r.drop()
	return o, nil
}

// drop lets go of the order that nobody has asked for the longest.
func (r *Roster) drop() {
	for len(r.orders) > most {
		oldest := ""
		for name, o := range r.orders {
			if oldest == "" || o.used < r.orders[oldest].used {
				oldest = name
			}
		}
		delete(r.orders, oldest)
	}
}

// List is everybody in an order.
type List struct {
	IDs   []model.ContactID // not to be written
	Stale bool              // people came in since
}

// Kept is an order that is there already.
func (r *Roster) Kept(name string, down bool) (List, bool) {
	o, stale, _ := r.kept(name)
	if o == nil {
		return List{}, false
	}
	return r.list(o, down, stale), true
}

func (r *Roster) list(o *order, down, stale bool) List {
	r.mu.Lock()
	defer r.mu.Unlock()
	return List{o.list(down), stale}
}

// Get is an order, read if it is not there. One that is older than the data is
// read again too, if that does not happen all the time; far hears how many people
// were read, and stops it by an error.
func (r *Roster) Get(ctx context.Context, name string, key Key, down bool, far func(read int) error) (List, error) {
	o, stale, rests := r.kept(name)
	if o == nil || stale && !rests {
		fresh, err := r.read(ctx, name, key, far)
		if err != nil {
			return List{}, err
		}
		o = fresh
		_, stale, _ = r.kept(name)
	}
	return r.list(o, down, stale), nil
}
