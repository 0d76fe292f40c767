package cli

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// manifest is what an archive of everything holds.
type manifest struct {
	Version string         `json:"version"`
	At      string         `json:"at"`
	By      string         `json:"by"`
	Tables  []manifestFile `json:"tables"`
}

// manifestFile is one table: how many rows without the head, and its content.
type manifestFile struct {
	File   string `json:"file"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func newExportAllCmd(s *session) *cobra.Command {
	var excel, raw *bool
	cmd := s.command("export all", []string{"FILE"}, func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		desk, err := s.useLong(ctx)
		if err != nil {
			return err
		}
		if args[0] == toStandardOutput {
			_, err := s.exportAll(ctx, desk, s.Out, *excel, *raw)
			return err
		}
		files, err := s.files(args[0])
		if err != nil {
			return err
		}
		f, err := files.Create(args[0], 0o600, false)
		if err != nil {
			return createError(err, args[0])
		}
		m, err := s.exportAll(ctx, desk, f, *excel, *raw)
		if err != nil {
			_ = f.Abort()
			return err
		}
		if err := f.Close(); err != nil {
			return fileError(err, args[0])
		}
		return s.showManifest(m, f.Path())
	})
	excel, raw = s.boolFlag(cmd, "excel-fr"), s.boolFlag(cmd, "raw")
	return cmd
}

// showManifest says what is in the archive.
func (s *session) showManifest(m manifest, file string) error {
	g := &grid{columns: []column{left("", "file"), right("", "rows"), left("", "sha256")}}
	for _, t := range m.Tables {
		g.addBoth([]string{t.File, s.p.Int(t.Rows), t.SHA256[:16]}, []string{t.File, number(t.Rows), t.SHA256})
	}
	s.note(s.p.T("cli.report.table", "file", file))
	return s.show(m, false, g)
}

// bundle is a zip that notes what goes in.
type bundle struct {
	s          *session
	desk       campaigns.Desk
	zip        *zip.Writer
	m          manifest
	excel, raw bool
}

// exportAll writes every table, then the manifest, a row at a time.
func (s *session) exportAll(ctx context.Context, desk campaigns.Desk, w io.Writer, excel, raw bool) (manifest, error) {
	out := bufio.NewWriter(w)
	a := &bundle{s: s, desk: desk, zip: zip.NewWriter(out), excel: excel, raw: raw}
	a.m = manifest{Version: buildVersion().Version, At: desk.Now().Format(rfc3339), By: desk.Me().Name}
	if err := a.tables(ctx); err != nil {
		return a.m, err
	}
	f, err := a.create("manifest.json")
	if err != nil {
		return a.m, err
	}
	e := json.NewEncoder(f)
	e.SetIndent("", "  ")
	if err := firstOf(e.Encode(a.m), a.zip.Close()); err != nil {
		return a.m, err
	}
	return a.m, out.Flush()
}

func (a *bundle) create(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.desk.Now().Truncate(time.Second)})
}

// tables are contacts, orders, segments, the campaigns that were launched, and the
// journal, the last so that it tells of the others.
func (a *bundle) tables(ctx context.Context) error {
	w, err := a.s.contactSheet(ctx, a.desk)
	if err != nil {
		return err
	}
	err = a.table("contacts.csv", w.head(), func(x *export) error {
		return a.desk.EachContact(ctx, "", func(r *campaigns.ContactRow) error { return x.contact(r, w.names, w.types) })
	})
	if err == nil {
		err = a.table("orders.csv", orderColumns, func(x *export) error { return a.desk.EachOrder(ctx, "", x.order) })
	}
	if err == nil {
		err = a.segments(ctx)
	}
	if err != nil {
		return err
	}
	all, err := a.desk.Campaigns(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].StartedAt == nil {
			continue
		}
		err := a.table("campaigns/"+all[i].Name+".csv", armColumns, func(x *export) error { return a.desk.EachRecipient(ctx, all[i].Name, "", x.recipient) })
		if err != nil && model.KindOf(err) != model.KindRefused { // one that another tool sent has no recipients here
			return err
		}
	}
	return a.table("journal.csv", journalColumns, func(x *export) error { return a.desk.EachAudit(ctx, x.audit) })
}

func (a *bundle) segments(ctx context.Context) error {
	all, err := a.desk.Segments(ctx)
	if err != nil {
		return err
	}
	return a.table("segments.csv", []string{"name", "rule", "updated"}, func(x *export) error {
		for _, g := range all {
			if err := x.row(g.Name, g.Rule, x.instant(g.Updated)); err != nil {
				return err
			}
		}
		return nil
	})
}

// table writes one table, and notes its rows and its sum.
func (a *bundle) table(name string, head []string, visit func(*export) error) error {
	f, err := a.create(name)
	if err != nil {
		return err
	}
	sum := sha256.New()
	counted := &counter{w: io.MultiWriter(f, sum)}
	x := a.s.export(a.desk, a.excel, append([]string(nil), head...)...)
	x.raw, x.out = a.raw, bufio.NewWriter(counted)
	x.json, x.eyes = false, false // tables, wherever they go
	if err := x.end(visit(x)); err != nil {
		return err
	}
	a.m.Tables = append(a.m.Tables, manifestFile{name, x.rows, counted.n, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
