package bolt

import (
	"context"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// witness adds the line of a write, in its transaction, when somebody answers
// for it and something changed.
func (e *Engine) witness(ctx context.Context, tx *bolt.Tx, object string, changes []model.FieldAudit) error {
	deed, ok := store.DeedOf(ctx)
	if !ok || len(changes) == 0 {
		return nil
	}
	if deed.Act == store.ActForget {
		return model.Invalid("store.audit_act", "act", deed.Act)
	}
	entry := deed.Entry(object)
	entry.Changes = changes
	return e.record(tx, entry)
}

// compared collects the fields that differ.
type compared []model.FieldAudit

func (c *compared) text(field, before, after string) {
	if before != after {
		*c = append(*c, model.FieldAudit{Field: field, Before: before, After: after})
	}
}

func operatorChanges(old, next *model.Operator) []model.FieldAudit {
	var c compared
	c.text("role", string(old.Role), string(next.Role))
	c.text("keys", fingerprints(old), fingerprints(next))
	return c
}

func fingerprints(o *model.Operator) string {
	all := make([]string, len(o.Keys))
	for i, k := range o.Keys {
		all[i] = k.Fingerprint
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
