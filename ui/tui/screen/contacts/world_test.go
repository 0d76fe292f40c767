package contacts_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store/open"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/contacts"
	"blanche/ui/tui/tuitest"
)

// noon is the time of every test.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// people is a small shop: customers, a prospect without a legal basis, a
// company, somebody who objected.
const people = `email;prénom;nom;société;type;ville;cp;carte;points;palier;naissance;tags;tracking
h.evrard@gmail.example;Hélène;Évrard;;b2c;Nantes;44000;2093-118;1240;or;12/03/1981;jardin,vip;refused
a.levrault@orange.example;Anaïs;Levrault;;b2c;Rezé;44400;;;;;;granted
achats@bde.example;;;Bricolage d’Évry;b2b;Évry;91000;;;;;;
b.martin@example.com;Benoît;Martin;;b2c;Lyon;69001;;;;;;
zoe@example.com;Zoé;Ñandú;;b2c;Paris;75011;;;;;;
`

const orders = `id;email;date;total;statut;canal
1;h.evrard@gmail.example;12/03/2021 10:30;118,90;paid;magasin
2;h.evrard@gmail.example;03/11/2026 18:40;293,60;paid;web
3;a.levrault@orange.example;21/10/2026 09:12;230,00;paid;web
4;b.martin@example.com;02/01/2024 11:00;12,50;paid;web
`

// house is a desk, and the service that gives desks to others.
type house struct {
	campaigns.Desk
	service *campaigns.Service
}

// desk is a real service on a new folder, with the columns built.
func desk(t *testing.T) campaigns.Desk {
	t.Helper()
	ctx := context.Background()
	now := func() time.Time { return noon }
	entropy := rand.NewChaCha8([32]byte{7})
	st, err := open.Open(ctx, open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: entropy, Now: now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := campaigns.Open(ctx, st, campaigns.Options{Config: campaigns.DefaultConfig(), Now: now, Rand: entropy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return house{d.As(model.Actor{Name: "paul", Role: model.Admin, From: "local"}), d}
}

func bring(t *testing.T, d campaigns.Desk, kind, text string) {
	t.Helper()
	r := campaigns.ImportRequest{Kind: kind, Name: kind + ".csv", Source: strings.NewReader(text), Size: int64(len(text)), OrderSource: "caisse"}
	if kind == "contacts" {
		r.Basis, r.BasisSource = model.BasisConsent, "formulaire du site"
	}
	if _, err := d.Import(context.Background(), r); err != nil {
		t.Fatal(err)
	}
}

func ready(t *testing.T, d campaigns.Desk) {
	t.Helper()
	if _, err := d.Count(context.Background(), "all"); err != nil {
		t.Fatal(err)
	}
}

// shop is the small shop.
func shop(t *testing.T) campaigns.Desk {
	t.Helper()
	d := desk(t)
	bring(t, d, "contacts", people)
	bring(t, d, "orders", orders)
	if err := d.Oppose(context.Background(), "zoe@example.com", "téléphone"); err != nil {
		t.Fatal(err)
	}
	ready(t, d)
	return d
}

// show is the screen over a desk, in a terminal of 120 by 36.
func show(t *testing.T, d campaigns.Desk, lang string) *tuitest.Driver {
	t.Helper()
	x := tuitest.New(t, d, lang)
	x.Session.OpenImport = opener(t)
	x.Show(screen.Contacts, contacts.New(x.Session))
	x.Lines(120, 36)
	x.Tick()
	return x
}

// opener opens real files, as the door of the dashboard does.
func opener(t *testing.T) func(string) (campaigns.ImportRequest, func(), error) {
	return func(path string) (campaigns.ImportRequest, func(), error) {
		f, err := os.Open(path)
		if err != nil {
			return campaigns.ImportRequest{}, nil, model.Failed(err, "cli.no_file", "file", path)
		}
		info, err := f.Stat()
		if err != nil {
			return campaigns.ImportRequest{}, nil, err
		}
		rejects := func() (io.WriteCloser, string, error) {
			out, err := os.Create(filepath.Join(t.TempDir(), "rejets.csv"))
			return out, "clients-rejets.csv", err
		}
		return campaigns.ImportRequest{Name: filepath.Base(path), Source: f, Size: info.Size(), Map: map[string]string{}, Rejects: rejects}, func() { _ = f.Close() }, nil
	}
}

// file writes a file and gives its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clients.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// crowd is a desk of many people without a store: the list gives n numbers, and
// the rows are made up when they are asked for.
type crowd struct {
	memos map[string]string
	lists int // questions for the people
	campaigns.Desk
	n    int
	asks [][]model.ContactID
	live campaigns.Live
}

func (c *crowd) Live() *campaigns.Live { return &c.live }
func (c *crowd) Now() time.Time        { return noon }
func (c *crowd) Me() model.Actor       { return model.Actor{Name: "sophie", Role: model.Admin} }

func (c *crowd) May(a model.Action) error { return c.Me().May(a) }

func (c *crowd) ContactTotals(context.Context) (campaigns.ContactTotals, error) {
	return campaigns.ContactTotals{Contacts: c.n, Customers: c.n, Exact: true}, nil
}

func (c *crowd) Contacts(_ context.Context, q campaigns.ContactQuery) (campaigns.ContactList, error) {
	if q.Find != "" {
		return campaigns.ContactList{IDs: []model.ContactID{7}, Total: c.n, Ready: true}, nil
	}
	return campaigns.ContactList{Dense: c.n, Total: c.n, Ready: true}, nil
}

func (c *crowd) FindContacts(ctx context.Context, q campaigns.ContactQuery, f func(campaigns.ContactList) error) error {
	c.lists++
	l, err := c.Contacts(ctx, q)
	if err != nil {
		return err
	}
	return f(l)
}

func (c *crowd) Memo(name string) string { return c.memos[name] }
func (c *crowd) KeepMemo(name, value string) {
	if c.memos == nil {
		c.memos = map[string]string{}
	}
	c.memos[name] = value
}

func (c *crowd) ContactRows(_ context.Context, ids []model.ContactID) ([]campaigns.ContactRow, error) {
	c.asks = append(c.asks, ids)
	rows := make([]campaigns.ContactRow, len(ids))
	for i, id := range ids {
		name := tuitest.Hostile[int(id)%len(tuitest.Hostile)]
		rows[i].Contact = model.Contact{ID: id, LastName: name, Email: fmt.Sprintf("%d@example.com", id), Orders: 1, Spend: model.Cents(id), City: name}
	}
	return rows, nil
}

func (c *crowd) Contact(ctx context.Context, ref string) (campaigns.ContactCard, error) {
	rows, err := c.ContactRows(ctx, []model.ContactID{7})
	return campaigns.ContactCard{ContactRow: rows[0]}, err
}

func (c *crowd) History(context.Context, string) ([]model.HistoryLine, error) {
	var lines []model.HistoryLine
	for _, name := range tuitest.Hostile {
		lines = append(lines, model.HistoryLine{At: noon, Kind: "message", Campaign: name, Detail: name, Code: name})
	}
	return lines, nil
}

func (c *crowd) EditContact(context.Context, model.ContactID, uint64, []campaigns.FieldChange) (model.Contact, error) {
	return model.Contact{}, model.Invalid("contact.bad_value", "field", "city", "value", tuitest.Hostile[0])
}

func (c *crowd) Oppose(context.Context, string, string) error { return nil }

func (c *crowd) Count(context.Context, string) (model.SegmentCount, error) {
	return model.SegmentCount{Matched: c.n, Sendable: c.n}, nil
}

func (c *crowd) Sample(ctx context.Context, _ string, n int) ([]campaigns.ContactRow, error) {
	return c.ContactRows(ctx, []model.ContactID{1, 2, 3, 4, 5}[:n])
}

func (c *crowd) SaveSegment(context.Context, string, string) (model.Segment, error) {
	return model.Segment{}, model.Invalid("segment.bad_name", "name", tuitest.Hostile[0])
}

func (c *crowd) LookAtFile(context.Context, campaigns.ImportRequest) (campaigns.FileLook, error) {
	look := campaigns.FileLook{Report: model.ImportReport{Encoding: "utf-8", Delimiter: ";"}}
	for _, name := range tuitest.Hostile {
		look.Columns = append(look.Columns, campaigns.ColumnLook{Header: name, Field: name})
	}
	look.Rows = [][]string{tuitest.Hostile, tuitest.Hostile}
	return look, nil
}

func (c *crowd) Import(_ context.Context, r campaigns.ImportRequest) (model.ImportReport, error) {
	r.Progress(campaigns.ImportProgress{Bytes: 5, Size: 10, Rows: 3})
	report := model.ImportReport{File: r.Name, DryRun: r.DryRun, Rows: 40, Created: 20, Rejected: 20, RejectsFile: tuitest.Hostile[0]}
	for i, name := range tuitest.Hostile {
		report.Rejects = append(report.Rejects, model.Reject{Line: i, Column: name, Value: name, Reason: "invalid_email"})
	}
	return report, nil
}
