package bolt

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func TestARecordWithoutAPenKeepsItsPoints(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	err := e.crm.db.Update(func(tx *bolt.Tx) error {
		c := model.Contact{ID: 1, Points: 5}
		return putContact(tx.Bucket(bucketContact), nil, standing{}, &c, "", "")
	})
	if err == nil {
		t.Error("points without a movement")
	}
}

// The control of every test in which a total and its movements agree.
func TestACheckFindsATotalThatItsMovementsDoNotMake(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*bolt.Tx, *model.Contact, string) error{
		"a record": func(tx *bolt.Tx, c *model.Contact, tail string) error {
			c.Points++
			return sealContact(tx.Bucket(bucketContact), new(slab), c, tail)
		},
		"a movement": func(tx *bolt.Tx, c *model.Contact, _ string) error {
			p := pointsPen{bucket: tx.Bucket(bucketPoints), from: store.PointsFrom{Why: model.PointsEdit}, now: start}
			return firstError(p.moved(c.ID, 3, c.Points, noRow), p.flush())
		},
		"a person who is gone": func(tx *bolt.Tx, c *model.Contact, _ string) error {
			return tx.Bucket(bucketContact).Delete(key64(uint64(c.ID)))
		},
	} {
		e := openTest(t, t.TempDir())
		for _, n := range []int64{5, 7} {
			if _, err := e.Contacts().Merge(t.Context(), []model.Contact{{Email: "lea@mail.example", Points: n}}, start); err != nil {
				t.Fatal(err)
			}
		}
		damaged := func() (n int) {
			h, err := e.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range h.Damaged {
				if d.Bucket == "points" {
					n++
				}
			}
			return n
		}
		before := damaged()
		err := e.crm.db.Update(func(tx *bolt.Tx) error {
			var c model.Contact
			_, tail, err := getContact(tx, 1, &c)
			return firstError(err, spoil(tx, &c, tail))
		})
		if after := damaged(); err != nil || before != 0 || after != 1 {
			t.Errorf("%s: %d before, %d after, %v", name, before, after, err)
		}
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// A file that changes the points of everybody is to cost few bytes each, and
// people who are new none.
func TestAPageOfPointsCostsFewBytesAPerson(t *testing.T) {
	t.Parallel()
	var all []model.PointsMove
	for i := range pointsBlock {
		all = append(all, model.PointsMove{
			Contact: model.ContactID(1<<20 + i), At: start, Recorded: start, Delta: int64(i - 20), Total: int64(1000 + i), Why: model.PointsFile,
			Source: model.FileLine("clients-2026.csv", 900_000+i), Operator: "ines",
		})
	}
	all[7].At, all[8].Source, all[9].Operator, all[10].Recorded = start.Add(-time.Hour), "tombola", "", start.Add(time.Second)
	all[10].At = all[10].Recorded
	body := appendMoves(nil, all)
	if each := float64(len(body)) / float64(len(all)); each > 13 {
		t.Errorf("%.1f bytes a movement", each)
	}
	back, err := decodeMoves(body, (1<<20)/pointsBlock)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	e := openTest(t, t.TempDir())
	rows := make([]model.Contact, 300)
	for i := range rows {
		rows[i] = model.Contact{Email: fmt.Sprintf("p%d@mail.example", i), Points: 50}
	}
	if _, err := e.Contacts().Merge(t.Context(), rows, start); err != nil {
		t.Fatal(err)
	}
	if n := countIn(t, e, bucketPoints); n != 0 {
		t.Errorf("%d records of new people", n)
	}
}

// A till that tells one sale at a time fills pages.
func TestMovementsOneAtATimeFillAFewPages(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	for n := range 400 {
		rows := []model.Contact{{Email: "lea@mail.example", Points: int64(n + 1)}}
		if _, err := e.Contacts().Merge(t.Context(), rows, start.Add(time.Duration(n)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := e.Points().Of(t.Context(), 1)
	if n := countIn(t, e, bucketPoints); err != nil || len(all) != 400 || n > 4 {
		t.Errorf("%d movements in %d pages, %v", len(all), n, err)
	}
}

func countIn(t *testing.T, e *Engine, bucket []byte) (n int) {
	t.Helper()
	err := e.crm.view(func(tx *bolt.Tx) error {
		n = countKeys(tx, bucket)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func FuzzMovesDecodeOrFail(f *testing.F) {
	f.Add(appendMoves(nil, []model.PointsMove{{Contact: 3, At: start, Recorded: start, Delta: -4, Total: 5, Why: model.PointsFile, Source: "a:12", Operator: "o"}}))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, body []byte) {
		moves, err := decodeMoves(body, 0)
		if err != nil {
			return
		}
		again, err := decodeMoves(appendMoves(nil, moves), 0)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(moves, again); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
