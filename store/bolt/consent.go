package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// The acts of contacts are in crm.db under block, number (consentcodec.go); those
// about an address are in send.db under its hash, number, in the transaction of
// the suppression that they are about.
var (
	bucketConsent    = []byte("consent")
	bucketOpposition = []byte("opposition")

	tableConsent    = newTable("consent")
	tableOpposition = newTable("opposition")
)

var errUnwitnessed = errors.New("a choice was changed without its act")

// consentPen writes the acts of one transaction. Contacts come to it mostly in
// the order of their numbers; a page is written when the next block begins, and
// by flush, without which nothing of the last one is there.
type consentPen struct {
	bucket   *bolt.Bucket
	operator string
	evidence model.Evidence
	now      time.Time
	slab     *slab // of the records of who makes the choices; nil: each for itself

	block uint64
	acts  []model.ConsentAct // of the block, not written yet
	next  []model.ConsentAct // of the contact at hand
	known map[model.ContactID][model.AboutWhat + 1]bool
}

// newConsentPen is the pen of a transaction on crm.db.
func newConsentPen(ctx context.Context, tx *bolt.Tx, now time.Time) *consentPen {
	b := tx.Bucket(bucketConsent)
	b.FillPercent = 0.9 // new contacts come at the end
	return &consentPen{bucket: b, operator: operatorOf(ctx), evidence: store.EvidenceOf(ctx), now: kept(now)}
}

func operatorOf(ctx context.Context) string {
	deed, _ := store.DeedOf(ctx)
	return deed.Actor.Name
}

// changed adds the acts that lead from one stance to the next; source proves a
// choice about being followed, where the context has nothing better.
func (p *consentPen) changed(id model.ContactID, old, next model.Stance, source string) error {
	if old == next {
		return nil
	}
	e := p.evidence
	if e.Source == "" {
		e.Source = source
	}
	p.next = next.Since(p.next[:0], old, e, p.now)
	return p.add(id, old, p.next...)
}

// add adds acts, after what was known before there was a ledger.
func (p *consentPen) add(id model.ContactID, old model.Stance, acts ...model.ConsentAct) error {
	if len(acts) == 0 {
		return nil
	}
	if block := uint64(id) / consentBlock; block != p.block {
		if err := p.flush(); err != nil {
			return err
		}
		p.block, p.known = block, nil
	}
	for _, k := range old.Known() {
		has, err := p.has(id)
		if err != nil {
			return err
		}
		if !has[k.Purpose] {
			p.put(id, k, "")
		}
	}
	for _, a := range acts {
		p.put(id, a, p.operator)
	}
	return nil
}

func (p *consentPen) put(id model.ContactID, a model.ConsentAct, operator string) {
	a.Contact, a.Recorded, a.Operator = id, p.now, operator
	p.acts = append(p.acts, a)
	if p.known != nil {
		has := p.known[id]
		has[a.Purpose] = true
		p.known[id] = has
	}
}

// has tells of which purposes a contact of the block has acts.
func (p *consentPen) has(id model.ContactID) ([model.AboutWhat + 1]bool, error) {
	if p.known == nil {
		p.known = map[model.ContactID][model.AboutWhat + 1]bool{}
		note := func(a *model.ConsentAct) {
			has := p.known[a.Contact]
			has[a.Purpose] = true
			p.known[a.Contact] = has
		}
		err := eachPage(p.bucket, p.block, func(_ []byte, acts []model.ConsentAct) error {
			for i := range acts {
				note(&acts[i])
			}
			return nil
		})
		if err != nil {
			return [model.AboutWhat + 1]bool{}, err
		}
		for i := range p.acts {
			note(&p.acts[i])
		}
	}
	return p.known[id], nil
}

// flush writes the page at hand.
func (p *consentPen) flush() error {
	if p == nil || len(p.acts) == 0 {
		return nil
	}
	key := nextKey(p.bucket, key64(p.block))
	err := putActs(p.bucket, tableConsent, key, p.acts)
	p.acts = p.acts[:0]
	return err
}

func putActs(b *bolt.Bucket, t table, key []byte, acts []model.ConsentAct) error {
	return b.Put(key, t.seal(key, appendActs(blank(16*len(acts)+128), acts)))
}

// nextKey is the key behind the last one of a prefix: the prefix and a number.
func nextKey(b *bolt.Bucket, prefix []byte) []byte {
	c := b.Cursor()
	last, _ := c.Seek(append(bytes.Clone(prefix), 0xff, 0xff, 0xff, 0xff))
	if last == nil {
		last, _ = c.Last()
	} else {
		last, _ = c.Prev()
	}
	n := uint32(0)
	if len(last) == len(prefix)+4 && bytes.HasPrefix(last, prefix) {
		n = binary.BigEndian.Uint32(last[len(prefix):])
	}
	return binary.BigEndian.AppendUint32(bytes.Clone(prefix), n+1)
}

// eachPage reads the pages of a block, oldest first.
func eachPage(b *bolt.Bucket, block uint64, do func(key []byte, acts []model.ConsentAct) error) error {
	prefix, c := key64(block), b.Cursor()
	for key, value := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, value = c.Next() {
		body, err := tableConsent.open(key, value)
		if err != nil {
			return err
		}
		acts, err := decodeActs(body, block)
		if err != nil {
			return tableConsent.damaged(key, err)
		}
		if err := do(key, acts); err != nil {
			return err
		}
	}
	return nil
}

// actsOf are the written acts of a contact.
func actsOf(tx *bolt.Tx, id model.ContactID) (all []model.ConsentAct, err error) {
	err = eachPage(tx.Bucket(bucketConsent), uint64(id)/consentBlock, func(_ []byte, acts []model.ConsentAct) error {
		for i := range acts {
			if acts[i].Contact == id {
				all = append(all, acts[i])
			}
		}
		return nil
	})
	return all, err
}

// dropActs takes the acts of a contact away: only an erasure does, and what
// gives them to somebody else.
func dropActs(tx *bolt.Tx, id model.ContactID) error {
	b := tx.Bucket(bucketConsent)
	pages := map[string][]model.ConsentAct{}
	err := eachPage(b, uint64(id)/consentBlock, func(key []byte, acts []model.ConsentAct) error {
		if left := slices.DeleteFunc(slices.Clone(acts), func(a model.ConsentAct) bool { return a.Contact == id }); len(left) != len(acts) {
			pages[string(key)] = left
		}
		return nil
	})
	for key, left := range pages {
		if err != nil {
			return err
		}
		if len(left) == 0 {
			err = b.Delete([]byte(key))
			continue
		}
		err = putActs(b, tableConsent, []byte(key), left)
	}
	return err
}
