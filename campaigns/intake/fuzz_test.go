package intake

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blanche/model"
)

// FuzzImport feeds any bytes: an import ends with a reason or with a report
// whose rows are all accounted for, the same bytes again change nothing, and
// every line with text in it belongs to a row.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		french, frenchOrders, shopify, "email\n", "email;a\n\"x", "sep=|\nemail|b\na@x.example|1\n",
		"email,n\na@x.example,\"1\n2\"\na@x.example,\"", "\xff\xfee\x00m\x00a\x00i\x00l\x00\n\x00", "email;\x80\xe9\r\ra@x.example;\x00\r",
		"id;email;date;total\n1;a@x.example;1/1/26;1.2.3\n1;;;5\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	for _, seed := range seeds(f) {
		f.Add(seed, strings.Contains(string(seed), "total") || strings.Contains(string(seed), "Total"))
	}
	f.Fuzz(func(t *testing.T, file []byte, orders bool) {
		kind := Contacts
		if orders {
			kind = Orders
		}
		s := newFake()
		first, err := Import(context.Background(), s.options(kind, string(file)))
		if err != nil {
			var e *model.Error
			if !errors.As(err, &e) || e.Kind != model.KindInvalid {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := Import(context.Background(), s.options(kind, string(file)))
		if err != nil || again.Created != 0 || again.Updated != 0 || again.Rejected != first.Rejected {
			t.Fatalf("again: %v %+v, first %+v", err, again, first)
		}
	})
}

// seeds are the files of testdata, trap or export of a tool.
func seeds(f *testing.F) [][]byte {
	var out [][]byte
	for _, pattern := range []string{"traps", "profiles"} {
		names, err := filepath.Glob(filepath.Join("testdata", pattern, "*"))
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			out = append(out, b)
		}
	}
	return out
}

// FuzzReader checks that the rows of a file cover all of its bytes but line
// ends and blank lines, whatever they are and however they arrive.
func FuzzReader(f *testing.F) {
	f.Add("a;b\n\"c\nd\";e\r\r\n;;\nf", uint8(2))
	f.Add("a;\"b\nc;\"d\"\ne;f\n\"", uint8(0))
	f.Fuzz(func(t *testing.T, file string, width uint8) {
		rows := readAll(t, file, ';', int(width%5))
		r := newReader(strings.NewReader(file), charset{name: encUTF8}, ';')
		r.width = int(width % 5)
		var covered, lines int
		for range rows {
			got, err := r.next()
			if err != nil {
				t.Fatal(err)
			}
			covered += count(string(got.raw))
			if got.line <= lines {
				t.Fatalf("line %d after line %d", got.line, lines)
			}
			lines = got.line
		}
		if want := count(file); covered != want {
			t.Fatalf("%d of %d characters are in a row: %q", covered, want, file)
		}
	})
}

// count counts the bytes that say something.
func count(s string) int {
	n := 0
	for i := range len(s) {
		if x := s[i]; x != ';' && x != ' ' && x != '\t' && x != '\r' && x != '\n' {
			n++
		}
	}
	return n
}
