package bolt

import (
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

var (
	bucketOperator    = []byte("operator")
	bucketOperatorKey = []byte("operator_key")

	tableOperator    = newTable("operator")
	tableOperatorKey = newTable("operator_key")
)

type operators struct{ e *Engine }

func (o operators) Get(ctx context.Context, name string) (out model.Operator, err error) {
	if err := o.e.enter(ctx); err != nil {
		return out, err
	}
	defer o.e.leave()
	err = o.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getOperator(tx, name)
		return err
	})
	return out, err
}

func (o operators) ByKey(ctx context.Context, fingerprint string) (out model.Operator, err error) {
	if err := o.e.enter(ctx); err != nil {
		return out, err
	}
	defer o.e.leave()
	err = o.e.crm.view(func(tx *bolt.Tx) error {
		owner, err := keyOwner(tx, fingerprint)
		if err != nil {
			return err
		}
		if owner == "" {
			return model.NotFound("store.no_key", "fingerprint", fingerprint).Because(store.ErrNotFound)
		}
		out, err = getOperator(tx, owner)
		return err
	})
	return out, err
}

func (o operators) List(ctx context.Context) (out []model.Operator, err error) {
	if err := o.e.enter(ctx); err != nil {
		return nil, err
	}
	defer o.e.leave()
	err = o.e.crm.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketOperator).ForEach(func(key, value []byte) error {
			var one model.Operator
			if err := openJSON(tableOperator, key, value, &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	return out, err
}

// Put keeps the day of the first write.
func (o operators) Put(ctx context.Context, given model.Operator) (model.Operator, error) {
	if err := o.e.enter(ctx); err != nil {
		return model.Operator{}, err
	}
	defer o.e.leave()
	if err := sound(&given); err != nil {
		return model.Operator{}, err
	}
	err := o.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := replaced(tx, &given)
		if err != nil {
			return err
		}
		given.Version = old.Version + 1
		if old.Version > 0 {
			given.Created = old.Created
		}
		if err := moveKeys(tx, &old, &given); err != nil {
			return err
		}
		if err := putJSON(tx.Bucket(bucketOperator), tableOperator, given.Name, given); err != nil {
			return err
		}
		return witness(ctx, o.e, tx, "operator:"+given.Name, &old, &given, operatorChanges)
	})
	if err != nil {
		return model.Operator{}, err
	}
	return given, nil
}

func (o operators) Delete(ctx context.Context, name string) error {
	if err := o.e.enter(ctx); err != nil {
		return err
	}
	defer o.e.leave()
	return o.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getOperator(tx, name)
		if err != nil {
			return err
		}
		var none model.Operator
		if err := moveKeys(tx, &old, &none); err != nil {
			return err
		}
		if err := tx.Bucket(bucketOperator).Delete([]byte(name)); err != nil {
			return err
		}
		return witness(ctx, o.e, tx, "operator:"+name, &old, &none, operatorChanges)
	})
}

// sound refuses an operator that could not be found again or do anything.
func sound(o *model.Operator) error {
	if !model.ValidCampaignName(o.Name) {
		return model.Invalid("store.name", "name", o.Name)
	}
	if _, ok := model.ParseRole(string(o.Role)); !ok {
		return model.Invalid("store.role", "role", string(o.Role))
	}
	for i, k := range o.Keys {
		same := func(other model.OperatorKey) bool { return other.Fingerprint == k.Fingerprint }
		if k.Fingerprint == "" || len(k.Fingerprint) > maxText || slices.ContainsFunc(o.Keys[:i], same) {
			return model.Invalid("store.key", "fingerprint", k.Fingerprint)
		}
	}
	return nil
}

func getOperator(tx *bolt.Tx, name string) (o model.Operator, err error) {
	key := []byte(name)
	value := tx.Bucket(bucketOperator).Get(key)
	if value == nil {
		return o, model.NotFound("store.no_operator", "name", name).Because(store.ErrNotFound)
	}
	return o, openJSON(tableOperator, key, value, &o)
}

// replaced is the operator that a write is based on, empty when it makes one.
func replaced(tx *bolt.Tx, given *model.Operator) (old model.Operator, err error) {
	taken := tx.Bucket(bucketOperator).Get([]byte(given.Name)) != nil
	switch {
	case !taken && given.Version == 0:
		return old, nil
	case given.Version == 0:
		return old, model.Conflict("store.operator_exists", "name", given.Name).Because(store.ErrExists)
	}
	if old, err = getOperator(tx, given.Name); err != nil {
		return old, err
	}
	if old.Version != given.Version {
		return old, model.Conflict("store.operator_changed", "name", given.Name, "at", old.Updated).Because(store.ErrChanged)
	}
	return old, nil
}

// keyOwner is whose a key is, empty when it is nobody's.
func keyOwner(tx *bolt.Tx, fingerprint string) (string, error) {
	key := []byte(fingerprint)
	value := tx.Bucket(bucketOperatorKey).Get(key)
	if value == nil {
		return "", nil
	}
	body, err := tableOperatorKey.open(key, value)
	return string(body), err
}

// moveKeys makes the keys of an operator those of the next version. A key that
// is somebody else's is refused with ErrExists.
func moveKeys(tx *bolt.Tx, old, next *model.Operator) error {
	b := tx.Bucket(bucketOperatorKey)
	for _, k := range old.Keys {
		if err := b.Delete([]byte(k.Fingerprint)); err != nil {
			return err
		}
	}
	for _, k := range next.Keys {
		owner, err := keyOwner(tx, k.Fingerprint)
		if err != nil {
			return err
		}
		if owner != "" {
			return model.Conflict("store.key_exists", "fingerprint", k.Fingerprint, "name", owner).Because(store.ErrExists)
		}
		key := []byte(k.Fingerprint)
		value := append(blank(len(next.Name)), next.Name...)
		if err := b.Put(key, tableOperatorKey.seal(key, value)); err != nil {
			return err
		}
	}
	return nil
}
