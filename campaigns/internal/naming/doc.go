// Package naming says what a column of a file is called once it is a free
// attribute of a contact (the import gives the name, and rules compare it), and
// how far a misspelt name stands from a known one.
package naming
