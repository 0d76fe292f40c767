package bolt

import (
	"context"

	bolt "go.etcd.io/bbolt"
)

// migrate brings an older crm.db forward, in one transaction.
func (e *Engine) migrate(ctx context.Context) error {
	var found uint64
	err := e.crm.view(func(tx *bolt.Tx) (err error) { found, err = crmLayout.schemaIn(tx); return err })
	if err != nil || found == schema {
		return err
	}
	return e.crm.update(ctx, func(tx *bolt.Tx) error {
		for _, name := range crmLayout.buckets {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return putSchema(tx, schema)
	})
}
