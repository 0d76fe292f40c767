package bolt

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

var (
	bucketSetting = []byte("setting")
	tableSetting  = newTable("setting")
)

const settingPacing = "pacing"

type pacing struct{ e *Engine }

func (p pacing) Get(ctx context.Context) (out model.Pacing, err error) {
	if err := p.e.enter(ctx); err != nil {
		return out, err
	}
	defer p.e.leave()
	err = p.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getPacing(tx)
		return err
	})
	return out, err
}

func (p pacing) Change(ctx context.Context, change func(*model.Pacing) error) (out model.Pacing, err error) {
	if err := p.e.enter(ctx); err != nil {
		return out, err
	}
	defer p.e.leave()
	err = p.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getPacing(tx)
		if err != nil {
			return err
		}
		out = old
		if err := change(&out); err != nil {
			return err
		}
		if err := putJSON(tx.Bucket(bucketSetting), tableSetting, settingPacing, out); err != nil {
			return err
		}
		return witness(ctx, p.e, tx, settingPacing, &old, &out, pacingChanges)
	})
	if err != nil {
		return model.Pacing{}, err
	}
	return out, nil
}

// getPacing reads the record; the default before the first change.
func getPacing(tx *bolt.Tx) (model.Pacing, error) {
	key := []byte(settingPacing)
	value := tx.Bucket(bucketSetting).Get(key)
	if value == nil {
		return model.DefaultPacing(), nil
	}
	var p model.Pacing
	return p, openJSON(tableSetting, key, value, &p)
}

func pacingChanges(old, next *model.Pacing) []model.FieldAudit {
	var c compared
	c.text("rate", number(old.Rate), number(next.Rate))
	for l := range model.Lanes {
		name, a, b := model.Lane(l).String(), old.Lanes[l], next.Lanes[l]
		c.text(name+".connections", number(a.Connections), number(b.Connections))
		c.text(name+".rate", number(a.Rate), number(b.Rate))
		c.text(name+".ceiling", number(a.Ceiling), number(b.Ceiling))
		c.text(name+".warm_up", number(old.WarmUp.Days[l].Step), number(next.WarmUp.Days[l].Step))
	}
	warm := func(w *model.WarmUp) string {
		if !w.On {
			return ""
		}
		return fmt.Sprintf("%d +%g", w.First, w.Growth)
	}
	c.text("warm_up", warm(&old.WarmUp), warm(&next.WarmUp))
	return c
}
