package model

import "time"

// FileMapping is how the files of one till or one ERP are read, kept under a
// name: what a person said once about the columns of a file, for the next file
// that has the same titles.
type FileMapping struct {
	Name   string            `json:"name"`
	Kind   string            `json:"kind"`   // contacts or orders
	Titles []string          `json:"titles"` // of the columns of the file it was made on, in their order
	Map    map[string]string `json:"map"`    // title → field, or a free attribute's name, or "-" to ignore
	// How the file was read where a person said so; "" finds out anew.
	Profile     string    `json:"profile,omitempty"`
	Encoding    string    `json:"encoding,omitempty"`
	Delimiter   string    `json:"delimiter,omitempty"`
	Decimal     string    `json:"decimal,omitempty"`
	DateOrder   string    `json:"date_order,omitempty"`
	Sheet       string    `json:"sheet,omitempty"`
	OrderSource string    `json:"source,omitempty"` // of orders
	At          time.Time `json:"at"`
	By          string    `json:"by"`
}
