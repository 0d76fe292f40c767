package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"blanche/campaigns/intake/workbook"
	"blanche/model"
)

// The limits of an archive. Text hardly ever packs better than one to forty:
// what unpacks to more than unpackRatio times its size is a trap.
const (
	maxEntries  = 64
	unpackRatio = 200
	unpackFloor = 16 << 20 // bytes that any archive may unpack to
	unpackMost  = 32 << 30 // bytes that none may go beyond
)

// isZip reports an archive, a workbook of a spreadsheet included.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// members are the tables of an archive, in the order in which they are
// imported: who is not to be written to comes first. A name of an entry is
// looked at and shown; nothing is ever written under it.
func members(o *Options, z *zip.Reader) ([]*zip.File, error) {
	if own, err := ownMembers(o, z); own != nil || err != nil {
		return own, err
	}
	if len(z.File) > maxEntries && !foreign(z.File) {
		return nil, model.Invalid("import.zip_many", "file", o.Name, "n", len(z.File), "most", maxEntries).Hint("import.zip_many_hint")
	}
	if foreign(z.File) {
		return nil, spreadsheet(o.Name)
	}
	files := tablesOf(z)
	switch {
	case len(files) == 0:
		return nil, model.Invalid("import.zip_without", "file", o.Name).Hint("import.zip_without_hint")
	case slices.ContainsFunc(files, func(f *zip.File) bool { return f.Flags&1 != 0 }):
		return nil, model.Invalid("import.zip_locked", "file", o.Name).Hint("import.zip_locked_hint")
	case o.Part != "":
		return part(o, files)
	case o.Kind == Orders && together(Contacts, files):
		return nil, model.Invalid("import.zip_people", "file", o.Name, "files", entryNames(files)).Hint("import.zip_people_hint", "file", o.Name)
	case len(files) > 1 && !together(o.Kind, files) && o.lenient:
		return []*zip.File{likely(o.Kind, files)}, nil
	case len(files) > 1 && !together(o.Kind, files):
		return nil, model.Invalid("import.zip_several", "file", o.Name, "files", entryNames(files)).
			Hint("import.zip_several_hint", "part", entryName(likely(o.Kind, files)))
	}
	slices.SortStableFunc(files, func(a, b *zip.File) int { return listNamed(a.Name).rank() - listNamed(b.Name).rank() })
	return files, nil
}

// together reports tables that are imported as one: the lists of Mailchimp.
func together(kind Kind, files []*zip.File) bool {
	return kind == Contacts && !slices.ContainsFunc(files, func(f *zip.File) bool { return listNamed(f.Name).name == "" })
}

// likelyNames are what shops and tills call the table of a kind, the surest first.
var likelyNames = map[Kind][]string{
	Contacts: {"client", "customer", "contact", "abonn", "subscriber", "adherent"},
	Orders:   {"commande", "order", "vente", "achat", "ticket", "sale"},
}

// likely is the table of an archive that its name says to be of a kind, else the
// first. Whoever has to choose is shown it.
func likely(kind Kind, files []*zip.File) *zip.File {
	for _, word := range likelyNames[kind] {
		for _, f := range files {
			if strings.Contains(squash(entryName(f)), word) {
				return f
			}
		}
	}
	return files[0]
}

// part is the one table of an archive that was asked for, by its name.
func part(o *Options, files []*zip.File) ([]*zip.File, error) {
	for _, f := range files {
		if strings.EqualFold(entryName(f), o.Part) || strings.EqualFold(f.Name, o.Part) {
			return []*zip.File{f}, nil
		}
	}
	return nil, model.Invalid("import.no_part", "file", o.Name, "part", o.Part).Hint("import.no_part_hint", "files", entryNames(files))
}

func (l list) rank() int {
	return slices.Index([]string{"unsubscribed", "cleaned", "nonsubscribed", "subscribed"}, l.name)
}

// foreign recognises the workbooks that nobody here reads (.xlsb, .ods,
// .numbers) by what is in them.
func foreign(files []*zip.File) bool {
	return slices.ContainsFunc(files, func(f *zip.File) bool {
		return strings.HasPrefix(f.Name, "xl/") || f.Name == "content.xml" || strings.HasPrefix(f.Name, "Index/") && strings.HasSuffix(f.Name, ".iwa")
	})
}

func spreadsheet(file string) error {
	return model.Invalid("import.spreadsheet", "file", file).Hint("import.spreadsheet_hint")
}

func broken(o *Options, err error) error {
	return model.Invalid("import.zip_broken", "file", o.Name).Because(err).Hint("import.zip_broken_hint")
}

// isTable leaves out folders, what a Macintosh adds, and what is no table.
func isTable(f *zip.File) bool {
	base := path.Base(f.Name)
	if f.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(f.Name, "__MACOSX/") {
		return false
	}
	return slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(path.Ext(base)))
}

// entryName is the last part of an entry's name, fit to be shown.
func entryName(f *zip.File) string {
	base := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
	return short(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(base, "")))
}

func entryNames(files []*zip.File) string { return titles(tableNames(files)) }

// tableNames are those that a person may choose from.
func tableNames(files []*zip.File) []string {
	var names []string
	for _, f := range files {
		names = append(names, entryName(f))
	}
	return names
}

func tablesOf(z *zip.Reader) []*zip.File {
	return slices.DeleteFunc(slices.Clone(z.File), func(f *zip.File) bool { return !isTable(f) })
}

// unpack opens every table of an archive, each in a spool of its own, before
// anything of the first is imported: an archive that is refused leaves nothing
// behind. The bytes are counted as they come; what an entry says of its size is
// not believed.
func unpack(ctx context.Context, o *Options, src *source) ([]*table, error) {
	z, err := zip.NewReader(&readerAt{src}, src.size)
	if err != nil {
		return nil, broken(o, err)
	}
	if workbook.Is(z.File) {
		t, err := openWorkbook(ctx, o, z, src)
		if err != nil {
			return nil, err
		}
		return []*table{t}, nil
	}
	files, err := members(o, z)
	if err != nil {
		return nil, err
	}
	room := min(unpackFloor+unpackRatio*src.size, unpackMost)
	var out []*table
	names := tableNames(tablesOf(z))
	for _, f := range files {
		t, err := openTable(ctx, o, f, &room, len(files) > 1)
		if err != nil {
			closeTables(out)
			return nil, err
		}
		t.names, t.together = names, together(o.Kind, tablesOf(z))
		if len(names) > 1 && len(files) == 1 {
			t.part = entryName(f)
		}
		out = append(out, t)
	}
	return out, nil
}

func openTable(ctx context.Context, o *Options, f *zip.File, room *int64, several bool) (*table, error) {
	from, err := f.Open()
	if err != nil {
		return nil, broken(o, err)
	}
	defer func() { _ = from.Close() }()
	t := &table{o: *o}
	t.o.Source, t.o.Sum, t.o.Name = &bounded{r: from, room: room, o: o}, nil, o.Name+"/"+entryName(f)
	if t.src, err = openSource(ctx, &t.o); err != nil {
		return nil, err
	}
	if t.p, err = newPlan(&t.o, t.src); err != nil {
		_ = t.src.close()
		return nil, err
	}
	if several && t.p.list.name == "" { // named like one, and no column denies it
		t.p.list = listNamed(f.Name)
	}
	return t, nil
}

// bounded is an entry being unpacked, as far as there is room.
type bounded struct {
	r    io.Reader
	room *int64
	o    *Options
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if *b.room -= int64(n); *b.room < 0 {
		return 0, model.Invalid("import.zip_large", "file", b.o.Name).Hint("import.zip_large_hint")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken(b.o, err)
	}
	return n, err
}

// readerAt reads a source anywhere; nobody else reads it meanwhile.
type readerAt struct{ s *source }

func (r *readerAt) ReadAt(p []byte, off int64) (int, error) {
	if _, err := r.s.rs.Seek(r.s.start+off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r.s.rs, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
