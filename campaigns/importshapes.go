package campaigns

import (
	"io"
	"time"

	"blanche/model"
)

// ImportRequest is a file to bring in.
type ImportRequest struct {
	Kind        string // contacts | orders | merges
	Name        string // shown, and in the proofs of consent
	Source      io.Reader
	Size        int64             // bytes, 0 unknown
	Map         map[string]string // column → field
	Encoding    string            // "" or auto
	Delimiter   string
	DateOrder   string            // "" auto, dmy, mdy, ymd
	Decimal     string            // "" auto, "," or "."
	Sheet       string            // of a workbook: name or number; "" the first that has cells
	Part        string            // of an archive: the one table to read
	Mapping     string            // a saved mapping; "" the one of the same titles, NoMapping none
	Correct     map[string]string // addresses that look mistyped, lower case, to those that were meant
	SaveMapping string            // the name under which to keep how this file was read, "" not to
	Basis       model.Basis
	BasisSource string
	BasisAt     time.Time // when they gave it, where the row does not say; zero: now
	Wording     string    // what they read, or "sha256:…" of it
	Profile     string    // "" auto
	OrderSource string
	DryRun      bool
	// ReadmitErased lets people in again who were erased: by a file, nobody else.
	ReadmitErased bool
	Rejects       func() (io.WriteCloser, string, error) // called at the first rejected row
	Progress      func(ImportProgress)
}

// ImportProgress is how far an import is.
type ImportProgress struct {
	Bytes, Size   int64         // of the work, counted in bytes of the file
	Rows          int           // settled
	RowsPerSecond float64       // since the beginning; 0 not known yet
	Left          time.Duration // until the end, at the pace so far; 0 not known yet
}

// FileLook is how a file would be read.
type FileLook struct {
	Report  model.ImportReport // dialect and profile only
	Missing error              // why it could not be imported so: a column is missing
	Doubted error              // a new attribute that may be a mistyped field
	Sheets  []string           // of a workbook
	Parts   []string           // of an archive
	Part    string             // the one of several that is looked at
	// Together: all parts can be imported as one, as the lists of Mailchimp.
	Together bool
	Columns  []ColumnLook
	Lines    []int           // of the first rows: where they stand
	Faults   []*model.Reject // and why they would be refused, nil where not
	Rows     [][]string      // first rows, as they will be read
}

// ColumnLook is one column: its header and what it becomes.
type ColumnLook struct {
	Header, Field string
	Free          bool   // Field is the name of a free attribute
	Type          string // of a free attribute: text, number, date or boolean
}
