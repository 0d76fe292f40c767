package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// chained makes a folder whose chain has lines with and without changes, some
// of them erased, and returns what the end was.
func chained(t *testing.T, dir string) (head model.AuditHead) {
	t.Helper()
	e := openTest(t, dir)
	err := func() error {
		for i := range 36 {
			deed := model.Deed{Actor: model.Actor{Name: "ines", Role: model.Manager, From: "local"}, Act: "segment.save", At: start, Reason: fmt.Sprint("reason ", i%5)}
			s := model.Segment{Name: fmt.Sprint("s", i%4), Rule: fmt.Sprint("city = ", i)}
			if err := e.Segments().Save(store.Witnessed(t.Context(), deed), s); err != nil {
				return err
			}
			if i%3 == 0 {
				if err := e.Audit().Append(t.Context(), model.AuditEntry{At: start, Who: "max", Act: "session.open", Object: "session"}); err != nil {
					return err
				}
			}
			if i == 20 {
				if n, err := e.Audit().Forget(t.Context(), "segment:s1"); n == 0 || err != nil {
					return errors.Join(err, errors.New("nothing to forget"))
				}
			}
		}
		return nil
	}()
	head, err2 := e.Audit().Head(t.Context())
	if err := errors.Join(err, err2, e.Close()); err != nil {
		t.Fatal(err)
	}
	return head
}

func TestEveryOneOfAThousandTamperingsIsFound(t *testing.T) {
	t.Parallel()
	const n = 1000
	dir := t.TempDir()
	head := chained(t, dir)
	base := dense(t, filepath.Join(dir, "crm.db"))
	copied := filepath.Join(dir, "copy.db")
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	found, withoutHead, withoutChain := 0, 0, 0
	for i := range n {
		kind := tamperings[i%len(tamperings)]
		_ = os.Remove(copied) // quicker than to cut it and fill it again
		if err := os.WriteFile(copied, base, 0o600); err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			if p, _, sound := judged(t, copied, head); !p.Intact || p.Lines != head.Seq || p.Erased == 0 || !sound {
				t.Fatalf("before: %+v, %v", p, sound)
			}
		}
		forge(t, copied, r, kind.do)
		p, alone, sound := judged(t, copied, head)
		if p.Intact || !slices.ContainsFunc(p.Flaws, func(f model.AuditFlaw) bool { return slices.Contains(kind.flaws, f.What) }) {
			t.Errorf("seed %d, tampering %d, %s: %+v, want one of %v", seed, i, kind.name, p.Flaws, kind.flaws)
			continue
		}
		found++
		if !alone.Intact {
			withoutHead++
		}
		if alone.Intact != kind.outside {
			t.Errorf("seed %d, tampering %d, %s, without the head outside: %+v", seed, i, kind.name, alone.Flaws)
		}
		if !sound {
			withoutChain++
		}
	}
	t.Logf("%d of %d tamperings found; without a head kept outside %d; by checksums and indexes alone %d", found, n, withoutHead, withoutChain)
	if found != n || withoutChain > n/4 {
		t.Errorf("%d of %d found, by checksums and indexes alone %d", found, n, withoutChain)
	}
}

func TestAPageThatCannotBeWalkedIsAFlawAndNoEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	head := chained(t, dir)
	base := dense(t, filepath.Join(dir, "crm.db"))
	size := os.Getpagesize()
	copied := filepath.Join(dir, "copy.db")
	broken := 0
	for at := 0; at+size <= len(base); at += size {
		if !bytes.Contains(base[at:at+size], []byte("segment.save")) {
			continue
		}
		for _, garbage := range []byte{0, 0xff} {
			bad := bytes.Clone(base)
			copy(bad[at:], bytes.Repeat([]byte{garbage}, size))
			_ = os.Remove(copied)
			if err := os.WriteFile(copied, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if p := proofOf(t, copied, head); p.Intact {
				t.Errorf("page %d of %x: %+v", at/size, garbage, p)
			}
			broken++
		}
	}
	if broken == 0 {
		t.Error("no page was broken")
	}
}

// dense is a file without its free room, so that many copies cost little.
func dense(t *testing.T, path string) []byte {
	t.Helper()
	from, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	to, err := bolt.Open(path+".dense", 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(bolt.Compact(to, from, 0), to.Close(), from.Close())
	b, err2 := os.ReadFile(path + ".dense")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return b
}

// judged reads the chain of a closed file: with the head that was kept outside,
// without it, and, as the control, what a check without a chain says.
func judged(t *testing.T, path string, head model.AuditHead) (p, alone model.AuditProof, sound bool) {
	t.Helper()
	p, alone = proofOf(t, path, head), proofOf(t, path)
	e := openChain(t, path)
	c := &checker{e: e, ctx: t.Context()}
	errs := []error{}
	for _, part := range c.parts() {
		if slices.Contains([]string{"audit", "audit_detail", "audit_object"}, part.table.name) {
			errs = append(errs, c.bucket(part.file, []byte(part.table.name), part.table, part.check))
		}
	}
	if err := errors.Join(append(errs, e.crm.db.Close())...); err != nil {
		t.Fatal(err)
	}
	return p, alone, len(c.health.Damaged) == 0
}

// openChain opens a crm.db alone, for reading.
func openChain(t *testing.T, path string) *Engine {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return &Engine{crm: &file{db: db, name: "crm.db"}}
}

func proofOf(t *testing.T, path string, outside ...model.AuditHead) model.AuditProof {
	t.Helper()
	e := openChain(t, path)
	p, err := e.Audit().Verify(t.Context(), outside...)
	if err := errors.Join(err, e.crm.db.Close()); err != nil {
		t.Fatal(err)
	}
	return p
}
