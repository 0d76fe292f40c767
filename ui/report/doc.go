// Package report makes the pages that are printed and sent to a director: what
// one campaign brought, and what a month was.
//
// It promises that a page is one file that asks for nothing else: no script, no
// font, no picture, no address; that it can be read on paper, on a telephone and
// by a program that reads aloud (each chart has a title, a description and a
// plain table under it); that the sentence comes first, and no figure without
// its range where it has one; and that what nothing drawn stands behind never
// looks like what a draw has shown. It is well-formed XML.
//
// It computes nothing: every figure comes from the document it is given, every
// text from the catalogue, and all of them are escaped by html/template.
//
// Read next: page.go, statement.go, interval.go.
package report
