package bolt

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

var (
	bucketCampaign = []byte("campaign")
	bucketSegment  = []byte("segment")

	tableCampaign = newTable("campaign")
	tableSegment  = newTable("segment")
)

// putJSON keeps a record that is small and rare: readability wins.
func putJSON(b *bolt.Bucket, t table, name string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	key := []byte(name)
	return b.Put(key, t.seal(key, append(blank(len(body)), body...)))
}

func openJSON(t table, key, value []byte, v any) error {
	body, err := t.open(key, value)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return t.damaged(key, err)
	}
	return nil
}

type campaigns struct{ e *Engine }

func (c campaigns) Create(ctx context.Context, given model.Campaign) (model.Campaign, error) {
	if err := c.e.enter(ctx); err != nil {
		return model.Campaign{}, err
	}
	defer c.e.leave()
	if !model.ValidCampaignName(given.Name) {
		return model.Campaign{}, model.Invalid("store.name", "name", given.Name)
	}
	err := c.e.crm.update(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketCampaign)
		if b.Get([]byte(given.Name)) != nil {
			return model.Conflict("store.campaign_exists", "name", given.Name).Because(store.ErrExists)
		}
		id, err := b.NextSequence()
		if err != nil {
			return err
		}
		given.ID, given.Revision = model.CampaignID(id), 1
		if err := putJSON(b, tableCampaign, given.Name, given); err != nil {
			return err
		}
		return witness(ctx, c.e, tx, "campaign:"+given.Name, new(model.Campaign), &given, campaignChanges)
	})
	if err != nil {
		return model.Campaign{}, err
	}
	return given, nil
}

func (c campaigns) Get(ctx context.Context, name string) (out model.Campaign, err error) {
	if err := c.e.enter(ctx); err != nil {
		return out, err
	}
	defer c.e.leave()
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getCampaign(tx, name)
		return err
	})
	return out, err
}

func getCampaign(tx *bolt.Tx, name string) (c model.Campaign, err error) {
	key := []byte(name)
	value := tx.Bucket(bucketCampaign).Get(key)
	if value == nil {
		return c, model.NotFound("store.no_campaign", "name", name).Because(store.ErrNotFound)
	}
	return c, openJSON(tableCampaign, key, value, &c)
}

func (c campaigns) List(ctx context.Context) (out []model.Campaign, err error) {
	if err := c.e.enter(ctx); err != nil {
		return nil, err
	}
	defer c.e.leave()
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketCampaign).ForEach(func(key, value []byte) error {
			var one model.Campaign
			if err := openJSON(tableCampaign, key, value, &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b model.Campaign) int { return cmp.Compare(b.ID, a.ID) })
	return out, nil
}

// Update keeps the number and the name, whatever change does to them.
func (c campaigns) Update(ctx context.Context, name string, change func(*model.Campaign) error) (out model.Campaign, err error) {
	if err := c.e.enter(ctx); err != nil {
		return out, err
	}
	defer c.e.leave()
	err = c.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getCampaign(tx, name)
		if err != nil {
			return err
		}
		// Read again: what change does to lists and maps is not done to old.
		if out, err = getCampaign(tx, name); err != nil {
			return err
		}
		if err := change(&out); err != nil {
			return err
		}
		out.ID, out.Name, out.Revision = old.ID, name, old.Revision+1
		if err := putJSON(tx.Bucket(bucketCampaign), tableCampaign, name, out); err != nil {
			return err
		}
		if err := tellIn(ctx, tx); err != nil {
			return err
		}
		return witness(ctx, c.e, tx, "campaign:"+name, &old, &out, campaignChanges)
	})
	if err != nil {
		return model.Campaign{}, err
	}
	return out, nil
}

type segments struct{ e *Engine }

func (s segments) Save(ctx context.Context, segment model.Segment) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	if segment.Name == "" || len(segment.Name) > maxText {
		return model.Invalid("store.name", "name", segment.Name)
	}
	return s.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getSegment(tx, segment.Name)
		if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrDamaged) {
			return err // what cannot be read can still be written over
		}
		if err := putJSON(tx.Bucket(bucketSegment), tableSegment, segment.Name, segment); err != nil {
			return err
		}
		return witness(ctx, s.e, tx, "segment:"+segment.Name, &old, &segment, segmentChanges)
	})
}

func (s segments) Get(ctx context.Context, name string) (out model.Segment, err error) {
	if err := s.e.enter(ctx); err != nil {
		return out, err
	}
	defer s.e.leave()
	err = s.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getSegment(tx, name)
		return err
	})
	return out, err
}

func getSegment(tx *bolt.Tx, name string) (s model.Segment, err error) {
	key := []byte(name)
	value := tx.Bucket(bucketSegment).Get(key)
	if value == nil {
		return s, model.NotFound("store.no_segment", "name", name).Because(store.ErrNotFound)
	}
	return s, openJSON(tableSegment, key, value, &s)
}

func (s segments) List(ctx context.Context) (out []model.Segment, err error) {
	if err := s.e.enter(ctx); err != nil {
		return nil, err
	}
	defer s.e.leave()
	err = s.e.crm.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketSegment).ForEach(func(key, value []byte) error {
			var one model.Segment
			if err := openJSON(tableSegment, key, value, &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	return out, err
}

func (s segments) Delete(ctx context.Context, name string) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	return s.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getSegment(tx, name)
		if err != nil && !errors.Is(err, store.ErrDamaged) {
			return err // what cannot be read can still be taken away
		}
		if err := tx.Bucket(bucketSegment).Delete([]byte(name)); err != nil {
			return err
		}
		return witness(ctx, s.e, tx, "segment:"+name, &model.Segment{Name: name, Rule: old.Rule}, new(model.Segment), segmentChanges)
	})
}
