package cli

import (
	"bufio"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newImportCmd(s *session) *cobra.Command {
	return s.group("import", newImportContactsCmd(s), newImportOrdersCmd(s), newImportMergesCmd(s), newImportMappingsCmd(s))
}

// importFlags are the flags that both imports take.
type importFlags struct {
	fields                         *[]string
	encoding, delimiter, dateOrder *string
	source, profile                *string
	wording, at                    *string
	decimal, sheet, part           *string
	mapping, keep                  *string
	dry, query, readmit            *bool
}

func (s *session) importFlags(cmd *cobra.Command) importFlags {
	return importFlags{
		fields:    s.listFlag(cmd, "map"),
		encoding:  s.textFlag(cmd, "encoding", "auto"),
		delimiter: s.textFlag(cmd, "delimiter", "auto"),
		dateOrder: s.textFlag(cmd, "date-order", "auto"),
		source:    s.textFlag(cmd, "source", ""),
		wording:   s.textFlag(cmd, "wording", ""),
		at:        s.textFlag(cmd, "consent-date", ""),
		profile:   s.textFlag(cmd, "profile", "auto"),
		decimal:   s.textFlag(cmd, "decimal", "auto"),
		sheet:     s.textFlag(cmd, "sheet", ""),
		part:      s.textFlag(cmd, "part", ""),
		mapping:   s.textFlag(cmd, "mapping", ""),
		keep:      s.textFlag(cmd, "save-mapping", ""),
		query:     s.boolFlag(cmd, "query"),
		readmit:   s.boolFlag(cmd, "readmit-erased"),
		dry:       s.dryFlag(cmd),
	}
}

// request is what the flags ask for about a file.
func (f importFlags) request(kind string, in *input) (campaigns.ImportRequest, error) {
	r := campaigns.ImportRequest{
		Kind: kind, Name: in.name, Source: in, Size: in.size, DryRun: *f.dry,
		Encoding: *f.encoding, Delimiter: *f.delimiter, DateOrder: *f.dateOrder, Profile: *f.profile, Map: map[string]string{},
		ReadmitErased: *f.readmit, Sheet: *f.sheet, Part: *f.part, Mapping: *f.mapping, SaveMapping: *f.keep,
	}
	switch *f.decimal {
	case "auto", "":
	case ",", "comma":
		r.Decimal = ","
	case ".", "point":
		r.Decimal = "."
	default:
		return r, model.Invalid("import.decimal_unknown", "decimal", *f.decimal)
	}
	if r.DateOrder == "auto" {
		r.DateOrder = ""
	}
	if r.Profile == "auto" {
		r.Profile = ""
	}
	r.Wording = *f.wording
	if *f.at != "" {
		day, err := time.Parse(time.DateOnly, *f.at)
		if err != nil {
			return r, model.Invalid("consent.bad_day", "value", *f.at)
		}
		r.BasisAt = day
	}
	var err error
	r.Map, err = mapped(*f.fields)
	return r, err
}

func newImportContactsCmd(s *session) *cobra.Command {
	var f importFlags
	var basis *string
	cmd := s.command("import contacts", []string{"[FILE]"}, func(cmd *cobra.Command, args []string) error {
		if *f.query {
			return s.sayQuery(*f.profile, "contacts")
		}
		if len(args) == 0 {
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", s.words("FILE"), "command", cmd.CommandPath()))
		}
		if err := s.elsewhere(cmd.Context()); err != nil {
			return err
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		r, err := f.request("contacts", in)
		if err != nil {
			return err
		}
		if err := s.declareBasis(cmd.Context(), &r, *basis, *f.source, in); err != nil {
			return err
		}
		return s.runImport(cmd.Context(), r, in)
	})
	f = s.importFlags(cmd)
	basis = s.textFlag(cmd, "basis", "")
	return cmd
}

func newImportOrdersCmd(s *session) *cobra.Command {
	var f importFlags
	cmd := s.command("import orders", []string{"[FILE]"}, func(cmd *cobra.Command, args []string) error {
		if *f.query {
			return s.sayQuery(*f.profile, "orders")
		}
		if len(args) == 0 {
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", s.words("FILE"), "command", cmd.CommandPath()))
		}
		if err := s.elsewhere(cmd.Context()); err != nil {
			return err
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		r, err := f.request("orders", in)
		if err != nil {
			return err
		}
		r.OrderSource = *f.source
		return s.runImport(cmd.Context(), r, in)
	})
	f = s.importFlags(cmd)
	return cmd
}

// newImportMergesCmd reads merges.csv of an export of everything.
func newImportMergesCmd(s *session) *cobra.Command {
	var fields *[]string
	var encoding, delimiter, dateOrder, sheet, part *string
	var dry *bool
	cmd := s.command("import merges", []string{"FILE"}, func(cmd *cobra.Command, args []string) error {
		if err := s.elsewhere(cmd.Context()); err != nil {
			return err
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		r := campaigns.ImportRequest{
			Kind: "merges", Name: in.name, Source: in, Size: in.size, DryRun: *dry, Encoding: *encoding, Delimiter: *delimiter, DateOrder: *dateOrder,
			Sheet: *sheet, Part: *part, Mapping: campaigns.NoMapping,
		}
		if r.Map, err = mapped(*fields); err != nil {
			return err
		}
		return s.runImport(cmd.Context(), r, in)
	})
	fields = s.listFlag(cmd, "map")
	encoding, delimiter = s.textFlag(cmd, "encoding", "auto"), s.textFlag(cmd, "delimiter", "auto")
	dateOrder = s.textFlag(cmd, "date-order", "auto")
	sheet, part = s.textFlag(cmd, "sheet", ""), s.textFlag(cmd, "part", "")
	dry = s.dryFlag(cmd)
	return cmd
}

// mapped are the pairs column=field of --map.
func mapped(pairs []string) (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range pairs {
		column, field, ok := strings.Cut(pair, "=")
		if !ok || column == "" || field == "" {
			return out, model.Invalid("cli.bad_map", "value", pair)
		}
		out[strings.TrimSpace(column)] = strings.TrimSpace(field)
	}
	return out, nil
}

// declareBasis notes what the owner of the file declares for the people whose
// row says nothing. A terminal asks; a script that says nothing imports people
// who are not sendable.
func (s *session) declareBasis(ctx context.Context, r *campaigns.ImportRequest, basis, source string, in *input) error {
	if basis == "" && s.InTerminal && s.ErrTerminal && in.path != "" && !s.global.yes && !s.global.json {
		var err error
		if basis, source, err = s.askBasis(ctx, source); err != nil {
			return err
		}
	}
	if basis == "" {
		return nil
	}
	b, ok := model.ParseBasis(basis)
	if !ok {
		return model.Invalid("cli.bad_basis", "value", basis).Hint("cli.basis_choices")
	}
	if b != model.BasisNone && source == "" {
		return model.Invalid("cli.basis_without_source").Hint("cli.give_source", "basis", basis)
	}
	r.Basis, r.BasisSource = b, source
	return nil
}

// askBasis asks a person at a terminal.
func (s *session) askBasis(ctx context.Context, source string) (basis, proof string, err error) {
	in := bufio.NewReader(interruptible(ctx, s.In))
	ask := func(question string) (string, error) {
		_, _ = s.Err.Write([]byte(question + " "))
		line, err := in.ReadString('\n')
		return strings.TrimSpace(line), err
	}
	s.note(s.p.T("cli.ask_basis"))
	if basis, err = ask(s.p.T("cli.ask_basis_choice")); err != nil {
		return "", "", nil //nolint:nilerr // nobody answers: nothing is declared
	}
	if n, convErr := strconv.Atoi(basis); convErr == nil && n >= 1 && n <= 4 {
		basis = []string{"consent", "customer", "b2b", "none"}[n-1]
	}
	if source == "" && basis != "none" && basis != "" {
		source, err = ask(s.p.T("cli.ask_source"))
	}
	return basis, source, err
}

// runImport imports, shows how far it is, and reports. Rows that were refused
// make the exit code 3; ctrl+c stops between two rows and reports too.
func (s *session) runImport(ctx context.Context, r campaigns.ImportRequest, in *input) error {
	desk, err := s.useLong(ctx)
	if err != nil {
		return err
	}
	if s.Self != "" { // this process does nothing else
		collectForImport()
	}
	bar, begin := s.newBar(), s.Now()
	r.Progress = func(p campaigns.ImportProgress) {
		share := -1.0
		if p.Size > 0 {
			share = min(1, float64(p.Bytes)/float64(p.Size))
		}
		text := s.p.N("cli.rows_read", p.Rows)
		if p.RowsPerSecond > 0 && p.Left > 0 {
			text = s.p.T("cli.rows_pace", "rows", text, "rate", s.p.Int(int(p.RowsPerSecond)), "left", s.p.Duration(p.Left.Round(time.Second)))
		}
		bar.set(share, text)
	}
	if !r.DryRun {
		r.Rejects = s.rejectsFile(in, s.settings.Paths.Data)
	}
	report, err := desk.Import(ctx, r)
	if err == nil {
		bar.set(1, s.p.N("cli.rows_read", report.Rows))
	}
	bar.clear()
	interrupted := ctx.Err() != nil && (report.Interrupted || errors.Is(err, context.Canceled))
	if err != nil && !interrupted {
		return err
	}
	report.Interrupted, report.Seconds = interrupted, s.Now().Sub(begin).Seconds()
	report.Rejects = orEmpty(report.Rejects)
	if err := s.sayImport(&report); err != nil {
		return err
	}
	switch {
	case interrupted:
		s.sayInterrupted()
		return ended(exitInterrupted)
	case report.Rejected > 0:
		return ended(exitPartial)
	}
	return nil
}
