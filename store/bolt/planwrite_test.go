package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// long is a plan of several transactions, with people on every side of it.
func long() model.Plan {
	p := model.Plan{Strata: []string{"loyal", "lost"}}
	for id := model.ContactID(1); len(p.Planned) <= 2*planPages*chunk; id++ {
		switch id % 10 {
		case 3:
			p.HeldOut = append(p.HeldOut, model.HeldOut{Contact: id, Stratum: p.Strata[id/10%2]})
		case 7:
			p.Apart = append(p.Apart, id)
		default:
			p.Planned = append(p.Planned, model.Planned{Contact: id, Lane: model.Lane(id % model.ContactID(model.Lanes)), Stratum: uint16(1 + id%2)})
		}
	}
	return p
}

// wantPlan compares a plan with what the ledger says of it.
func wantPlan(t *testing.T, l store.Ledger, id model.CampaignID, p model.Plan) {
	t.Helper()
	ctx := context.Background()
	members, err := l.Members(ctx, id)
	held, err2 := l.HeldOut(ctx, id)
	apart, err3 := l.Apart(ctx, id)
	strata, err4 := l.Strata(ctx, id)
	tally, err5 := l.Tally(ctx, id)
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	var lanes [model.Lanes]int
	for i, one := range p.Planned {
		lanes[one.Lane]++
		if members[i] != one.Contact || strata[i] != p.Strata[one.Stratum-1] {
			t.Fatalf("recipient %d is %v of %s, not %+v", i, members[i], strata[i], one)
		}
	}
	for lane, n := range lanes {
		if tally.ByLane[lane][model.StatePlanned] != n {
			t.Errorf("lane %d has %d", lane, tally.ByLane[lane][model.StatePlanned])
		}
	}
	if d := cmp.Diff(p.HeldOut, held); d != "" || !cmp.Equal(p.Apart, apart) || len(members) != len(p.Planned) || !tally.Balanced() {
		t.Error(d, len(apart), len(members))
	}
}

// drafts reports whether a plan is being written, and checks the pages of the
// file.
func drafts(t *testing.T, e *Engine) (some bool) {
	t.Helper()
	err := e.send.view(func(tx *bolt.Tx) error {
		some = tx.Bucket(bucketDraft) != nil
		var errs []error
		for err := range tx.Check() {
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return some
}

func TestALongPlanIsWholeOrNotAtAllWhereverTheProcessDies(t *testing.T) {
	t.Parallel()
	dir, ctx, p := t.TempDir(), context.Background(), long()
	e := openTest(t, dir)
	if err := e.Ledger().Plan(ctx, 7, plan(1500)); err != nil {
		t.Fatal(err)
	}
	var deaths []string // copies of the folder after each commit
	e.send.at = func(point string) error {
		if strings.HasSuffix(point, ".after") {
			deaths = append(deaths, deathOf(t, dir))
		}
		return nil
	}
	if err := e.Ledger().Plan(ctx, 1, p); err != nil {
		t.Fatal(err)
	}
	e.send.at = nil
	wantPlan(t, e.Ledger(), 1, p)
	if drafts(t, e) || len(deaths) < 5 {
		t.Fatalf("%d commits, and something is left", len(deaths))
	}
	for n, death := range deaths {
		e := openTest(t, death)
		has, err := e.Ledger().HasPlan(ctx, 1)
		if last := n == len(deaths)-1; err != nil || has != last || drafts(t, e) {
			t.Errorf("after commit %d: a plan: %v (%v)", n, has, err)
		}
		if n == 2 && !has { // what was left is in nobody's way
			if err := e.Ledger().Plan(ctx, 1, p); err != nil {
				t.Fatal(err)
			}
			wantPlan(t, e.Ledger(), 1, p)
		}
		if got, err := e.Ledger().Members(ctx, 7); err != nil || len(got) != 1500 {
			t.Errorf("the other plan has %d people (%v)", len(got), err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// deathOf copies the files of a folder, as a death leaves them.
func deathOf(t *testing.T, dir string) string {
	t.Helper()
	into := t.TempDir()
	for _, name := range []string{"crm.db", "send.db"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(into, name), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return into
}

func TestALongPlanThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	e, ctx, p := openTest(t, t.TempDir()), context.Background(), long()
	defer func() { _ = e.Close() }()
	failed := errors.New("no more")
	for at := range 5 {
		n := 0
		e.send.at = func(point string) error {
			if strings.HasSuffix(point, ".before") {
				if n++; n == at+1 {
					return failed
				}
			}
			return nil
		}
		if err := e.Ledger().Plan(ctx, 1, p); !errors.Is(err, failed) {
			t.Fatalf("commit %d: %v", at, err)
		}
		if has, err := e.Ledger().HasPlan(ctx, 1); has || err != nil || drafts(t, e) {
			t.Errorf("commit %d: a plan: %v (%v)", at, has, err)
		}
	}
	e.send.at = nil
	ended, stop := context.WithCancel(ctx)
	stop()
	if err := e.Ledger().Plan(ended, 1, p); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := e.Ledger().Plan(ctx, 1, p); err != nil {
		t.Fatal(err)
	}
	if err := e.Ledger().Plan(ctx, 1, p); !errors.Is(err, store.ErrExists) {
		t.Error(err)
	}
	wantPlan(t, e.Ledger(), 1, p)
}
