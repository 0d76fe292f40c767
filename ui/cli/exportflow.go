package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// outflow is how an export leaves: which columns, in which form, where to.
type outflow struct {
	excel, raw  *bool
	columns, to *string
}

// outflow gives a command the flags of an export.
func (s *session) outflow(cmd *cobra.Command) *outflow {
	return &outflow{s.boolFlag(cmd, "excel-fr"), s.boolFlag(cmd, "raw"), s.textFlag(cmd, "columns", ""), s.textFlag(cmd, "into", "")}
}

// flow lets a table out, a row at a time. Into a file it is whole or not there:
// its name is taken when the last row is on the disk.
func (s *session) flow(ctx context.Context, how *outflow, head []string, visit func(context.Context, campaigns.Desk, *export) error) error {
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	x := s.export(desk, *how.excel, head...)
	x.raw = *how.raw
	if err := x.only(*how.columns); err != nil {
		return err
	}
	ctx = campaigns.WithColumns(ctx, *how.columns)
	if *how.to == "" || *how.to == toStandardOutput {
		return x.end(visit(ctx, desk, x))
	}
	files, err := s.files(*how.to)
	if err != nil {
		return err
	}
	f, err := files.Create(*how.to, 0o600, false)
	if err != nil {
		return createError(err, *how.to)
	}
	x.out = bufio.NewWriter(f)
	if err := x.end(visit(ctx, desk, x)); err != nil {
		_ = f.Abort()
		return err
	}
	if err := f.Close(); err != nil {
		return fileError(err, *how.to)
	}
	s.note(s.p.T("cli.report.table", "file", f.Path()))
	return nil
}

// document writes one document a line, where the table goes.
func (x *export) document(v any) error {
	x.rows++
	return newEncoder(x.out).Encode(v)
}

// journalColumns are the columns of an export of the audit.
var journalColumns = []string{"seq", "at", "who", "role", "from", "act", "object", "reason", "changes", "hash"}

func newExportJournalCmd(s *session) *cobra.Command {
	var how *outflow
	cmd := s.command("export journal", nil, func(cmd *cobra.Command, _ []string) error {
		return s.flow(cmd.Context(), how, journalColumns, func(ctx context.Context, desk campaigns.Desk, x *export) error {
			return desk.EachAudit(ctx, x.audit)
		})
	})
	how = s.outflow(cmd)
	return cmd
}

// audit is a line of the journal.
func (x *export) audit(l *model.AuditLine) error {
	j := toAuditJSON(l)
	if x.json {
		return x.document(j)
	}
	reason := ""
	if j.Reason != nil {
		reason = *j.Reason
	}
	var changes strings.Builder
	for i, c := range l.Entry.Changes {
		one, err := json.Marshal(c)
		if err != nil {
			return err
		}
		if i > 0 {
			changes.WriteByte('\n')
		}
		changes.Write(one)
	}
	return x.row(fmt.Sprint(l.Seq), x.instant(l.Entry.At), j.Who, string(j.Role), j.From, j.Act, j.Object, reason, changes.String(), j.Hash)
}
