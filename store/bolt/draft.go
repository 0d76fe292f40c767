package bolt

import (
	"time"

	"blanche/model"
)

// Records of new people are made in a goroutine of their own, a few blocks ahead
// of the one that puts them: a step of an import has tens of thousands.
const (
	draftBlock = 1024
	draftQueue = 2    // blocks that wait
	draftLeast = 2000 // rows below which it is not worth a goroutine
)

// draftsAhead are the records of the new people of a step, in the order in which they
// are put.
type draftsAhead struct {
	blocks chan [][]byte
	quit   chan struct{}
	now    [][]byte
}

// draftRows begins to draft the rows of an order, each a person of its own; stop
// has to be called.
func draftRows(rows []model.Contact, order []int, now time.Time) *draftsAhead {
	d := &draftsAhead{blocks: make(chan [][]byte, draftQueue), quit: make(chan struct{})}
	go func() {
		defer close(d.blocks)
		pen := drafter{now: now}
		for len(order) > 0 {
			n := min(draftBlock, len(order))
			block := make([][]byte, n)
			for k, i := range order[:n] {
				block[k] = pen.draft(&rows[i])
			}
			order = order[n:]
			select {
			case d.blocks <- block:
			case <-d.quit:
				return
			}
		}
	}()
	return d
}

// next is the record of the next row.
func (d *draftsAhead) next() []byte {
	if len(d.now) == 0 {
		d.now = <-d.blocks
	}
	record := d.now[0]
	d.now = d.now[1:]
	return record
}

// stop ends the goroutine, and waits for it: nobody reads the rows afterwards.
func (d *draftsAhead) stop() {
	close(d.quit)
	for range d.blocks {
	}
}

// drafter makes records of new people, not sealed yet.
type drafter struct {
	now   time.Time
	slab  slab
	c     model.Contact
	tags  []string
	attrs []model.Attr
	bytes []byte
}

// draft is the record of somebody of whom a row says everything.
func (d *drafter) draft(row *model.Contact) []byte {
	d.c = model.Contact{Created: d.now, Updated: d.now, Version: 1, Tags: d.tags[:0], Attrs: d.attrs[:0]}
	d.c.Merge(row)
	d.tags, d.attrs = d.c.Tags, d.c.Attrs
	if d.bytes == nil {
		d.bytes = blank(512)
	}
	d.bytes = appendContact(d.bytes[:envelopeSize], &d.c, "")
	return d.slab.keep(d.bytes)
}

// firstStance is that of somebody of whom a row says everything.
func firstStance(row *model.Contact) model.Stance {
	s := model.Stance{Tracking: row.Tracking}
	if row.Basis != model.BasisNone {
		s.Basis, s.BasisSource, s.BasisAt = row.Basis, row.BasisSource, kept(row.BasisAt)
	}
	return s
}
