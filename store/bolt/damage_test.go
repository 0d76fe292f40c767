package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func writeContact(t *testing.T, e *Engine, c *model.Contact, tail string) {
	t.Helper()
	err := e.crm.db.Update(func(tx *bolt.Tx) error {
		if err := openIndexes(tx).email.names.change([]named{{emailKey(c.Email), c.ID}}); err != nil {
			return err
		}
		return sealContact(tx.Bucket(bucketContact), new(slab), c, tail)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readContact(t *testing.T, e *Engine, id model.ContactID) (c model.Contact, tail string) {
	t.Helper()
	err := e.crm.view(func(tx *bolt.Tx) (err error) {
		_, tail, err = getContact(tx, id, &c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, tail
}

// record is one live value.
type record struct {
	file       *file
	path       [][]byte // buckets
	key, value []byte
}

// in is the bucket of a record.
func (r record) in(tx *bolt.Tx) *bolt.Bucket {
	b := tx.Bucket(r.path[0])
	for _, name := range r.path[1:] {
		b = b.Bucket(name)
	}
	return b
}

func (r record) put(t *testing.T, value []byte) {
	t.Helper()
	err := r.file.db.Update(func(tx *bolt.Tx) error { return r.in(tx).Put(r.key, value) })
	if err != nil {
		t.Fatal(err)
	}
}

// everyRecord lists the live values of both files.
func everyRecord(t *testing.T, e *Engine) (all []record) {
	t.Helper()
	var walk func(f *file, path [][]byte, b *bolt.Bucket) error
	walk = func(f *file, path [][]byte, b *bolt.Bucket) error {
		return b.ForEach(func(key, value []byte) error {
			if value == nil {
				return walk(f, append(path[:len(path):len(path)], bytes.Clone(key)), b.Bucket(key))
			}
			all = append(all, record{f, path, bytes.Clone(key), bytes.Clone(value)})
			return nil
		})
	}
	for _, f := range []*file{e.crm, e.send} {
		err := f.view(func(tx *bolt.Tx) error {
			return tx.ForEach(func(name []byte, b *bolt.Bucket) error { return walk(f, [][]byte{bytes.Clone(name)}, b) })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// fill writes a record of every sort.
func fill(t *testing.T, e *Engine) {
	t.Helper()
	ctx := t.Context()
	_, err := e.Contacts().Merge(ctx, []model.Contact{{Email: "lea@mail.example", ExternalID: "x", Card: "c", City: "Lyon"}}, start)
	_, err2 := e.Orders().Put(ctx, []model.Order{{Source: "w", ID: "1", Email: "lea@mail.example", Total: 5}, {Source: "w", ID: "2", Card: "z", Total: 5}})
	_, err3 := e.Campaigns().Create(ctx, model.Campaign{Name: "noel"})
	err4 := e.Ledger().Plan(ctx, 1, model.Plan{Planned: []model.Planned{{Contact: 1}, {Contact: 2}}, HeldOut: []model.HeldOut{{Contact: 3, Stratum: "s"}}})
	_, err5 := e.Ledger().Claim(ctx, 1, model.Claims(1), start)
	_, err6 := e.Ledger().Commit(ctx, []model.Outcome{{Campaign: 1, State: model.StateDeferred, At: start, NextTry: start, Code: "451"}}, nil)
	_, err7 := e.Operators().Put(ctx, model.Operator{Name: "ines", Role: model.Admin, Keys: []model.OperatorKey{{Fingerprint: "SHA256:a"}}})
	_, err8 := e.Pacing().Change(ctx, func(p *model.Pacing) error { p.Rate = 5; return nil })
	err = errors.Join(err, err2, err3, err4, err5, err6, err7, err8,
		e.Segments().Save(store.Witnessed(ctx, model.Deed{Act: "segment.save", At: start}), model.Segment{Name: "s", Rule: "r"}),
		e.Suppressions().Add(ctx, "max@mail.example", model.Suppression{Reason: model.SuppressOpposed, At: start}))
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryFlippedBitOfALiveRecordIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	o := options(t.TempDir())
	o.noSync = true // thousands of writes whose durability is of no interest
	e, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	fill(t, e)
	if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 || h.Contacts != 1 || h.Orders != 2 {
		t.Fatalf("before: %+v, %v", h, err)
	}
	flips, tried, silent := 0, 0, 0
	for _, r := range everyRecord(t, e) {
		for bit := range min(len(r.value)*8, 400) {
			bad := bytes.Clone(r.value)
			bad[bit/8] ^= 1 << (bit % 8)
			flips++
			r.put(t, bad)
			h, err := e.Check(t.Context())
			if err != nil || !isNamed(h.Damaged, r) {
				t.Fatalf("%s %q, bit %d: %+v, %v", r.path, r.key, bit, h.Damaged, err)
			}
			switch decoded, reads := withoutChecksum(r, bad); {
			case reads:
				silent++
				fallthrough
			case decoded:
				tried++
			}
		}
		r.put(t, r.value)
	}
	// The control: with the checksum ignored, most of them are served.
	t.Logf("%d flips found; without the checksum %d of %d would have been served", flips, silent, tried)
	if silent < tried/2 || tried < 500 {
		t.Errorf("only %d of %d flips are readable without the checksum: the test does not bite", silent, tried)
	}
}

// isNamed reports whether one of the damages is that of a record.
func isNamed(damaged []store.Damage, r record) bool {
	for _, d := range damaged {
		bucket, _, _ := strings.Cut(d.Bucket, "/")
		last := string(r.path[len(r.path)-1])
		ours := bucket == last || bucket == "ledger."+last || len(r.path) == 2 && bucket == "ledger.head"
		if ours && (d.Key == printableKey(r.key) || bucket == "ledger.head") {
			return true
		}
	}
	return false
}

// withoutChecksum decodes a body that was changed: whether there is a decoder
// for it here, and whether that takes it.
func withoutChecksum(r record, value []byte) (decoded, reads bool) {
	body := value[envelopeSize:]
	if bytes.Equal(body, r.value[envelopeSize:]) {
		return false, false
	}
	var err error
	switch string(r.path[len(r.path)-1]) {
	case "contact":
		_, err = decodeContact(new(model.Contact), body)
	case "order":
		err = decodeOrder(new(model.Order), body)
	case "order_log":
		_, err = decodeLogLine(body)
	case "state":
		_, err = openStatePage(body)
	case "plan":
		_, err = planContacts(nil, body)
	case "exception":
		_, err = decodeException(body)
	case "audit":
		err = decodeLine(new(model.AuditLine), body)
	case "audit_detail":
		_, err = decodeDetail(body)
	case "suppress":
		_, err = decodeSuppression(body)
	default:
		return false, false
	}
	return true, err == nil
}

func TestADamagedRecordIsReportedAndNeverServed(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	fill(t, e)
	ctx := t.Context()
	reads := map[string]func() error{
		"contact": func() error { _, err := e.Contacts().Get(ctx, 1); return err },
		"order":   func() error { _, err := e.Orders().Get(ctx, "w", "1"); return err },
		"order_log": func() error {
			return e.Orders().Scan(ctx, func(store.Sale) error { return nil })
		},
		"campaign":     func() error { _, err := e.Campaigns().Get(ctx, "noel"); return err },
		"segment":      func() error { _, err := e.Segments().List(ctx); return err },
		"suppress":     func() error { _, _, err := e.Suppressions().Lookup(ctx); return err },
		"state":        func() error { _, err := e.Ledger().Tally(ctx, 1); return err },
		"plan":         func() error { _, err := e.Ledger().Members(ctx, 1); return err },
		"held":         func() error { _, err := e.Ledger().HeldOut(ctx, 1); return err },
		"setting":      func() error { _, err := e.Pacing().Get(ctx); return err },
		"retry":        func() error { _, err := e.Ledger().NextDue(ctx, 1); return err },
		"operator":     func() error { _, err := e.Operators().Get(ctx, "ines"); return err },
		"operator_key": func() error { _, err := e.Operators().ByKey(ctx, "SHA256:a"); return err },
		"audit":        func() error { return e.Audit().Back(ctx, 0, func(*model.AuditLine) bool { return true }) },
		"audit_detail": func() error { return e.Audit().Lines(ctx, 1, func(*model.AuditLine) error { return nil }) },
		"exception": func() error {
			return e.Ledger().Lines(ctx, 1, []model.State{model.StateDeferred}, func(model.Recipient) error { return nil })
		},
	}
	seen := 0
	for _, r := range everyRecord(t, e) {
		name := string(r.path[len(r.path)-1])
		read := reads[name]
		if read == nil || name == "order" && !bytes.Equal(r.key, key64(1)) {
			continue
		}
		seen++
		bad := bytes.Clone(r.value)
		bad[len(bad)-1] ^= 0x10
		r.put(t, bad)
		err := read()
		if !errors.Is(err, store.ErrDamaged) || !strings.Contains(fmt.Sprint(err), name) {
			t.Errorf("%s: error %v", name, err)
		}
		r.put(t, r.value)
		if err := read(); err != nil {
			t.Errorf("%s, repaired: %v", name, err)
		}
	}
	if seen < len(reads) {
		t.Errorf("%d sorts of records were tried, want %d", seen, len(reads))
	}
}
