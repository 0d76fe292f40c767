package bolt

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"io"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

var (
	bucketSuppress = []byte("suppress")
	tableSuppress  = newTable("suppress")
	keySuppressKey = []byte("suppress_key")
)

// hashed is an address under the key of the folder: the first 16 bytes of the
// HMAC-SHA-256 of its comparable form. The list outlives the people in it and
// names nobody.
type hashed [16]byte

// hasher is not safe for concurrent use.
type hasher struct {
	mac hash.Hash
	sum []byte
}

func (e *Engine) hasher() *hasher { return &hasher{mac: hmac.New(sha256.New, e.key)} }

func (h *hasher) of(email string) hashed {
	h.mac.Reset()
	_, _ = io.WriteString(h.mac, emailKey(email))
	h.sum = h.mac.Sum(h.sum[:0])
	return hashed(h.sum[:16])
}

// Secret is the HMAC-SHA-256 of a purpose under the key of the folder, which hashes
// addresses too: an address has no NUL in it.
func (e *Engine) Secret(ctx context.Context, purpose string) ([]byte, error) {
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	defer e.leave()
	mac := hmac.New(sha256.New, e.key)
	_, _ = io.WriteString(mac, "\x00"+purpose)
	return mac.Sum(nil), nil
}

func seedSuppressKey(tx *bolt.Tx, entropy io.Reader) error {
	value := append(blank(sha256.Size), make([]byte, sha256.Size)...)
	if _, err := io.ReadFull(entropy, value[envelopeSize:]); err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(keySuppressKey, tableMeta.seal(keySuppressKey, value))
}

func suppressKey(tx *bolt.Tx) ([]byte, error) {
	body, err := tableMeta.open(keySuppressKey, tx.Bucket(bucketMeta).Get(keySuppressKey))
	return bytes.Clone(body), err
}

func appendSuppression(b []byte, s model.Suppression) []byte {
	return appendText(appendTime(append(b, byte(s.Reason)), s.At), s.Source)
}

// decodeSuppression reads a record; reason 0 is a suppression that was lifted.
func decodeSuppression(body []byte) (model.Suppression, error) {
	r := reader{rest: string(body)}
	s := model.Suppression{Reason: model.SuppressReason(r.uint8()), At: r.time(), Source: r.text()}
	if r.bad || s.Reason > model.SuppressInvalid {
		return model.Suppression{}, errBroken
	}
	return s, nil
}

func getSuppression(b *bolt.Bucket, h hashed) (s model.Suppression, err error) {
	value := b.Get(h[:])
	if value == nil {
		return s, nil
	}
	body, err := tableSuppress.open(h[:], value)
	if err != nil {
		return s, err
	}
	if s, err = decodeSuppression(body); err != nil {
		return s, tableSuppress.damaged(h[:], err)
	}
	return s, nil
}

func putSuppression(b *bolt.Bucket, h hashed, s model.Suppression) error {
	return b.Put(h[:], tableSuppress.seal(h[:], appendSuppression(blank(24), s)))
}

type suppressions struct{ e *Engine }

func (s suppressions) Add(ctx context.Context, email string, why model.Suppression) error {
	return s.AddMany(ctx, []string{email}, why)
}

func (s suppressions) AddMany(ctx context.Context, emails []string, why model.Suppression) error {
	return s.AddEach(ctx, emails, slices.Repeat([]model.Suppression{why}, len(emails)))
}

func (s suppressions) AddEach(ctx context.Context, emails []string, each []model.Suppression) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	type entry struct {
		address hashed
		why     model.Suppression
	}
	if err := store.CheckSuppressions(emails, each); err != nil {
		return err
	}
	emails, each, err := s.e.spread(emails, each)
	if err != nil {
		return err
	}
	list, h := make([]entry, len(emails)), s.e.hasher()
	for i, email := range emails {
		list[i] = entry{h.of(email), each[i]}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return bytes.Compare(a.address[:], b.address[:]) })
	return s.e.send.settle(ctx, func(tx *bolt.Tx) error {
		b, news := tx.Bucket(bucketSuppress), false
		for _, one := range list {
			old, err := getSuppression(b, one.address)
			if err != nil {
				return err
			}
			heavier := store.Outweighs(one.why.Reason, old.Reason)
			if !heavier && !ofItsOwn(one.why, old) {
				continue
			}
			news = news || heavier
			if err := putSuppression(b, one.address, one.why); err != nil {
				return err
			}
			if a, said := oppositionAct(ctx, one.why, s.e.now()); said {
				if err := noteOpposition(tx, one.address, a); err != nil {
					return err
				}
			}
		}
		if !news {
			return nil
		}
		return tellIn(ctx, tx)
	})
}

func (s suppressions) Get(ctx context.Context, email string) (out model.Suppression, found bool, err error) {
	if err := s.e.enter(ctx); err != nil {
		return out, false, err
	}
	defer s.e.leave()
	h := s.e.hasher().of(email)
	err = s.e.send.view(func(tx *bolt.Tx) error {
		out, err = getSuppression(tx.Bucket(bucketSuppress), h)
		return err
	})
	if err != nil || out.Reason == 0 {
		return model.Suppression{}, false, err
	}
	return out, true, nil
}

func (s suppressions) Lookup(ctx context.Context) (of func(string) (model.SuppressReason, bool), n int, err error) {
	if err := s.e.enter(ctx); err != nil {
		return nil, 0, err
	}
	defer s.e.leave()
	all := map[hashed]model.SuppressReason{}
	err = s.e.send.scan(ctx, bucketSuppress, nil, func(key, value []byte) error {
		body, err := tableSuppress.open(key, value)
		if err != nil {
			return err
		}
		one, err := decodeSuppression(body)
		if err != nil || len(key) != len(hashed{}) {
			return tableSuppress.damaged(key, errBroken)
		}
		if one.Reason != 0 {
			all[hashed(key)] = one.Reason
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	h := s.e.hasher()
	return func(email string) (model.SuppressReason, bool) {
		if len(all) == 0 {
			return 0, false
		}
		why, found := all[h.of(email)]
		return why, found
	}, len(all), nil
}

// Lift leaves a trace: the record stays, without a reason.
func (s suppressions) Lift(ctx context.Context, email string, at time.Time) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	h := s.e.hasher().of(email)
	return s.e.send.settle(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketSuppress)
		old, err := getSuppression(b, h)
		if err != nil || old.Reason == 0 {
			return err
		}
		if a, said := oppositionAct(ctx, old, s.e.now()); said {
			a.At, a.Choice, a.Source = kept(at), model.Lifted, store.EvidenceOf(ctx).Source
			if err := noteOpposition(tx, h, a); err != nil {
				return err
			}
		}
		return putSuppression(b, h, model.Suppression{At: at, Source: old.Reason.String()})
	})
}
