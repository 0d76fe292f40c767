package bolt

import (
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// maxText is the longest text, in bytes, that something can be found under.
const maxText = 1024

// index is one way to find a contact, with the changes of one step kept until
// the end: written in the order of the keys, they touch each page once.
type index struct {
	names   names
	kind    byte           // of the orders that wait for it
	changes map[string]int // of a text: where its change stands in list; the latest may not be in it
	list    []named
	mixed   bool // they came in no order
	kin     *kin // of names that a union leads elsewhere

	runs   *runs           // where the names of new people wait for their places
	sieve  *sieve          // of those names, of the step of an import; nil for any other
	placed map[string]bool // texts that are not new: they are written in their places
	bounds *bounds         // of a step of an import, until its changes are written
	many   int             // changes that may come
	met    bool            // all of them are in the sieve
}

// bounds are where the names of an index are, before a step of an import.
type bounds struct {
	last  string // in its place, "" for none at all
	runs  bool   // there are some in the runs
	mixed bool   // the step brings its own in no order
}

// indexes are the three ways, in the order in which an order finds its buyer.
type indexes struct{ email, external, card index }

func openIndexes(tx *bolt.Tx) *indexes {
	k, r := openKin(tx), openRuns(tx)
	return &indexes{
		email:    index{names: names{bucket: tx.Bucket(bucketEmail), table: tableEmail}, kind: waitEmail, kin: k, runs: r},
		external: index{names: names{bucket: tx.Bucket(bucketExternal), table: tableExternal}, kind: waitExternal, kin: k, runs: r},
		card:     index{names: names{bucket: tx.Bucket(bucketCard), table: tableCard}, kind: waitCard, kin: k, runs: r},
	}
}

// find is the contact under a text, 0 when there is none.
func (x *index) find(text string) (model.ContactID, error) {
	if text == "" {
		return 0, nil
	}
	if i, ok := x.changed(text); ok {
		return x.list[i].id, nil
	}
	if id, err := x.stored(text); id != 0 || err != nil {
		return id, err
	}
	return x.kin.find(name{x.kind, text})
}

// stored is the contact whose own the text is, before the changes of the step.
func (x *index) stored(text string) (model.ContactID, error) {
	if b := x.bounds; b != nil && text > b.last && (!b.runs || !x.sieve.may(x.kind, text)) {
		return 0, nil
	}
	if id, err := x.names.find(text); id != 0 || err != nil || !x.sieve.may(x.kind, text) {
		return id, err
	}
	return x.runs.find(x.kind, text)
}

// meet is find for a text that somebody has in a step of an import, new or not:
// the sieve knows it from now on, by its hash.
func (x *index) meet(text string, hash uint64) (model.ContactID, error) {
	if x.sieve == nil {
		return x.find(text)
	}
	may := x.sieve.meet(hash)
	id := model.ContactID(0)
	var err error
	if b := x.bounds; b == nil || text <= b.last {
		id, err = x.names.find(text)
	}
	if id == 0 && err == nil && may {
		id, err = x.runs.find(x.kind, text)
	}
	if id != 0 || err != nil {
		return id, err
	}
	return x.kin.find(name{x.kind, text})
}

// place says that a text is not new.
func (x *index) place(text string) {
	if x.sieve == nil {
		return
	}
	if x.placed == nil {
		x.placed = map[string]bool{}
	}
	x.placed[text] = true
}

// changed tells where the change of a text stands in the list. As long as texts
// come in order, none of those behind all others needs to be looked for.
func (x *index) changed(text string) (int, bool) {
	if n := len(x.list); !x.mixed && (n == 0 || text > x.list[n-1].text) {
		return 0, false
	}
	if x.changes == nil {
		x.changes = make(map[string]int, x.many)
	}
	for i := len(x.changes); i < len(x.list); i++ {
		x.changes[x.list[i].text] = i
	}
	i, ok := x.changes[text]
	return i, ok
}

func (x *index) set(text string, id model.ContactID) {
	if i, ok := x.changed(text); ok {
		x.list[i].id = id
		return
	}
	x.grant(text, id)
}

// grant is set for a text that has no change.
func (x *index) grant(text string, id model.ContactID) {
	if n := len(x.list); n > 0 && text <= x.list[n-1].text {
		x.mixed = true
	}
	x.list = append(x.list, named{text, id})
}

// move gives a contact another text. A text that belongs to somebody else is
// refused with ErrExists.
func (x *index) move(id model.ContactID, from, to string) error {
	if from == to {
		return nil
	}
	if to != "" {
		owner, err := x.find(to)
		if err != nil {
			return err
		}
		if owner != 0 && owner != id {
			return store.ErrExists
		}
		if owner != 0 {
			x.place(to)
		}
		x.set(to, id)
	}
	if from == "" {
		return nil
	}
	owner, err := x.find(from)
	if err == nil && owner == id {
		x.place(from)
		x.set(from, 0)
	}
	return err
}

// flush writes the changes and, where orders wait, returns the texts that somebody
// has now. The names of new people in a step of an import go into its run.
func (x *index) flush(waited bool) (given []string, err error) {
	if x.mixed {
		slices.SortFunc(x.list, func(a, b named) int { return strings.Compare(a.text, b.text) })
	}
	appends, placed := x.appends(), x.list[:0]
	for _, n := range x.list {
		if waited && n.id != 0 {
			given = append(given, n.text)
		}
		switch {
		case n.id == 0 || x.sieve == nil || x.placed[n.text]:
			err = x.runs.drop(x.kind, n.text)
			placed = append(placed, n)
		case appends:
			placed = append(placed, n)
		default:
			if !x.met {
				x.sieve.add(x.kind, n.text)
			}
			err = x.runs.add(x.kind, n.text, n.id)
		}
		if err != nil {
			return nil, err
		}
	}
	err = x.names.change(placed)
	x.changes, x.list, x.mixed, x.bounds = nil, nil, false, nil
	return given, err
}

// appends reports a step whose names come in order, all behind those that there
// are, as numbers of customers mostly do: their place is where a run would be.
func (x *index) appends() bool {
	b := x.bounds
	if b == nil || b.runs || b.mixed || x.mixed || len(x.list) == 0 || x.list[0].text <= b.last {
		return false
	}
	x.names.bucket.FillPercent = 0.95
	return true
}

// flush writes all changes, and attaches the orders that waited for them.
func (xs *indexes) flush(tx *bolt.Tx) error {
	waiting := openWaiting(tx)
	var attach []uint64
	for _, x := range []*index{&xs.card, &xs.email, &xs.external} { // as their kinds are ordered in a run
		given, err := x.flush(!waiting.empty)
		if err != nil {
			return err
		}
		attach = append(attach, waiting.under(x.kind, given)...)
	}
	if err := xs.email.runs.flush(); err != nil {
		return err
	}
	if len(attach) == 0 {
		return nil
	}
	slices.Sort(attach)
	return attachOrders(tx, xs, slices.Compact(attach))
}

// buyer finds whose an order is: by e-mail, then external id, then card.
func (xs *indexes) buyer(o *model.Order) (model.ContactID, error) {
	if id, err := xs.email.find(emailKey(o.Email)); id != 0 || err != nil {
		return id, err
	}
	if id, err := xs.external.find(o.ExternalID); id != 0 || err != nil {
		return id, err
	}
	return xs.card.find(o.Card)
}
