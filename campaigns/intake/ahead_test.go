package intake

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown is all that a row says, as long as it is valid.
func shown(r row, read int64) string {
	return fmt.Sprintf("%d %d %q %q %v %v %d %q", r.line, read, r.raw, r.cells, r.bad, r.blunt, r.at, r.why)
}

func TestRowsReadAheadAreTheRowsOfTheFile(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 7))
	for range 12 {
		var file strings.Builder
		for range r.IntN(3 * blockRows) {
			file.WriteString([]string{"a;b;c\n", "\n", "\"x\ny\";é;\r\n", "nul\x00;b\n", strings.Repeat("long;", r.IntN(500)) + "\n"}[r.IntN(5)])
		}
		file.WriteString("\"open;b\nd;e;f\n")
		open := func() *reader {
			return newReader(strings.NewReader(file.String()), charset{name: encUTF8, check: true}, ';')
		}
		var want, got []string
		plain := open()
		for {
			row, err := plain.next()
			if errors.Is(err, io.EOF) {
				break
			}
			want = append(want, shown(row, plain.read))
		}
		rows := readAhead(open())
		for {
			row, err := rows.next()
			if errors.Is(err, io.EOF) {
				break
			}
			got = append(got, shown(row, row.read))
		}
		rows.stop()
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("(-the file +ahead):\n%s", d)
		}
	}
}

// endless is a file that has no end, and tells when nobody may read it any more.
type endless struct {
	t       *testing.T
	stopped bool
}

func (e *endless) Read(p []byte) (int, error) {
	if e.stopped {
		e.t.Error("read after it was stopped")
	}
	return copy(p, "a;b;c\n"), nil
}

func TestNobodyReadsAheadOnceStopped(t *testing.T) {
	t.Parallel()
	file := &endless{t: t}
	rows := readAhead(newReader(file, charset{name: encUTF8}, ';'))
	for range blockRows + 3 {
		if _, err := rows.next(); err != nil {
			t.Fatal(err)
		}
	}
	rows.stop()
	file.stopped = true
}
