// Package intake turns a file that a French company really has (Excel's
// Windows-1252, semicolons, decimal commas, dd/mm/yyyy) into contacts and
// orders, or into a reason why not, row by row.
//
// What is promised:
//
//   - no row is lost in silence: rows = created + updated + unchanged +
//     rejected, checked at the end of every import; a broken quote costs the
//     line it stands on, never the rest of the file;
//   - the same file twice changes nothing, even when it contradicts itself:
//     the rows of one person (or order) are merged first;
//   - who is suppressed stays suppressed, whatever the file says;
//   - an opposition is never a free column: in a column of them (désabonné,
//     opt_out, stop pub…) everything but an empty cell and a clear no is one,
//     even a word that nobody foresaw, and one column is enough;
//   - a dry run counts exactly what the run would do, and writes nothing;
//   - a cancelled import stops between batches, each of which is whole; the
//     same file again completes it;
//   - an archive is opened within bounds, wholly before anything of it is
//     imported, and nothing is written under a name that it gives; the state of
//     each list of Mailchimp wins;
//   - a workbook (.xlsx) is read as its cells are: a date is a date, a cell with
//     an error refuses its row;
//   - an address that looks mistyped is listed, never corrected.
//
// What is refused: to guess in silence. Encoding, delimiter, decimal sign and
// date order are decided on evidence from the whole file and reported; an
// unreadable value in a known column rejects its row with column and value.
//
// A file is read three times: for its bytes (source.go: encoding), for its
// evidence (plan.go, evidence.go: columns, decimal sign, date order, who comes twice),
// and for its rows (run.go), which a goroutine cuts ahead of both (ahead.go).
//
// Read next: options.go, archive.go, worksheet.go and tables.go (what is in a file), profile.go
// (whose export it is), reader.go (rows from bytes), names.go (the
// titles of columns), fields.go, contact.go and order.go (what a row means), run.go.
package intake
