package intake

import (
	"context"
	"errors"

	"blanche/model"
	"blanche/store"
)

// The survey tells its progress every tickRows rows, about a tenth of a
// second, and looks whether it is cancelled every checkRows. Afterwards a
// batch is the measure of both.
const (
	tickRows  = 65_536
	checkRows = 4_096
)

// Import reads a file into the store and says what it did. A report comes with
// every error that happens once the file was understood: it counts what is
// committed. When ctx ends, the report is marked interrupted and the error is
// ctx.Err().
func Import(ctx context.Context, o Options) (model.ImportReport, error) {
	rep := model.ImportReport{Kind: string(o.Kind), File: o.Name, DryRun: o.DryRun, Rejects: []model.Reject{}}
	tables, err := openTables(ctx, &o)
	if err != nil {
		return interrupted(ctx, rep), err
	}
	defer closeTables(tables)
	whole := rep
	if len(tables) > 1 {
		whole, err = importAll(ctx, &o, tables, rep)
	} else {
		whole, err = importTable(ctx, tables[0], nil)
		whole.File = o.Name
	}
	if err = end(ctx, &o, tables, err); err != nil {
		return interrupted(ctx, whole), err
	}
	if o.Progress != nil {
		o.Progress(tables[0].src.size, tables[0].src.size, whole.Rows)
	}
	return whole, nil
}

// importTable imports one table; who are the people of others, nil without.
func importTable(ctx context.Context, t *table, who *people) (model.ImportReport, error) {
	o, p, src := &t.o, t.p, t.src
	var err error
	if o.Kind == Merges { // each is whole by itself: the same file again completes them
		p.dates.now = o.Now
		o.BatchSize = mergeBatch
		r := &mergeReader{o: o, p: p}
		rep := model.ImportReport{Kind: string(o.Kind), File: o.Name, DryRun: o.DryRun, Rejects: []model.Reject{}}
		return drive(ctx, &job[union]{o: o, p: p, src: src, rep: rep, kind: r, saver: &mergeSaver{o: o, p: p, r: r}})
	}
	if t.trail, err = follow(ctx, o, src); err != nil {
		return interrupted(ctx, model.ImportReport{}), err
	}
	p.dates.now = o.Now
	rep := model.ImportReport{Kind: string(o.Kind), File: o.Name, DryRun: o.DryRun, Rejects: []model.Reject{}}
	if o.Kind == Orders {
		r := &orderReader{o: o, p: p, source: o.OrderSource}
		if r.source == "" {
			r.source = p.profile
		}
		return drive(ctx, &job[model.Order]{o: o, p: p, src: src, rep: rep, kind: r, trail: t.trail, partial: p.tool.lines, saver: &orderSaver{o: o, trail: t.trail}})
	}
	saver := &contactSaver{o: o, trail: t.trail}
	if saver.suppressed, _, err = o.Suppressions.Lookup(ctx); err != nil {
		return interrupted(ctx, rep), err
	}
	return drive(ctx, &job[person]{o: o, p: p, src: src, rep: rep, who: who, trail: t.trail, kind: &contactReader{o: o, p: p}, saver: saver})
}

func interrupted(ctx context.Context, rep model.ImportReport) model.ImportReport {
	rep.Interrupted = ctx.Err() != nil
	return rep
}

// kindReader makes a value of a row.
type kindReader[T any] interface {
	prepare()                  // after the survey
	key(cells []string) string // of the rows that belong together, "" for none
	read(cells []string, line int, partial bool) (T, *fault)
	keep(merged *T, earlier T)
	lasts(refused *T) bool // something of a refused row is to be kept
}

// saver writes a batch, or finds out what writing it would do, and returns the
// report with what it did. Of refused rows, what lasts is kept. What can be done
// before its turn, ready does, while another batch is written.
type saver[T any] interface {
	ready(b *batch[T])
	save(ctx context.Context, b *batch[T], rep model.ImportReport) (model.ImportReport, error)
}

// job is one import under way.
type job[T any] struct {
	o       *Options
	p       *plan
	src     *source
	kind    kindReader[T]
	saver   saver[T]
	trail   *trail
	partial bool
	who     *people // of the tables of an archive, nil for a file alone
	rep     model.ImportReport
	rejects rejects
	spare   chan batch[T] // that are written: their memory is used again
}

// batch is what one step of the store takes: values, each standing for one or
// several rows, and the rows refused meanwhile.
type batch[T any] struct {
	values  []T
	weights []int // rows of each value
	rejects []rejected
	kept    []T // of refused rows, what is kept all the same
	typos   []model.Typo
	ready   any // of the store, see store.Readier
	same    int // rows that only repeat a refused whole
	rows    int
	read    int64
}

func drive[T any](ctx context.Context, j *job[T]) (model.ImportReport, error) {
	err := j.p.survey(ctx, j.o, j.src, j.kind.key, func(read int64) { j.progress(read, 0) })
	j.p.dialect(&j.rep)
	j.rep.Shadowed = j.p.shadowed(j.o.Reserved)
	if err != nil {
		return interrupted(ctx, j.rep), err
	}
	j.kind.prepare()
	j.rejects = rejects{o: j.o, p: j.p}
	err = j.pump(ctx)
	if cerr := j.rejects.close(); err == nil && cerr != nil {
		err = model.Failed(cerr, "import.rejects", "file", j.rep.RejectsFile).Hint("import.rejects_hint")
	}
	j.rep.RejectsFile = j.rejects.name
	if err != nil {
		return interrupted(ctx, j.rep), err
	}
	if r := &j.rep; r.Rows != j.p.rows || r.Rows != r.Created+r.Updated+r.Unchanged+r.Rejected {
		return j.rep, model.Failed(errors.New("rows are missing"), "import.unbalanced", "rows", j.p.rows,
			"counted", r.Created+r.Updated+r.Unchanged+r.Rejected).Hint("import.unbalanced_hint")
	}
	return j.rep, nil
}

// progress tells how much of the work is done: the survey is one eighth of it,
// and what is left for after the last row, another one.
func (j *job[T]) progress(surveyed, written int64) {
	if j.o.Progress != nil {
		j.o.Progress(min(surveyed/8+written/8*6, j.src.size), j.src.size, j.rep.Rows)
	}
}

// pump reads rows in one goroutine and writes batches in this one. The reader
// ends when the file does or when this function cancels it; it is waited for.
func (j *job[T]) pump(ctx context.Context) error {
	reading, cancel := context.WithCancel(ctx)
	batches := make(chan batch[T], 2)
	j.spare = make(chan batch[T], 2)
	var readErr error
	go func() {
		defer close(batches)
		readErr = j.read(reading, batches)
	}()
	var err error
	for b := range batches {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = j.commit(ctx, b)
			j.reuse(b)
			j.o.yield(ctx)
		}
		if err != nil {
			cancel()
		}
	}
	cancel()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	}
	return readErr
}

func (j *job[T]) reuse(b batch[T]) {
	select {
	case j.spare <- b:
	default:
	}
}

// commit writes one batch and counts it.
func (j *job[T]) commit(ctx context.Context, b batch[T]) error {
	if !j.trail.passing() {
		rep, err := j.saver.save(ctx, &b, j.rep)
		if err != nil {
			return err
		}
		j.rep = rep
	}
	for _, r := range b.rejects {
		if r.Reason == erased {
			j.rep.ErasedKept++
		}
		if len(j.rep.Rejects) < maxRejects {
			j.rep.Rejects = append(j.rep.Rejects, r.Reject)
		}
		if err := j.rejects.write(r); err != nil {
			return model.Failed(err, "import.rejects", "file", j.rejects.name).Hint("import.rejects_hint")
		}
	}
	j.rep.TyposFound += len(b.typos)
	j.rep.Typos = append(j.rep.Typos, b.typos[:min(len(b.typos), maxRejects-len(j.rep.Typos))]...)
	j.rep.Rejected += len(b.rejects)
	j.rep.Rows += b.rows
	j.trail.step(&j.rep)
	j.progress(j.src.size, b.read)
	return nil
}

// count adds what became of each value to the counts of rows.
func (b *batch[T]) count(rep *model.ImportReport, changes []store.Change) {
	for i, c := range changes {
		switch c {
		case store.Created:
			rep.Created++
		case store.Updated:
			rep.Updated++
		case store.LeftOut:
			rep.Rejected++
			rep.ErasedKept++
		default:
			rep.Unchanged++
		}
		rep.Unchanged += b.weights[i] - 1
	}
	rep.Unchanged += b.same
}
