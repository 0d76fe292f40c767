// Package workbook reads the cells of a spreadsheet of Office Open XML (.xlsx,
// .xlsm; ECMA-376, part 1, 18), a row at a time.
//
// What is promised:
//
//   - a number is what its cell holds, to the fifteen digits that a spreadsheet
//     computes with, and keeps the zeros that its format puts before it; a date
//     is a date, whichever of the two calendars the file has; a formula is the
//     value it had; a cell that holds an error says so;
//   - a file that ends early, or contradicts itself, is an error: no row is lost
//     in silence;
//   - memory is bounded by the strings that cells share (Limits), a token by a
//     mebibyte, a row by the 16,384 columns of the format; what unpacks to more
//     than the room given is refused while it unpacks.
//
// What is refused: to compute a formula, to follow a link, to open a workbook
// with a password, .xls, .xlsb, .ods and .numbers.
//
// Read next: book.go (what stands before the cells), sheet.go (rows), value.go
// (numbers and dates).
package workbook
