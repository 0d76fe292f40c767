package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
	"blanche/ui/ssh"
)

// hostile is what a spreadsheet would compute, in every way that one is known to.
var hostile = []string{"=cmd|' /C calc'!A0", "+cmd|x", "-2+3+cmd", "@SUM(1+1)", "\t=1+1", "\r=1+1", "|x", "＝1"}

// anHouse is a store with its desk, in which somebody has put every text that can
// be said from outside in the form of a formula.
type anHouse struct {
	t     *testing.T
	ctx   context.Context
	store store.Store
	desk  *campaigns.Service
	dir   string // of its own, for files

	archive []byte // the last one that was made of it
}

func leavingNow() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

func newHouse(t *testing.T) *anHouse {
	t.Helper()
	h := &anHouse{t: t, ctx: t.Context(), dir: t.TempDir()}
	var err error
	h.store, err = open.Open(h.ctx, open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: rand.Reader, Now: leavingNow, Command: "test"})
	h.must(err)
	c := campaigns.DefaultConfig()
	c.Zone, c.Sender = time.UTC, campaigns.Sender{Name: "Boutique", Address: "12 rue des Lilas", From: "b@boutique.example", Unsubscribe: "stop@boutique.example"}
	h.desk, err = campaigns.Open(h.ctx, h.store, campaigns.Options{Config: c, Now: leavingNow, Rand: rand.Reader})
	h.must(err)
	t.Cleanup(func() {
		if err := firstOf(h.desk.Close(context.Background()), h.store.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *anHouse) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *anHouse) as(role model.Role) campaigns.Desk {
	return h.desk.As(model.Actor{Name: "marie", Role: role, From: model.FromLocal})
}

// bring imports a table as an export wrote it, or as it is.
func (h *anHouse) bring(kind, name, text string) model.ImportReport {
	h.t.Helper()
	r, err := h.as(model.Admin).Import(h.ctx, campaigns.ImportRequest{Kind: kind, Name: name, Source: strings.NewReader(text)})
	h.must(err)
	return r
}

// table is a CSV of rows.
func table(rows ...[]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows)
	return b.String()
}

// hostileHouse has people, orders, campaigns, responses and names that compute.
func hostileHouse(t *testing.T) *anHouse {
	h := newHouse(t)
	people := [][]string{{"email", "first_name", "last_name", "company", "city", "tier", "tags", "external_id", "card", "origin", "basis", "basis_source", "points", "=note"}}
	orders := [][]string{{"order_id", "date", "total", "email", "channel", "code", "category"}}
	arms := [][]string{{"email", "arm", "stratum"}}
	for i, x := range hostile {
		email := fmt.Sprintf("p%d@clients.example", i)
		id := fmt.Sprint(i)
		people = append(people, []string{email, x, x, x, x, x, x, x + id, x + "c" + id, x, "consent", x, "12", x})
		if i != 4 { // who went into another record: an order under a name that is gone finds nobody elsewhere
			orders = append(orders, []string{x + id, "2026-11-01", "12.50", email, x, x, x})
		}
		arms = append(arms, []string{email, []string{"target", "holdout"}[i%2], x})
	}
	orders = append(orders, []string{"=nobody", "2026-11-02", "1", "=z@clients.example", "", "", ""})
	if r := h.bring("contacts", "=people.csv", table(people...)); r.Created != len(hostile) {
		t.Fatalf("%+v", r)
	}
	h.bring("orders", "@orders.csv", table(orders...))
	d := h.as(model.Admin)
	_, err := d.RecordCampaign(h.ctx, campaigns.RecordRequest{Name: "ailleurs", Source: strings.NewReader(table(arms...)), StartedAt: leavingNow().AddDate(0, 0, -3)})
	h.must(err)
	_, err = d.NewCampaign(h.ctx, []byte("+++\nname = \"noel\"\nkind = \"newsletter\"\ntitle = \"=titre\"\naudience = 'email contains \"clients\"'\nsubject = \"=objet\"\ntopic = \"+sujet\"\n[measure]\ncode = \"-code+x\"\n+++\n=bonjour\n"), nil)
	h.must(err)
	h.ledger("noel")
	_, err = d.SaveSegment(h.ctx, "seg", `city = "=cmd|' /C calc'!A0"`)
	h.must(err)
	_, err = d.Freeze(h.ctx, "gel", `email contains "clients"`)
	h.must(err)
	h.must(d.SaveMapping(h.ctx, model.FileMapping{Name: "caisse", Kind: "contacts", Titles: []string{"=Mél", "@x"}, Map: map[string]string{"=Mél": "email"}}))
	_, err = d.RecordConsent(h.ctx, "p1@clients.example", campaigns.ConsentEntry{Purpose: model.TrackingUse, Choice: model.Granted, Source: "=source", Wording: "@wording", IP: "192.0.2.9"})
	h.must(err)
	h.must(d.Oppose(h.ctx, "p2@clients.example", "+au téléphone"))
	_, err = d.MergeContacts(h.ctx, campaigns.MergeRequest{Keep: "p3@clients.example", Gone: "p4@clients.example"})
	h.must(err)
	return h
}

// ledger plans a campaign and settles each of its people in another way, with
// words of a server that compute.
func (h *anHouse) ledger(name string) {
	h.t.Helper()
	c, err := h.store.Campaigns().Update(h.ctx, name, func(c *model.Campaign) error {
		c.State, c.StartedAt, c.DrawnAt, c.Target, c.HeldOut, c.Links, c.Salt = model.Paused, leavingNow(), leavingNow(), 8, 1, []string{"=lien"}, strings.Repeat("0f", 16)
		return nil
	})
	h.must(err)
	plan := model.Plan{HeldOut: []model.HeldOut{{Contact: 8, Stratum: "=strate"}}, Strata: []string{"@strate"}}
	for id := model.ContactID(1); id < 8; id++ {
		plan.Planned = append(plan.Planned, model.Planned{Contact: id, Stratum: 1})
	}
	h.must(h.store.Ledger().Plan(h.ctx, c.ID, plan))
	claims, err := h.store.Ledger().Claim(h.ctx, c.ID, model.Claims(6), leavingNow())
	h.must(err)
	var out []model.Outcome
	for i, claim := range claims {
		state := []model.State{model.StateAccepted, model.StateRefused, model.StateUncertain, model.StateDeferred}[i%4]
		out = append(out, model.Outcome{
			Campaign: c.ID, Ordinal: claim.Ordinal, State: state, Version: 1, At: leavingNow(), Attempts: 1, NextTry: leavingNow().Add(time.Hour), Code: "=550", Text: "@said to p1@clients.example",
		})
	}
	_, err = h.store.Ledger().Commit(h.ctx, out, nil)
	h.must(err)
	var all []model.Response
	for kind := model.ResponseClick; int(kind) < model.ResponseKinds; kind++ {
		all = append(all, model.Response{At: leavingNow(), Kind: kind, Campaign: c.ID, Contact: 1, Version: 1, Link: 1, Class: model.BounceFull, Value: -3, Detail: "=détail"})
	}
	_, err = h.store.Responses().Append(h.ctx, all)
	h.must(err)
}

// byCSV is every command that writes a table, but the exports, as it is asked here;
// nil where what it tells comes from nobody outside.
var byCSV = map[string][]string{
	"audit tail": {}, "audit verify": {}, "bench import": nil, "bench segment": nil, "bench send": nil,
	"campaign check": {"noel"}, "campaign list": {}, "campaign missing": {"noel"}, "campaign show": {"noel"}, "campaign status": {"noel"}, "campaign uncertain": {"noel"}, "campaign watch": nil,
	"config check": nil, "config show": {}, "contact consent": {"p1@clients.example"}, "contact duplicates": {}, "contact history": {"1"}, "contact list": {}, "contact show": {"1"},
	"doctor": nil, "feedback list": {}, "holdout plan": {"customer"}, "holdout show": {"ailleurs"}, "holdout verify": {"noel"}, "hook list": {}, "import mappings": {}, "lane list": {}, "paths": nil,
	"privacy retention": {}, "privacy rules": {}, "relay check": nil, "report month": nil, "roi": {"ailleurs"}, "roi adjust": nil, "roi anytime": nil, "roi coupons": nil, "roi csv": nil, "roi draw": nil,
	"roi pool": nil, "roi power": nil, "roi rfm": nil, "roi srm": nil, "segment count": {"customer"}, "segment explain": {"seg", "1"}, "segment growth": {"seg"}, "segment list": {}, "segment overlap": {"seg", "customer"},
	"segment rfm": {}, "segment show": {"seg"}, "segment snapshot list": {}, "segment snapshot show": {"gel"}, "status": {}, "token list": {}, "user list": {}, "verify": nil, "version": nil,
}

// exports are the commands that take tables out.
var exports = [][]string{
	{"export", "contacts"},
	{"export", "orders"},
	{"export", "campaign", "noel"},
	{"export", "campaign", "ailleurs"},
	{"export", "consents"},
	{"export", "points"},
	{"export", "messages"},
	{"export", "responses"},
	{"segment", "snapshot", "export", "gel"},
	{"export", "journal"},
	{"report", "month", "2026-11", "--csv", "-"},
}

// everyTable asks for each of them, and for the French form where there is one.
func everyTable(t *testing.T) (all [][]string) {
	t.Helper()
	walk(tree("en"), func(c *cobra.Command) {
		path := strings.TrimPrefix(c.CommandPath(), "blanche ")
		if f := c.Flag("csv"); f == nil {
			return
		}
		args, known := byCSV[path]
		if !known {
			t.Errorf("%s writes a table, and is not tried", path)
		}
		if args != nil {
			all = append(all, slices.Concat(strings.Fields(path), args, []string{"--csv"}))
		}
	})
	for _, e := range exports {
		all = append(all, e)
		if e[0] != "report" {
			all = append(all, append(slices.Clone(e), "--excel-fr"))
		}
	}
	return all
}

// computing are the cells of a table that a spreadsheet would compute.
func computing(t *testing.T, text string) (cells []string, rows int) {
	t.Helper()
	text, excel := strings.CutPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	if excel {
		r.Comma = ';'
	}
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Errorf("no table: %v\n%s", err, text)
	}
	for _, row := range all {
		for _, cell := range row {
			if model.Computes(cell) && model.Harmless(cell) != cell {
				cells = append(cells, cell)
			}
		}
	}
	return cells, len(all)
}

// Every command that writes a table is asked for it in a shop whose every text is a
// formula: no cell computes. The control is the form for machines, and the file as
// it came.
func TestNothingThatLeavesComputesInASpreadsheet(t *testing.T) {
	t.Parallel()
	h := hostileHouse(t)
	desk := h.as(model.Admin)
	guarded := 0
	for _, args := range everyTable(t) {
		code, out, errs := run(t, with(desk), args...)
		if code != exitOK && out == "" {
			t.Errorf("%v: exit code %d: %s%s", args, code, errs, out)
			continue
		}
		cells, _ := computing(t, out)
		if len(cells) > 0 {
			t.Errorf("%v: these compute: %q", args, cells)
		}
		guarded += strings.Count(out, "'=") + strings.Count(out, "'+") + strings.Count(out, "'@")
	}
	if guarded < 100 {
		t.Errorf("only %d cells had to be guarded: the shop is not hostile", guarded)
	}
	for _, args := range exports[:8] {
		_, out, _ := run(t, with(desk), append(slices.Clone(args), "--raw")...)
		if cells, _ := computing(t, out); len(cells) == 0 {
			t.Errorf("control: %v computes nowhere without its guard", args)
		}
	}
}

// One place of the program writes tables, and guards their cells (appendCells):
// whoever adds another one finds this test.
func TestTablesAreWrittenInOnePlace(t *testing.T) {
	t.Parallel()
	var found []string
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() && strings.HasPrefix(e.Name(), ".") && path != root {
			return firstOf(err, filepath.SkipDir)
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("csv.NewWriter(")) {
			rel, _ := filepath.Rel(root, path)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Errorf("tables are written in %v too", found)
	}
}

// Somebody whose role does not see people gets no address by any command that
// writes a table, in any form. The control is the manager, who does.
func TestNoTableTellsAddressesToWhoMayNotSeeThem(t *testing.T) {
	t.Parallel()
	h := hostileHouse(t)
	told := func(role model.Role) (by []string) {
		desk := h.as(role)
		for _, args := range append(everyTable(t), []string{"export", "all", "-"}, []string{"privacy", "access", "1"}) {
			if args[0] == "audit" && !role.May(model.ReadAudit) {
				continue
			}
			for _, form := range [][]string{nil, {"--json"}} {
				if _, out, errs := run(t, with(desk), slices.Concat(args, form)...); strings.Contains(out+errs, "@clients.example") {
					by = append(by, strings.Join(slices.Concat(args, form), " "))
				}
			}
		}
		return by
	}
	for _, role := range model.Roles() {
		if role.May(model.ReadContacts) {
			continue
		}
		if by := told(role); len(by) > 0 {
			t.Errorf("%s is told addresses by %q", role, by)
		}
	}
	if by := told(model.Manager); len(by) < 2*len(exports) {
		t.Errorf("control: a manager is told addresses by %q alone", by)
	}
}

// everything is the archive of a shop, by the names of its files.
func (h *anHouse) everything(flags ...string) (map[string]string, manifest) {
	h.t.Helper()
	dir := h.t.TempDir()
	a := with(h.as(model.Admin))
	a.Dir, a.Files = dir, ssh.OSFiles(dir)
	if code, out, errs := run(h.t, a, append([]string{"export", "all", "tout.zip"}, flags...)...); code != exitOK {
		h.t.Fatalf("%d: %s%s", code, errs, out)
	}
	z, err := zip.OpenReader(filepath.Join(dir, "tout.zip"))
	h.must(err)
	defer func() { _ = z.Close() }()
	h.archive, err = os.ReadFile(filepath.Join(dir, "tout.zip"))
	h.must(err)
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		h.must(err)
		var b bytes.Buffer
		_, err = b.ReadFrom(r)
		h.must(firstOf(err, r.Close()))
		files[f.Name] = b.String()
	}
	var m manifest
	h.must(json.Unmarshal([]byte(files["manifest.json"]), &m))
	return files, m
}

// Everything that the shop holds is in one archive, kind by kind; what an import
// takes comes back as it was in another shop, campaigns and their audience too.
func TestEverythingTheShopHoldsIsInOneArchiveAndComesBack(t *testing.T) {
	t.Parallel()
	h := hostileHouse(t)
	for _, flags := range [][]string{nil, {"--excel-fr"}} {
		files, m := h.everything(flags...)
		for name, least := range map[string]int{
			"contacts.csv": 7, "orders.csv": 8, "merges.csv": 1, "consents.csv": 9, "points.csv": 8, "segments.csv": 1, "snapshots.csv": 1, "snapshots/gel.csv": 7, "campaigns.csv": 2,
			"campaigns/noel.csv": 8, "campaigns/ailleurs.csv": 8, "messages.csv": 11, "responses.csv": 10, "journal.csv": 20,
		} {
			cells, rows := computing(t, files[name])
			at := slices.IndexFunc(m.Tables, func(f manifestFile) bool { return f.File == name })
			if rows-1 < least || at < 0 || m.Tables[at].Rows != rows-1 || m.Tables[at].Bytes != int64(len(files[name])) {
				t.Errorf("%v: %s has %d rows, %d at least", flags, name, rows-1, least)
			}
			if len(cells) > 0 {
				t.Errorf("%v: %s computes: %q", flags, name, cells)
			}
		}
		if len(files) != len(m.Tables)+len(m.Files)+1 || files["campaigns/noel/1/campaign.md"] == "" {
			t.Errorf("%v: %d files: %+v", flags, len(files), m)
		}
		back := newHouse(t)
		for _, come := range []struct {
			kind string
			n    int
		}{{"contacts", 7}, {"merges", 1}, {"orders", 8}} { // in the order of the manual
			name := come.kind + ".csv"
			if r := back.bring(come.kind, name, files[name]); r.Created != come.n || r.Rejected != 0 {
				t.Errorf("%v: %s came back as %+v", flags, come.kind, r)
			}
			if r := back.bring(come.kind, name, files[name]); r.Created+r.Updated != 0 || r.Unchanged != come.n {
				t.Errorf("%v: %s a second time: %+v", flags, come.kind, r)
			}
		}
		back.bring("orders", "later.csv", "id,date,total,email\nlater,2026-11-03,5,p4@clients.example\n")
		if c, err := back.as(model.Admin).Contact(h.ctx, "p3@clients.example"); err != nil || !slices.ContainsFunc(c.OrderList, func(o model.Order) bool { return o.ID == "later" }) {
			t.Errorf("%v: an order under an address merged away: %v %+v", flags, err, c.OrderList)
		}
		back = newHouse(t)
		for _, kind := range []string{"contacts", "merges", "orders"} { // from the archive itself
			h.must(os.WriteFile(filepath.Join(back.dir, "tout.zip"), h.archive, 0o600))
			a := with(back.as(model.Admin))
			a.Dir, a.Files = back.dir, ssh.OSFiles(back.dir)
			if code, out, errs := run(t, a, "import", kind, "tout.zip"); code != exitOK {
				t.Fatalf("%v: %s: %d %s%s", flags, kind, code, out, errs)
			}
		}
		_, err := back.as(model.Admin).NewCampaign(h.ctx, []byte(files["campaigns/noel/1/campaign.md"]), nil)
		back.must(err)
		_, err = back.as(model.Admin).RecordCampaign(h.ctx, campaigns.RecordRequest{Name: "ailleurs", Source: strings.NewReader(files["campaigns/ailleurs.csv"]), StartedAt: leavingNow().AddDate(0, 0, -3)})
		back.must(err)
		again, _ := back.everything(flags...)
		for _, name := range []string{"contacts.csv", "merges.csv", "orders.csv", "campaigns/noel/1/campaign.md", "campaigns/ailleurs.csv"} {
			now, was := strings.Split(again[name], "\n"), strings.Split(files[name], "\n")
			if name == "campaigns/ailleurs.csv" { // by number, and a record that is gone has another one
				slices.Sort(now)
				slices.Sort(was)
			}
			if !slices.Equal(now, was) {
				t.Errorf("%v: %s is another:\n%s\n%s", flags, name, files[name], again[name])
			}
		}
	}
}
