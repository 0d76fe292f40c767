package bolt

import (
	"context"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// The tokens of other programs lie among the settings, by name.
const tokenHead = "token/"

type tokens struct{ e *Engine }

// Tokens keeps what lets other programs in.
func (e *Engine) Tokens() store.Tokens { return tokens{e} }

func (t tokens) Save(ctx context.Context, one model.Token) error {
	if err := t.e.enter(ctx); err != nil {
		return err
	}
	defer t.e.leave()
	if !model.ValidCampaignName(one.Name) {
		return model.Invalid("store.name", "name", one.Name)
	}
	return t.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getToken(tx, one.Name)
		if err != nil && model.KindOf(err) != model.KindNotFound {
			return err
		}
		if err := putJSON(tx.Bucket(bucketSetting), tableSetting, tokenHead+one.Name, one); err != nil {
			return err
		}
		return witness(ctx, t.e, tx, "token:"+one.Name, &old, &one, tokenChanges)
	})
}

func getToken(tx *bolt.Tx, name string) (one model.Token, err error) {
	key := []byte(tokenHead + name)
	value := tx.Bucket(bucketSetting).Get(key)
	if value == nil {
		return one, model.NotFound("store.no_token", "name", name).Because(store.ErrNotFound)
	}
	return one, openJSON(tableSetting, key, value, &one)
}

func (t tokens) Get(ctx context.Context, name string) (out model.Token, err error) {
	if err := t.e.enter(ctx); err != nil {
		return out, err
	}
	defer t.e.leave()
	err = t.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getToken(tx, name)
		return err
	})
	return out, err
}

func (t tokens) List(ctx context.Context) (out []model.Token, err error) {
	if err := t.e.enter(ctx); err != nil {
		return nil, err
	}
	defer t.e.leave()
	err = t.e.crm.view(func(tx *bolt.Tx) error {
		return eachWith(tx.Bucket(bucketSetting), []byte(tokenHead), func(key, value []byte) error {
			var one model.Token
			if err := openJSON(tableSetting, key, value, &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	return out, err
}

func (t tokens) Delete(ctx context.Context, name string) error {
	if err := t.e.enter(ctx); err != nil {
		return err
	}
	defer t.e.leave()
	return t.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getToken(tx, name)
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketSetting).Delete([]byte(tokenHead + name)); err != nil {
			return err
		}
		return witness(ctx, t.e, tx, "token:"+name, &old, new(model.Token), tokenChanges)
	})
}

func tokenChanges(old, next *model.Token) []model.FieldAudit {
	var c compared
	c.text("name", old.Name, next.Name)
	c.text("scope", scopeText(old.Scope), scopeText(next.Scope))
	c.time("expires", old.Expires, next.Expires)
	if old.Hash != "" && next.Hash != "" && old.Hash != next.Hash {
		c.text("secret", "", "renewed")
	}
	return c
}

func scopeText(all []model.Scope) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, ",")
}
