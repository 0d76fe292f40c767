package bolt

import (
	"context"
	"errors"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func (s responses) Append(ctx context.Context, list []model.Response) (seen []bool, err error) {
	if err := s.e.enter(ctx); err != nil {
		return nil, err
	}
	defer s.e.leave()
	for i := range list {
		if !store.ValidResponse(&list[i]) {
			return nil, model.Invalid("store.bad_response", "kind", list[i].Kind.String())
		}
	}
	t := s.e.track
	end, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := t.findFloor(); err != nil {
		return nil, err
	}
	by := map[month][]int{}
	for i := range list {
		m := max(monthOf(list[i].At), t.floor)
		by[m] = append(by[m], i)
	}
	seen = make([]bool, len(list))
	for _, m := range slices.Sorted(maps.Keys(by)) {
		if err := t.append(ctx, m, list, by[m], seen); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// findFloor looks up the oldest month that may be added to: the one that has the
// sums of those that were removed.
func (t *track) findFloor() error {
	if t.floor > 0 {
		return nil
	}
	floor := month(1)
	for _, m := range t.list() {
		f, done, err := t.use(m, false)
		if err != nil {
			return err
		}
		if f != nil && len(f.past) > 0 {
			floor = m
		}
		done()
	}
	t.floor = floor
	return nil
}

// appending is the step of one month: what it reads in the others, and the sums
// that it writes at its end.
type appending struct {
	t       *track
	f       *monthFile
	tx      *bolt.Tx
	buckets map[string]*bolt.Bucket
	tallies map[model.CampaignID]*store.ResponseTally
	others  map[month]*looked
}

// looked is another month, while it is read.
type looked struct {
	tx   *bolt.Tx
	done func()
}

// append adds those of a list that are of a month.
func (t *track) append(ctx context.Context, m month, list []model.Response, of []int, seen []bool) error {
	f, done, err := t.use(m, true)
	if err != nil {
		return err
	}
	defer done()
	write := f.update
	if slices.ContainsFunc(of, func(i int) bool { return mustStay(list[i].Kind) }) {
		write = f.settle
	}
	a := &appending{t: t, f: f, others: map[month]*looked{}}
	defer a.close()
	err = write(ctx, func(tx *bolt.Tx) error {
		a.open(tx)
		for _, i := range of {
			r := list[i]
			var err error
			if seen[i], err = a.seen(&r); err == nil && !seen[i] {
				err = a.add(&r)
			}
			if err != nil {
				return err
			}
		}
		return a.flush()
	})
	if err == nil {
		t.learned(f, slices.Collect(maps.Keys(a.tallies)), nil)
	}
	return err
}

// mustStay are the kinds that are written while anything can be.
func mustStay(k model.ResponseKind) bool {
	return k != model.ResponseClick && k != model.ResponseOpen && k != model.ResponseView
}

func (a *appending) open(tx *bolt.Tx) {
	a.tx, a.buckets, a.tallies = tx, map[string]*bolt.Bucket{}, map[model.CampaignID]*store.ResponseTally{}
	for _, name := range [][]byte{bucketEvent, bucketPerson, bucketWho, bucketReader, bucketTally, bucketSeen} {
		a.buckets[string(name)] = tx.Bucket(name)
	}
	a.bucket(bucketEvent).FillPercent = 0.95 // keys come in the order of time
}

func (a *appending) bucket(name []byte) *bolt.Bucket { return a.buckets[string(name)] }

// in reads in another month; nil when there is none.
func (a *appending) in(m month) (*bolt.Tx, error) {
	if o := a.others[m]; o != nil {
		return o.tx, nil
	}
	f, done, err := a.t.use(m, false)
	if err != nil || f == nil {
		return nil, err
	}
	f.swap.RLock()
	tx, err := f.db.Begin(false)
	if err != nil {
		f.swap.RUnlock()
		done()
		return nil, err
	}
	a.others[m] = &looked{tx, func() { _ = tx.Rollback(); f.swap.RUnlock(); done() }}
	return tx, nil
}

func (a *appending) close() {
	for _, o := range a.others {
		o.done()
	}
}

// seen reports whether the ID of a response is known, and notes it.
func (a *appending) seen(r *model.Response) (bool, error) {
	if r.ID == "" {
		return false, nil
	}
	key := idKey(r.ID)
	for _, m := range []month{monthOf(r.At.Add(-store.IDsKept)), a.f.month, monthOf(r.At.Add(store.IDsKept))} {
		tx := a.tx
		if m != a.f.month {
			var err error
			if tx, err = a.in(m); err != nil {
				return false, err
			}
		}
		if tx == nil {
			continue
		}
		value := tx.Bucket(bucketSeen).Get(key)
		if value == nil {
			continue
		}
		ms, err := openNumber(tableSeen, key, value)
		if err != nil {
			return false, err
		}
		if d := r.At.Sub(fromMillis(int64(ms))); d.Abs() <= store.IDsKept {
			return true, nil
		}
	}
	return false, putNumber(a.bucket(bucketSeen), tableSeen, key, uint64(millis(r.At)))
}

// place finds the key of the next event of an instant.
func (a *appending) place(ms int64) eventKey {
	c := a.bucket(bucketEvent).Cursor()
	for ; ; ms++ {
		next := newEventKey(ms+1, 0)
		key, _ := c.Seek(next[:])
		if key == nil {
			key, _ = c.Last()
		} else {
			key, _ = c.Prev()
		}
		if key == nil || eventMilli(key) < ms {
			return newEventKey(ms, 0)
		}
		if n := eventNumber(key) + 1; n < eventsOfMilli {
			return newEventKey(ms, n)
		}
	}
}

// add keeps a response with all that is found by it.
func (a *appending) add(r *model.Response) error {
	if r.Kind == model.ResponseOpen {
		r.Contact = 0
	}
	key := a.place(millis(r.At))
	if err := a.burst(r); err != nil {
		return err
	}
	if err := a.bucket(bucketEvent).Put(key[:], sealEvent(key[:], r)); err != nil {
		return err
	}
	if r.Contact != 0 {
		k := personKey(r.Contact, key[:])
		if err := a.bucket(bucketPerson).Put(k, tablePerson.seal(k, blank(0))); err != nil {
			return err
		}
	}
	t, err := a.tally(r.Campaign)
	if err != nil {
		return err
	}
	t.Hits[r.Kind][r.Agent]++
	if r.Kind == model.ResponseBounce {
		t.Bounces[r.Class]++
		t.ByLane[r.Lane][r.Class]++
	}
	if r.Agent != model.AgentPerson {
		return nil
	}
	if r.Kind == model.ResponseClick {
		t.OnLink(linkOf(r), 1, 0)
	}
	if r.Kind == model.ResponseAnswer {
		t.OnAnswer(r.Value, 1)
	}
	if r.Contact == 0 {
		return nil
	}
	return errors.Join(a.person(t, r), a.reads(t, r))
}

func linkOf(r *model.Response) store.VersionLink {
	return store.VersionLink{Version: r.Version, Link: r.Link}
}

// person notes who it was, and counts them unless they are known.
func (a *appending) person(t *store.ResponseTally, r *model.Response) error {
	key, at := whoKey(r.Kind, r.Campaign, r.Contact), millis(r.At)
	w, known, err := a.whoIn(a.tx, key)
	if err != nil {
		return err
	}
	before, ever := w, known
	if !known {
		w = who{first: at, last: at, counted: true}
		err = a.elsewhere(r.Campaign, func(tx *bolt.Tx) error {
			o, found, err := a.whoIn(tx, key)
			if found && (!ever || o.last > before.last) {
				before = o
			}
			ever = ever || found
			return err
		})
		if err != nil {
			return err
		}
		w.counted = !ever
	}
	if r.Kind == model.ResponseAnswer && ever { // they changed their mind
		t.OnAnswer(before.answer, -1)
	}
	if w.counted && !known {
		t.Persons[r.Kind]++
	}
	w.first, w.last, w.answer = min(w.first, at), max(w.last, at), r.Value
	return a.bucket(bucketWho).Put(key, w.seal(key))
}

func (a *appending) whoIn(tx *bolt.Tx, key []byte) (w who, found bool, err error) {
	value := tx.Bucket(bucketWho).Get(key)
	if value == nil {
		return w, false, nil
	}
	w, err = openWho(key, value)
	return w, err == nil, err
}

// reads notes who followed which link.
func (a *appending) reads(t *store.ResponseTally, r *model.Response) error {
	if r.Kind != model.ResponseClick {
		return nil
	}
	key := readerKey(r.Campaign, linkOf(r), r.Contact)
	b := a.bucket(bucketReader)
	if b.Get(key) != nil {
		return nil
	}
	state, persons := uint64(readerCounted), 1
	err := a.elsewhere(r.Campaign, func(tx *bolt.Tx) error {
		if tx.Bucket(bucketReader).Get(key) != nil {
			state, persons = readerKnown, 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.OnLink(linkOf(r), 0, persons)
	return putNumber(b, tableReader, key, state)
}

// Whether the sums of this month count somebody who followed a link, or those of
// another one do.
const (
	readerCounted = 1 + iota
	readerKnown
)

// elsewhere looks into the other months that know a campaign.
func (a *appending) elsewhere(id model.CampaignID, look func(*bolt.Tx) error) error {
	for _, m := range a.t.knowing(id, false) {
		if m == a.f.month {
			continue
		}
		tx, err := a.in(m)
		if err == nil && tx != nil {
			err = look(tx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tally are the sums of a campaign in this month, read once.
func (a *appending) tally(id model.CampaignID) (*store.ResponseTally, error) {
	if t := a.tallies[id]; t != nil {
		return t, nil
	}
	t := &store.ResponseTally{}
	key := key32(uint32(id))
	if value := a.bucket(bucketTally).Get(key); value != nil {
		read, err := openTally(tableTally, key, value)
		if err != nil {
			return nil, err
		}
		t = &read
	}
	a.tallies[id] = t
	return t, nil
}

func (a *appending) flush() error {
	for _, id := range slices.Sorted(maps.Keys(a.tallies)) {
		key := key32(uint32(id))
		if err := a.bucket(bucketTally).Put(key, tableTally.seal(key, appendTally(blank(256), a.tallies[id]))); err != nil {
			return err
		}
	}
	return nil
}
