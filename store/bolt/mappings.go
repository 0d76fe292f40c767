package bolt

import (
	"context"
	"maps"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// The mappings of files lie among the settings, by name.
const mappingHead = "mapping/"

type mappings struct{ e *Engine }

// Mappings keeps how files are read.
func (e *Engine) Mappings() store.Mappings { return mappings{e} }

func (m mappings) Save(ctx context.Context, one model.FileMapping) error {
	if err := m.e.enter(ctx); err != nil {
		return err
	}
	defer m.e.leave()
	if !model.ValidCampaignName(one.Name) {
		return model.Invalid("store.name", "name", one.Name)
	}
	return m.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getMapping(tx, one.Name)
		if err != nil && model.KindOf(err) != model.KindNotFound {
			return err
		}
		if err := putJSON(tx.Bucket(bucketSetting), tableSetting, mappingHead+one.Name, one); err != nil {
			return err
		}
		return witness(ctx, m.e, tx, "mapping:"+one.Name, &old, &one, mappingChanges)
	})
}

func (m mappings) Get(ctx context.Context, name string) (out model.FileMapping, err error) {
	if err := m.e.enter(ctx); err != nil {
		return out, err
	}
	defer m.e.leave()
	err = m.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getMapping(tx, name)
		return err
	})
	return out, err
}

func getMapping(tx *bolt.Tx, name string) (one model.FileMapping, err error) {
	key := []byte(mappingHead + name)
	value := tx.Bucket(bucketSetting).Get(key)
	if value == nil {
		return one, model.NotFound("store.no_mapping", "name", name).Because(store.ErrNotFound)
	}
	return one, openJSON(tableSetting, key, value, &one)
}

func (m mappings) List(ctx context.Context) (out []model.FileMapping, err error) {
	if err := m.e.enter(ctx); err != nil {
		return nil, err
	}
	defer m.e.leave()
	err = m.e.crm.view(func(tx *bolt.Tx) error {
		return eachWith(tx.Bucket(bucketSetting), []byte(mappingHead), func(key, value []byte) error {
			var one model.FileMapping
			if err := openJSON(tableSetting, key, value, &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	return out, err
}

func (m mappings) Delete(ctx context.Context, name string) error {
	if err := m.e.enter(ctx); err != nil {
		return err
	}
	defer m.e.leave()
	return m.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getMapping(tx, name)
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketSetting).Delete([]byte(mappingHead + name)); err != nil {
			return err
		}
		return witness(ctx, m.e, tx, "mapping:"+name, &old, new(model.FileMapping), mappingChanges)
	})
}

func mappingChanges(old, next *model.FileMapping) []model.FieldAudit {
	var c compared
	c.text("name", old.Name, next.Name)
	c.text("kind", old.Kind, next.Kind)
	c.text("titles", strings.Join(old.Titles, ";"), strings.Join(next.Titles, ";"))
	titles := map[string]bool{}
	for t := range old.Map {
		titles[t] = true
	}
	for t := range next.Map {
		titles[t] = true
	}
	for _, t := range slices.Sorted(maps.Keys(titles)) {
		c.text(t, old.Map[t], next.Map[t])
	}
	read := func(m *model.FileMapping) string {
		return strings.Join([]string{m.Profile, m.Encoding, m.Delimiter, m.Decimal, m.DateOrder, m.Sheet, m.OrderSource}, " ")
	}
	c.text("reading", strings.TrimSpace(read(old)), strings.TrimSpace(read(next)))
	return c
}
