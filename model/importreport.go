package model

// ImportReport is what an import did, or would do in a dry run. The JSON form
// is the contract of commands.
type ImportReport struct {
	Kind        string   `json:"kind"`
	File        string   `json:"file"`
	Encoding    string   `json:"encoding"`
	Delimiter   string   `json:"delimiter"`
	Decimal     string   `json:"decimal"`
	DateOrder   string   `json:"date_order"`
	Profile     string   `json:"profile,omitempty"`
	Mapping     string   `json:"mapping,omitempty"` // the saved mapping that it was read by
	Sheet       string   `json:"sheet,omitempty"`   // of a workbook, whose encoding is xlsx
	DryRun      bool     `json:"dry_run"`
	Rows        int      `json:"rows"`
	Created     int      `json:"created"`
	Updated     int      `json:"updated"`
	Unchanged   int      `json:"unchanged"`
	Rejected    int      `json:"rejected"`
	OpposedKept int      `json:"opposed_kept"`
	Undated     int      `json:"consent_undated,omitempty"` // people who agreed, with nothing that says when: the day of the import stands
	ErasedKept  int      `json:"erased_kept"`               // of the refused rows, those of people who were erased
	Opposed     int      `json:"opposed"`                   // oppositions that the file brought, refused rows included
	Bounced     int      `json:"bounced,omitempty"`         // addresses that the file knows to be dead, refused rows included
	Taken       int      `json:"taken,omitempty"`           // people whose card or customer number is somebody else's: kept aside, as model.OtherCard
	Unmatched   int      `json:"unmatched"`
	Foreign     int      `json:"other_currency,omitempty"` // orders paid in another currency: kept, and added to nothing
	Resumed     int      `json:"resumed,omitempty"`        // of the rows, those that an import of the same file had settled when its process died
	Shadowed    []string `json:"shadowed,omitempty"`       // free columns named like a field of the product: attr.NAME in rules
	Attributes  []string `json:"attributes,omitempty"`     // free attributes that a person made of columns
	// KeptApart are the free columns that have the name of what people choose on
	// their own page: they are kept under another.
	KeptApart   []KeptApart `json:"kept_apart,omitempty"`
	Rejects     []Reject    `json:"rejects"`
	RejectsFile string      `json:"rejects_file,omitempty"`
	// Typos are the first addresses whose domain looks mistyped, as they were
	// imported: nothing is corrected.
	Typos      []Typo `json:"typos,omitempty"`
	TyposFound int    `json:"typos_found,omitempty"`
	// Parts are the files of an archive that holds several, in the order in
	// which they were imported; the counts above are their sums.
	Parts       []ImportReport `json:"parts,omitempty"`
	Seconds     float64        `json:"seconds"`
	Interrupted bool           `json:"interrupted,omitempty"`
}

// KeptApart is a column of a file, and the free attribute that it became.
type KeptApart struct {
	Column    string `json:"column"`
	Attribute string `json:"attribute"`
}

// Reject is a row of a file that was refused.
type Reject struct {
	File   string `json:"file,omitempty"` // of an archive of several
	Line   int    `json:"line"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Reason string `json:"reason"` // missing_email, invalid_email, invalid_date, invalid_number, too_long, bad_row, erased
}

// Typo is an address that looks mistyped, and the one that may have been meant.
type Typo struct {
	File       string `json:"file,omitempty"` // of an archive of several
	Line       int    `json:"line"`
	Email      string `json:"email"`
	Suggestion string `json:"suggestion"`
}
