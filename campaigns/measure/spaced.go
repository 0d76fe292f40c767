package measure

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"strings"

	"blanche/model"
)

// openAligned opens a table as openTable does, and also one whose columns are
// set apart by blanks, as scientists publish them. Lines keep their numbers.
func openAligned(r io.Reader) (*table, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, model.Invalid("roi.bad_gzip").Hint("roi.gzip_hint").Because(err)
		}
		in = bufio.NewReaderSize(unpacked, 64<<10)
	}
	head, _ := in.Peek(32 << 10) // its error, if any, comes again when the table reads
	first, _, _ := strings.Cut(string(head), "\n")
	if strings.ContainsAny(first, ",;\t|\"") || len(strings.Fields(first)) < 2 {
		return openTable(in)
	}
	return openTable(&blanks{in: in})
}

// blanks is a text with every run of blanks inside a line turned into one tab,
// and none around it.
type blanks struct {
	in      *bufio.Reader
	waiting []byte
}

func (b *blanks) Read(p []byte) (int, error) {
	for len(b.waiting) == 0 {
		line, err := b.in.ReadString('\n')
		if line == "" && err != nil {
			return 0, err
		}
		b.waiting = append([]byte(strings.Join(strings.Fields(line), "\t")), '\n')
	}
	n := copy(p, b.waiting)
	b.waiting = b.waiting[n:]
	return n, nil
}
