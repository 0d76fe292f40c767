package bolt

import (
	"bytes"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// burst makes a click of a person a machine's when they follow another link of
// the message as quickly, and the other one too.
func (a *appending) burst(r *model.Response) error {
	if r.Kind != model.ResponseClick || r.Agent != model.AgentPerson && r.Agent != model.AgentBurst || r.Contact == 0 {
		return nil
	}
	at, window := millis(r.At), store.BurstWindow.Milliseconds()
	from, to := newEventKey(max(at-window, 0), 0), newEventKey(at+window, eventsOfMilli-1)
	near, err := a.of(r.Contact, from[:], to[:])
	if err != nil {
		return err
	}
	for i := range near {
		o := &near[i]
		quick := o.Agent == model.AgentPerson || o.Agent == model.AgentBurst
		if o.Kind != model.ResponseClick || o.Campaign != r.Campaign || !quick || linkOf(&o.Response) == linkOf(r) {
			continue
		}
		r.Agent = model.AgentBurst
		if o.Agent == model.AgentPerson {
			if err := a.demote(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// answer is a response and its key.
type answer struct {
	key []byte
	model.Response
}

// of are the events of a person between two keys, both included.
func (a *appending) of(c model.ContactID, from, to []byte) (all []answer, err error) {
	end, cursor := personKey(c, to), a.bucket(bucketPerson).Cursor()
	for key, _ := cursor.Seek(personKey(c, from)); key != nil && bytes.Compare(key, end) <= 0; key, _ = cursor.Next() {
		e, found, err := pointed(a.tx, key)
		if err != nil {
			return nil, err
		}
		if found {
			all = append(all, e)
		}
	}
	return all, nil
}

// pointed is the event to which the key of a person leads.
func pointed(tx *bolt.Tx, key []byte) (e answer, found bool, err error) {
	e.key = bytes.Clone(key[8:])
	value := tx.Bucket(bucketEvent).Get(e.key)
	if value == nil {
		return e, false, nil // Check tells
	}
	e.Response, err = openEvent(e.key, value)
	return e, err == nil, err
}

// demote takes a click back from a person, who may have made no other.
func (a *appending) demote(e *answer) error {
	t, err := a.tally(e.Campaign)
	if err != nil {
		return err
	}
	t.Hits[e.Kind][model.AgentPerson]--
	t.Hits[e.Kind][model.AgentBurst]++
	t.OnLink(linkOf(&e.Response), -1, 0)
	e.Agent = model.AgentBurst
	if err := a.bucket(bucketEvent).Put(e.key, sealEvent(e.key, &e.Response)); err != nil {
		return err
	}
	first, last := newEventKey(0, 0), bytes.Repeat([]byte{0xff}, len(eventKey{}))
	rest, err := a.of(e.Contact, first[:], last)
	if err != nil {
		return err
	}
	var left who
	clicks, reads := false, false
	for i := range rest {
		o := &rest[i]
		if o.Kind != e.Kind || o.Campaign != e.Campaign || o.Agent != model.AgentPerson {
			continue
		}
		if at := millis(o.At); !clicks {
			clicks, left.first, left.last = true, at, at
		} else {
			left.last = at
		}
		reads = reads || linkOf(&o.Response) == linkOf(&e.Response)
	}
	if err := a.leaves(t, e, clicks, left); err != nil || reads {
		return err
	}
	return a.readNoMore(t, e)
}

// leaves writes what is left of a person, or that nothing is.
func (a *appending) leaves(t *store.ResponseTally, e *answer, clicks bool, left who) error {
	key := whoKey(e.Kind, e.Campaign, e.Contact)
	w, found, err := a.whoIn(a.tx, key)
	if err != nil || !found {
		return err
	}
	if clicks {
		w.first, w.last = left.first, left.last
		return a.bucket(bucketWho).Put(key, w.seal(key))
	}
	if w.counted {
		t.Persons[e.Kind]--
	}
	return a.bucket(bucketWho).Delete(key)
}

func (a *appending) readNoMore(t *store.ResponseTally, e *answer) error {
	b, key := a.bucket(bucketReader), readerKey(e.Campaign, linkOf(&e.Response), e.Contact)
	state, err := getNumber(b, tableReader, key)
	if err != nil {
		return err
	}
	if state == readerCounted {
		t.OnLink(linkOf(&e.Response), 0, -1)
	}
	return b.Delete(key)
}
