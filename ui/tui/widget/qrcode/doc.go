// Package qrcode draws an address that a telephone reads from the screen
// (ISO/IEC 18004), two modules in a cell.
//
// It promises that what is drawn is black on white whatever the theme is, with a
// quiet zone around it, and that it draws nothing where there is no room for all
// of it: half a code is none. Without colours it trusts the theme about the
// background of the terminal.
//
// It refuses a terminal without block characters: signs do not make a code.
//
// Read next: qrcode.go.
package qrcode
