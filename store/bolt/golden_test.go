package bolt

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// A golden folder of each schema lies in testdata, with the text of everything
// in it: written once, by the code of that time, and never again. To write
// those of a new schema: BLANCHE_GOLDEN=1 go test -run Golden ./store/bolt
const goldenEnv = "BLANCHE_GOLDEN"

func goldenPath(n int, ext string) string {
	return filepath.Join("testdata", fmt.Sprintf("schema-%d%s", n, ext))
}

func goldenOptions(dir string) Options {
	o := options(dir)
	o.Rand = rand.NewChaCha8([32]byte{1})
	o.Now = func() time.Time { return start.Add(24 * time.Hour) }
	return o
}

// goldenEmails are the addresses of which suppressions are asked.
var goldenEmails = []string{"p1@mail.example", "p2@mail.example", "p3@mail.example", "p4@mail.example", "nobody@mail.example"}

// fillGolden writes records of every sort, in every state.
func fillGolden(ctx context.Context, e *Engine) error {
	return errors.Join(goldenPeople(ctx, e), goldenCampaigns(ctx, e), goldenLedger(ctx, e), goldenOppositions(ctx, e), goldenTeam(ctx, e), goldenPacing(ctx, e))
}

func goldenPeople(ctx context.Context, e *Engine) error {
	var rows []model.Contact
	for i := range 40 {
		c := model.Contact{Email: fmt.Sprintf("p%d@mail.example", i), City: []string{"Brest", "Bourg", ""}[i%3], Points: int64(i * 7), Basis: model.Basis(i % 4)}
		if i%5 == 0 {
			c.FirstName, c.LastName, c.Company, c.Kind, c.Phone = "Léa", "Martin", "Les Blés", model.B2B, "+33123456789"
			c.Birth, c.ExternalID, c.Card = model.NewDate(1961, 2, 28), fmt.Sprint("x", i), fmt.Sprint("497", i)
			c.Tags, c.Attrs = []string{"bio", "vip"}, []model.Attr{{Name: "pet", Value: "chat"}, {Name: "size", Value: "38"}}
			c.BasisSource, c.BasisAt, c.Tracking, c.Origin, c.Tier = "form", start.Add(-time.Hour), model.TrackingRefused, "file.csv", "or"
			c.Postcode, c.Country, c.Lang = "01000", "FR", "fr"
		}
		rows = append(rows, c)
	}
	_, err := e.Contacts().Merge(ctx, rows, start)
	_, err2 := e.Contacts().Edit(ctx, 3, 1, start.Add(time.Minute), func(c *model.Contact) error {
		c.FirstName = "Zoé"
		c.SetAttr("size", "40")
		return nil
	})
	_, err4 := e.Contacts().Edit(ctx, 6, 1, start.Add(time.Minute), func(c *model.Contact) error { c.Points += 130; return nil })
	var orders []model.Order
	for i := range 60 {
		o := model.Order{Source: []string{"web", "till"}[i%2], ID: fmt.Sprint(i), Day: model.NewDate(2026, 1, 1) + model.Date(i), Total: model.Cents(100 * i), Channel: "web"}
		switch i % 4 {
		case 0:
			o.Email = fmt.Sprintf("p%d@mail.example", i%11)
		case 1:
			o.Card = fmt.Sprint("497", i%7*5)
		case 2:
			o.ExternalID = fmt.Sprint("x", i%8*5)
		default:
			o.Email = fmt.Sprintf("later%d@mail.example", i) // waits
		}
		orders = append(orders, o)
	}
	_, err3 := e.Orders().Put(ctx, orders)
	return errors.Join(err, err2, err3, err4)
}

func goldenCampaigns(ctx context.Context, e *Engine) error {
	at := start.In(time.FixedZone("", 3600))
	sent := model.Campaign{
		Name: "noel-2026", State: model.Running, Created: at, StartedAt: at, CheckedAt: at, ApprovedAt: at, Rate: 2.5,
		Versions: []model.CampaignVersion{{Number: 1, At: at, Source: "subject = \"Noël\"", Body: "# Bonjour"}, {Number: 2, At: at.Add(time.Hour), Source: "subject = \"Noël !\""}},
		Spec: model.CampaignSpec{
			Name: "noel-2026", Kind: "coupon", Title: "Noël", Audience: "city = Brest", Subject: "Noël {{ first_name }}", From: "shop@mail.example", Lang: "fr",
			Body: "# Bonjour", Share: 0.1, Strata: []string{"rfm"}, WindowDays: 30, Margin: 0.42, FixedCents: 12000, PerMessageCents: 1, Start: at,
		},
		Salt: "00ff", Domain: "mail.example", Share: 0.1, Audience: "city = \"Brest\"", Matched: 33, Target: 32, HeldOut: 2,
		NotSent: map[string]int{"opposed": 3}, Quotas: []model.StratumQuota{{Stratum: "loyal", Size: 32, HeldOut: 2}},
	}
	_, err := e.Campaigns().Create(ctx, sent)
	_, err2 := e.Campaigns().Create(ctx, model.Campaign{Name: "printemps", Created: at, Versions: sent.Versions[:1], Spec: model.CampaignSpec{Name: "printemps", Kind: "newsletter"}})
	_, err3 := e.Campaigns().Update(ctx, "printemps", func(c *model.Campaign) error { c.State = model.Paused; c.PausedWhy = "relay.down"; return nil })
	return errors.Join(
		err, err2, err3,
		e.Segments().Save(ctx, model.Segment{Name: "brest", Rule: "city = Brest", Updated: at}),
		e.Segments().Save(ctx, model.Segment{Name: "été", Rule: "points > 100", Updated: at}))
}

// goldenLedger leaves some recipients claimed and some intended, as a process
// does that was killed. The lanes and cells are of schema 3.
func goldenLedger(ctx context.Context, e *Engine) error {
	p := model.Plan{HeldOut: []model.HeldOut{{Contact: 35, Stratum: "loyal"}, {Contact: 38, Stratum: "loyal"}}}
	for i := range 30 {
		p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(i + 1), Lane: model.Lane(i % model.Lanes), Cell: model.Cell(i % model.Cells)})
	}
	err := e.Ledger().Plan(ctx, 1, p)
	_, err2 := e.Ledger().Claim(ctx, 1, model.Claims(30), start)
	states := []model.State{model.StateAccepted, model.StateDeferred, model.StateRefused, model.StateExcluded, model.StateUncertain, model.StatePlanned}
	var results []model.Outcome
	var intents []model.Intent
	for i := range 18 {
		at := start.Add(time.Duration(i) * time.Second)
		results = append(results, model.Outcome{
			Campaign: 1, Ordinal: model.Ordinal(i), State: states[i%len(states)], At: at, Attempts: 1 + i%3,
			Version: uint16(1 + i%2), Code: "451", Text: "déjà vu", NextTry: at.Add(time.Hour),
		})
	}
	for i := 18; i < 20; i++ {
		intents = append(intents, model.Intent{Campaign: 1, Ordinal: model.Ordinal(i), Email: fmt.Sprintf("p%d@mail.example", i), Version: 2, At: start})
	}
	_, err3 := e.Ledger().Commit(ctx, results, intents)
	return errors.Join(err, err2, err3)
}

func goldenOppositions(ctx context.Context, e *Engine) error {
	s := e.Suppressions()
	return errors.Join(
		s.Add(ctx, goldenEmails[0], model.Suppression{Reason: model.SuppressOpposed, At: start, Source: "page"}),
		s.Add(ctx, goldenEmails[1], model.Suppression{Reason: model.SuppressBounced, At: start, Source: "relay"}),
		s.Add(ctx, goldenEmails[2], model.Suppression{Reason: model.SuppressComplaint, At: start, Source: "loop"}),
		s.Lift(ctx, goldenEmails[2], start.Add(time.Hour)))
}

// goldenTeam is of schema 2.
func goldenTeam(ctx context.Context, e *Engine) error {
	deed := model.Deed{Actor: model.Actor{Name: "ines", Role: model.Admin, From: "192.0.2.7"}, Act: "team.add", Reason: "new here", At: start}
	ctx = store.Witnessed(ctx, deed)
	max := model.Operator{Name: "max", Role: model.Approver, Created: start, Updated: start, Keys: []model.OperatorKey{
		{Line: "ssh-ed25519 AAAA", Fingerprint: "SHA256:a", Comment: "max@laptop", Added: start},
	}}
	_, err := e.Operators().Put(ctx, max)
	_, err2 := e.Contacts().Edit(ctx, 4, 1, start, func(c *model.Contact) error { c.City = "Lyon"; return nil })
	_, err3 := e.Contacts().Edit(ctx, 5, 1, start, func(c *model.Contact) error { c.City = "Lyon"; return nil })
	_, err4 := e.Audit().Forget(ctx, "contact:5")
	return errors.Join(err, err2, err3, err4, e.Audit().Append(ctx, model.AuditEntry{At: start, Who: "max", Act: "session.open", Object: "session"}))
}

// goldenPacing is of schema 3.
func goldenPacing(ctx context.Context, e *Engine) error {
	_, err := e.Pacing().Change(ctx, func(p *model.Pacing) error {
		p.Rate, p.Lanes[model.LaneGmail] = 12.5, model.LanePace{Connections: 3, Rate: 0.5, Ceiling: 400}
		p.WarmUp = model.WarmUp{On: true, First: 50, Growth: 0.3}
		p.WarmUp.Days[model.LaneOrange] = model.WarmUpDay{Step: 4, Day: model.NewDate(2026, 11, 22)}
		return nil
	})
	return err
}

// goldenLine is a recipient whose lane is a number, so that none is left out.
type goldenLine struct {
	model.Recipient
	Lane uint8
}

// goldenTally is a tally that has cells only where there was a test.
type goldenTally struct {
	model.Tally
	ByCell [][model.States]int
}

func newGoldenTally(t model.Tally) goldenTally {
	g := goldenTally{Tally: t}
	if t.ByCell[0] != t.ByState {
		g.ByCell = t.ByCell[:]
	}
	return g
}

// export is everything in a folder as text, a record a line. What is zero or
// empty is left out, so that a field that is added later changes nothing.
func export(ctx context.Context, e *Engine) (string, error) {
	var b strings.Builder
	write := func(what string, v any) error {
		body, err := json.Marshal(v)
		if err == nil {
			body, err = tidy(body)
		}
		fmt.Fprintf(&b, "%s %s\n", what, body)
		return err
	}
	var ids []model.ContactID
	err := e.Contacts().Scan(ctx, 0, func(c *model.Contact) error {
		ids = append(ids, c.ID)
		return write("contact", c)
	})
	for _, id := range ids {
		acts, err2 := e.Consents().Of(ctx, id)
		err = errors.Join(err, err2)
		for _, a := range acts {
			if !a.Known { // that one is of the record
				err = errors.Join(err, write("consent", a))
			}
		}
		moves, err2 := e.Points().Of(ctx, id)
		err = errors.Join(err, err2)
		for _, m := range moves {
			if m.Why != model.PointsOpening { // that one too
				err = errors.Join(err, write("points", m))
			}
		}
	}
	err = errors.Join(err, e.Orders().Each(ctx, func(o *model.Order) error { return write("order", o) }))
	segments, err2 := e.Segments().List(ctx)
	for _, s := range segments {
		err = errors.Join(err, write("segment", s))
	}
	campaigns, err3 := e.Campaigns().List(ctx)
	for _, c := range campaigns {
		err = errors.Join(err, write("campaign", c), e.Ledger().Lines(ctx, c.ID, []model.State{0, 1, 2, 3, 4, 5, 6, 7}, func(r model.Recipient) error {
			return write("recipient", goldenLine{r, uint8(r.Lane)})
		}))
		held, err2 := e.Ledger().HeldOut(ctx, c.ID)
		tally, err3 := e.Ledger().Tally(ctx, c.ID)
		err = errors.Join(err, err2, err3, write("held", held), write("tally", newGoldenTally(tally)))
	}
	for _, email := range goldenEmails {
		s, _, err2 := e.Suppressions().Get(ctx, email)
		err = errors.Join(err, err2, write("suppression", s))
	}
	operators, err4 := e.Operators().List(ctx)
	for _, o := range operators {
		err = errors.Join(err, write("operator", o))
	}
	err = errors.Join(err, e.Audit().Lines(ctx, 1, func(l *model.AuditLine) error { return write("audit", l) }))
	pacing, err5 := e.Pacing().Get(ctx)
	if pacing != model.DefaultPacing() {
		err5 = errors.Join(err5, write("pacing", pacing))
	}
	return b.String(), errors.Join(err, err2, err3, err4, err5)
}

// tidy is a record without what is zero or empty in it.
func tidy(body []byte) ([]byte, error) {
	var loose any
	if err := json.Unmarshal(body, &loose); err != nil {
		return nil, err
	}
	return json.Marshal(filled(loose))
}

// filled is a value without what is zero or empty in it; nil when nothing is left.
func filled(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for key, item := range x {
			if x[key] = filled(item); x[key] == nil {
				delete(x, key)
			}
		}
		if len(x) == 0 {
			return nil
		}
	case []any:
		empty := true
		for i := range x {
			x[i] = filled(x[i])
			empty = empty && x[i] == nil
		}
		if empty {
			return nil
		}
	case string:
		if x == "" || x == "0001-01-01T00:00:00Z" {
			return nil
		}
	case bool:
		if !x {
			return nil
		}
	case float64:
		if x == 0 {
			return nil
		}
	}
	return v
}

func TestAGoldenFolderIsWrittenWhenAskedFor(t *testing.T) {
	if os.Getenv(goldenEnv) == "" {
		t.Skip("only with " + goldenEnv)
	}
	dir := t.TempDir()
	e, err := Open(t.Context(), goldenOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fillGolden(t.Context(), e), e.Close()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll("testdata", 0o755), pack(dir, goldenPath(schema, ".tar.gz"))); err != nil {
		t.Fatal(err)
	}
	if e, err = Open(t.Context(), goldenOptions(dir)); err != nil {
		t.Fatal(err)
	}
	text, err := export(t.Context(), e)
	if err := errors.Join(err, e.Close(), os.WriteFile(goldenPath(schema, ".txt"), []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func pack(dir, path string) error {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(z)
	for _, name := range []string{"crm.db", "send.db"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content))}); err != nil {
			return err
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), z.Close(), os.WriteFile(path, b.Bytes(), 0o644))
}

// unpack puts a golden folder into a folder. Files of a database are mostly
// holes, and stay so.
func unpack(t *testing.T, n int, dir string) {
	t.Helper()
	packed, err := os.ReadFile(goldenPath(n, ".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(filepath.Join(dir, h.Name), os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(f.Truncate(h.Size), copySparse(f, r), f.Close())
		if err != nil {
			t.Fatal(err)
		}
	}
}

func copySparse(f *os.File, r io.Reader) error {
	block, zero := make([]byte, 4096), make([]byte, 4096)
	for at := int64(0); ; {
		n, err := io.ReadFull(r, block)
		if n > 0 && !bytes.Equal(block[:n], zero[:n]) {
			if _, err := f.WriteAt(block[:n], at); err != nil {
				return err
			}
		}
		if at += int64(n); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return err
		}
	}
}
