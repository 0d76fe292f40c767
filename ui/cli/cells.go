package cli

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"blanche/model"
)

// appendCells writes a row of a table (RFC 4180): a cell that a spreadsheet would
// compute is made harmless, unless the table is raw, and then always quoted, so
// that its apostrophe is a part of the text wherever the table is opened. The row
// ends with a line feed.
func appendCells(b []byte, comma byte, row []string, raw bool) []byte {
	for i, cell := range row {
		if i > 0 {
			b = append(b, comma)
		}
		kept := cell
		if !raw {
			cell = model.Harmless(cell)
		}
		if cell == kept && !quoted(cell, comma) && (cell != "" || len(row) > 1) { // a row of one empty cell is not an empty line
			b = append(b, cell...)
			continue
		}
		b = append(b, '"')
		b = append(b, strings.ReplaceAll(cell, `"`, `""`)...)
		b = append(b, '"')
	}
	return append(b, '\n')
}

// quoted reports whether a cell would not be read as it is.
func quoted(cell string, comma byte) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.IndexByte(cell, comma) >= 0 || strings.ContainsAny(cell, "\"\r\n") || cell != "" && unicode.IsSpace(first)
}
