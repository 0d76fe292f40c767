package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

// An import whose process dies goes on when it is started again: each step
// leaves a mark in its own transaction, and the next import of the same bytes,
// read in the same way, passes over as many steps. It reads all rows again, for
// its report and the refused rows, and writes as if it were the same moment. So
// store and report are those of an import that was never cut. One that was
// ended on purpose leaves no mark: its report was given.

// MarkStore is what intake needs of store.Marks.
type MarkStore interface {
	Mark(ctx context.Context, key string) (body []byte, at time.Time, err error)
	Note(ctx context.Context, key string, body []byte, at time.Time) error
	Drop(ctx context.Context, key string) error
	Settle(ctx context.Context, pause func(context.Context)) error
}

// maxResume is how old an import may be to be gone on with: later, the same file
// is another import.
const maxResume = 7 * 24 * time.Hour

// mark is what an import knows of itself after a step.
type mark struct {
	Batch int       `json:"batch"` // rows of a step
	Now   time.Time `json:"now"`   // of the import
	Steps int       `json:"steps"` // that are done
	Sums  sums      `json:"sums"`  // of those
	// Fresh are, of the step that was under way, the people whose oppositions are
	// new: those may be written already.
	Fresh []int `json:"fresh,omitempty"`
}

// sums are the counts that only the store can tell.
type sums struct {
	Created     int `json:"created"`
	Updated     int `json:"updated"`
	Unchanged   int `json:"unchanged"`
	OpposedKept int `json:"opposed_kept"`
	Opposed     int `json:"opposed"`
	Unmatched   int `json:"unmatched"`
	Undated     int `json:"undated,omitempty"`
	Bounced     int `json:"bounced,omitempty"`
	Taken       int `json:"taken,omitempty"`
	Foreign     int `json:"other_currency,omitempty"`
}

func sumsOf(r *model.ImportReport) sums {
	return sums{r.Created, r.Updated, r.Unchanged, r.OpposedKept, r.Opposed, r.Unmatched, r.Undated, r.Bounced, r.Taken, r.Foreign}
}

func (t sums) into(r *model.ImportReport) {
	r.Created, r.Updated, r.Unchanged = t.Created, t.Updated, t.Unchanged
	r.OpposedKept, r.Opposed, r.Unmatched, r.Undated, r.Bounced, r.Taken, r.Foreign = t.OpposedKept, t.Opposed, t.Unmatched, t.Undated, t.Bounced, t.Taken, t.Foreign
}

// trail is where an import notes how far it is; nil notes nothing.
type trail struct {
	store MarkStore
	key   string
	batch int
	now   time.Time
	dry   bool

	steps int  // of this process, passed over or done
	left  mark // by the process before
}

// follow finds the trail of an import, and takes the time from it where another
// process began it.
func follow(ctx context.Context, o *Options, src *source) (*trail, error) {
	if o.Marks == nil || src.sum == nil {
		return nil, nil
	}
	t := &trail{store: o.Marks, key: trailKey(o, src), batch: o.batch(), dry: o.DryRun}
	body, at, err := o.Marks.Mark(ctx, t.key)
	switch age := o.Now.Sub(at); {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return nil, err
	case age > maxResume || age < -time.Hour || json.Unmarshal(body, &t.left) != nil || t.left.Batch < 1 || t.left.Batch > mostBatch:
		t.left = mark{}
	default:
		o.Now, o.BatchSize, t.batch = t.left.Now, t.left.Batch, t.left.Batch // the same steps again
	}
	t.now = o.Now
	return t, nil
}

// trailKey is the same for the same bytes read in the same way.
func trailKey(o *Options, src *source) string {
	h := sha256.New()
	h.Write(src.sum)
	if o.Readmit {
		h.Write([]byte("readmit"))
	}
	pairs := func(m map[string]string) (all []string) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			all = append(all, key, m[key])
		}
		return all
	}
	fmt.Fprintf(h, "%q %q %q %q", []string{string(o.Kind), o.Name, o.Encoding, o.Delimiter, o.DateOrder, o.Decimal, o.Sheet, o.Part},
		[]string{o.Basis.String(), o.BasisSource, o.BasisAt.UTC().String(), o.Profile, o.OrderSource, o.zone().String()},
		pairs(o.Map), pairs(o.Correct))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// passing reports whether the step at hand was done by the process before.
func (t *trail) passing() bool { return t != nil && t.steps < t.left.Steps }

// step ends a step; the counts of those before are known once the last of them
// is passed.
func (t *trail) step(r *model.ImportReport) {
	if t == nil {
		return
	}
	if t.steps++; t.steps == t.left.Steps {
		t.left.Sums.into(r)
		r.Resumed = r.Rows
		// Who was erased since is refused now, and counted as written then.
		if twice := r.Created + r.Updated + r.Unchanged + r.Rejected - r.Rows; twice > 0 {
			r.Rejected -= twice
			r.ErasedKept -= min(twice, r.ErasedKept)
		}
	}
}

// fresh are the people of the step at hand whose oppositions were new when the
// process before died in it; false when it did not.
func (t *trail) fresh(n int) ([]bool, bool) {
	if t == nil || t.steps != t.left.Steps || len(t.left.Fresh) == 0 {
		return nil, false
	}
	out := make([]bool, n)
	for _, i := range t.left.Fresh {
		if i < n {
			out[i] = true
		}
	}
	return out, true
}

func (t *trail) body(steps int, r *model.ImportReport, fresh []int) []byte {
	b, err := json.Marshal(mark{Batch: t.batch, Now: t.now, Steps: steps, Sums: sumsOf(r), Fresh: fresh})
	if err != nil {
		panic(err) // numbers and a time
	}
	return b
}

// foretell notes whose oppositions the step at hand brings, before it writes
// them: they lie in another file than the people.
func (t *trail) foretell(ctx context.Context, r *model.ImportReport, fresh []bool) error {
	if t == nil || t.dry {
		return nil
	}
	var of []int
	for i, is := range fresh {
		if is {
			of = append(of, i)
		}
	}
	return t.store.Note(ctx, t.key, t.body(t.steps, r, of), t.now)
}

// marking makes what the context is used for one step; count is the report with
// the counts of the step, and ready what the store knows of it.
func (t *trail) marking(ctx context.Context, ready any, count func(changes []store.Change, odd int) model.ImportReport) context.Context {
	if t == nil || t.dry {
		return ctx
	}
	return store.Marking(ctx, store.Step{Key: t.key, At: t.now, Ready: ready, Body: func(changes []store.Change, odd int) []byte {
		r := count(changes, odd)
		return t.body(t.steps+1, &r, nil)
	}})
}

// end leaves nothing behind of trails whose import has ended, whole or on
// purpose.
func end(ctx context.Context, o *Options, tables []*table, failed error) error {
	if o.Marks == nil || o.DryRun || failed != nil && ctx.Err() == nil {
		return failed
	}
	settled := o.Marks.Settle(context.WithoutCancel(ctx), o.Yield)
	for _, t := range tables {
		if t.trail != nil {
			settled = errors.Join(settled, o.Marks.Drop(context.WithoutCancel(ctx), t.trail.key))
		}
	}
	if failed != nil {
		return failed
	}
	return settled
}
