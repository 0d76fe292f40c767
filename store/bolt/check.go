package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// maxDamage is how many damaged records Check names.
const maxDamage = 1000

// Check reads every record of both files and follows every index. A page that
// bbolt cannot walk is reported too; where the mapped file itself cannot be
// read, the process that asks may still die: ask from a child.
func (e *Engine) Check(ctx context.Context) (store.Health, error) {
	if err := e.enter(ctx); err != nil {
		return store.Health{}, err
	}
	defer e.leave()
	c := checker{e: e, ctx: ctx, health: store.Health{Schema: schema}}
	parts, err := c.withUnions()
	if err != nil {
		return store.Health{}, err
	}
	for _, part := range parts {
		err := c.guard(part.table, func() error { return c.bucket(part.file, []byte(part.table.name), part.table, part.check) })
		if err != nil {
			return store.Health{}, err
		}
	}
	if err = c.guard(newTable("ledger"), c.ledgers); err == nil {
		err = c.months()
	}
	return c.health, err
}

// part is a bucket, of the name of its table, and what holds in it.
type part struct {
	file  *file
	table table
	check func(tx *bolt.Tx, key, body []byte) error
}

func (c *checker) parts() []part {
	crm, send := c.e.crm, c.e.send
	return []part{
		{crm, tableContact, c.contact},
		{crm, tableEmail, c.names(waitEmail)},
		{crm, tableExternal, c.names(waitExternal)},
		{crm, tableCard, c.names(waitCard)},
		{crm, tableOrder, c.order},
		{crm, tableOrderKey, c.orderKey},
		{crm, tableOrderLog, c.orderLog},
		{crm, tableWaiting, anything},
		{crm, tableCampaign, decodes[model.Campaign]},
		{crm, tableSetting, setting},
		{crm, tableSegment, decodes[model.Segment]},
		{crm, tableOperator, c.operator},
		{crm, tableOperatorKey, c.operatorKey},
		{crm, tableAudit, c.auditLine},
		{crm, tableAuditDetail, c.auditDetail},
		{crm, tableAuditObject, c.auditObject},
		{crm, tableConsent, c.consent},
		{crm, tablePoints, c.points},
		{crm, tableRuns, run},
		{crm, tableMeta, anything},
		{send, tableMeta, anything},
		{send, tableUnsettled, anything},
		{send, tableSuppress, func(_ *bolt.Tx, _, body []byte) error {
			_, err := decodeSuppression(body)
			return err
		}},
		{send, tableOpposition, opposition},
	}
}

type checker struct {
	e      *Engine
	ctx    context.Context
	health store.Health
}

func (c *checker) report(d store.Damage) {
	if len(c.health.Damaged) < maxDamage {
		c.health.Damaged = append(c.health.Damaged, d)
	}
}

// keep reports damage and passes every other error on.
func (c *checker) keep(err error) error {
	var d *damage
	if errors.As(err, &d) {
		c.report(d.Damage)
		return nil
	}
	return err
}

// guard turns a page that bbolt cannot walk into a report.
func (c *checker) guard(t table, do func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if r := recover(); r != nil {
			c.report(store.Damage{Bucket: t.name, Key: "?", Err: fmt.Errorf("unreadable page: %v", r)})
		}
	}()
	return do()
}

// bucket verifies the records of a bucket, a page of them in each transaction.
func (c *checker) bucket(f *file, name []byte, t table, check func(*bolt.Tx, []byte, []byte) error) error {
	return f.scan(c.ctx, name, nil, func(key, value []byte) error {
		body, err := t.open(key, value)
		if err != nil {
			return c.keep(err)
		}
		return f.view(func(tx *bolt.Tx) error {
			err := check(tx, key, body)
			if err != nil && !errors.Is(err, store.ErrDamaged) {
				err = t.damaged(key, err)
			}
			return c.keep(err)
		})
	})
}

func anything(*bolt.Tx, []byte, []byte) error { return nil }

func decodes[T any](_ *bolt.Tx, _, body []byte) error { return json.Unmarshal(body, new(T)) }

var errIndex = errors.New("index and record disagree")

// contact checks that a contact is found under its e-mail.
func (c *checker) contact(tx *bolt.Tx, key, body []byte) error {
	c.health.Contacts++
	var one model.Contact
	if _, err := decodeContact(&one, body); err != nil {
		return err
	}
	if one.Email == "" {
		return nil
	}
	id, err := openIndexes(tx).email.stored(emailKey(one.Email))
	if err == nil && uint64(id) != binary.BigEndian.Uint64(key) {
		err = errIndex
	}
	return err
}

// leads checks that a name is the one of its contact.
func leads(tx *bolt.Tx, text []byte, id uint64, of func(*model.Contact) string) error {
	var one model.Contact
	found, _, err := getContact(tx, model.ContactID(id), &one)
	if errors.Is(err, store.ErrDamaged) {
		return nil // reported with its own record
	}
	if err == nil && (!found || of(&one) != string(text)) {
		err = errIndex
	}
	return err
}

// textOf is what a contact is found under, by kind.
var textOf = map[byte]func(*model.Contact) string{
	waitEmail:    func(p *model.Contact) string { return emailKey(p.Email) },
	waitExternal: func(p *model.Contact) string { return p.ExternalID },
	waitCard:     func(p *model.Contact) string { return p.Card },
}

// names checks a page of an index: its names are in order, before those of the
// next page, and each leads to a contact that says the same.
func (c *checker) names(kind byte) func(*bolt.Tx, []byte, []byte) error {
	bucket := map[byte][]byte{waitEmail: bucketEmail, waitExternal: bucketExternal, waitCard: bucketCard}[kind]
	return func(tx *bolt.Tx, key, body []byte) error {
		last, err := inOrder(tx, readNames(0, key, body), kind)
		if err != nil {
			return err
		}
		cursor := tx.Bucket(bucket).Cursor()
		if next, _ := cursor.Seek(append(bytes.Clone(key), 0)); next != nil && bytes.Compare(last, next) >= 0 {
			return errBroken
		}
		return nil
	}
}

// run checks the names of a page that wait for their places.
func run(tx *bolt.Tx, key, body []byte) error {
	if len(key) <= runHead || textOf[key[4]] == nil {
		return errBroken
	}
	_, err := inOrder(tx, readNames(runHead, key, body), key[4])
	return err
}

// inOrder checks the names of a page, and returns the last one.
func inOrder(tx *bolt.Tx, n namesIn, kind byte) (last []byte, err error) {
	for more := !n.bad; more; {
		if err := leads(tx, n.text, n.id, textOf[kind]); err != nil {
			return nil, err
		}
		last = n.text
		if more = n.next(); more && bytes.Compare(last, n.text) >= 0 {
			return nil, errBroken
		}
	}
	if n.bad {
		return nil, errBroken
	}
	return last, nil
}

func (c *checker) order(tx *bolt.Tx, key, body []byte) error {
	c.health.Orders++
	var o model.Order
	if err := decodeOrder(&o, body); err != nil {
		return err
	}
	seq := binary.BigEndian.Uint64(key)
	named, err := getNumber(tx.Bucket(bucketOrderKey), tableOrderKey, []byte(o.Source+"\x00"+o.ID))
	if err == nil && named != seq {
		err = errIndex
	}
	if err != nil || o.Contact == 0 {
		return err
	}
	k := newLogKey(o.Contact, o.Day, seq)
	if tx.Bucket(bucketOrderLog).Get(k[:]) == nil {
		return errIndex
	}
	return nil
}

func (c *checker) orderKey(tx *bolt.Tx, _, body []byte) error {
	seq, n := binary.Uvarint(body)
	if n != len(body) || tx.Bucket(bucketOrder).Get(key64(seq)) == nil {
		return errIndex
	}
	return nil
}

func (c *checker) orderLog(tx *bolt.Tx, key, body []byte) error {
	if _, err := decodeLogLine(body); err != nil || len(key) != len(logKey{}) {
		return errBroken
	}
	if tx.Bucket(bucketOrder).Get(key64(logKey(key).seq())) == nil {
		return errIndex
	}
	return nil
}

// ledgers checks the pages of every campaign, a campaign in each transaction.
func (c *checker) ledgers() error {
	var ids []model.CampaignID
	err := c.e.send.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketLedger).ForEachBucket(func(key []byte) error {
			ids = append(ids, model.CampaignID(binary.BigEndian.Uint32(key)))
			return nil
		})
	})
	for _, id := range ids {
		if err == nil {
			err = c.guard(tableHead, func() error { return c.ledger(id) })
		}
	}
	return err
}

func (c *checker) ledger(id model.CampaignID) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	return c.e.send.view(func(tx *bolt.Tx) error {
		l, err := openCampaign(tx, id)
		if err != nil {
			return c.keep(err)
		}
		for n := range l.head.pages() {
			if err := c.page(l, n); err != nil {
				return err
			}
		}
		return errors.Join(
			c.sealed(l.bucket.Bucket(bucketHeld), tableHeld.of(id), func(body []byte) error {
				_, err := decodeHeldPage(nil, body)
				return err
			}),
			c.sealed(l.exception, tableException.of(id), func(body []byte) error {
				_, err := decodeException(body)
				return err
			}),
			c.retry(l),
		)
	})
}

// retry checks that the index leads to the deferred, each under its class and
// its time, and to all of them: who is deferred and not in it is lost.
func (c *checker) retry(l *campaignLedger) error {
	deferred := 0
	for n := range l.head.pages() {
		if p, err := l.look(n); err == nil { // or else reported with its page
			deferred += bytes.Count(p.states(), []byte{byte(model.StateDeferred)})
		}
	}
	t := tableRetry.of(l.id)
	err := l.retry.ForEach(func(key, value []byte) error {
		x, err := openRetry(t, key, value)
		if err == nil {
			deferred--
			err = l.leadsTo(key, x)
		}
		return c.keep(err)
	})
	if err == nil && deferred != 0 && len(c.health.Damaged) == 0 {
		err = c.keep(t.damaged(nil, fmt.Errorf("%d deferred: %w", deferred, errIndex)))
	}
	return err
}

// leadsTo checks an entry of the retry index against the line of its recipient.
func (l *campaignLedger) leadsTo(key []byte, x retryEntry) error {
	page, i := uint32(x.ordinal/chunk), int(x.ordinal%chunk)
	p, err := l.look(page)
	class, err2 := l.class(x.ordinal)
	line, _, err3 := l.getException(x.ordinal)
	if errors.Join(err, err2, err3) != nil {
		return nil // reported with their own records
	}
	if len(key) == oldRetrySize {
		class = 0
	}
	if i >= p.len() || p.state(i) != model.StateDeferred || class != x.class || !line.next.Equal(x.due) {
		return tableRetry.of(l.id).damaged(key, errIndex)
	}
	return nil
}

// page reads both pages of a thousand recipients.
func (c *checker) page(l *campaignLedger, n uint32) error {
	p, err := l.look(n)
	intact := err == nil
	if err := c.keep(err); err != nil {
		return err
	}
	ids, _, err := l.contactsOf(n, nil)
	if err == nil && intact && len(ids) != p.len() {
		err = tablePlan.of(l.id).damaged(key32(n), errIndex)
	}
	return c.keep(err)
}

func (c *checker) sealed(b *bolt.Bucket, t table, decode func([]byte) error) error {
	return b.ForEach(func(key, value []byte) error {
		body, err := t.open(key, value)
		if err != nil {
			return c.keep(err)
		}
		if err := decode(body); err != nil {
			return c.keep(t.damaged(key, err))
		}
		return nil
	})
}
