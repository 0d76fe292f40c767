package cli

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"path/filepath"
	"strconv"
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
	Files   []manifestFile `json:"files,omitempty"` // what is no table: the campaign files
}

// manifestFile is one table: how many rows without the head, and its content.
type manifestFile struct {
	File   string `json:"file"`
	Rows   int    `json:"rows"` // of a file that is no table: 0
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

// tables are everything that the shop holds, kind by kind; the journal comes last
// so that it tells of the others.
func (a *bundle) tables(ctx context.Context) error {
	sheet, err := a.s.contactSheet(ctx, a.desk)
	if err != nil {
		return err
	}
	people := func(x *export) func(*campaigns.ContactRow) error {
		return func(r *campaigns.ContactRow) error { return x.contact(r, sheet.names, sheet.types) }
	}
	for _, t := range []struct {
		name  string
		head  []string
		visit func(*export) error
	}{
		{"contacts.csv", sheet.head(), func(x *export) error { return a.desk.EachContact(ctx, "", people(x)) }},
		{"orders.csv", orderColumns, func(x *export) error { return a.desk.EachOrder(ctx, "", x.order) }},
		{"merges.csv", mergeColumns, func(x *export) error { return a.desk.EachMerge(ctx, x.merge) }},
		{"consents.csv", consentColumns, func(x *export) error { return exportConsents(ctx, a.desk, "", x) }},
		{"points.csv", pointsColumns, func(x *export) error { return exportPoints(ctx, a.desk, "", x) }},
		{"segments.csv", []string{"name", "rule", "updated"}, func(x *export) error { return a.desk.EachSegment(ctx, x.segment) }},
	} {
		if err := a.table(t.name, t.head, t.visit); err != nil {
			return err
		}
	}
	if err := a.snapshots(ctx, sheet.head(), people); err != nil {
		return err
	}
	if err := a.campaigns(ctx); err != nil {
		return err
	}
	err = a.table("messages.csv", messageColumns, func(x *export) error { return exportMessages(ctx, a.desk, "", x) })
	if err == nil {
		err = a.table("responses.csv", responseColumns, func(x *export) error { return exportResponses(ctx, a.desk, "", x) })
	}
	if err == nil {
		err = a.table("journal.csv", journalColumns, func(x *export) error { return a.desk.EachAudit(ctx, x.audit) })
	}
	return err
}

// mergeColumns are the columns of the records that went into other ones: the names
// of who has a record now, then those that are gone.
var mergeColumns = []string{"email", "external_id", "card", "gone_email", "gone_external_id", "gone_card", "at"}

func (x *export) merge(l *campaigns.MergeLine) error {
	return x.row(l.Email, l.ExternalID, l.Card, l.Gone.Email, l.Gone.ExternalID, l.Gone.Card, x.instant(l.At))
}

func (x *export) segment(g *model.Segment) error {
	return x.row(g.Name, g.Rule, x.instant(g.Updated))
}

// snapshots are who was in a segment at one moment: their list, and the people of
// each who are still here.
func (a *bundle) snapshots(ctx context.Context, head []string, people func(*export) func(*campaigns.ContactRow) error) error {
	all, err := a.desk.FrozenSegments(ctx)
	if err != nil {
		return err
	}
	err = a.table("snapshots.csv", []string{"name", "segment", "rule", "at", "by", "matched", "sendable"}, func(x *export) error {
		for _, f := range all {
			if err := x.row(f.Name, f.Segment, f.Rule, x.instant(f.At), f.By, number(f.Matched), number(f.Sendable)); err != nil {
				return err
			}
		}
		return nil
	})
	for i := 0; i < len(all) && err == nil; i++ {
		err = a.table("snapshots/"+all[i].Name+".csv", head, func(x *export) error { return a.desk.EachFrozen(ctx, all[i].Name, people(x)) })
	}
	return err
}

// campaignColumns are the columns of the list of the campaigns.
var campaignColumns = []string{
	"name", "title", "kind", "state", "audience", "topic", "created", "started", "finished", "target", "held_out", "share", "window_days", "margin",
	"code", "fixed_cents", "per_message_cents", "external", "versions",
}

func (x *export) campaign(c *model.Campaign) error {
	p := &c.Spec
	return x.row(c.Name, p.Title, p.Kind, c.State.String(), p.Audience, p.Topic, x.instant(c.Created), x.instant(c.StartedAt), x.instant(c.FinishedAt),
		number(c.Target), number(c.HeldOut), x.number(decimal(p.Share)), number(p.WindowDays), x.number(decimal(p.Margin)), p.Code,
		strconv.FormatInt(int64(p.FixedCents), 10), strconv.FormatInt(int64(p.PerMessageCents), 10), boolean(c.External), number(len(c.Versions)))
}

// campaigns are their list, the audience of each that was launched, and every
// wording as a campaign file beside the files that it names.
func (a *bundle) campaigns(ctx context.Context) error {
	var all []*model.Campaign
	err := a.table("campaigns.csv", campaignColumns, func(x *export) error {
		return a.desk.EachCampaign(ctx, func(c *model.Campaign) error {
			all = append(all, c)
			return x.campaign(c)
		})
	})
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := a.wordings(c); err != nil {
			return err
		}
		if !c.State.Launched() {
			continue
		}
		err := a.table("campaigns/"+c.Name+".csv", armColumns, func(x *export) error { return a.desk.EachRecipient(ctx, c.Name, "", x.recipient) })
		if err != nil && model.KindOf(err) != model.KindRefused { // one whose audience was never drawn here
			return err
		}
	}
	return nil
}

// wordings are the versions of a campaign, each in a folder of its own: `campaign
// new` reads it back. A path that leads out of that folder is left out.
func (a *bundle) wordings(c *model.Campaign) error {
	for i := range c.Versions {
		v := &c.Versions[i]
		if v.Source == "" {
			continue
		}
		folder := "campaigns/" + c.Name + "/" + number(int(v.Number)) + "/"
		if err := a.file(folder+"campaign.md", v.Source); err != nil {
			return err
		}
		for _, name := range campaigns.NamedFiles(v) {
			if !filepath.IsLocal(name) || filepath.ToSlash(name) == "campaign.md" {
				continue
			}
			if err := a.file(folder+filepath.ToSlash(name), v.File(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// file writes a text as it is, and notes its sum.
func (a *bundle) file(name, text string) error {
	f, err := a.create(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(f, text); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	a.m.Files = append(a.m.Files, manifestFile{File: name, Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])})
	return nil
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
