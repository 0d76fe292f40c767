package intake

import (
	"io"
)

// The rows of a block, and the bytes beyond which it has no more.
const (
	blockRows  = 512
	blockBytes = 256 << 10
	blocks     = 4 // under way at most
)

// ahead cuts a file into rows in a goroutine of its own, a few blocks ahead of
// whoever reads them. It ends with the file, or when it is stopped.
type ahead struct {
	full, free chan *block
	quit       chan struct{}
	now        *block
	at         int
}

// block owns the bytes and the cells of its rows.
type block struct {
	rows  []row
	ends  []blockEnd // of each row, in raw and cells
	raw   []byte
	cells []string
	err   error // behind the last row
}

type blockEnd struct{ raw, cells int }

func readAhead(r *reader) *ahead {
	a := &ahead{full: make(chan *block, blocks), free: make(chan *block, blocks), quit: make(chan struct{})}
	for range blocks {
		a.free <- &block{}
	}
	go func() {
		defer close(a.full)
		for {
			select {
			case b := <-a.free:
				b.fill(r)
				a.full <- b // there is room for all of them
				if b.err != nil {
					return
				}
			case <-a.quit:
				return
			}
		}
	}()
	return a
}

// stop ends the goroutine and waits for it: afterwards nobody reads the file.
func (a *ahead) stop() {
	close(a.quit)
	for range a.full {
	}
}

// next is the next row, valid until the one after it, or io.EOF.
func (a *ahead) next() (row, error) {
	for a.now == nil || a.at == len(a.now.rows) {
		if b := a.now; b != nil {
			if b.err != nil {
				return row{}, b.err
			}
			a.free <- b
		}
		b, open := <-a.full
		if !open {
			return row{}, io.EOF
		}
		a.now, a.at = b, 0
	}
	a.at++
	return a.now.rows[a.at-1], nil
}

// fill reads rows until the block is full or the file has ended.
func (b *block) fill(r *reader) {
	b.rows, b.ends, b.raw, b.cells, b.err = b.rows[:0], b.ends[:0], b.raw[:0], b.cells[:0], nil
	for len(b.rows) < blockRows && len(b.raw) < blockBytes {
		row, err := r.next()
		if err != nil {
			b.err = err
			break
		}
		b.raw, b.cells = append(b.raw, row.raw...), append(b.cells, row.cells...)
		row.read = r.read
		b.rows, b.ends = append(b.rows, row), append(b.ends, blockEnd{len(b.raw), len(b.cells)})
	}
	from := blockEnd{}
	for i := range b.rows {
		to := b.ends[i]
		b.rows[i].raw = b.raw[from.raw:to.raw:to.raw]
		b.rows[i].cells = b.cells[from.cells:to.cells:to.cells]
		from = to
	}
}
