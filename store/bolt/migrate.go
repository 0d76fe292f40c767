package bolt

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// step brings a crm.db from one schema to the next, inside the one transaction
// of the migration. Steps are never changed once they were released: a golden
// folder of each old schema stays in testdata.
type step struct {
	code string
	do   func(tx *bolt.Tx) error
}

// steps[n] is the step from schema n+1 to n+2.
var steps = [...]step{
	{"store.upgrade_team", addBuckets(bucketOperator, bucketOperatorKey, bucketAudit, bucketAuditDetail, bucketAuditObject)},
	{"store.upgrade_pacing", addBuckets(bucketSetting)},
	{"store.upgrade_consent", addBuckets(bucketConsent)},
	{"store.upgrade_names", pageNames},
	{"store.upgrade_points", addBuckets(bucketPoints)},
}

// One step leads to each schema but the first.
var _ [schema - 1]step = steps

func addBuckets(names ...[]byte) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		for _, name := range names {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	}
}

// pageNames puts the names of the indexes, a record each until schema 4, into pages.
func pageNames(tx *bolt.Tx) error {
	const step = 10_000
	for _, x := range []struct {
		old []byte
		t   table
		new []byte
	}{
		{[]byte("contact_email"), tableEmail, bucketEmail},
		{[]byte("contact_external"), tableExternal, bucketExternal},
		{[]byte("contact_card"), tableCard, bucketCard},
	} {
		b, err := tx.CreateBucket(x.new)
		if err != nil {
			return err
		}
		b.FillPercent = 0.95
		to, from := names{bucket: b, table: x.t}, newTable(string(x.old))
		var list []named
		err = tx.Bucket(x.old).ForEach(func(key, value []byte) error {
			id, err := openNumber(from, key, value)
			if list = append(list, named{string(key), model.ContactID(id)}); err == nil && len(list) == step {
				err, list = to.change(list), list[:0]
			}
			return err
		})
		if err = errors.Join(err, to.change(list), tx.DeleteBucket(x.old)); err != nil {
			return err
		}
	}
	return nil
}

// DryMigrate tells what opening a folder would change, and touches nothing.
// Errors: store.ErrNewer, model.KindBusy (held), model.KindNotFound (no data).
func DryMigrate(dir string) (model.Upgrade, error) {
	u, err := dryMigrate(Options{Dir: dir}, time.Now().Add(lockWait))
	if err != nil {
		return model.Upgrade{}, openError(dir, err)
	}
	return u, nil
}

func dryMigrate(o Options, until time.Time) (u model.Upgrade, err error) {
	send := sendLayout(o.Rand)
	hasCRM, err := exists(o.Dir, crmLayout.name)
	hasSend, err2 := exists(o.Dir, send.name)
	switch {
	case err != nil || err2 != nil:
		return u, errors.Join(err, err2)
	case !hasCRM:
		return u, model.NotFound("store.no_data", "dir", o.Dir)
	case !hasSend:
		return u, model.Refused("store.missing", "file", send.name, "dir", o.Dir)
	}
	err = peek(o, crmLayout, until, func(crm *bolt.Tx) error {
		return peek(o, send, until, func(send *bolt.Tx) error {
			u, err = planUpgrade(o.Dir, crm, send)
			return err
		})
	})
	return u, err
}

// planUpgrade compares the schema of a folder with ours.
func planUpgrade(dir string, crm, send *bolt.Tx) (model.Upgrade, error) {
	found, err := crmLayout.schemaIn(crm)
	if err != nil {
		return model.Upgrade{}, err
	}
	u := model.Upgrade{
		Dir: dir, Steps: []string{}, From: int(found), To: schema, Bytes: crm.Size() + send.Size(),
		Contacts: countContacts(crm), Orders: int(lastOrder(crm)), Recipients: countRecipients(send),
		Campaigns: countKeys(crm, bucketCampaign), Segments: countKeys(crm, bucketSegment),
	}
	for _, s := range steps[found-1:] {
		u.Steps = append(u.Steps, s.code)
	}
	return u, nil
}

func countKeys(tx *bolt.Tx, bucket []byte) (n int) {
	_ = tx.Bucket(bucket).ForEach(func(_, _ []byte) error { n++; return nil })
	return n
}

// migrate brings an older folder forward: first a copy of both files, then
// everything in one transaction. Killed anywhere, it leaves a folder of the old
// schema or of the new one, and the next opening goes on.
func (e *Engine) migrate(ctx context.Context, o Options) error {
	var u model.Upgrade
	err := e.crm.view(func(crm *bolt.Tx) error {
		return e.send.view(func(send *bolt.Tx) (err error) {
			if u, err = planUpgrade(e.dir, crm, send); err != nil || !u.Needed() {
				return err
			}
			u.Backup, err = saveBefore(ctx, o, u, crm, send)
			return err
		})
	})
	if err != nil || !u.Needed() {
		return err
	}
	if err := e.crm.update(ctx, func(tx *bolt.Tx) error { return e.climb(tx, u, o.at) }); err != nil {
		// Nothing was changed: a copy for each try would fill the disk.
		return errors.Join(err, os.RemoveAll(u.Backup))
	}
	o.at("migrated")
	if o.Upgraded != nil {
		o.Upgraded(u)
	}
	return nil
}

// climb takes every step from the schema found to ours, and notes it in the
// audit, which those steps may just have made.
func (e *Engine) climb(tx *bolt.Tx, u model.Upgrade, at func(string)) error {
	for _, s := range steps[u.From-1:] {
		if err := s.do(tx); err != nil {
			return err
		}
		at(s.code)
	}
	if err := putSchema(tx, schema); err != nil {
		return err
	}
	deed := model.Deed{Actor: model.System(), Act: "folder.upgrade"}
	entry := deed.Entry("folder")
	entry.Changes = []model.FieldAudit{
		{Field: "schema", Before: strconv.Itoa(u.From), After: strconv.Itoa(u.To)},
		{Field: "backup", After: u.Backup},
	}
	return e.record(tx, entry)
}
