package campaigns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/intake"
	"blanche/model"
	"blanche/store"
)

// Import brings a file in. What was committed before an interruption stays,
// consistent; the same file again completes it.
func (s *Service) Import(ctx context.Context, r ImportRequest) (model.ImportReport, error) {
	ctx, err := declared(ctx, &r)
	if err != nil {
		return model.ImportReport{}, err
	}
	if !r.ReadmitErased { // also who is erased while the file is read
		ctx = store.LeaveOutErased(ctx)
	}
	o, sum := s.intake(&r), sha256.New()
	var titles []string
	if err := s.recall(ctx, &r, &o, &titles); err != nil {
		return model.ImportReport{}, err
	}
	if err := s.keepErased(ctx, &r, &o); err != nil {
		return model.ImportReport{}, err
	}
	if r.DryRun {
		return intake.Import(ctx, o)
	}
	// What is committed before a death of the process must have somebody who
	// answers for it; the counts come at the end.
	if err := s.note(acting(ctx, actImport), "folder", "kind", r.Kind, "file", r.Name); err != nil {
		return model.ImportReport{}, err
	}
	o.Sum = sum
	report, err := intake.Import(ctx, o)
	if err != nil || report.Created+report.Updated+report.Opposed+report.OpposedKept+report.Bounced > 0 {
		if report.Opposed+report.OpposedKept+report.Bounced > 0 { // of anybody
			s.base.followed.unknown()
		}
		s.dataCame()
	}
	if err == nil {
		err = s.keepMapping(ctx, &r, titles)
	}
	return report, s.noteImport(ctx, &r, &report, err, sum.Sum(nil))
}

// keepErased keeps a file from bringing back people who were erased, unless it
// is asked for.
func (s *Service) keepErased(ctx context.Context, r *ImportRequest, o *intake.Options) (err error) {
	if o.Readmit = r.ReadmitErased; !o.Readmit {
		o.Erased, err = s.erasedNames(ctx)
	}
	return err
}

// erasedNames tells whether one of the names by which something comes from outside
// is of somebody who was erased; nil when nobody was. Who came back since, on
// purpose, is a contact like others, and what has their address is theirs. It is
// not safe for concurrent use.
func (s *Service) erasedNames(ctx context.Context) (func(email, external, card string) bool, error) {
	gone, err := s.store.Erased(ctx)
	if err != nil || gone == nil {
		return nil, err
	}
	people := s.store.Contacts()
	back := func(of func(context.Context, string) (model.Contact, error), name string) bool {
		_, err := of(ctx, name)
		return !errors.Is(err, store.ErrNotFound)
	}
	return func(email, external, card string) bool {
		switch {
		case !gone(email, external, card) || email != "" && back(people.ByEmail, email):
			return false
		case gone(email, "", ""):
			return true
		}
		return gone("", external, "") && !back(people.ByExternal, external) || gone("", "", card) && !back(people.ByCard, card)
	}, nil
}

// noteImport adds the line of an import, whole or cut short: what was committed
// is there to stay.
func (s *Service) noteImport(ctx context.Context, asked *ImportRequest, r *model.ImportReport, failed error, sum []byte) error {
	values := []any{
		"kind", r.Kind, "file", r.File, "sha256", hex.EncodeToString(sum),
		"rows", r.Rows, "created", r.Created, "updated", r.Updated, "opposed", r.Opposed, "bounced", r.Bounced, "rejected", r.Rejected,
	}
	if asked.ReadmitErased {
		values = append(values, "readmit_erased", true)
	}
	if failed == nil {
		ctx = s.telling(ctx, model.EventImportDone, 0, map[string]any{
			"kind": r.Kind, "sha256": hex.EncodeToString(sum), "rows": r.Rows, "created": r.Created, "updated": r.Updated,
			"unchanged": r.Unchanged, "opposed": r.Opposed, "rejected": r.Rejected,
		})
		defer s.wakeHooks()
	}
	return s.noteEnd(ctx, failed, "folder", values...)
}

func (s *Service) intake(r *ImportRequest) intake.Options {
	o := intake.Options{
		Kind: intake.Kind(r.Kind), Name: r.Name, Source: r.Source, Map: r.Map, Encoding: r.Encoding, Delimiter: r.Delimiter, DateOrder: r.DateOrder,
		Decimal: r.Decimal, Sheet: r.Sheet, Part: r.Part, Correct: corrections(r.Correct), Mapping: r.Mapping,
		Basis: r.Basis, BasisSource: r.BasisSource, BasisAt: r.BasisAt, Profile: r.Profile, OrderSource: r.OrderSource, DryRun: r.DryRun,
		Now: s.Now(), Zone: s.cfg.Zone, Rejects: r.Rejects,
		Reserved: audience.IsField, Contacts: watchedContacts{s.store.Contacts(), s}, Orders: watchedOrders{s.store.Orders(), s}, Unions: watchedUnions{s.store.Unions(), s}, Suppressions: quieted{s.store.Suppressions(), s},
		Marks: s.store.Marks(),
	}
	o.Known = func(name string) bool { // asked of names in doubt alone
		types, err := s.AttrTypes(context.Background(), true)
		_, known := types[name]
		return err == nil && known
	}
	if r.Progress != nil {
		o.Progress = pacedProgress(r.Progress)
	}
	o.Yield = s.yielding()
	if s.opt.Sends {
		o.BatchSize = intake.SharedBatch
	}
	if s.opt.Spool != nil {
		o.Spool = func() (intake.SpoolFile, error) { return s.opt.Spool() }
	}
	return o
}

// pacedProgress tells how far an import is with its rate, and the time that the
// rest will take at the pace of what is done.
func pacedProgress(tell func(ImportProgress)) func(done, total int64, rows int) {
	begun := time.Now()
	return func(done, total int64, rows int) {
		p, took := ImportProgress{Bytes: done, Size: total, Rows: rows}, time.Since(begun)
		if took > 0 && rows > 0 {
			p.RowsPerSecond = float64(rows) / took.Seconds()
		}
		if done > 0 && total > 0 && took >= progressKnown {
			p.Left = time.Duration(float64(took) * float64(max(total-done, 0)) / float64(done))
		}
		tell(p)
	}
}

// progressKnown is how long an import has to last before it foretells its end.
const progressKnown = time.Second / 2

// quieted are the suppressions of an import: once those of a stretch of it are
// noted, nothing is under way to any of them.
type quieted struct {
	store.Suppressions
	s *Service
}

func (q quieted) AddEach(ctx context.Context, emails []string, each []model.Suppression) error {
	if err := q.Suppressions.AddEach(ctx, emails, each); err != nil {
		return err
	}
	return q.s.quiet(ctx, emails...)
}

// LookAtFile tells how a file would be read, with its first rows.
func (s *Service) LookAtFile(ctx context.Context, r ImportRequest) (FileLook, error) {
	o := s.intake(&r)
	var titles []string
	if err := s.recall(ctx, &r, &o, &titles); err != nil {
		return FileLook{}, err
	}
	if err := s.keepErased(ctx, &r, &o); err != nil {
		return FileLook{}, err
	}
	p, err := intake.Look(ctx, o)
	if err != nil {
		return FileLook{}, err
	}
	look := FileLook{Missing: p.Missing, Doubted: p.Doubted, Sheets: p.Sheets, Parts: p.Parts, Part: p.Part, Together: p.Together, Report: model.ImportReport{
		Kind: r.Kind, File: r.Name, Encoding: p.Encoding, Delimiter: p.Delimiter, Decimal: p.Decimal, DateOrder: p.DateOrder, Profile: p.Profile, Rows: p.Rows,
		Sheet: p.Sheet, Mapping: p.Mapping,
	}}
	for _, c := range p.Columns {
		field := c.Field
		if field == "" {
			field = c.Attr
		}
		look.Columns = append(look.Columns, ColumnLook{Header: c.Header, Field: field, Free: c.Attr != "", Type: c.Type})
	}
	for _, row := range p.Lines {
		look.Rows = append(look.Rows, row.Cells)
		look.Lines = append(look.Lines, row.Line)
		look.Faults = append(look.Faults, row.Reject)
	}
	return look, nil
}
