package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"blanche/model"
)

// held are the rows of one key, merged until the last of them is read.
type held[T any] struct {
	key     string
	cells   []string
	line    int
	rows    int
	earlier []T
}

// read turns rows into batches.
func (j *job[T]) read(ctx context.Context, out chan<- batch[T]) error {
	r, err := j.p.open(j.src)
	if err != nil {
		return model.Failed(err, "import.read", "file", j.o.Name).Hint("import.read_hint")
	}
	a := &assembly[T]{job: j, ctx: ctx, out: out, waiting: map[uint64][]*held[T]{}}
	rows := readAhead(r)
	defer rows.stop()
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return model.Failed(err, "import.read", "file", j.o.Name).Hint("import.read_hint")
		}
		a.read = row.read
		a.take(row)
		if a.now.rows >= j.o.batch() || a.read-a.flushed > maxBatch {
			if err := a.flush(); err != nil {
				return err
			}
		}
	}
	return a.flush()
}

// assembly is the batch being filled and what waits for later rows.
type assembly[T any] struct {
	*job[T]
	ctx     context.Context
	out     chan<- batch[T]
	now     batch[T]
	read    int64
	flushed int64 // what was read when the batch began
	domains domains
	waiting map[uint64][]*held[T]
}

func (a *assembly[T]) flush() error {
	if a.now.rows == 0 {
		return nil
	}
	a.now.read, a.flushed = a.read, a.read
	a.saver.ready(&a.now)
	select {
	case a.out <- a.now:
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
	select {
	case b := <-a.spare:
		a.now = batch[T]{values: b.values[:0], weights: b.weights[:0]}
	default:
		n := a.o.batch()
		a.now = batch[T]{values: make([]T, 0, n), weights: make([]int, 0, n)}
	}
	return nil
}

// take settles one row, or holds it until the other rows of its key are read.
func (a *assembly[T]) take(r row) {
	if r.bad {
		a.refuse(r, fault{r.at, badRow})
		return
	}
	key := a.kind.key(r.cells)
	if key == "" && a.partial && a.p.lineOnly(r.cells) {
		a.now.same++
		a.now.rows++
		return
	}
	if a.who != nil && a.who.before[key] {
		a.now.same++
		a.now.rows++
		return
	}
	h := hash64(key)
	left, many := a.p.repeated[h]
	many = many && key != ""
	v, f := a.kind.read(r.cells, r.line, a.partial && many)
	if a.who != nil && f == nil {
		a.who.now[key] = true
	}
	if f == nil && a.o.Kind == Contacts {
		a.typo(r.line, key)
	}
	switch {
	case f != nil:
		a.refuse(r, *f)
		a.salvage(v)
	case !many:
		a.now.values = append(a.now.values, v)
		a.now.weights = append(a.now.weights, 1)
		a.now.rows++
	default:
		a.hold(h, key, r, v)
	}
	if many {
		if a.p.repeated[h] = left - 1; left == 1 {
			a.release(h)
		}
	}
}

// hold merges the row into those of the same key: the last value that is not
// empty wins.
func (a *assembly[T]) hold(h uint64, key string, r row, v T) {
	for _, w := range a.waiting[h] {
		if w.key != key {
			continue
		}
		for len(w.cells) < len(r.cells) {
			w.cells = append(w.cells, "")
		}
		for i, c := range r.cells {
			if c != "" {
				w.cells[i] = c
			}
		}
		w.rows++
		w.earlier = append(w.earlier, v)
		return
	}
	a.waiting[h] = append(a.waiting[h], &held[T]{key: key, cells: slices.Clone(r.cells), line: r.line, rows: 1, earlier: []T{v}})
}

func (a *assembly[T]) release(h uint64) {
	for _, w := range a.waiting[h] {
		v, f := a.kind.read(w.cells, w.line, false)
		if f != nil { // only the whole is incomplete: one fault, on its first row
			a.refuse(row{line: w.line, cells: w.cells}, *f)
			a.salvage(append(w.earlier, v)...)
			a.now.same += w.rows - 1
			a.now.rows += w.rows - 1
			continue
		}
		for _, e := range w.earlier {
			a.kind.keep(&v, e)
		}
		a.now.values = append(a.now.values, v)
		a.now.weights = append(a.now.weights, w.rows)
		a.now.rows += w.rows
	}
	delete(a.waiting, h)
}

// salvage keeps what must outlive the refusal of rows.
func (a *assembly[T]) salvage(values ...T) {
	for i := range values {
		if a.kind.lasts(&values[i]) {
			a.now.kept = append(a.now.kept, values[i])
		}
	}
}

// refuse keeps a copy of a rejected row.
func (a *assembly[T]) refuse(r row, f fault) {
	rej := rejected{Reject: model.Reject{Line: r.line, Reason: f.reason}, raw: bytes.Clone(r.raw), blunt: r.blunt}
	if f.col >= 0 && f.col < len(a.p.cols) {
		rej.Column = a.p.cols[f.col].header
		if f.col < len(r.cells) {
			rej.Value = short(r.cells[f.col])
		}
	}
	if r.bad {
		rej.Value = r.why
	}
	if r.raw == nil {
		rej.cells = slices.Clone(r.cells)
	}
	a.now.rejects = append(a.now.rejects, rej)
	a.now.rows++
}
