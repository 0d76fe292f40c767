package intake

import "slices"

// What our own export of contacts writes beside the fields, so that it comes
// back as it went out.

// attrPrefix heads the title of a free attribute whose name alone would mean
// something else.
const attrPrefix = "attr."

// AttrTitle is the title under which the column of a free attribute is
// imported as that attribute again.
func AttrTitle(name string) string {
	if _, known := contactNames().sure.of(name); known || slices.Contains(ownSums, name) || name == reasonColumn {
		return attrPrefix + name
	}
	return name
}

// ownSums are the columns of an export that sum up orders: the orders
// themselves say that.
var ownSums = []string{"orders", "spend", "last_order"}

// unsum ignores those columns in a file that is such an export.
func unsum(cols []column) {
	has := func(title string) bool {
		return slices.ContainsFunc(cols, func(c column) bool { return c.header == title })
	}
	if !has("basis_source") || !has("suppressed_at") {
		return
	}
	for i := range cols {
		if c := &cols[i]; !c.mapped && slices.Contains(ownSums, c.header) {
			c.field, c.attr = fIgnored, ""
		}
	}
}
