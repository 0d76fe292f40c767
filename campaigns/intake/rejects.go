package intake

import (
	"bufio"
	"bytes"
	"io"

	"blanche/model"
)

// reasonColumn is the column that a file of rejects adds; it is ignored when
// the corrected file comes back.
const reasonColumn = "reason"

// rejected is a row that was refused, with what is needed to show it again.
type rejected struct {
	model.Reject
	raw   []byte
	cells []string // instead of raw, of rows merged into one
	blunt bool     // raw has a quote that never closes: cut it at delimiters
}

// rejects writes the refused rows in the layout of their file: the same
// encoding, delimiter and line end, the cells as they were, and the reason. A
// person opens it in a spreadsheet: a cell that computes there gets the
// apostrophe that an export gives it, and that the next import takes off again.
type rejects struct {
	o    *Options
	p    *plan
	name string
	to   io.WriteCloser
	w    *bufio.Writer
	skip bool // the file already has a reason column, which is replaced
}

func (r *rejects) write(x rejected) error {
	if r.o.Rejects == nil {
		return nil
	}
	if r.w == nil {
		if err := r.begin(); err != nil {
			return err
		}
	}
	line := r.layout(x)
	line = append(line, r.p.delim)
	line = append(line, x.Reason...)
	line = append(line, r.p.newline...)
	_, err := r.w.Write(line)
	return err
}

func (r *rejects) begin() error {
	to, name, err := r.o.Rejects()
	if err != nil {
		return err
	}
	r.to, r.name = to, name
	if _, err := to.Write(r.p.set.mark); err != nil {
		return err
	}
	r.w = bufio.NewWriter(r.p.set.writer(to))
	r.skip = r.p.cols[len(r.p.cols)-1].field == fReason
	if r.p.sep {
		_, _ = r.w.WriteString("sep=" + string(rune(r.p.delim)) + r.p.newline)
	}
	head := r.fit(r.p.header)
	head = append(head, r.p.delim)
	head = append(head, reasonColumn+r.p.newline...)
	_, err = r.w.Write(head)
	return err
}

// layout is the row without its reason, exactly as many columns as the header.
func (r *rejects) layout(x rejected) []byte {
	switch {
	case x.cells != nil:
		cells := make([][]byte, len(x.cells))
		for i, c := range x.cells {
			cells[i] = r.p.set.bytes(c)
		}
		return r.join(cells)
	case x.blunt:
		return r.join(bytes.Split(x.raw, []byte{r.p.delim}))
	}
	return r.fit(x.raw)
}

// fit keeps the bytes of a row and completes or shortens it to the header; it
// spells it anew where a cell computes.
func (r *rejects) fit(raw []byte) []byte {
	cut := &reader{delim: r.p.delim, eof: true, set: r.p.set}
	if _, st := cut.scan(raw); st != scanRow {
		return r.join(bytes.Split(raw, []byte{r.p.delim}))
	}
	cells := make([][]byte, len(cut.spans))
	computes := false
	for i, s := range cut.spans {
		cells[i] = raw[s.from:s.to]
		if s.doubled {
			cells[i] = bytes.ReplaceAll(cells[i], []byte(`""`), []byte(`"`))
		}
		computes = computes || unguarded(cells[i])
	}
	width := r.width()
	switch n := len(cells); {
	case n > width && r.skip:
		return r.join(cells[:width])
	case computes:
		return r.join(cells)
	case n <= width:
		return append(bytes.Clone(raw), bytes.Repeat([]byte{r.p.delim}, width-n)...)
	}
	return bytes.Clone(raw)
}

// unguarded reports whether a cell of a file would compute in a spreadsheet.
func unguarded(cell []byte) bool {
	if len(cell) == 0 || cell[0] == '\'' {
		return false
	}
	text := string(cell)
	return model.Computes(text) && model.Harmless(text) != text
}

// guard is such a cell as it goes out: what an import drops in front goes first,
// for behind an apostrophe it would be kept.
func guard(cell []byte) []byte {
	cell = bytes.TrimLeft(cell, "\t\r\n\x00 ")
	if unguarded(cell) {
		return append([]byte{'\''}, cell...)
	}
	return cell
}

func (r *rejects) width() int {
	if r.skip {
		return len(r.p.cols) - 1
	}
	return len(r.p.cols)
}

// join writes cells, quoted where they must be, and wherever they are guarded.
func (r *rejects) join(cells [][]byte) []byte {
	var out []byte
	for i, c := range cells {
		if i > 0 {
			out = append(out, r.p.delim)
		}
		computes := unguarded(c)
		if computes {
			c = guard(c)
		}
		if !computes && bytes.IndexByte(c, r.p.delim) < 0 && !bytes.ContainsAny(c, "\"\r\n") {
			out = append(out, c...)
			continue
		}
		out = append(out, '"')
		out = append(out, bytes.ReplaceAll(c, []byte(`"`), []byte(`""`))...)
		out = append(out, '"')
	}
	if n := r.width() - len(cells); n > 0 {
		out = append(out, bytes.Repeat([]byte{r.p.delim}, n)...)
	}
	return out
}

func (r *rejects) close() error {
	if r.w == nil {
		return nil
	}
	err := r.w.Flush()
	if cerr := r.to.Close(); err == nil {
		err = cerr
	}
	return err
}
