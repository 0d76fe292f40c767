package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"

	"blanche/model"
)

// source is a file that can be read again from its start, with what its bytes
// say about themselves.
type source struct {
	rs    io.ReadSeeker
	close func() error
	start int64 // where the file begins in rs
	size  int64
	head  []byte // the first bytes, at most headSize

	sheet  string   // of a workbook: which of its sheets this is
	sheets []string // and those on show

	sum []byte // SHA-256 of its bytes, where somebody wants to know it again

	multi   int      // valid sequences of UTF-8 beyond ASCII
	invalid int      // bytes that no UTF-8 sequence explains
	odd     [256]int // those bytes, by value
}

const headSize = 64 << 10

// openSource makes the input readable several times and looks at every byte
// once, so that one late accent is enough to tell the encoding.
func openSource(ctx context.Context, o *Options) (*source, error) {
	s := &source{close: func() error { return nil }}
	sum := o.Sum
	if sum == nil {
		sum = sha256.New()
	}
	var tee io.Writer = sum
	from := o.Source
	if seeker, ok := from.(io.ReadSeeker); ok {
		if at, err := seeker.Seek(0, io.SeekCurrent); err == nil {
			s.rs, s.start = seeker, at
		}
	}
	if s.rs == nil {
		spool, err := o.spool()
		if err != nil {
			return nil, model.Failed(err, "import.spool", "file", o.Name).Hint("import.spool_hint")
		}
		s.rs, s.close, tee = spool, spool.Close, io.MultiWriter(sum, spool)
	}
	if err := s.scan(ctx, from, tee); err != nil {
		_ = s.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if known := (*model.Error)(nil); errors.As(err, &known) {
			return nil, err
		}
		return nil, model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
	}
	s.sum = sum.Sum(nil)
	return s, nil
}

func (o *Options) spool() (SpoolFile, error) {
	if o.Spool == nil {
		return &memory{}, nil
	}
	return o.Spool()
}

// scan reads everything once: size, head, and how far it is UTF-8. What tee makes
// of the bytes is made meanwhile, in a goroutine that ends with the last of them.
func (s *source) scan(ctx context.Context, from io.Reader, tee io.Writer) error {
	given, taken := make(chan []byte), make(chan error)
	go func() {
		defer close(taken)
		for b := range given {
			_, err := tee.Write(b)
			taken <- err
		}
	}()
	defer func() {
		close(given)
		<-taken
	}()
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := from.Read(buf[kept:])
		given <- buf[kept : kept+n]
		s.size += int64(n)
		if room := headSize - len(s.head); room > 0 {
			s.head = append(s.head, buf[kept:kept+min(n, room)]...)
		}
		end := errors.Is(err, io.EOF)
		rest := s.count(buf[:kept+n], end)
		if werr := <-taken; werr != nil {
			return werr
		}
		kept = copy(buf, rest)
		switch {
		case end:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

// count looks at bytes, and returns a sequence that is not finished yet.
func (s *source) count(b []byte, end bool) []byte {
	for len(b) > 0 {
		for len(b) >= 8 && binary.NativeEndian.Uint64(b)&0x8080808080808080 == 0 {
			b = b[8:]
		}
		if len(b) == 0 || b[0] < utf8.RuneSelf {
			b = b[min(1, len(b)):]
			continue
		}
		if !end && !utf8.FullRune(b) {
			break
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			s.invalid++
			s.odd[b[0]]++
		} else {
			s.multi++
		}
		b = b[size:]
	}
	return b
}

// rewind returns the file from its start, after a mark of n bytes.
func (s *source) rewind(n int) (io.Reader, error) {
	if _, err := s.rs.Seek(s.start+int64(n), io.SeekStart); err != nil {
		return nil, err
	}
	return s.rs, nil
}

// memory is the spool of a caller that gives none.
type memory struct {
	bytes.Buffer
	r *bytes.Reader
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	if m.r == nil {
		m.r = bytes.NewReader(m.Bytes())
	}
	return m.r.Seek(offset, whence)
}

func (m *memory) Read(p []byte) (int, error) { return m.r.Read(p) }
func (m *memory) Close() error               { return nil }
