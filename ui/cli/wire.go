package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
	"blanche/store/archive"
	"blanche/store/open"
	"blanche/store/volatile"
	"blanche/ui/bench"
	"blanche/ui/i18n"
	"blanche/ui/ssh"
	"blanche/ui/web"
)

// openDesk opens the data folder and builds the desk over it: the one place
// where the floors meet.
func openDesk(ctx context.Context, w Wiring) (House, func(context.Context) error, error) {
	st, err := openStore(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	var lean func()
	if w.Lean {
		collectSooner()
		lean = collectLater
	}
	post, hangUp := campaigns.NewCourier()
	now, speed := quick(w.Now)
	desk, err := campaigns.Open(ctx, st, campaigns.Options{
		Config: w.Set.Config, Now: now, Speed: speed, Rand: w.Rand, Sends: w.Sends, Lean: lean, Continue: w.Resumes,
		ParseKey: ssh.ParseKey, Heads: w.Heads, At: faultAt, LookupMX: lookupMX, Room: roomOf(w.Data), Reach: web.Reach, Until: web.Until,
		Post: post, Word: wording(w.Set.Config.Lang), Spool: func() (campaigns.Spool, error) { return newSpool() }, Notebook: newNotebook(w.Data),
	})
	if err != nil {
		_ = st.Close()
		return nil, nil, err
	}
	return desk, func(ctx context.Context) error {
		err := desk.Close(ctx)
		hangUp()
		if closeErr := st.Close(); err == nil {
			err = closeErr
		}
		return err
	}, nil
}

// openStore opens a data folder for this process alone.
func openStore(ctx context.Context, w Wiring) (store.Store, error) {
	return open.Open(ctx, open.Options{Dir: w.Data, Rand: w.Rand, Now: w.Now, Command: w.Command, At: faultAt})
}

// upgradeFolder brings a folder of an older blanche forward, or tells what that
// would change.
func upgradeFolder(ctx context.Context, w Wiring, dry bool) (model.Upgrade, error) {
	return open.Upgrade(ctx, open.Options{Dir: w.Data, Rand: w.Rand, Now: w.Now, Command: w.Command}, dry)
}

// restoring is what a backup is opened and put back with.
type restoring struct {
	unsealing
	who           model.Actor
	data, command string
	erasures      []io.Reader
	rand          io.Reader
	now           func() time.Time
}

func (r *restoring) keys() archive.Keys {
	return archive.Keys{Identities: r.identities, Passphrase: r.passphrase}
}

func (r *restoring) open(ctx context.Context, dir string) (store.Store, error) {
	return open.Open(ctx, open.Options{Dir: dir, Rand: r.rand, Now: r.now, Command: r.command})
}

// restoredJSON is what a restore did.
type restoredJSON struct {
	archive.Manifest
	Erased int `json:"erased"`        // people erased again
	Lists  int `json:"erasure_lists"` // that were replayed; 0: whoever was erased since the backup is back
}

// run puts a backup into the folder, and notes it in the audit that came with
// it.
func (r *restoring) run(ctx context.Context, in io.Reader) (restoredJSON, error) {
	done, err := archive.Restore(ctx, in, r.data, archive.RestoreOptions{Now: r.now(), Keys: r.keys(), Open: r.open, Erasures: r.erasures})
	out := restoredJSON{done.Manifest, done.Erased, done.Lists}
	if err != nil {
		return out, err
	}
	st, err := r.open(ctx, r.data)
	if err != nil {
		return out, err
	}
	entry := model.Deed{Actor: r.who, Act: "folder.restore", At: r.now()}.Entry("folder")
	entry.Changes = []model.FieldAudit{{Field: "backup", After: done.Manifest.Created.Format(time.RFC3339)}, {Field: "erased", After: strconv.Itoa(done.Erased)}, {Field: "erasure_lists", After: strconv.Itoa(done.Lists)}}
	return out, firstOf(st.Audit().Append(ctx, entry), st.Close())
}

// rehearse reads a backup and tells what run would put into the folder.
func (r *restoring) rehearse(ctx context.Context, in io.Reader) (restoredJSON, error) {
	m, err := archive.Rehearse(ctx, in, r.data, r.keys())
	lists := len(r.erasures)
	if archive.HasList(r.data) {
		lists++
	}
	return restoredJSON{Manifest: m, Lists: lists}, err
}

// prove restores a backup into a temporary folder and reads every record.
func (r *restoring) prove(ctx context.Context, in io.Reader) (model.Health, error) {
	done, err := archive.Verify(ctx, in, os.TempDir(), r.keys(), r.open)
	return campaigns.HealthOf(done.Health), err
}

// benchHouse is a shop to be measured.
type benchHouse struct {
	*campaigns.Service
	who model.Actor
	st  store.Store
}

// openBench opens a folder to measure in.
func (s *session) openBench(ctx context.Context, o bench.Opening) (bench.House, error) {
	st, err := openStore(ctx, Wiring{Data: o.Dir, Rand: s.Rand, Now: s.Now, Command: s.doing})
	if err != nil {
		return nil, err
	}
	if o.InMemory {
		st = weightless{st, volatile.Over(st.Ledger())}
	}
	if o.Brings {
		collectForImport()
	} else {
		collectSooner()
	}
	desk, err := campaigns.Open(ctx, st, campaigns.Options{Config: o.Config, Now: s.Now, Rand: s.Rand, Sends: o.Sends, Lean: collectLater})
	if err != nil {
		return nil, firstOf(err, st.Close())
	}
	return benchHouse{desk, s.owner(), st}, nil
}

// weightless is a folder whose ledger costs nothing, and keeps nothing.
type weightless struct {
	store.Store
	ledger store.Ledger
}

func (w weightless) Ledger() store.Ledger { return w.ledger }

func (h benchHouse) Desk() campaigns.Desk { return h.As(h.who) }

// Put brings people in, past the import.
func (h benchHouse) Put(ctx context.Context, people []model.Contact) error {
	_, err := h.st.Contacts().Merge(ctx, people, h.Now())
	return err
}

// Raw puts all that is kept of people raw: see bench.House.
func (h benchHouse) Raw(ctx context.Context, dir string) (n int, took, records time.Duration, err error) {
	e, is := h.st.(interface {
		RawPut(ctx context.Context, dir string) (n int, took, records time.Duration, err error)
	})
	if !is {
		return 0, 0, 0, errors.ErrUnsupported
	}
	return e.RawPut(ctx, dir)
}

func (h benchHouse) Close(ctx context.Context) error {
	return firstOf(h.Service.Close(ctx), h.st.Close())
}

// spool is a temporary file that goes away when it is closed.
type spool struct{ *os.File }

func newSpool() (spool, error) {
	f, err := os.CreateTemp("", "blanche-*.spool")
	return spool{f}, err
}

// Close removes the file.
func (s spool) Close() error {
	err := s.File.Close()
	if removeErr := os.Remove(s.Name()); err == nil {
		err = removeErr
	}
	return err
}

// schemaVersion is the version of the data folders that this program writes.
func schemaVersion() int { return open.Schema }

// wording says errors in a language, each with what to do about it.
func wording(lang string) func(error) string {
	p := i18n.New(lang)
	return func(err error) string {
		message, hint := p.Err(err)
		if hint == "" {
			return message
		}
		return message + "\n" + hint
	}
}
