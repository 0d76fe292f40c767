package intake

import (
	"context"

	"blanche/model"
)

// table is one file to be imported: the file itself, or one of an archive.
type table struct {
	o   Options
	src *source
	p   *plan

	names    []string // of the tables of the archive that it stands in
	part     string   // its own name, where it was taken out of several
	together bool     // all of them can be imported as one
	trail    *trail   // of its import, once it has begun
}

// openTables understands the file: it is one table, or an archive of them.
func openTables(ctx context.Context, o *Options) ([]*table, error) {
	src, err := openSource(ctx, o)
	if err != nil {
		return nil, err
	}
	if isZip(src.head) {
		defer func() { _ = src.close() }()
		return unpack(ctx, o, src)
	}
	p, err := newPlan(o, src)
	if err != nil {
		_ = src.close()
		return nil, err
	}
	return []*table{{o: *o, src: src, p: p}}, nil
}

func closeTables(tables []*table) {
	for _, t := range tables {
		_ = t.src.close()
	}
}

// people are those that the tables of one archive have brought so far: the
// first table that has somebody says it all, so that the same archive twice
// changes nothing even when it contradicts itself.
type people struct {
	before map[string]bool // of the tables before the one at hand
	now    map[string]bool
}

func (s *people) next() {
	for key := range s.now {
		s.before[key] = true
	}
	clear(s.now)
}

// importAll imports the tables of an archive one after the other, into one
// report.
func importAll(ctx context.Context, o *Options, tables []*table, whole model.ImportReport) (model.ImportReport, error) {
	who := &people{before: map[string]bool{}, now: map[string]bool{}}
	var total, done int64
	for _, t := range tables {
		total += t.src.size
	}
	for _, t := range tables {
		if o.Progress != nil {
			before, rows := done, whole.Rows
			t.o.Progress = func(read, _ int64, settled int) { o.Progress(before+read, total, rows+settled) }
		}
		part, err := importTable(ctx, t, who)
		add(&whole, part)
		if err != nil {
			return whole, err
		}
		done += t.src.size
		who.next()
	}
	return whole, nil
}

// add counts a part in the whole. How the last part was read stands for all.
func add(whole *model.ImportReport, part model.ImportReport) {
	whole.Encoding, whole.Delimiter, whole.Decimal = part.Encoding, part.Delimiter, part.Decimal
	whole.DateOrder, whole.Profile, whole.Interrupted = part.DateOrder, part.Profile, part.Interrupted
	whole.Rows += part.Rows
	whole.Created += part.Created
	whole.Updated += part.Updated
	whole.Unchanged += part.Unchanged
	whole.Rejected += part.Rejected
	whole.OpposedKept += part.OpposedKept
	whole.Opposed += part.Opposed
	whole.Bounced += part.Bounced
	whole.Taken += part.Taken
	whole.ErasedKept += part.ErasedKept
	whole.Undated += part.Undated
	whole.Foreign += part.Foreign
	whole.Resumed += part.Resumed
	whole.Shadowed = append(whole.Shadowed, part.Shadowed...)
	whole.Attributes = append(whole.Attributes, part.Attributes...)
	whole.KeptApart = append(whole.KeptApart, part.KeptApart...)
	for _, r := range part.Rejects {
		if r.File = part.File; len(whole.Rejects) < maxRejects {
			whole.Rejects = append(whole.Rejects, r)
		}
	}
	whole.TyposFound += part.TyposFound
	for _, t := range part.Typos {
		if t.File = part.File; len(whole.Typos) < maxRejects {
			whole.Typos = append(whole.Typos, t)
		}
	}
	if whole.RejectsFile == "" {
		whole.RejectsFile = part.RejectsFile
	}
	whole.Parts = append(whole.Parts, part)
}
