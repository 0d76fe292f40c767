package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// What comes back from outside lies in a file a month, opened when it is first
// asked for. Of the months that nobody uses the least used is closed when more
// than openMonths are open.
const openMonths = 16

const trackSchema = 1

var (
	bucketEvent  = []byte("event")
	bucketPerson = []byte("person")
	bucketWho    = []byte("who")
	bucketReader = []byte("reader")
	bucketTally  = []byte("tally")
	bucketSeen   = []byte("seen")
	bucketPast   = []byte("past")

	tableEvent  = newTable("event")
	tablePerson = newTable("person")
	tableWho    = newTable("who")
	tableReader = newTable("reader")
	tableTally  = newTable("tally")
	tableSeen   = newTable("seen")
	tablePast   = newTable("past")
)

// month counts the months since the year 0, in UTC.
type month int

func monthOf(t time.Time) month { t = t.UTC(); return month(t.Year()*12 + int(t.Month()) - 1) }

func (m month) String() string { return fmt.Sprintf("%04d-%02d", m/12, m%12+1) }

func (m month) file() string { return fmt.Sprintf("track-%04d%02d.db", m/12, m%12+1) }

// end is the first instant that is not of the month.
func (m month) end() time.Time {
	return time.Date(int(m/12), time.Month(m%12+2), 1, 0, 0, 0, 0, time.UTC)
}

// monthOfFile reads the name of a file.
func monthOfFile(name string) (m month, ok bool) {
	var year, n int
	if _, err := fmt.Sscanf(name, "track-%4d%2d.db", &year, &n); err != nil || n < 1 || n > 12 {
		return 0, false
	}
	m = month(year*12 + n - 1)
	return m, m.file() == name
}

// track are the months of a folder. One at a time appends, forgets, expires: an
// append reads in other months whether a person is known there, and two of them
// could wait for each other.
type track struct {
	e    *Engine
	o    Options
	turn chan struct{}

	floor month // of the writer: nothing older is taken; 0 not looked up yet

	mu     sync.Mutex
	months map[month]*monthFile
	asked  uint64
}

// monthFile is a month that is there; its file is nil while it is closed.
type monthFile struct {
	*file
	month month
	users int
	asked uint64 // when it was last asked for

	campaigns map[model.CampaignID]bool // those it has sums of; nil before it was ever opened
	past      map[model.CampaignID]bool // those of which it has the sums of removed months
}

func (t *track) layout() layout {
	return layout{
		name: "", schema: trackSchema, needs: sendRoom, noFreelistSync: true,
		buckets: [][]byte{bucketMeta, bucketEvent, bucketPerson, bucketWho, bucketReader, bucketTally, bucketSeen, bucketPast},
		seed: func(tx *bolt.Tx) error {
			id, err := t.folder()
			if err != nil {
				return err
			}
			return seedFolder(tx, id)
		},
	}
}

func (t *track) folder() (id []byte, err error) {
	err = t.e.send.view(func(tx *bolt.Tx) (err error) { id, err = folderID(tx); return err })
	return id, err
}

// newTrack looks which months are there, and opens none: a month that is damaged
// keeps nobody from sending.
func newTrack(e *Engine, o Options) (*track, error) {
	t := &track{e: e, o: o, turn: make(chan struct{}, 1), months: map[month]*monthFile{}}
	entries, err := os.ReadDir(o.Dir)
	for _, entry := range entries {
		if m, ok := monthOfFile(entry.Name()); ok {
			t.months[m] = &monthFile{month: m}
		}
	}
	return t, err
}

// begin waits for the turn of whoever changes months.
func (t *track) begin(ctx context.Context) (end func(), err error) {
	select {
	case t.turn <- struct{}{}:
		return func() { <-t.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// list are the months that are there, oldest first.
func (t *track) list() []month {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.months))
}

// use opens a month, for as long as its user needs it. A month that is not there
// is nil, unless it is to be made.
func (t *track) use(m month, made bool) (f *monthFile, done func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.miss(m); err != nil {
		return nil, nil, err
	}
	f = t.months[m]
	if f == nil && !made {
		return nil, func() {}, nil
	}
	if f == nil {
		l := t.layout()
		l.name = m.file()
		if err := create(t.o, l); err != nil {
			return nil, nil, openError(t.o.Dir, err)
		}
		f = &monthFile{month: m}
		t.months[m] = f
	}
	if f.file == nil {
		if f.file, err = t.open(m); err != nil {
			return nil, nil, openError(t.o.Dir, err)
		}
	}
	if f.campaigns == nil {
		if err := f.learn(); err != nil {
			return nil, nil, err
		}
	}
	t.asked++
	f.asked, f.users = t.asked, f.users+1
	return f, func() { t.done(f) }, nil
}

// miss forgets a month whose file somebody removed: what is asked for next does
// without it, and what comes next makes it anew. Nothing is written to a file that
// has no name any more: it would be gone with the process. The caller holds t.mu.
func (t *track) miss(m month) error {
	f := t.months[m]
	if f == nil || f.users > 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(t.o.Dir, m.file())); !errors.Is(err, fs.ErrNotExist) {
		return nil // another fault is for who opens it
	}
	delete(t.months, m)
	if f.file == nil {
		return nil
	}
	return f.db.Close()
}

// learn notes of which campaigns a month has sums, so that it need not be opened
// for the others.
func (f *monthFile) learn() error {
	campaigns, past := map[model.CampaignID]bool{}, map[model.CampaignID]bool{}
	err := f.view(func(tx *bolt.Tx) error {
		err := eachPast(tx, func(_ month, key, _ []byte) error {
			past[model.CampaignID(binary.BigEndian.Uint32(key[4:]))] = true
			return nil
		})
		if err != nil {
			return err
		}
		return tx.Bucket(bucketTally).ForEach(func(key, _ []byte) error {
			if len(key) != 4 {
				return tableTally.damaged(key, errBroken)
			}
			campaigns[model.CampaignID(binary.BigEndian.Uint32(key))] = true
			return nil
		})
	})
	if err == nil {
		f.campaigns, f.past = campaigns, past
	}
	return err
}

// learned adds to what a month is known to have.
func (t *track) learned(f *monthFile, campaigns, past []model.CampaignID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range campaigns {
		f.campaigns[id] = true
	}
	for _, id := range past {
		f.past[id] = true
	}
}

// knowing are the months that have sums of a campaign, or that nobody opened yet,
// oldest first.
func (t *track) knowing(id model.CampaignID, past bool) (all []month) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for m, f := range t.months {
		if f.campaigns == nil || f.campaigns[id] || past && f.past[id] {
			all = append(all, m)
		}
	}
	slices.Sort(all)
	return all
}

func (t *track) open(m month) (*file, error) {
	l := t.layout()
	l.name = m.file()
	f, err := openFile(t.o, l, time.Now().Add(lockWait))
	if err != nil {
		return nil, err
	}
	want, err := t.folder()
	if err == nil {
		err = f.view(func(tx *bolt.Tx) error {
			got, err := tableMeta.open(keyFolder, tx.Bucket(bucketMeta).Get(keyFolder))
			if err == nil && !bytes.Equal(got, want) {
				err = model.Refused("store.mixed", "file", f.name, "other", t.e.send.name, "dir", t.o.Dir)
			}
			return err
		})
	}
	if err != nil {
		return nil, errors.Join(err, f.db.Close())
	}
	return f, nil
}

// done lets a month go, and closes the one that was asked for longest ago.
func (t *track) done(f *monthFile) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f.users--
	open, oldest := 0, (*monthFile)(nil)
	for _, o := range t.months {
		if o.file == nil {
			continue
		}
		open++
		if o.users == 0 && (oldest == nil || o.asked < oldest.asked) {
			oldest = o
		}
	}
	if open > openMonths && oldest != nil {
		_ = oldest.db.Close()
		oldest.file = nil
	}
}

// all opens every month, oldest first.
func (t *track) all() (all []*monthFile, done func(), err error) {
	var each []func()
	done = func() {
		for _, d := range each {
			d()
		}
	}
	for _, m := range t.list() {
		f, d, err := t.use(m, false)
		if err != nil {
			done()
			return nil, nil, err
		}
		if f != nil {
			all, each = append(all, f), append(each, d)
		}
	}
	return all, done, nil
}

// close closes what is open; nobody uses anything any more.
func (t *track) close() error {
	var errs []error
	for _, f := range t.months {
		if f.file != nil {
			errs = append(errs, f.db.Close())
			f.file = nil
		}
	}
	return errors.Join(errs...)
}

// remove takes a month away for good.
func (t *track) remove(m month) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.months[m]
	if f == nil { // somebody was quicker
		return nil
	}
	if f.file != nil {
		if f.users > 0 {
			return model.Busy("upkeep.copying")
		}
		if err := f.db.Close(); err != nil {
			return err
		}
		f.file = nil
	}
	if err := os.Remove(filepath.Join(t.o.Dir, m.file())); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	delete(t.months, m)
	return syncDir(t.o.Dir)
}

// Responses keeps what came back from outside.
func (e *Engine) Responses() store.Responses { return responses{e} }

type responses struct{ e *Engine }

// isMonth reports whether a file keeps a month.
func isMonth(name string) bool { _, ok := monthOfFile(name); return ok }

// withMonths are all files of a folder, what is written to most first.
func withMonths(months []*monthFile, others []*file) (all []*file) {
	for _, f := range slices.Backward(months) {
		all = append(all, f.file)
	}
	return append(all, others...)
}
