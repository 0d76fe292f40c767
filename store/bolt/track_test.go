package bolt

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func cameBack(t testing.TB, e *Engine, list ...model.Response) {
	t.Helper()
	if _, err := e.Responses().Append(context.Background(), list); err != nil {
		t.Fatal(err)
	}
}

func tallied(t testing.TB, e *Engine) store.ResponseTally {
	t.Helper()
	sum, err := e.Responses().Tally(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// answers are what Léa (3) and Max (1) did over two months.
func answers(t testing.TB, e *Engine) {
	t.Helper()
	var list []model.Response
	for i := range 200 {
		at := start.Add(-time.Duration(i) * 6 * time.Hour)
		list = append(list,
			model.Response{At: at, Kind: model.ResponseClick, Campaign: 1, Contact: model.ContactID(1 + 2*(i%2)), Version: 1, Link: uint16(1 + i%3)},
			model.Response{At: at, Kind: model.ResponseReply, Campaign: 1, Contact: 3, Detail: fmt.Sprint("lea@mail.example C-lea wrote ", i), ID: fmt.Sprint("id", i)})
	}
	cameBack(t, e, list...)
}

func TestAMonthThatSomebodyRemovedIsDoneWithout(t *testing.T) {
	t.Parallel()
	for _, open := range []bool{true, false} { // its file is in use, or was not looked at yet
		dir := t.TempDir()
		e := openTest(t, dir)
		shop(t, e)
		answers(t, e)
		if !open {
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			e = openTest(t, dir)
		}
		months := e.track.list()
		if len(months) < 2 {
			t.Fatalf("%d months", len(months))
		}
		for _, m := range months {
			if err := os.Remove(filepath.Join(dir, m.file())); err != nil {
				t.Fatal(err)
			}
		}
		if sum := tallied(t, e); len(sum.Links) != 0 || sum.Hits != (store.ResponseTally{}).Hits {
			t.Errorf("open %v: what was removed is told: %+v", open, sum)
		}
		if err := e.Responses().Forget(t.Context(), 3); err != nil {
			t.Error(err)
		}
		cameBack(t, e, model.Response{At: start, Kind: model.ResponseUnsubscribe, Campaign: 1, Contact: 3})
		if _, err := e.Compact(t.Context()); err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil { // it is kept, not in a file that nobody finds again
			t.Fatal(err)
		}
		e = openTest(t, dir)
		if got := tallied(t, e).Hits[model.ResponseUnsubscribe]; got[model.AgentPerson] != 1 {
			t.Errorf("open %v: what came after is lost: %v", open, got)
		}
		if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 {
			t.Errorf("%+v, %v", h, err)
		}
	}
}

func TestWhatAnErasedPersonAnsweredIsNowhereInTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	shop(t, e)
	answers(t, e)
	before := tallied(t, e)
	if err := e.Erase(t.Context(), 3, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	// The control: without compaction the bytes are there still.
	if raw(t, dir, traces...) == 0 {
		t.Error("nothing was to be found before the compaction: the search finds nothing")
	}
	if _, err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if n := raw(t, dir, traces...); n != 0 {
		t.Errorf("%d traces are left", n)
	}
	e = openTest(t, dir)
	if diff := cmp.Diff(before, tallied(t, e)); diff != "" {
		t.Errorf("the sums (-before +after):\n%s", diff)
	}
	if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestEveryDamagedAnswerIsFound(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	answers(t, e)
	if _, err := e.Responses().Expire(t.Context(), start.AddDate(0, 0, -21)); err != nil { // so that there are sums of before
		t.Fatal(err)
	}
	damaged := func() []store.Damage {
		t.Helper()
		h, err := e.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return h.Damaged
	}
	if d := damaged(); len(d) != 0 { // the control
		t.Fatalf("damaged before: %+v", d)
	}
	f, done, err := e.track.use(monthOf(start), false)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for _, name := range [][]byte{bucketEvent, bucketPerson, bucketWho, bucketReader, bucketTally, bucketSeen, bucketPast} {
		var key, value []byte
		change := func(to func([]byte) []byte) {
			t.Helper()
			err := f.db.Update(func(tx *bolt.Tx) error {
				b := tx.Bucket(name)
				if key == nil {
					k, v := b.Cursor().First()
					key, value = append([]byte{}, k...), append([]byte{}, v...)
				}
				return b.Put(key, to(append([]byte{}, value...)))
			})
			if err != nil || len(key) == 0 {
				t.Fatalf("%s: %q, %v", name, key, err)
			}
		}
		change(func(v []byte) []byte { v[1] ^= 1; return v })
		if d := damaged(); len(d) == 0 {
			t.Errorf("%s: not found", name)
		}
		change(func(v []byte) []byte { return v })
	}
	// A record that is whole and lies: an event that is not in the sums, a person
	// who is led nowhere.
	err = f.db.Update(func(tx *bolt.Tx) error {
		key, _ := tx.Bucket(bucketEvent).Cursor().First()
		return tx.Bucket(bucketEvent).Delete(key)
	})
	if d := damaged(); err != nil || len(d) < 2 {
		t.Errorf("an event that is gone: %+v, %v", d, err)
	}
}

func TestACopyHoldsTheMonthsAndAnotherFolderRefusesThem(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	e := openTest(t, dir)
	answers(t, e)
	snap, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cameBack(t, e, model.Response{At: start, Kind: model.ResponseClick, Campaign: 1}) // nobody waits
	if _, err := e.Responses().Expire(t.Context(), start.AddDate(1, 0, 0)); model.KindOf(err) != model.KindBusy {
		t.Errorf("a month went while it was copied: %v", err)
	}
	if snap.Facts().Responses != 400 {
		t.Errorf("facts: %+v", snap.Facts())
	}
	for _, file := range snap.Files() {
		f, err := os.Create(filepath.Join(other, file.Name))
		if err == nil {
			err = errors.Join(file.WriteTo(t.Context(), f), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := snap.Close(); err != nil {
		t.Fatal(err)
	}
	copied := openTest(t, other)
	if got := tallied(t, copied); got.Hits[model.ResponseReply][0] != 200 || got.Hits[model.ResponseClick][0] != 200 {
		t.Errorf("the copy: %+v", got)
	}
	if err := copied.Close(); err != nil {
		t.Fatal(err)
	}
	strange := t.TempDir()
	if err := openTest(t, strange).Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"track-202611.db"} {
		b, err := os.ReadFile(filepath.Join(other, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(strange, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s := openTest(t, strange) // what came back keeps nobody from working
	if _, err := s.Responses().Tally(t.Context(), 1); model.KindOf(err) != model.KindRefused {
		t.Errorf("a month of another folder: %v", err)
	}
	if h, err := s.Check(t.Context()); err != nil || len(h.Damaged) != 1 {
		t.Errorf("check of it: %+v, %v", h, err)
	}
}

func TestAMonthThatWasNotQuiteRemovedIsCountedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	answers(t, e)
	before := tallied(t, e)
	type killed struct{}
	e.upkeep.step = func(string) { panic(killed{}) } // the sums are written, the month is there
	func() {
		defer func() { _ = recover() }()
		_, _ = e.Responses().Expire(t.Context(), start.AddDate(0, 0, -21))
	}()
	e.upkeep.step = nil
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = openTest(t, dir)
	if got := e.track.list(); len(got) != 2 { // the control: it was cut short
		t.Fatalf("months: %v", got)
	}
	if diff := cmp.Diff(before, tallied(t, e)); diff != "" {
		t.Errorf("cut short (-before +after):\n%s", diff)
	}
	cameBack(t, e, model.Response{At: start.AddDate(0, -1, 0), Kind: model.ResponseReply, Campaign: 1})
	gone, err := e.Responses().Expire(t.Context(), start.AddDate(0, 0, -21))
	if err != nil || len(gone) != 1 {
		t.Errorf("gone: %v, %v", gone, err)
	}
	before.Hits[model.ResponseReply][0]++
	if diff := cmp.Diff(before, tallied(t, e)); diff != "" {
		t.Errorf("in the end (-want +got):\n%s", diff)
	}
}

func init() { children["answers"] = answersChild }

// answersChild keeps answers by number, and says which when they are durable; or
// before, and dies with the last one in hand.
func answersChild(dir string) error {
	e, err := Open(context.Background(), Options{Dir: dir, Rand: rand.Reader, Now: func() time.Time { return start }})
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		early := os.Getenv(earlyEnv) != ""
		if early {
			fmt.Println(n)
			if n == 50 {
				os.Exit(0)
			}
		}
		at := start.Add(time.Duration(n) * time.Hour) // over months
		if _, err := e.Responses().Append(context.Background(), []model.Response{{At: at, Kind: model.ResponseUnsubscribe, Campaign: 1, Contact: model.ContactID(n)}}); err != nil {
			return err
		}
		if !early {
			fmt.Println(n)
		}
	}
}

func TestAnAnswerThatWasAcknowledgedSurvivesTheProcess(t *testing.T) {
	t.Parallel()
	lost := func(early bool) (missing int) {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"=answers", folderEnv+"="+dir)
		if early {
			cmd.Env = append(cmd.Env, earlyEnv+"=1")
		}
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			if last = n; n == 900 {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
		e := openTest(t, dir)
		kept := map[model.ContactID]bool{}
		err = e.Responses().List(t.Context(), 1, func(r model.Response) bool { kept[r.Contact] = true; return true })
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= last; n++ {
			if !kept[model.ContactID(n)] {
				missing++
			}
		}
		if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 || last == 0 {
			t.Errorf("after %d: %+v, %v", last, h, err)
		}
		return missing
	}
	if n := lost(false); n != 0 {
		t.Errorf("%d were lost", n)
	}
	if lost(true) == 0 { // the control
		t.Error("one that is told before it is written is never missed")
	}
}

// BenchmarkAppendResponses keeps clicks of many people, each step durable.
func BenchmarkAppendResponses(b *testing.B) {
	for _, batch := range []int{1, 100, 1000, 8192} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			e, n := openTest(b, b.TempDir()), 0
			list := make([]model.Response, batch)
			for b.Loop() {
				for i := range list {
					n++
					list[i] = model.Response{At: start.Add(time.Duration(n) * time.Millisecond), Kind: model.ResponseClick, Campaign: 1, Contact: model.ContactID(uint64(n) * 0x9e3779b97f4a7c15 >> 44), Version: 1, Link: uint16(n%5 + 1)}
				}
				cameBack(b, e, list...)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "responses/s")
		})
	}
}

// BenchmarkReadResponses reads what a million clicks of a month say.
func BenchmarkReadResponses(b *testing.B) {
	e, list := openTest(b, b.TempDir()), make([]model.Response, 8192)
	for n := 0; n < 1_000_000; {
		for i := range list {
			n++
			list[i] = model.Response{At: start.Add(time.Duration(n) * time.Millisecond), Kind: model.ResponseClick, Campaign: model.CampaignID(1 + n%2), Contact: model.ContactID(uint64(n) * 0x9e3779b97f4a7c15 >> 44), Version: 1, Link: 1}
		}
		cameBack(b, e, list...)
	}
	ctx := context.Background()
	for name, read := range map[string]func() error{
		"tally":   func() error { _, err := e.Responses().Tally(ctx, 1); return err },
		"history": func() error { return e.Responses().Of(ctx, 77, func(model.Response) bool { return true }) },
		"people": func() error {
			return e.Responses().People(ctx, model.ResponseClick, 1, func(model.ContactID, time.Time, time.Time) bool { return true })
		},
		"last hundred": func() error {
			n := 0
			return e.Responses().List(ctx, 1, func(model.Response) bool { n++; return n < 100 })
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
