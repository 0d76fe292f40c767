package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"

	"github.com/google/go-cmp/cmp"
)

// stepping makes steps of an import of what is called with it.
func stepping(ctx context.Context, n int) context.Context {
	return store.Marking(ctx, store.Step{Key: "k", At: start, Body: func(changes []store.Change, _ int) []byte {
		return fmt.Appendf(nil, "%d %v", n, changes)
	}})
}

// readied makes such a step that was looked at before its turn.
func readied(ctx context.Context, e *Engine, rows []model.Contact) context.Context {
	step, _ := store.StepOf(ctx)
	step.Ready = contacts{e}.Ready(len(rows), func(i int) *model.Contact { return &rows[i] }, start)
	return store.Marking(ctx, step)
}

// oneOf draws a name of few, so that they meet; sometimes none.
func oneOf(r *rand.Rand, form string, n int) string {
	if r.IntN(4) == 0 {
		return ""
	}
	return fmt.Sprintf(form, r.IntN(n))
}

func randomRows(r *rand.Rand, pad string) []model.Contact {
	rows := make([]model.Contact, r.IntN(12))
	for i := range rows {
		rows[i] = model.Contact{
			Email: oneOf(r, pad+"P%d@x.example", 40), ExternalID: oneOf(r, pad+"x%d", 30), Card: oneOf(r, pad+"c%d", 30),
			City: oneOf(r, "ville %d", 5), Basis: model.Basis(r.IntN(4)), BasisSource: "f", BasisAt: start,
		}
		if rows[i].Email+rows[i].ExternalID+rows[i].Card == "" {
			rows[i].Email = "seul@x.example"
		}
	}
	return rows
}

// everything is what a folder says of people and of who is found under what.
func everything(t *testing.T, e *Engine, pad string) (all []string) {
	t.Helper()
	err := e.Contacts().Scan(t.Context(), 1, func(c *model.Contact) error {
		all = append(all, fmt.Sprintf("%+v", *c))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	look := func(by func(context.Context, string) (model.Contact, error), form string) {
		for i := range 40 {
			c, err := by(t.Context(), fmt.Sprintf(form, i))
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprintf(form+" %d", i, c.ID))
		}
	}
	look(e.Contacts().ByEmail, pad+"p%d@x.example")
	look(e.Contacts().ByExternal, pad+"x%d")
	look(e.Contacts().ByCard, pad+"c%d")
	if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) > 0 {
		t.Fatalf("%v %+v", err, h.Damaged)
	}
	return all
}

// indexNames are the names of the three indexes, in order.
func indexNames(t *testing.T, e *Engine) (all []string) {
	t.Helper()
	err := e.crm.view(func(tx *bolt.Tx) error {
		if tx.Bucket(bucketRuns) != nil {
			t.Error("there are runs left")
		}
		for _, x := range plainIndexes(tx) {
			err := x.names.bucket.ForEach(func(k, v []byte) error {
				n, err := openNames(x.names.table, 0, k, v)
				for more := true; more && err == nil; more = n.next() {
					all = append(all, fmt.Sprintf("%s %s %d", x.names.table, n.text, n.id))
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestStepsOfAnImportDoWhatMergeDoes draws people who share names, edits them
// and erases some: one folder takes the rows as steps of an import, whose names
// wait in runs, and is closed or settled now and then; another takes them as
// they come.
func TestStepsOfAnImportDoWhatMergeDoes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 1))
		pad := strings.Repeat("z", int(seed%3)*400) // long names: few to a page
		dir := t.TempDir()
		plain, quick := openTest(t, t.TempDir()), openTest(t, dir)
		both := func(do func(e *Engine) error) {
			a, b := do(plain), do(quick)
			if fmt.Sprint(a) != fmt.Sprint(b) {
				t.Fatalf("seed %d: %v, and in steps %v", seed, a, b)
			}
		}
		for n := range 25 {
			switch rows := randomRows(r, pad); {
			case n%9 == 7:
				id, version := model.ContactID(r.IntN(20)+1), uint64(r.IntN(3)+1)
				email, card := oneOf(r, pad+"p%d@x.example", 40), oneOf(r, pad+"c%d", 30)
				both(func(e *Engine) error {
					_, err := e.Contacts().Edit(t.Context(), id, version, start, func(c *model.Contact) error {
						c.Email, c.Card = email, card
						return nil
					})
					return err
				})
			case n%11 == 10:
				id := model.ContactID(r.IntN(20) + 1)
				both(func(e *Engine) error { return e.Erase(t.Context(), id, start) })
			default:
				want, err := plain.Contacts().Merge(t.Context(), rows, start)
				if err != nil {
					t.Fatal(err)
				}
				ctx := stepping(t.Context(), n)
				switch r.IntN(3) {
				case 0:
					ctx = readied(ctx, quick, rows)
				case 1: // of others: it is of no use, and does no harm
					ctx = readied(ctx, quick, randomRows(r, pad))
				}
				got, err := quick.Contacts().Merge(ctx, rows, start)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Fatalf("seed %d, step %d (-merge +step):\n%s", seed, n, d)
				}
			}
			switch r.IntN(8) {
			case 0:
				if err := quick.Marks().Settle(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			case 1: // another process, which knows nothing of the runs
				if err := quick.Close(); err != nil {
					t.Fatal(err)
				}
				quick = openTest(t, dir)
			}
		}
		if d := cmp.Diff(everything(t, plain, pad), everything(t, quick, pad)); d != "" {
			t.Fatalf("seed %d (-merge +steps):\n%s", seed, d)
		}
		if err := quick.Marks().Settle(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(indexNames(t, plain), indexNames(t, quick)); d != "" {
			t.Fatalf("seed %d, settled (-merge +steps):\n%s", seed, d)
		}
	}
}

// Names are put in their places in several transactions: one that ends between
// two of them has lost nothing.
func TestSettlingThatIsCutLeavesEveryNameFound(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	rows := benchRows(0, 9000)
	for n := range 3 {
		if _, err := e.Contacts().Merge(stepping(t.Context(), n), rows[n*3000:(n+1)*3000], start); err != nil {
			t.Fatal(err)
		}
	}
	err := e.crm.update(t.Context(), func(tx *bolt.Tx) error {
		r := openRuns(tx)
		if r.last != 3 {
			t.Errorf("%d runs", r.last)
		}
		m, n := r.mergeRuns(waitEmail, ""), 0
		var before []byte
		for ; len(m.heads) > 0; m.next() {
			if bytes.Compare(before, m.heads[0].text) >= 0 {
				t.Fatalf("%s before %s", before, m.heads[0].text)
			}
			before = bytes.Clone(m.heads[0].text)
			if n++; n%2 == 0 {
				continue
			}
			if err := openIndexes(tx).email.names.change([]named{{string(before), model.ContactID(m.heads[0].id)}}); err != nil {
				return err
			}
		}
		if n != len(rows) || m.err != nil {
			t.Errorf("%d names, %v", n, m.err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for i := range rows {
			if c, err := e.Contacts().ByEmail(t.Context(), rows[i].Email); err != nil || int(c.ID) != i+1 {
				t.Fatalf("%d: %v %v", i, c.ID, err)
			}
		}
		if err := e.Marks().Settle(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	indexNames(t, e)
}

func TestMarkIsThereExactlyIfItsStepIs(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	mark := func() string {
		body, _, err := e.Marks().Mark(t.Context(), "k")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		return string(body)
	}
	if got := mark(); got != "" {
		t.Errorf("%q", got)
	}
	if _, err := e.Contacts().Merge(stepping(t.Context(), 1), []model.Contact{{Email: "a@x.example"}}, start); err != nil {
		t.Fatal(err)
	}
	if got := mark(); got != "1 [1]" {
		t.Errorf("%q", got)
	}
	tooLong := model.Contact{Email: string(bytes.Repeat([]byte("x"), 2000)) + "@x.example"}
	if _, err := e.Contacts().Merge(stepping(t.Context(), 2), []model.Contact{{Email: "b@x.example"}, tooLong}, start); err == nil {
		t.Error("a step that cannot be is taken")
	}
	if got := mark(); got != "1 [1]" {
		t.Errorf("a step that failed left its mark: %q", got)
	}
	for n := range 3 * maxMarks {
		if err := e.Marks().Note(t.Context(), fmt.Sprint(n), []byte("x"), start.AddDate(0, 0, n+1)); err != nil {
			t.Fatal(err)
		}
	}
	if got := mark(); got != "" {
		t.Errorf("the oldest of too many marks stays: %q", got)
	}
	last := fmt.Sprint(3*maxMarks - 1)
	if body, _, err := e.Marks().Mark(t.Context(), last); err != nil || string(body) != "x" {
		t.Errorf("%q %v", body, err)
	}
	if err := e.Marks().Drop(t.Context(), last); err != nil {
		t.Error(err)
	}
	if _, _, err := e.Marks().Mark(t.Context(), last); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

// People who came in a step are united, and divided again, while their names
// still wait: putting the names in their places leaves it as it was.
func TestAUnionDuringAnImportIsNotSweptAway(t *testing.T) {
	t.Parallel()
	for _, divided := range []bool{false, true} {
		plain, quick := openTest(t, t.TempDir()), openTest(t, t.TempDir())
		var said [2][]string
		for n, e := range []*Engine{plain, quick} {
			ctx := t.Context()
			if e == quick {
				ctx = stepping(ctx, 1)
			}
			rows := []model.Contact{
				{Email: "p2@x.example", Card: "c9", ExternalID: "x3"},
				{Email: "p1@x.example", Card: "c1", ExternalID: "x1"},
				{Email: "p3@x.example", Card: "c2", ExternalID: "x2"},
			}
			if _, err := e.Contacts().Merge(ctx, rows, start); err != nil {
				t.Fatal(err)
			}
			_, err := e.Unions().Unite(t.Context(), store.Pair{Keep: 3, Gone: 1}, start, func(a, b model.Contact) (model.Contact, error) {
				return model.Unite(&a, &b, nil), nil
			})
			if err == nil && divided {
				_, _, err = e.Unions().Divide(t.Context(), 1, start)
			}
			if err == nil {
				err = e.Marks().Settle(t.Context(), nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			said[n] = everything(t, e, "")
		}
		if d := cmp.Diff(said[0], said[1]); d != "" {
			t.Errorf("divided %v (-at once +in steps):\n%s", divided, d)
		}
		if d := cmp.Diff(indexNames(t, plain), indexNames(t, quick)); d != "" {
			t.Errorf("divided %v, indexes (-at once +in steps):\n%s", divided, d)
		}
	}
}

// Numbers of customers that come in order are written where they belong; the
// same numbers in no order wait in runs.
func TestNumbersInOrderNeedNoRun(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{true, false} {
		e := openTest(t, t.TempDir())
		for step := range 3 {
			var rows []model.Contact
			for n := range 50 {
				card := 50*step + n
				if !ordered {
					card = 149 - card
				}
				rows = append(rows, model.Contact{Email: fmt.Sprintf("p%d@x.example", 7919*card%1000), Card: fmt.Sprintf("c%05d", card)})
			}
			if _, err := e.Contacts().Merge(stepping(t.Context(), step), rows, start); err != nil {
				t.Fatal(err)
			}
		}
		err := e.crm.view(func(tx *bolt.Tx) error {
			r := openRuns(tx)
			if !r.holds(waitEmail) || r.holds(waitCard) == ordered {
				t.Errorf("in order %v: e-mails wait %v, cards %v", ordered, r.holds(waitEmail), r.holds(waitCard))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if c, err := e.Contacts().ByCard(t.Context(), "c00149"); err != nil || c.Card != "c00149" {
			t.Errorf("in order %v: %v %v", ordered, c, err)
		}
	}
}
