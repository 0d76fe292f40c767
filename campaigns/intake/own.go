package intake

import (
	"archive/zip"
	"cmp"
	"slices"

	"blanche/model"
)

// What our own export of contacts writes beside the fields, so that it comes
// back as it went out.

// attrPrefix heads the title of a free attribute whose name alone would mean
// something else.
const attrPrefix = "attr."

// AttrTitle is the title under which the column of a free attribute is
// imported as that attribute again.
func AttrTitle(name string) string {
	if _, known := contactNames().sure.of(name); known || slices.Contains(ownSums, name) || name == reasonColumn || model.IsWish(name) {
		return attrPrefix + name
	}
	return name
}

// apartSuffix ends the name of a free column that would be a wish: what people
// chose on their own page of preferences (model.WishOf) keeps messages from them
// or lets them through, and a column of a file never is that because of its
// title. Only attr.subjects, which our own export writes and a person may say,
// is the wish.
const apartSuffix = "_imported"

// apart is the name of a free attribute that nobody said to be a wish.
func apart(name string) (string, bool) {
	if model.IsWish(name) {
		return name + apartSuffix, true
	}
	return name, false
}

// isOwn reports whether a file is an export of contacts of ours.
func isOwn(headers []string) bool {
	return slices.Contains(headers, "basis_source") && slices.Contains(headers, "suppressed_at")
}

// ownSums are the columns of an export that sum up orders: the orders
// themselves say that.
var ownSums = []string{"orders", "spend", "last_order"}

// ownTables are the tables of our own export of everything that an import reads.
var ownTables = []Kind{Contacts, Merges, Orders}

// ownMembers is the table of a kind in our own export of everything; nil in another
// archive, and where a person names the part.
func ownMembers(o *Options, z *zip.Reader) ([]*zip.File, error) {
	byName := map[string]*zip.File{}
	for _, f := range z.File {
		byName[f.Name] = f
	}
	for _, name := range []string{"manifest.json", "journal.csv"} {
		if byName[name] == nil {
			return nil, nil
		}
	}
	for _, kind := range ownTables {
		if byName[kind.table()] == nil { // of an older one
			return nil, nil
		}
	}
	name := cmp.Or(o.Part, o.Kind.table())
	if f := byName[name]; f != nil && isTable(f) && f.Flags&1 == 0 {
		return []*zip.File{f}, nil
	}
	var tables []string
	for _, kind := range ownTables {
		tables = append(tables, kind.table())
	}
	return nil, model.Invalid("import.no_part", "file", o.Name, "part", name).Hint("import.no_part_hint", "files", titles(tables))
}

func (k Kind) table() string { return string(k) + ".csv" }

// unsum ignores those columns in a file that is such an export.
func unsum(cols []column) {
	headers := make([]string, len(cols))
	for i := range cols {
		headers[i] = cols[i].header
	}
	if !isOwn(headers) {
		return
	}
	for i := range cols {
		if c := &cols[i]; !c.mapped && slices.Contains(ownSums, c.header) {
			c.field, c.attr = fIgnored, ""
		}
	}
}
