package bolt

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

// randomChanges are changes of names in order, each once: new ones, other
// contacts, names taken away, and now and then a whole stretch of them.
func randomChanges(r *rand.Rand, known map[string]model.ContactID, long int) []named {
	all := map[string]model.ContactID{}
	for range 1 + r.IntN(400) {
		text := fmt.Sprintf("n%05d", r.IntN(6000))
		if r.IntN(50) == 0 {
			text += strings.Repeat("z", r.IntN(long))
		}
		all[text] = model.ContactID(r.IntN(1 << 20))
	}
	if r.IntN(3) == 0 {
		from, to := fmt.Sprintf("n%05d", r.IntN(6000)), fmt.Sprintf("n%05d", r.IntN(6000))
		for text := range known {
			if text >= from && text < to {
				all[text] = 0
			}
		}
	}
	var list []named
	for _, text := range slices.Sorted(maps.Keys(all)) {
		list = append(list, named{text, all[text]})
	}
	return list
}

// TestNamesAreWhatWasWritten changes an index at random, several times in each
// transaction, beside another one in the same bucket, and compares it with a map.
func TestNamesAreWhatWasWritten(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 5))
		e := openTest(t, t.TempDir())
		known := map[string]model.ContactID{}
		for range 15 {
			err := e.crm.update(t.Context(), func(tx *bolt.Tx) error {
				b, err := tx.CreateBucketIfNotExists([]byte("names"))
				if err != nil {
					return err
				}
				head := []byte(nil)
				if seed%2 == 1 {
					head = []byte("m")
				}
				x := names{bucket: b, table: tableEmail, head: head}
				for _, other := range []string{"a", "z"} {
					if seed%2 == 1 {
						beside := names{bucket: b, table: tableEmail, head: []byte(other)}
						if err := beside.change(randomChanges(r, nil, 20)); err != nil {
							return err
						}
					}
				}
				for range 1 + r.IntN(4) {
					list := randomChanges(r, known, maxText-6)
					for _, n := range list {
						if known[n.text] = n.id; n.id == 0 {
							delete(known, n.text)
						}
					}
					if err := x.change(list); err != nil {
						return err
					}
					sameNames(t, &x, known, list)
				}
				return nil
			})
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
	}
}

func sameNames(t *testing.T, x *names, known map[string]model.ContactID, asked []named) {
	t.Helper()
	var got, want []named
	for _, text := range slices.Sorted(maps.Keys(known)) {
		want = append(want, named{text, known[text]})
	}
	c := x.bucket.Cursor()
	for key, value := c.Seek(x.head); strings.HasPrefix(string(key), string(x.head)) && key != nil; key, value = c.Next() {
		n, err := openNames(x.table, len(x.head), key, value)
		if err != nil {
			t.Fatal(err)
		}
		before := len(got)
		for more := true; more; more = n.next() {
			got = append(got, named{string(n.text), model.ContactID(n.id)})
		}
		if size := len(key) + len(value); len(got)-before > 1 && size > namePage {
			t.Fatalf("a page of %d names has %d bytes", len(got)-before, size)
		}
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(named{})); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
	for _, n := range asked {
		for _, text := range []string{n.text, n.text + "a", n.text[:len(n.text)-1]} {
			if id, err := x.find(text); err != nil || id != known[text] {
				t.Fatalf("%s is %d, want %d (%v)", text, id, known[text], err)
			}
		}
	}
	if x.head != nil {
		return
	}
	end := ""
	if len(want) > 0 {
		end = want[len(want)-1].text
	}
	if last, err := x.last(); err != nil || last != end {
		t.Fatalf("the last is %q, want %q (%v)", last, end, err)
	}
}
