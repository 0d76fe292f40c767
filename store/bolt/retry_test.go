package bolt

import (
	"errors"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// Who was deferred before there were lanes is due when they said, is found by
// their lane, and the index is the same as if it had always had lanes.
func TestTheDeferredOfAnOlderFolderAreFoundByTheirLane(t *testing.T) {
	t.Parallel()
	for from := 1; from < 3; from++ { // schema 3 brought the lanes
		dir := t.TempDir()
		unpack(t, from, dir)
		o := goldenOptions(dir)
		e, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		l, due := e.Ledger(), start.Add(time.Hour+time.Second)
		if next, err := l.NextDue(t.Context(), 1); err != nil || !next.Equal(due) {
			t.Errorf("schema %d: NextDue = %v, %v", from, next, err)
		}
		gmail := model.ClaimRequest{Most: 9, Lanes: [model.Lanes]int{model.LaneGmail: 9}}
		if got, err := l.Claim(t.Context(), 1, gmail, due.Add(time.Hour)); err != nil || len(got) != 0 {
			t.Errorf("schema %d: of a lane of nobody: %v, %v", from, got, err)
		}
		got, err := l.Claim(t.Context(), 1, model.Claims(3), due.Add(6*time.Second))
		if err != nil || len(got) != 3 || got[0].Ordinal != 1 || got[1].Ordinal != 7 || got[2].Attempts != 0 {
			t.Errorf("schema %d: claimed %+v, %v", from, got, err)
		}
		if next, err := l.NextDue(t.Context(), 1); err != nil || !next.Equal(due.Add(12*time.Second)) {
			t.Errorf("schema %d: then NextDue = %v, %v", from, next, err)
		}
		h, err := e.Check(t.Context())
		if err := errors.Join(err, e.Close()); err != nil || len(h.Damaged) != 0 {
			t.Errorf("schema %d: %+v, %v", from, h, err)
		}
	}
}

// An index that names too many, too few, another time or another lane.
func TestAWrongRetryIndexIsFound(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *campaignLedger, due time.Time) error{
		"nobody":       func(c *campaignLedger, due time.Time) error { return c.dropRetry(due, 0) },
		"somebody too": func(c *campaignLedger, due time.Time) error { return c.putRetry(due, 1) },
		"another time": func(c *campaignLedger, due time.Time) error {
			return errors.Join(c.dropRetry(due, 0), c.putRetry(due.Add(1e9), 0))
		},
		"another lane": func(c *campaignLedger, due time.Time) error {
			key := retryKey(classOf(model.LaneFree, 0), due, 0)
			return errors.Join(c.dropRetry(due, 0), c.retry.Put(key, tableRetry.of(1).seal(key, blank(0))))
		},
	} {
		e := openTest(t, t.TempDir())
		fill(t, e)
		if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 {
			t.Fatalf("before: %+v, %v", h, err)
		}
		err := e.send.db.Update(func(tx *bolt.Tx) error {
			c, err := openCampaign(tx, 1)
			return errors.Join(err, change(c, start))
		})
		h, err2 := e.Check(t.Context())
		if err := errors.Join(err, err2); err != nil || len(h.Damaged) == 0 || h.Damaged[0].Bucket != "ledger.retry/1" {
			t.Errorf("%s: %+v, %v", name, h.Damaged, err)
		}
	}
}

// A commit that fails may be durable: whoever was given back by it is found.
func TestAFailedCommitHidesNobody(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	l, ctx := e.Ledger(), t.Context()
	_, err := l.Claim(ctx, 1, model.Claims(1), start)
	err = errors.Join(err, l.Plan(ctx, 1, plan(3000)))
	for range 3 {
		_, err2 := l.Claim(ctx, 1, model.Claims(1000), start)
		err = errors.Join(err, err2)
	}
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("the disk says so")
	back := []model.Outcome{{Campaign: 1, Ordinal: 5, State: model.StatePlanned}}
	e.send.at = func(point string) error {
		if point == "send.commit.after" {
			return failed
		}
		return nil
	}
	if _, err := l.Commit(ctx, back, nil); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	e.send.at = nil
	got, err := l.Claim(ctx, 1, model.Claims(9), start)
	if err != nil || len(got) != 1 || got[0].Ordinal != 5 {
		t.Errorf("claimed: %+v, %v", got, err)
	}
}
