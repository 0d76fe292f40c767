package bolt

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"sync"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// upkeep keeps snapshots and compactions out of each other's way: a compaction
// waits for readers, and would wait for as long as a snapshot is written.
type upkeep struct {
	mu         sync.Mutex
	snapshots  int
	compacting bool
	list       sync.Mutex      // of the file of erasures
	names      map[hashed]bool // in it, when it had namesOf bytes
	namesOf    int64
	step       func(string) // tests die here
}

func (u *upkeep) beginSnapshot() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.compacting {
		return model.Busy("upkeep.compacting")
	}
	u.snapshots++
	return nil
}

func (u *upkeep) endSnapshot() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.snapshots--
}

// files are the files of the folder, what is written to most first.
func (e *Engine) files() []*file { return []*file{e.send, e.crm} }

// snapshot holds a read transaction of each file that was not written yet.
type snapshot struct {
	e        *Engine
	facts    store.Facts
	files    []store.SnapshotFile
	erasures []byte
	from     []*file // what is written to most first
	months   func()  // lets the months go

	mu     sync.Mutex
	open   map[string]*bolt.Tx
	closed bool
}

// Snapshot opens a reading transaction of each file while it has the turns of
// all writers, which is what makes them one moment.
func (e *Engine) Snapshot(ctx context.Context) (store.Snapshot, error) {
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	if err := e.upkeep.beginSnapshot(); err != nil {
		e.leave()
		return nil, err
	}
	s := &snapshot{e: e, open: map[string]*bolt.Tx{}}
	err := s.begin(ctx)
	if err == nil {
		err = s.look()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *snapshot) begin(ctx context.Context) (err error) {
	end, err := s.e.track.begin(ctx) // no month comes or goes
	if err != nil {
		return err
	}
	defer end()
	months, done, err := s.e.track.all()
	if err != nil {
		return err
	}
	s.from, s.months = withMonths(months, s.e.files()), done
	for _, f := range s.from {
		select {
		case f.turn <- struct{}{}:
			defer func() { <-f.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, f := range s.from {
		tx, err := f.db.Begin(false)
		if err != nil {
			return err
		}
		s.open[f.name] = tx
	}
	s.erasures, err = s.e.readErasures()
	return err
}

// look gathers the facts and the list of files.
func (s *snapshot) look() error {
	crm, send := s.open[s.e.crm.name], s.open[s.e.send.name]
	id, err := folderID(send)
	if err != nil {
		return err
	}
	s.facts = store.Facts{
		Folder: hex.EncodeToString(id), Contacts: countContacts(crm), Orders: int(lastOrder(crm)),
		Recipients: countRecipients(send), Sequence: map[string]uint64{},
	}
	for _, f := range s.from {
		s.facts.Responses += countEvents(s.open[f.name])
	}
	if s.facts.Schema, err = schemaOf(crm); err != nil {
		return err
	}
	end, err := getEnd(crm)
	if err != nil {
		return err
	}
	if end.seq > 0 {
		s.facts.Audit = &store.AuditEnd{Seq: end.seq, Hash: hex.EncodeToString(end.hash[:])}
	}
	_ = crm.Bucket(bucketCampaign).ForEach(func(_, _ []byte) error { s.facts.Campaigns++; return nil })
	for _, f := range s.from {
		tx := s.open[f.name]
		s.facts.Sequence[f.name] = sequenceOf(tx)
		s.files = append(s.files, store.SnapshotFile{
			Name: f.name, Size: tx.Size(),
			WriteTo: func(ctx context.Context, w io.Writer) error { return s.write(ctx, f.name, w) },
		})
	}
	if len(s.erasures) > 0 {
		s.files = append(s.files, store.SnapshotFile{
			Name: erasuresName, Size: int64(len(s.erasures)),
			WriteTo: func(_ context.Context, w io.Writer) error { _, err := w.Write(s.erasures); return err },
		})
	}
	return nil
}

func (s *snapshot) Facts() store.Facts { return s.facts }

func (s *snapshot) Files() []store.SnapshotFile { return s.files }

// write streams a file, then ends its transaction: until then no page of that
// file is used again, so that every commit makes it grow.
func (s *snapshot) write(ctx context.Context, name string, w io.Writer) error {
	s.mu.Lock()
	tx := s.open[name]
	delete(s.open, name)
	s.mu.Unlock()
	if tx == nil {
		return model.Failed(errWritten, "upkeep.copy_failed", "file", name)
	}
	_, err := tx.WriteTo(&stoppable{ctx: ctx, w: w})
	return errors.Join(err, tx.Rollback())
}

var errWritten = errors.New("was written, or the snapshot is closed")

func (s *snapshot) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	for _, tx := range s.open {
		errs = append(errs, tx.Rollback())
	}
	clear(s.open)
	if s.months != nil {
		s.months()
	}
	s.e.upkeep.endSnapshot()
	s.e.leave()
	return errors.Join(errs...)
}

// stoppable is a writer that ends with its context, and copies by large parts.
type stoppable struct {
	ctx context.Context
	w   io.Writer
}

func (s *stoppable) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}

func (s *stoppable) ReadFrom(r io.Reader) (n int64, err error) {
	return io.CopyBuffer(struct{ io.Writer }{s}, r, make([]byte, 256<<10))
}

// schemaOf is the schema that a file says it has.
func schemaOf(tx *bolt.Tx) (int, error) {
	body, err := tableMeta.open(keySchema, tx.Bucket(bucketMeta).Get(keySchema))
	if err != nil {
		return 0, err
	}
	found, n := binary.Uvarint(body)
	if n <= 0 {
		return 0, tableMeta.damaged(keySchema, errBroken)
	}
	return int(found), nil
}

// countRecipients adds up the plans; one that cannot be read counts nobody: a
// damaged folder must be saved as it is.
func countRecipients(tx *bolt.Tx) (n int) {
	_ = tx.Bucket(bucketLedger).ForEachBucket(func(key []byte) error {
		if l, err := openCampaign(tx, model.CampaignID(binary.BigEndian.Uint32(key))); err == nil && l != nil {
			n += l.head.planned
		}
		return nil
	})
	return n
}

var keySequence = []byte("sequence")

// sequenceOf counts the writes of a file over all its compactions, each of
// which begins bbolt's own count again.
func sequenceOf(tx *bolt.Tx) uint64 {
	before, _ := getNumber(tx.Bucket(bucketMeta), tableMeta, keySequence)
	return before + uint64(tx.ID())
}

// erasedCount is how many contacts were erased.
func erasedCount(tx *bolt.Tx) int {
	n, _ := getNumber(tx.Bucket(bucketMeta), tableMeta, keyErased)
	return int(n)
}

func countContacts(tx *bolt.Tx) int { return int(lastContact(tx)) - erasedCount(tx) }
