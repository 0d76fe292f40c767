package bolt

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// Options say which folder to open, and give what the engine may not take for
// itself: randomness, the time, and who holds the folder.
type Options struct {
	Dir     string           // made if it is missing
	Rand    io.Reader        // entropy, read while opening: key of a new folder, seed of the salts of the audit; required
	Now     func() time.Time // for what the engine itself changes; required
	Command string           // what this process is doing, for those who find it busy

	// Upgraded is told when a folder of an older schema was brought forward;
	// nil for nobody.
	Upgraded func(model.Upgrade)

	// At is told that a commit is about to be made, or was made:
	// "crm.commit.before", "crm.commit.after", and the same of send. For tests
	// that end the process there; nil in production.
	At func(point string)

	noSync   bool                         // the control of power-cut tests
	step     func(string)                 // tests die in the middle of a migration
	free     func(string) (uint64, error) // tests have no room
	openFile func(string, int, os.FileMode) (*os.File, error)
}

// freeOf is how to ask what is left on a disk.
func (o Options) freeOf() func(string) (uint64, error) {
	if o.free != nil {
		return o.free
	}
	return freeBytes
}

// at tells a test where a migration is.
func (o Options) at(step string) {
	if o.step != nil {
		o.step(step)
	}
}

// Engine keeps store.Store in a folder.
type Engine struct {
	dir       string
	crm, send *file
	now       func() time.Time
	salts     io.Reader // for whoever writes to crm.db, one at a time
	key       []byte    // of the hashes of suppressed addresses
	ledger    ledger
	sieve     sieve // of the names in runs, for whoever writes to crm.db
	upkeep    upkeep
	track     *track

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

var _ store.Store = (*Engine)(nil)

var crmLayout = layout{
	name:   "crm.db",
	schema: schema,
	needs:  crmRoom,
	buckets: [][]byte{
		bucketMeta, bucketContact, bucketEmail, bucketExternal, bucketCard,
		bucketOrder, bucketOrderKey, bucketOrderLog, bucketWaiting,
		bucketCampaign, bucketSegment,
		bucketOperator, bucketOperatorKey, bucketAudit, bucketAuditDetail, bucketAuditObject,
		bucketSetting, bucketConsent, bucketPoints,
	},
}

func sendLayout(entropy io.Reader) layout {
	return layout{
		name:           "send.db",
		schema:         sendSchema,
		needs:          sendRoom,
		buckets:        [][]byte{bucketMeta, bucketLedger, bucketUnsettled, bucketSuppress, bucketOpposition},
		noFreelistSync: true,
		seed:           func(tx *bolt.Tx) error { return seedSuppressKey(tx, entropy) },
	}
}

// Open opens a folder, and settles what the process that held it last left
// open: claimed recipients are planned again, intended ones uncertain. Errors:
// model.KindBusy names the process that holds the folder; store.ErrNewer.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := makeDir(o.Dir); err != nil {
		return nil, openError(o.Dir, err)
	}
	e := &Engine{dir: o.Dir, now: o.Now}
	e.ledger = ledger{e: e, hints: map[model.CampaignID]claimHints{}, hushed: map[line]bool{}}
	if err := e.open(ctx, o); err != nil {
		return nil, errors.Join(openError(o.Dir, err), e.release())
	}
	return e, nil
}

func (e *Engine) open(ctx context.Context, o Options) (err error) {
	until := time.Now().Add(lockWait)
	if err = prepare(o, until); err != nil {
		return err
	}
	var seed [32]byte
	if _, err = io.ReadFull(o.Rand, seed[:]); err != nil {
		return err
	}
	e.salts = rand.NewChaCha8(seed) // Rand belongs to others too, who may be reading it
	if e.crm, err = openFile(o, crmLayout, until); err != nil {
		return err
	}
	if e.send, err = openFile(o, sendLayout(o.Rand), until); err != nil {
		return err
	}
	if err = e.oneFolder(ctx); err != nil {
		return err
	}
	if err = writeHolder(o); err != nil && !errors.Is(err, syscall.ENOSPC) { // it is a courtesy
		return err
	}
	if err = e.migrate(ctx, o); err != nil {
		return err
	}
	if err = e.send.view(func(tx *bolt.Tx) error { e.key, err = suppressKey(tx); return err }); err != nil {
		return err
	}
	if err = e.addOpposition(ctx); err != nil {
		return err
	}
	if e.track, err = newTrack(e, o); err != nil {
		return err
	}
	return errors.Join(e.ledger.recover(ctx), e.ledger.unfinished(ctx))
}

func openError(dir string, err error) error {
	var worded *model.Error
	switch {
	case isHeld(err):
		return heldError(dir).Because(err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return model.Refused("store.read_only_folder", "dir", dir).Because(err)
	case errors.As(err, &worded):
		return err
	}
	return model.Failed(err, "store.open_failed", "dir", dir)
}

// makeDir makes the folder for its owner alone; one that exists is left as it is.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

// enter begins a method: it refuses a context that has ended and a store that
// is closed. Each enter that returned nil needs its leave.
func (e *Engine) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return model.Failed(os.ErrClosed, "store.closed")
	}
	e.running.Add(1)
	return nil
}

func (e *Engine) leave() { e.running.Done() }

// Close waits for the methods under way, then releases the folder.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	e.mu.Unlock()
	e.running.Wait()
	removeHolder(e.dir)
	return e.release()
}

// release closes what is open; the lock goes last with crm.db.
func (e *Engine) release() error {
	var errs []error
	if e.track != nil {
		errs = append(errs, e.track.close())
	}
	for _, f := range []*file{e.send, e.crm} {
		if f != nil {
			errs = append(errs, f.db.Close())
		}
	}
	return errors.Join(errs...)
}

// Contacts keeps people.
func (e *Engine) Contacts() store.Contacts { return contacts{e} }

// Orders keeps purchases.
func (e *Engine) Orders() store.Orders { return orders{e} }

// Segments keeps named rules.
func (e *Engine) Segments() store.Segments { return segments{e} }

// Frozen keeps who was in a segment at one moment.
func (e *Engine) Frozen() store.FrozenSegments { return frozen{e} }

// Campaigns keeps campaigns.
func (e *Engine) Campaigns() store.Campaigns { return campaigns{e} }

// Ledger keeps who got what.
func (e *Engine) Ledger() store.Ledger { return &e.ledger }

// Suppressions keeps who must not be written to.
func (e *Engine) Suppressions() store.Suppressions { return suppressions{e} }

// Pacing keeps how fast everything leaves.
func (e *Engine) Pacing() store.Pacing { return pacing{e} }

// Operators keeps who may come in.
func (e *Engine) Operators() store.Operators { return operators{e} }

// Audit keeps the chain of what was done.
func (e *Engine) Audit() store.Audit { return audit{e} }
