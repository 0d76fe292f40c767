package workbook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The ways in which a file is not a workbook that can be read.
var (
	ErrBroken = errors.New("not a whole workbook")
	ErrLarge  = errors.New("larger than any workbook is")
)

// Limits bound what a workbook may take. Room is shared by all that unpacks, and
// goes down meanwhile.
type Limits struct {
	Room    *int64 // bytes that may yet be unpacked
	Strings int    // bytes of the strings that cells share; 0 is 192 MiB
}

const (
	defStrings  = 192 << 20
	mostStrings = 1 << 24
	mostStyles  = 1 << 16
	mostSheets  = 1 << 10
)

// Sheet is one sheet of a workbook, as its tab shows it.
type Sheet struct {
	Name   string
	Hidden bool
	file   *zip.File
}

// Book is a workbook whose sheets can be read, one at a time.
type Book struct {
	Sheets []Sheet // in the order of their tabs, those of cells alone

	lim    Limits
	y1904  bool
	shared pool
	styles []style
}

// Is reports whether the files of an archive are those of a workbook.
func Is(files []*zip.File) bool {
	return slices.ContainsFunc(files, func(f *zip.File) bool { return f.Name == "xl/workbook.xml" })
}

// Open reads all that stands before the cells.
func Open(z *zip.Reader, lim Limits) (*Book, error) {
	if lim.Strings <= 0 {
		lim.Strings = defStrings
	}
	b := &Book{lim: lim}
	files := map[string]*zip.File{}
	for _, f := range z.File {
		files[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	targets, err := b.relations(files["xl/_rels/workbook.xml.rels"])
	if err != nil {
		return nil, err
	}
	if err := b.workbook(files["xl/workbook.xml"], files, targets); err != nil {
		return nil, err
	}
	if len(b.Sheets) == 0 {
		return nil, fmt.Errorf("%w: no sheet", ErrBroken)
	}
	if err := b.readStyles(files["xl/styles.xml"]); err != nil {
		return nil, err
	}
	return b, b.readStrings(files["xl/sharedstrings.xml"])
}

// relations are the files of a workbook by the names that it gives to them.
func (b *Book) relations(f *zip.File) (map[string]string, error) {
	out := map[string]string{}
	return out, b.each(f, func(t *tokens, e element) error {
		if e.name != "Relationship" || len(out) > 4*mostSheets {
			return nil
		}
		to := strings.ReplaceAll(e.attr("Target"), `\`, "/")
		if !strings.HasPrefix(to, "/") {
			to = path.Join("xl", to)
		}
		out[e.attr("Id")] = strings.ToLower(strings.TrimPrefix(path.Clean(to), "/"))
		return nil
	})
}

func (b *Book) workbook(f *zip.File, files map[string]*zip.File, targets map[string]string) error {
	if f == nil {
		return fmt.Errorf("%w: no xl/workbook.xml", ErrBroken)
	}
	return b.each(f, func(t *tokens, e element) error {
		switch e.name {
		case "workbookPr":
			b.y1904 = truth(e.attr("date1904"))
		case "sheet":
			file := files[targets[e.attr("id")]]
			if file == nil {
				return fmt.Errorf("%w: the sheet %q is missing", ErrBroken, e.attr("name"))
			}
			if strings.Contains(strings.ToLower(file.Name), "chartsheets/") {
				return nil
			}
			if len(b.Sheets) == mostSheets {
				return ErrLarge
			}
			b.Sheets = append(b.Sheets, Sheet{Name: e.attr("name"), Hidden: e.attr("state") != "" && e.attr("state") != "visible", file: file})
		}
		return nil
	})
}

func truth(s string) bool { return s == "1" || s == "true" }

// style is what the format of a cell says of its number.
type style struct {
	date   bool
	digits int // at least so many, zeros before them
}

func (b *Book) readStyles(f *zip.File) error {
	if f == nil {
		return nil
	}
	formats := map[int]string{}
	cells := false
	return b.each(f, func(t *tokens, e element) error {
		switch e.name {
		case "numFmt":
			if id, err := strconv.Atoi(e.attr("numFmtId")); err == nil && len(formats) < mostStyles {
				formats[id] = e.attr("formatCode")
			}
		case "cellXfs":
			cells = true
		case "cellStyles", "cellStyleXfs", "dxfs":
			cells = false
		case "xf":
			if !cells {
				return nil
			}
			if len(b.styles) == mostStyles {
				return ErrLarge
			}
			id, _ := strconv.Atoi(e.attr("numFmtId"))
			code, own := formats[id]
			b.styles = append(b.styles, styleOf(id, code, own))
		}
		return nil
	})
}

// pool keeps strings side by side: sixteen million of them have no header each.
type pool struct {
	text []byte
	ends []uint32
}

func (p *pool) at(i int) (string, bool) {
	if i < 0 || i >= len(p.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = p.ends[i-1]
	}
	return string(p.text[from:p.ends[i]]), true
}

func (b *Book) readStrings(f *zip.File) error {
	if f == nil {
		return nil
	}
	return b.each(f, func(t *tokens, e element) error {
		if e.name != "si" {
			return nil
		}
		s, err := t.text(e)
		if err != nil {
			return err
		}
		if len(b.shared.text)+len(s) > b.lim.Strings || len(b.shared.ends) == mostStrings {
			return ErrLarge
		}
		b.shared.text = append(b.shared.text, s...)
		b.shared.ends = append(b.shared.ends, uint32(len(b.shared.text)))
		return nil
	})
}

// each visits the elements of a file, which must end where its root does.
func (b *Book) each(f *zip.File, visit func(*tokens, element) error) error {
	if f == nil {
		return nil
	}
	from, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { _ = from.Close() }()
	t := newTokens(from, b.lim.Room)
	for {
		e, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && e.opens {
			err = visit(t, e)
		}
		if err != nil {
			return err
		}
	}
}
