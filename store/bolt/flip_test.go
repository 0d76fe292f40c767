package bolt

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unsafe"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// flip is one bit of a live record, where it lies on the disk.
type flip struct {
	file   string
	offset int64
	bit    int
	record record
	inKey  bool
}

// flipShop is a folder with every sort of record, hundreds of the common ones.
func flipShop(t *testing.T, e *Engine) {
	t.Helper()
	shop(t, e)
	fillers(t, e, 150)
	ctx := t.Context()
	orders := make([]model.Order, 150)
	for i := range orders {
		orders[i] = model.Order{Source: "web", ID: fmt.Sprint("f", i), Email: fmt.Sprintf("filler%d@mail.example", i), Total: 5, Day: 20000}
	}
	_, err := e.Orders().Put(ctx, orders)
	err2 := e.Ledger().Plan(ctx, 2, plan(2500))
	claims, err3 := e.Ledger().Claim(ctx, 2, model.Claims(40), start)
	var results []model.Outcome
	for _, c := range claims {
		results = append(results, model.Outcome{Campaign: 2, Ordinal: c.Ordinal, State: model.StateDeferred, At: start, NextTry: start, Code: "451"})
	}
	_, err4 := e.Ledger().Commit(ctx, results, nil)
	err5 := e.Segments().Save(ctx, model.Segment{Name: "s", Rule: "r"})
	for i := range 30 {
		err5 = errors.Join(err5, e.Suppressions().Add(ctx, fmt.Sprintf("no%d@mail.example", i), model.Suppression{Reason: model.SuppressOpposed, At: start}))
	}
	_, err6 := e.Pacing().Change(ctx, func(p *model.Pacing) error { p.Rate = 5; return nil })
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
}

// places finds where the live keys and values of both files lie. bbolt copies a
// small bucket inside a page when it is not aligned: its records are looked for
// behind the key of the bucket.
func places(t *testing.T, e *Engine) (all []flip) {
	t.Helper()
	for _, f := range e.files() {
		disk, err := os.ReadFile(filepath.Join(e.dir, f.name))
		if err != nil {
			t.Fatal(err)
		}
		at := func(b []byte) int64 {
			return int64(uintptr(unsafe.Pointer(unsafe.SliceData(b))) - f.db.Info().Data)
		}
		var walk func(path [][]byte, inside int64, b *bolt.Bucket) error
		walk = func(path [][]byte, inside int64, b *bolt.Bucket) error {
			return b.ForEach(func(key, value []byte) error {
				if value == nil {
					return walk(append(path[:len(path):len(path)], bytes.Clone(key)), at(key), b.Bucket(key))
				}
				whole, from := append(bytes.Clone(key), value...), at(key)
				if from < 0 || from >= int64(len(disk)) {
					from = inside + int64(bytes.Index(disk[inside:], whole))
				}
				if !bytes.HasPrefix(disk[from:], whole) {
					return fmt.Errorf("%s %q %q is not where it should be", f.name, path, key)
				}
				r := record{f, path, bytes.Clone(key), bytes.Clone(value)}
				all = append(all, flip{f.name, from, len(key) * 8, r, true}, flip{f.name, from + int64(len(key)), len(value) * 8, r, false})
				return nil
			})
		}
		err = f.view(func(tx *bolt.Tx) error {
			return tx.ForEach(func(name []byte, b *bolt.Bucket) error { return walk([][]byte{bytes.Clone(name)}, at(name), b) })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// draw picks single bits, as many in keys as there are one in ten.
func draw(all []flip, n int, random *rand.Rand) (out []flip) {
	for len(out) < n {
		f := all[random.IntN(len(all))]
		if f.inKey && random.IntN(5) > 0 {
			continue
		}
		bit := random.IntN(f.bit)
		f.offset, f.bit = f.offset+int64(bit/8), bit%8
		out = append(out, f)
	}
	return out
}

// flipChild checks the folder as it is at each line that it is sent, and says
// what it found.
func flipChild(dir string) {
	in := bufio.NewScanner(os.Stdin)
	check := checkOnce
	if os.Getenv(boltOnlyEnv) != "" {
		check = boltCheckOnce
	}
	for in.Scan() {
		fmt.Println(strings.Join(check(dir), "\t"))
	}
}

// boltOnlyEnv asks for the control: what bbolt finds by itself.
const boltOnlyEnv = "BLANCHE_STORE_BOLT_ONLY"

func boltCheckOnce(dir string) (found []string) {
	defer func() {
		if r := recover(); r != nil {
			found = append(found, fmt.Sprint(r))
		}
	}()
	for _, name := range []string{"crm.db", "send.db"} {
		db, err := bolt.Open(filepath.Join(dir, name), 0, &bolt.Options{ReadOnly: true})
		if err != nil {
			return append(found, err.Error())
		}
		_ = db.View(func(tx *bolt.Tx) error {
			for err := range tx.Check() {
				found = append(found, err.Error())
			}
			return nil
		})
		_ = db.Close()
	}
	return found
}

func checkOnce(dir string) (found []string) {
	e, err := Open(context.Background(), options(dir))
	if err != nil {
		return []string{"open " + strings.ReplaceAll(err.Error(), "\n", " ")}
	}
	defer func() { _ = e.Close() }()
	h, err := e.Check(context.Background())
	if err != nil {
		found = append(found, "check "+strings.ReplaceAll(err.Error(), "\n", " "))
	}
	for _, d := range h.Damaged {
		found = append(found, d.Bucket+" "+d.Key)
	}
	return found
}

// checker in another process: a page that cannot be read ends it, not us.
type checkingChild struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startChecking(t *testing.T, dir string, env ...string) *checkingChild {
	t.Helper()
	c := &checkingChild{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(append(os.Environ(), childEnv+"=flips", folderEnv+"="+dir), env...)
	out, err := c.cmd.StdoutPipe()
	in, err2 := c.cmd.StdinPipe()
	if err := errors.Join(err, err2, c.cmd.Start()); err != nil {
		t.Fatal(err)
	}
	c.in, c.out = in, bufio.NewReader(out)
	return c
}

// ask returns what the child found; false when it died.
func (c *checkingChild) ask() ([]string, bool) {
	if _, err := io.WriteString(c.in, "check\n"); err != nil {
		return nil, false
	}
	line, err := c.out.ReadString('\n')
	if err != nil {
		return nil, false
	}
	if line = strings.TrimSuffix(line, "\n"); line == "" {
		return nil, true
	}
	return strings.Split(line, "\t"), true
}

func (c *checkingChild) stop() {
	_ = c.in.Close()
	_ = c.cmd.Wait()
}

// turn turns one bit of a file, whatever has it open.
func (f flip) turn(t *testing.T, dir string) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(dir, f.file), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	b := make([]byte, 1)
	if _, err = file.ReadAt(b, f.offset); err == nil {
		b[0] ^= 1 << f.bit
		_, err = file.WriteAt(b, f.offset)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// flips is how many bits are turned; each costs an opening and a check.
const flips = oftenEnough

func TestEveryBitFlippedOnTheDiskIsFoundByAChild(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("2,000 checks by a child take some seconds")
	}
	dir := t.TempDir()
	e := openTest(t, dir)
	flipShop(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = openTest(t, dir) // which settles what was claimed: later openings write nothing
	drawn := draw(places(t, e), flips, rand.New(rand.NewPCG(7, 7)))
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	pristine := readFiles(t, dir)
	c := startChecking(t, dir)
	defer func() { c.stop() }()
	if found, alive := c.ask(); !alive || len(found) != 0 {
		t.Fatalf("the control, untouched: %q", found)
	}
	count := map[string]int{}
	for i, f := range drawn {
		f.turn(t, dir)
		before := changed(t, dir)
		found, alive := c.ask()
		if changed(t, dir) == before {
			f.turn(t, dir) // back
		} else {
			writeFiles(t, dir, pristine)
		}
		how := f.judge(found, alive)
		count[how]++
		count[f.file]++
		if how == "missed" || how == "not named" {
			t.Errorf("%d: %s, %q %q, byte %d, bit %d, key %v: %s: %q", i, f.file, f.record.path, f.record.key, f.offset, f.bit, f.inKey, how, found)
		}
		if !alive {
			c.stop()
			c = startChecking(t, dir)
		}
	}
	t.Logf("%d single bits of live records on the disk: %v", flips, count)
	c.stop()
	c = startChecking(t, dir, boltOnlyEnv+"=1")
	seen := 0
	for _, f := range drawn[:flips/10] {
		f.turn(t, dir)
		found, alive := c.ask()
		if !alive || len(found) > 0 {
			seen++
		}
		if !alive {
			c.stop()
			c = startChecking(t, dir, boltOnlyEnv+"=1")
		}
		f.turn(t, dir)
	}
	t.Logf("the control: bbolt alone finds %d of %d", seen, flips/10)
	if seen > flips/20 {
		t.Error("bbolt finds most of them alone: the test does not bite")
	}
}

// judge says how a flip was found. A child that died, or a folder that cannot
// be opened, is found too: whoever asked names the file.
func (f flip) judge(found []string, alive bool) string {
	switch {
	case !alive:
		return "ended the child"
	case len(found) == 0:
		return "missed"
	}
	last := string(f.record.path[len(f.record.path)-1])
	for _, text := range found {
		bucket, key, _ := strings.Cut(text, " ")
		table, _, _ := strings.Cut(bucket, "/")
		switch {
		case bucket == "open" || bucket == "check":
			if strings.Contains(text, f.file) || strings.Contains(text, "bucket="+last) || strings.Contains(text, "bucket=ledger") || strings.Contains(text, "bucket=meta") {
				return "refused at opening"
			}
		case table == last || table == "ledger."+last || len(f.record.path) == 2 && table == "ledger.head" || table == "ledger":
			if key == printableKey(f.record.key) {
				return "named"
			}
			if f.inKey {
				return "named by the key that it has now"
			}
			if key == "?" || table == "ledger.head" {
				return "table named"
			}
		}
	}
	return "not named"
}

// changed is when the files were last written to.
func changed(t *testing.T, dir string) (at [2]time.Time) {
	t.Helper()
	for i, name := range []string{"crm.db", "send.db"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		at[i] = info.ModTime()
	}
	return at
}

func readFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, name := range []string{"crm.db", "send.db"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = b
	}
	return all
}

func writeFiles(t *testing.T, dir string, all map[string][]byte) {
	t.Helper()
	for name, b := range all {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
