package bolt

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// A folder has one identity, drawn with the key of its oppositions in send.db
// and kept again in crm.db: two files of two folders are never taken for one.
// Otherwise a campaign would inherit the ledger of another one of its number.
var keyFolder = []byte("folder")

// folderID is the identity of the folder to which a send.db belongs: it follows
// from the random key that the file was made with, and tells nothing of it.
func folderID(tx *bolt.Tx) ([]byte, error) {
	key, err := suppressKey(tx)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(keyFolder)
	return mac.Sum(nil)[:16], nil
}

func seedFolder(tx *bolt.Tx, id []byte) error {
	value := tableMeta.seal(keyFolder, append(blank(len(id)), id...))
	return tx.Bucket(bucketMeta).Put(keyFolder, value)
}

// prepare makes the files of a new folder, crm.db last. Where one is, the other
// must be: a list of oppositions that began again, empty, would have people
// written to who said no, and campaigns that began again at number one would
// take the old ledgers for theirs. A send.db in which nothing was ever written
// is a folder whose making was cut short: it is completed.
func prepare(o Options, until time.Time) error {
	hasCRM, err := exists(o.Dir, crmLayout.name)
	if err != nil {
		return err
	}
	send := sendLayout(o.Rand)
	hasSend, err := exists(o.Dir, send.name)
	switch {
	case err != nil:
		return err
	case hasCRM && !hasSend:
		return model.Refused("store.missing", "file", send.name, "dir", o.Dir)
	case hasCRM:
		return nil
	case !hasSend:
		if err := create(o, send); err != nil {
			return err
		}
	}
	return completeFolder(o, send, until)
}

// completeFolder makes the crm.db that belongs to a send.db without a past.
func completeFolder(o Options, send layout, until time.Time) error {
	id, used, err := peekSend(o, send, until)
	if err != nil {
		return err
	}
	if used {
		if has, err := exists(o.Dir, crmLayout.name); err != nil || has {
			return err // made meanwhile, by another process
		}
		return model.Refused("store.missing_crm", "file", crmLayout.name, "dir", o.Dir)
	}
	crm := crmLayout
	crm.seed = func(tx *bolt.Tx) error { return seedFolder(tx, id) }
	return create(o, crm)
}

// peekSend reads, without writing, whose a send.db is, and whether it has a
// ledger or an opposition.
func peekSend(o Options, send layout, until time.Time) (id []byte, used bool, err error) {
	err = peek(o, send, until, func(tx *bolt.Tx) (err error) {
		for _, name := range [][]byte{bucketLedger, bucketSuppress} {
			if first, _ := tx.Bucket(name).Cursor().First(); first != nil {
				used = true
			}
		}
		id, err = folderID(tx)
		return err
	})
	return id, used, err
}

// oneFolder refuses two files that were not made together. A crm.db older than
// the identity takes that of the send.db beside it.
func (e *Engine) oneFolder(ctx context.Context) error {
	var want, got []byte
	if err := e.send.view(func(tx *bolt.Tx) (err error) { want, err = folderID(tx); return err }); err != nil {
		return err
	}
	err := e.crm.view(func(tx *bolt.Tx) error {
		value := tx.Bucket(bucketMeta).Get(keyFolder)
		if value == nil {
			return nil
		}
		body, err := tableMeta.open(keyFolder, value)
		got = bytes.Clone(body)
		return err
	})
	switch {
	case err != nil:
		return err
	case got == nil:
		return e.crm.update(ctx, func(tx *bolt.Tx) error { return seedFolder(tx, want) })
	case !bytes.Equal(got, want):
		return model.Refused("store.mixed", "file", crmLayout.name, "other", e.send.name, "dir", e.dir)
	}
	return nil
}
