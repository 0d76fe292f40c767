package intake

import (
	"context"
	"hash"
	"io"
	"time"

	"blanche/model"
	"blanche/store"
)

// Kind is what a file holds.
type Kind string

// The kinds of files.
const (
	Contacts Kind = "contacts"
	Orders   Kind = "orders"
	Merges   Kind = "merges" // which records went into other ones
)

// Options says what to import, how to read it, and where it goes. The zero
// value of a reading option means "auto".
type Options struct {
	Kind   Kind
	Name   string    // of the file, as reports and proofs show it
	Source io.Reader // read several times: spooled unless it can seek
	Sum    hash.Hash // SHA-256, gets every byte of the file once; nil: nobody wants it

	// Spool gives the temporary file for a source that cannot seek; intake
	// closes it. Without it such a source is kept in memory.
	Spool func() (SpoolFile, error)

	Map       map[string]string // header → field, or a free attribute's NAME or NAME:TYPE, or "-" to ignore
	Encoding  string            // auto, utf-8, windows-1252, macroman, utf-16le, utf-16be
	Delimiter string            // auto, or one of ; , tab |
	DateOrder string            // auto, dmy, mdy
	Decimal   string            // auto, "," or "."
	Sheet     string            // of a workbook: its name or its number; the first that has cells
	Part      string            // of an archive of several tables: the one to read; all of them where that is possible

	// Correct gives another address for some that look mistyped, as a person said
	// of each: the key of the one in the file to the one that was meant.
	Correct map[string]string
	lenient bool // a file that lacks a column is shown all the same

	// Saved are the mappings that people kept; Mapping is the name of the one to
	// use, "" for the one whose file had the same titles, NoMapping for none.
	Saved   []model.FileMapping
	Mapping string
	Seen    func(titles []string) // is told the titles of the columns; nil is nobody

	// Basis is what the file's owner declares for the people whose row says
	// nothing about consent, with its proof.
	Basis       model.Basis
	BasisSource string
	BasisAt     time.Time // zero: Now

	Profile     string // of orders: auto, generic, shopify
	OrderSource string // defaults to the profile

	DryRun    bool
	Now       time.Time
	Zone      *time.Location // of the shop; UTC when nil
	BatchSize int            // rows in one step of the store; 0 is a good default for a process that does nothing else

	// Rejects is called at the first rejected row, and returns where the
	// rejected rows go and the name to report. Nil keeps only the report.
	Rejects func() (io.WriteCloser, string, error)
	// Progress is told, every few thousand rows, how much of the work is done
	// (in bytes of the file, 0 to total) and how many rows are settled.
	Progress func(done, total int64, rows int)

	// Yield is called between short stretches of work, and may take its time: what
	// leaves the machine meanwhile goes first. Nil works on.
	Yield func(ctx context.Context)

	// Reserved tells the names that a rule reads as fields of the product: a free
	// column of such a name is reported. Nil knows none.
	Reserved func(name string) bool

	// Known tells the free attributes that somebody has already. Nil knows none.
	Known func(name string) bool

	// Erased tells whether one of the names of a row (address, id in the shop,
	// card; "" is nobody's) is of somebody who asked to be forgotten and is not
	// back: such rows are refused, such orders have no buyer. Nil knows none.
	Erased  func(email, external, card string) bool
	Readmit bool // they are let in on purpose: Erased is nil

	Contacts     ContactStore
	Orders       OrderStore
	Unions       UnionStore // of merges alone
	Suppressions SuppressionStore
	Marks        MarkStore // nil: an import that is cut begins again
}

// SpoolFile is a temporary file.
type SpoolFile interface {
	io.ReadWriteSeeker
	io.Closer
}

// ContactStore is what intake needs of store.Contacts.
type ContactStore interface {
	ByEmail(ctx context.Context, email string) (model.Contact, error)
	ByExternal(ctx context.Context, external string) (model.Contact, error)
	ByCard(ctx context.Context, card string) (model.Contact, error)
	Merge(ctx context.Context, rows []model.Contact, now time.Time) ([]store.Merged, error)
}

// OrderStore is what intake needs of store.Orders.
type OrderStore interface {
	Get(ctx context.Context, source, id string) (model.Order, error)
	Put(ctx context.Context, orders []model.Order) ([]store.OrderPut, error)
}

// UnionStore is what intake needs of store.Unions.
type UnionStore interface {
	Unite(ctx context.Context, p store.Pair, now time.Time, join func(a, b model.Contact) (model.Contact, error)) (model.Contact, error)
}

// SuppressionStore is what intake needs of store.Suppressions.
type SuppressionStore interface {
	AddEach(ctx context.Context, emails []string, each []model.Suppression) error
	Lookup(ctx context.Context) (of func(email string) (model.SuppressReason, bool), n int, err error)
}

// SharedBatch is the BatchSize of a process in which others edit and send: one
// writer has the file at a time, and a step is to be over in a tenth of a second
// even where its rows are of people all over the file.
const SharedBatch = 8_192

// The limits of a file.
const (
	maxCell     = 10_000    // bytes of a free cell: beyond, too_long
	maxKnown    = 1_000     // bytes of a cell of a known column, likewise
	maxRow      = 8 << 20   // bytes of one row: beyond, bad_row
	maxQuoted   = 256 << 10 // bytes between two quotes: beyond, the first one is a mistake
	maxLines    = 1_000     // lines between two quotes, likewise
	maxRejects  = 100       // in the report
	maxReported = 200       // bytes of a value in the report
	defBatch    = 32_768
	mostBatch   = 1 << 20  // of an import that is gone on with
	maxBatch    = 32 << 20 // bytes of the rows in one step: wide rows make shorter ones
)

func (o *Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

func (o *Options) batch() int {
	if o.BatchSize <= 0 {
		return defBatch
	}
	return o.BatchSize
}

func (o *Options) erased(email, external, card string) bool {
	return o.Erased != nil && o.Erased(email, external, card)
}

func (o *Options) yield(ctx context.Context) {
	if o.Yield != nil {
		o.Yield(ctx)
	}
}
