package bolt

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// keyDisarmed lies in send.db, with the ledger: one copied without the other
// is refused, so that nobody arms a folder by replacing a file.
var keyDisarmed = []byte("disarmed")

// Disarm notes it among what is kept beside the ledger.
func (e *Engine) Disarm(ctx context.Context, why model.Disarm) error {
	if err := e.enter(ctx); err != nil {
		return err
	}
	defer e.leave()
	why.Since, why.Backup = kept(why.Since), kept(why.Backup)
	return e.send.update(ctx, func(tx *bolt.Tx) error {
		return putJSON(tx.Bucket(bucketMeta), tableMeta, string(keyDisarmed), why)
	})
}

// Disarmed reads that note.
func (e *Engine) Disarmed(ctx context.Context) (why model.Disarm, disarmed bool, err error) {
	if err := e.enter(ctx); err != nil {
		return why, false, err
	}
	defer e.leave()
	err = e.send.view(func(tx *bolt.Tx) error {
		value := tx.Bucket(bucketMeta).Get(keyDisarmed)
		if value == nil {
			return nil
		}
		disarmed = true
		return openJSON(tableMeta, keyDisarmed, value, &why)
	})
	return why, disarmed, err
}

// Arm removes it.
func (e *Engine) Arm(ctx context.Context) error {
	if err := e.enter(ctx); err != nil {
		return err
	}
	defer e.leave()
	return e.send.update(ctx, func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(keyDisarmed) })
}
