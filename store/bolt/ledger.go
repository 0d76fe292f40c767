package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

var (
	bucketLedger    = []byte("ledger")    // campaign → head and the buckets below
	bucketUnsettled = []byte("unsettled") // campaigns that claimed since they were recovered

	bucketPlan      = []byte("plan")      // page → people
	bucketState     = []byte("state")     // page → states
	bucketHeld      = []byte("held")      // page → zone blanche; from page apartPages on, those set apart; from strataPages on, the strata of the planned
	bucketException = []byte("exception") // ordinal → exception
	bucketRetry     = []byte("retry")     // class, due ms, ordinal → nothing
	keyHead         = []byte("head")

	tableHead      = newTable("ledger.head")
	tablePlan      = newTable("ledger.plan")
	tableState     = newTable("ledger.state")
	tableHeld      = newTable("ledger.held")
	tableException = newTable("ledger.exception")
	tableRetry     = newTable("ledger.retry")
	tableUnsettled = newTable("unsettled")
)

// ledger keeps the lines in pages of a thousand.
type ledger struct {
	e     *Engine
	mu    sync.Mutex // held by whoever writes, from before to after the transaction
	hints map[model.CampaignID]claimHints

	planning sync.Mutex // held by whoever writes a plan in several transactions

	// hushed are the lines under way of people who were erased meanwhile: what a
	// server says of them mostly repeats the address, and is not kept. After the
	// process nobody says anything of them any more.
	hushed map[line]bool
}

// line is a place in a ledger.
type line struct {
	campaign model.CampaignID
	ordinal  model.Ordinal
}

// claimHints say from which page on a campaign has planned recipients of a lane
// that belong to some cells. They are only ever too low, so that nobody is
// passed over: the zero value is always right.
type claimHints struct {
	cells model.CellSet
	lanes [model.Lanes]uint32
}

// head is what a campaign has once.
type head struct {
	planned int
	held    int
	apart   int
	rest    string // why the rest was excluded: the code of those without an exception
}

func (h head) pages() uint32 { return uint32((h.planned + chunk - 1) / chunk) }

func appendHead(b []byte, h head) []byte {
	b = binary.AppendUvarint(b, uint64(h.planned))
	b = binary.AppendUvarint(b, uint64(h.held))
	b = appendText(b, h.rest)
	if h.apart > 0 { // as heads were written before anybody was set apart
		b = binary.AppendUvarint(b, uint64(h.apart))
	}
	return b
}

func decodeHead(body []byte) (head, error) {
	r := reader{rest: string(body)}
	planned, held := r.uvarint(), r.uvarint()
	h := head{planned: int(planned), held: int(held), rest: r.text()}
	if r.rest != "" {
		apart := r.uvarint()
		h.apart = int(min(apart, 1<<33))
	}
	if r.bad || r.rest != "" || max(planned, held, uint64(h.apart)) > 1<<32 {
		return head{}, errBroken
	}
	return h, nil
}

// campaignLedger is the part of one campaign in one transaction.
type campaignLedger struct {
	id        model.CampaignID
	bucket    *bolt.Bucket
	plan      *bolt.Bucket
	state     *bolt.Bucket
	exception *bolt.Bucket
	retry     *bolt.Bucket
	head      head
	pages     map[uint32]*openPage // changed in this transaction
	known     map[uint32]people    // pages of the plan, as far as they were asked for
	seeker    *bolt.Cursor         // of the exceptions
	key       [4]byte              // the last that it sought
	sorted    bool                 // the retry index was put in order in this transaction
}

// people are those of one page of the plan.
type people struct {
	contacts []model.ContactID
	classes  []byte
}

// openPage is a page of states being changed; value has room for the envelope.
type openPage struct {
	value []byte
	statePage
}

// campaign opens the ledger of a campaign; nil when it has no plan.
func openCampaign(tx *bolt.Tx, id model.CampaignID) (*campaignLedger, error) {
	b := tx.Bucket(bucketLedger).Bucket(key32(uint32(id)))
	if b == nil {
		return nil, nil
	}
	c := &campaignLedger{
		id: id, bucket: b, plan: b.Bucket(bucketPlan), state: b.Bucket(bucketState),
		exception: b.Bucket(bucketException), retry: b.Bucket(bucketRetry),
		pages: map[uint32]*openPage{}, known: map[uint32]people{},
	}
	t := tableHead.of(id)
	body, err := t.open(keyHead, b.Get(keyHead))
	if err != nil {
		return nil, err
	}
	if c.head, err = decodeHead(body); err != nil {
		return nil, t.damaged(keyHead, err)
	}
	return c, nil
}

func (c *campaignLedger) putHead() error {
	return c.bucket.Put(keyHead, tableHead.of(c.id).seal(keyHead, appendHead(blank(16), c.head)))
}

func (c *campaignLedger) planPage(n uint32) ([]byte, error) {
	key := key32(n)
	return tablePlan.of(c.id).open(key, c.plan.Get(key))
}

// contactsOf are the people of a page.
func (c *campaignLedger) contactsOf(n uint32, into []model.ContactID) ([]model.ContactID, []byte, error) {
	body, err := c.planPage(n)
	if err != nil {
		return nil, nil, err
	}
	ids, err := planContacts(into, body)
	if err != nil {
		return nil, nil, tablePlan.of(c.id).damaged(key32(n), err)
	}
	classes, err := planClasses(body)
	return ids, classes, err
}

// people are the contacts and classes of a page, which are kept until the end
// of the transaction.
func (c *campaignLedger) people(n uint32) (people, error) {
	if p, ok := c.known[n]; ok {
		return p, nil
	}
	contacts, classes, err := c.contactsOf(n, make([]model.ContactID, 0, chunk))
	if err != nil {
		return people{}, err
	}
	p := people{contacts, classes}
	c.known[n] = p
	return p, nil
}

// classes are those of a page alone, which takes less.
func (c *campaignLedger) classes(n uint32) ([]byte, error) {
	if p, ok := c.known[n]; ok {
		return p.classes, nil
	}
	body, err := c.planPage(n)
	if err != nil {
		return nil, err
	}
	classes, err := planClasses(body)
	if err != nil {
		return nil, tablePlan.of(c.id).damaged(key32(n), err)
	}
	return classes, nil
}

// class is the lane and the cell of a recipient.
func (c *campaignLedger) class(o model.Ordinal) (byte, error) {
	classes, err := c.classes(uint32(o / chunk))
	if err != nil {
		return 0, err
	}
	if int(o%chunk) >= len(classes) {
		return 0, tablePlan.of(c.id).damaged(key32(uint32(o/chunk)), errBroken)
	}
	return classes[o%chunk], nil
}

// look gives a page to read.
func (c *campaignLedger) look(n uint32) (statePage, error) {
	if p := c.pages[n]; p != nil {
		return p.statePage, nil
	}
	key := key32(n)
	t := tableState.of(c.id)
	body, err := t.open(key, c.state.Get(key))
	if err != nil {
		return nil, err
	}
	p, err := openStatePage(body)
	if err != nil {
		return nil, t.damaged(key, err)
	}
	return p, nil
}

// change gives a page to change; flush writes it.
func (c *campaignLedger) change(n uint32) (*openPage, error) {
	if p := c.pages[n]; p != nil {
		return p, nil
	}
	read, err := c.look(n)
	if err != nil {
		return nil, err
	}
	value := append(blank(len(read)), read...)
	p := &openPage{value: value, statePage: statePage(value[envelopeSize:])}
	c.pages[n] = p
	return p, nil
}

// line gives the page and the place of a recipient.
func (c *campaignLedger) line(o model.Ordinal) (*openPage, int, error) {
	if int(o) >= c.head.planned {
		return nil, 0, model.NotFound("store.no_recipient", "ordinal", int(o)).Because(store.ErrNotFound)
	}
	p, err := c.change(uint32(o / chunk))
	return p, int(o % chunk), err
}

func (c *campaignLedger) flush() error {
	t := tableState.of(c.id)
	numbers := make([]uint32, 0, len(c.pages))
	for n := range c.pages {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		key := key32(n)
		if err := c.state.Put(key, t.seal(key, c.pages[n].value)); err != nil {
			return err
		}
	}
	return nil
}

// ledgerStep is one durable step, which may touch several campaigns.
type ledgerStep struct {
	tx        *bolt.Tx
	campaigns map[model.CampaignID]*campaignLedger
	hints     map[model.CampaignID]claimHints // as they will be
	hushed    map[line]bool                   // likewise
	idle      bool                            // there is nothing to write
}

// campaign is the ledger of a campaign that must have a plan.
func (s *ledgerStep) campaign(id model.CampaignID) (*campaignLedger, error) {
	if c := s.campaigns[id]; c != nil {
		return c, nil
	}
	c, err := openCampaign(s.tx, id)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, model.NotFound("store.no_plan").Because(store.ErrNotFound)
	}
	s.campaigns[id] = c
	return c, c.sortRetry()
}

// lower notes that a recipient is planned again.
func (s *ledgerStep) lower(c *campaignLedger, o model.Ordinal) error {
	class, err := c.class(o)
	if err != nil {
		return err
	}
	hints := s.hints[c.id]
	lane := &hints.lanes[laneIn(class)]
	*lane = min(*lane, uint32(o/chunk))
	s.hints[c.id] = hints
	return nil
}

// errIdle ends a transaction in which nothing was changed, without a commit.
var errIdle = errors.New("nothing to write")

// step runs one transaction.
func (l *ledger) step(ctx context.Context, do func(*ledgerStep) error) error {
	return l.stepIn(ctx, l.e.send.update, do)
}

// settle is step for what is under way: it may use the last of the room.
func (l *ledger) settle(ctx context.Context, do func(*ledgerStep) error) error {
	return l.stepIn(ctx, l.e.send.settle, do)
}

// stepIn runs one transaction. A commit that fails may still be on the disk: the
// hints of the campaigns that it touched begin anew.
func (l *ledger) stepIn(ctx context.Context, update func(context.Context, func(*bolt.Tx) error) error, do func(*ledgerStep) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &ledgerStep{campaigns: map[model.CampaignID]*campaignLedger{}, hints: maps.Clone(l.hints), hushed: maps.Clone(l.hushed)}
	err := update(ctx, func(tx *bolt.Tx) error {
		s.tx = tx
		if err := do(s); err != nil {
			return err
		}
		if s.idle {
			return errIdle
		}
		for _, c := range s.campaigns {
			if err := c.flush(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || errors.Is(err, errIdle) {
		l.hints, l.hushed = s.hints, s.hushed
		return nil
	}
	for id := range s.campaigns {
		delete(l.hints, id)
	}
	return err
}
