package bolt

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func (a audit) Forget(ctx context.Context, object string) (n int, err error) {
	if err := a.e.enter(ctx); err != nil {
		return 0, err
	}
	defer a.e.leave()
	err = a.e.crm.update(ctx, func(tx *bolt.Tx) error {
		n, err = a.e.forgetChanges(ctx, tx, object)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// forgetChanges removes the changes of all lines about an object, with their salt, so
// that nobody can find out by trying what they were, and adds the line that
// accounts for it. Without any to remove it adds none.
func (e *Engine) forgetChanges(ctx context.Context, tx *bolt.Tx, object string) (n int, err error) {
	details := tx.Bucket(bucketAuditDetail)
	index := tx.Bucket(bucketAuditObject).Cursor()
	for key, _ := index.Seek(objectKey(object, 0)); ; key, _ = index.Next() {
		seq, ours := seqOf(object, key)
		if !ours {
			break
		}
		if at := key64(seq); details.Get(at) != nil {
			n++
			if err := details.Delete(at); err != nil {
				return 0, err
			}
		}
	}
	if n == 0 {
		return 0, nil
	}
	deed, ok := store.DeedOf(ctx)
	if !ok {
		deed.Actor = model.System()
	}
	deed.Act = store.ActForget
	return n, e.record(tx, deed.Entry(object))
}
