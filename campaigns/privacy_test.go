package campaigns_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// lea is a person with everything by which a file could name her.
const lea = "lea.durand@clients.example"

var leaTraces = []string{lea, "Durandal", "0033612345678", "+33612345678", "4970000017", "X-lea-17", "192.0.2.17", "dit au comptoir", "vert anis 17"}

// traced counts the traces of Léa in every file below a folder, whatever their
// case.
func (s *shop) traced(dir string) map[string]int {
	s.Helper()
	found := map[string]int{}
	s.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		b = bytes.ToLower(b)
		for _, text := range leaTraces {
			if n := bytes.Count(b, []byte(strings.ToLower(text))); n > 0 {
				found[filepath.Base(path)+" "+text] += n
			}
		}
		return err
	}))
	return found
}

// withLea is a shop in which Léa bought, agreed, was corrected and written to,
// and whose folder has files that name her beside the data.
func (s *shop) withLea() {
	s.Helper()
	_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
		Kind: "contacts", Name: "clients.csv", Basis: model.BasisConsent, BasisSource: "formulaire",
		Source: strings.NewReader("email;prenom;nom;telephone;carte;identifiant;note\n" + lea + ";Léa;Durandal;06 12 34 56 78;4970000017;X-lea-17;dit au comptoir\nmax@clients.example;Max;Blé;;;;\n"),
	})
	s.must(err)
	_, err = s.as(dpo).RecordConsent(s.ctx, lea, campaigns.ConsentEntry{Purpose: model.TrackingUse, Choice: model.Granted, Source: "dit au comptoir", Wording: "Oui", IP: "192.0.2.17"})
	s.must(err)
	c := s.card(lea)
	_, err = s.as(dpo).EditContact(s.ctx, c.ID, c.Version, []campaigns.FieldChange{{Field: "city", Value: "Durandal-sur-Mer"}})
	s.must(err)
	s.buy("1", lea, model.NewDate(2026, 11, 1), 5000)
	s.send(file{holdout: "share = 0.0"})
	s.came(model.Response{At: s.now(), Kind: model.ResponseAnswer, Campaign: s.campaign("noel").ID, Contact: c.ID, Value: 9, Detail: "vert anis 17"},
		model.Response{At: s.now(), Kind: model.ResponseBounce, Campaign: s.campaign("noel").ID, Contact: c.ID, Class: model.BounceFull, Detail: "<" + lea + "> mailbox full"})
	s.must(os.WriteFile(filepath.Join(s.dir, "rejets-clients.csv"), []byte("email;nom;reason\n"+lea+";Durandal;bad_row\nmax@clients.example;Blé;bad_row\n"), 0o600))
	before := filepath.Join(s.dir, "backups", "before-schema-4-20261101T000000Z")
	s.must(os.MkdirAll(before, 0o700))
	b, err := os.ReadFile(filepath.Join(s.dir, "crm.db"))
	s.must(err)
	s.must(os.WriteFile(filepath.Join(before, "crm.db"), b, 0o600))
	s.must(os.WriteFile(filepath.Join(s.dir, "backups", "blanche-20261101-000000.bk"), []byte("sealed"), 0o600))
}

func TestAfterAnErasureNoByteOfThePersonIsLeft(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.withLea()
		id := s.card(lea).ID
		sent := s.status("noel")
		if found := s.traced(s.dir); len(found) < len(leaTraces)-1 {
			t.Fatalf("the test does not bite: %v", found)
		}
		desk := s.as(dpo)

		// Without the address typed again nothing happens, whatever else is said.
		for _, confirm := range []string{"", "yes", "max@clients.example"} {
			_, err := desk.Erase(s.ctx, lea, campaigns.EraseRequest{Confirm: confirm})
			s.refused(err, model.KindRefused, "privacy.confirm_erase")
		}
		_, err := s.as(model.Actor{Name: "max", Role: model.Manager, From: "192.0.2.7"}).Erase(s.ctx, lea, campaigns.EraseRequest{Confirm: lea})
		s.refused(err, model.KindRefused, "team.forbidden")
		s.card(lea)

		r, err := desk.Erase(s.ctx, lea, campaigns.EraseRequest{Confirm: "Lea.Durand@Clients.example"})
		s.must(err)
		if !r.Compacted || r.Orders != 1 || r.Messages != 1 || !slices.Contains(r.Cleaned, "rejets-clients.csv") || len(r.Removed) != 1 || len(r.Backups) != 1 || len(r.Left) != 0 {
			t.Errorf("%+v", r)
		}
		if found := s.traced(s.dir); len(found) != 0 {
			t.Errorf("left in the files: %v", found)
		}
		// Nor in a backup that is made later.
		copied := s.TempDir()
		s.must(s.desk.CopyTo(s.ctx, copied))
		if found := s.traced(copied); len(found) != 0 {
			t.Errorf("left in a later copy: %v", found)
		}
		// Max is where he was, and so are the sums.
		b, err := os.ReadFile(filepath.Join(s.dir, "rejets-clients.csv"))
		if s.must(err); string(b) != "email;nom;reason\nmax@clients.example;Blé;bad_row\n" {
			t.Errorf("%q", b)
		}
		if now := s.status("noel"); now.Accepted != sent.Accepted || now.Planned != sent.Planned || !now.Balanced {
			t.Errorf("before %+v, after %+v", sent, now)
		}
		if n, err := s.store.Orders().Count(s.ctx); err != nil || n != 1 {
			t.Errorf("%d orders, %v", n, err)
		}
		// She stays opposed, under every form of her address, also when a file
		// brings her back.
		for _, form := range []string{lea, "LEA.DURAND@clients.EXAMPLE"} {
			if why, known, err := s.store.Suppressions().Get(s.ctx, form); err != nil || !known || why.Reason != model.SuppressOpposed {
				t.Errorf("%s: %+v, %v, %v", form, why, known, err)
			}
		}
		if s.bring("email\n"+lea+"\n", model.BasisConsent).Created != 0 {
			s.Error("a file brought back who was erased")
		}
		_, err = s.desk.Import(s.ctx, campaigns.ImportRequest{
			Kind: "contacts", Name: "clients.csv", Source: strings.NewReader("email\n" + lea + "\n"), Basis: model.BasisConsent, BasisSource: "formulaire", ReadmitErased: true,
		})
		s.must(err)
		if c := s.card(lea); c.Reason != model.ExclOpposed || c.ID == id {
			t.Errorf("%+v", c.ContactRow)
		}
		if proof, err := s.desk.VerifyAudit(s.ctx); err != nil || !proof.Intact {
			t.Errorf("%+v, %v", proof, err)
		}
	})
}

// The control: what the store deletes is in the files until they are written
// anew.
func TestWithoutCompactionTheBytesStay(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.withLea()
		s.must(s.store.Erase(s.ctx, s.card(lea).ID, s.now()))
		if found := s.traced(s.dir); found["crm.db "+lea] == 0 {
			t.Errorf("gone without compaction: %v", found)
		}
	})
}

func TestWhatIsHeldAboutAPersonIsGivenInOnePiece(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.withLea()
		_, err := s.desk.SaveSegment(s.ctx, "acheteurs", "customer")
		s.must(err)
		_, err = s.desk.SaveSegment(s.ctx, "lyon", "city = Lyon")
		s.must(err)
		after := s.head()
		f, err := s.as(dpo).Access(s.ctx, lea)
		s.must(err)
		if !f.Due.Equal(s.now().AddDate(0, 1, 0)) || f.Card.LastName != "Durandal" || len(f.Card.OrderList) != 1 || len(f.Consents.Acts) != 2 ||
			!slices.Equal(f.Segments, []string{"acheteurs"}) || len(f.Audit) == 0 || f.Opposed != nil {
			t.Errorf("%+v", f)
		}
		if !slices.ContainsFunc(f.History, func(l model.HistoryLine) bool { return l.Kind == "message" && l.Detail == "accepted" }) {
			t.Errorf("no message in %+v", f.History)
		}
		for _, kind := range []string{"answer", "bounce", "order", "consent", "created"} {
			if !slices.ContainsFunc(f.History, func(l model.HistoryLine) bool { return l.Kind == kind }) {
				t.Errorf("no %s in %+v", kind, f.History)
			}
		}
		if acts := s.acts(after, "contact:"+f.Card.ID.String()); !slices.Contains(acts, "dora privacy.access") {
			t.Errorf("audit: %v", acts)
		}
		_, err = s.as(model.Actor{Name: "max", Role: model.Manager, From: "192.0.2.7"}).Access(s.ctx, lea)
		s.refused(err, model.KindRefused, "team.forbidden")
	})
}

func TestWhoWasKeptTooLongIsListedThenErased(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.bring("email;consent_date;last_click;last_open\n"+
			"vieux@clients.example;2022-01-05;;2026-11-01\n"+ // an open is no sign of life
			"clic@clients.example;2022-01-05;2026-01-05;\n"+
			"jeune@clients.example;2025-01-05;;\n"+
			"acheteur@clients.example;2020-01-05;;\n"+
			"ancien@clients.example;2020-01-05;;\n", model.BasisConsent)
		s.buy("1", "acheteur@clients.example", model.NewDate(2026, 1, 1), 100)
		s.buy("2", "ancien@clients.example", model.NewDate(2021, 1, 1), 100)
		desk := s.as(dpo)
		r, err := desk.Retention(s.ctx)
		s.must(err)
		who := map[string]string{}
		for _, l := range r.People {
			who[l.Email] = l.By
		}
		if len(who) != 2 || who["vieux@clients.example"] != "consent" || who["ancien@clients.example"] != "order" || r.Prospects.Over != 1 || r.Customers.Over != 1 || r.Prospects.Months != 36 {
			t.Fatalf("%+v", r)
		}
		for _, n := range []int{campaigns.Unset, 0, 1, 3} {
			var asks *campaigns.ConfirmError
			if _, err := desk.RunRetention(s.ctx, n); !errors.As(err, &asks) || asks.Planned != 2 {
				t.Errorf("confirmed %d: %v", n, err)
			}
		}
		after := s.head()
		if r, err = desk.RunRetention(s.ctx, 2); err != nil || r.Erased != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		if acts := s.acts(after, "folder"); !slices.Contains(acts, "dora privacy.retention") {
			t.Errorf("audit: %v", acts)
		}
		if r, err = desk.Retention(s.ctx); err != nil || len(r.People) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if n, err := s.store.Contacts().Count(s.ctx); err != nil || n != 3 {
			t.Errorf("%d people, %v", n, err)
		}
		if n, err := s.store.Orders().Count(s.ctx); err != nil || n != 2 {
			t.Errorf("%d orders, %v", n, err)
		}
	})
}

func TestARunOfRetentionThatWasCutShortGoesOn(t *testing.T) {
	cut := func() {}
	inShop(t, nil, func(s *shop) {
		s.opt.At = func(point string) {
			if point == "retention.step" {
				cut()
			}
		}
	}, func(s *shop) {
		var b strings.Builder
		b.WriteString("email;consent_date\n")
		for i := range 2500 {
			b.WriteString(address(i) + ";2020-01-05\n")
		}
		s.bring(b.String(), model.BasisConsent)
		ctx, cancel := context.WithCancel(s.ctx)
		cut = cancel
		r, err := s.as(dpo).RunRetention(ctx, 2500)
		if err == nil || r.Erased != 1000 {
			t.Fatalf("%d erased, %v", r.Erased, err)
		}
		s.reopen(true)
		left, err := s.as(dpo).Retention(s.ctx)
		if s.must(err); len(left.People) != 1500 {
			t.Fatalf("%d left", len(left.People))
		}
		if r, err = s.as(dpo).RunRetention(s.ctx, 1500); err != nil || r.Erased != 1500 {
			t.Errorf("%d erased, %v", r.Erased, err)
		}
	})
}

func TestTheDraftOfTheRecordSaysWhatTheDataSays(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.withLea()
		r, err := s.as(dpo).Register(s.ctx)
		s.must(err)
		if len(r.Entries) != 6 || r.Shop != "La Boutique" {
			t.Fatalf("%+v", r)
		}
		e := r.Entries[0]
		if e.Purpose != "prospecting" || e.People != 2 || e.Bases["consent"] != 2 || e.Months != 36 || !slices.Contains(e.Recipients, "localhost") {
			t.Errorf("%+v", e)
		}
		if !slices.Contains(e.Categories, "phone") || slices.Contains(e.Categories, "birth") || !slices.Contains(e.Free, "note") {
			t.Errorf("%v, %v", e.Categories, e.Free)
		}
		if r.Entries[3].People != 1 {
			t.Errorf("%+v", r.Entries[3])
		}
	})
}

// The control: with the word for it, the file lets the person in again, and the
// audit says so.
func TestAFileBringsNobodyBackWhoWasErased(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		bring := func(kind, text string, readmit bool) model.ImportReport {
			r, err := s.as(model.Actor{Name: "max", Role: model.Maker, From: "192.0.2.7"}).Import(s.ctx, campaigns.ImportRequest{
				Kind: kind, Name: "a.csv", Source: strings.NewReader(text), Basis: model.BasisConsent, BasisSource: "formulaire", ReadmitErased: readmit,
			})
			s.must(err)
			return r
		}
		people := "email;prenom;identifiant\n" + lea + ";Léa;X1\nmax@clients.example;Max;X2\n" + strings.ToUpper(lea) + ";Léa;X1\n"
		orders := "id;date;total;email;identifiant\n1;2026-11-01;50;" + lea + ";X1\n2;2026-11-02;60;max@clients.example;X2\n"
		if r := bring("contacts", people, false); r.Created != 2 || r.ErasedKept != 0 {
			s.Fatalf("%+v", r)
		}
		bring("orders", orders, false)
		_, err := s.as(dpo).Erase(s.ctx, lea, campaigns.EraseRequest{Confirm: lea})
		s.must(err)
		if r := bring("contacts", people, false); r.Created != 0 || r.ErasedKept != 2 || r.Rejected != 2 || r.Rejects[0].Reason != "erased" {
			s.Errorf("%+v", r)
		}
		if _, err := s.desk.Contact(s.ctx, lea); model.KindOf(err) != model.KindNotFound {
			s.Errorf("the person is back: %v", err)
		}
		if r := bring("orders", orders, false); r.Unmatched != 1 || r.Updated+r.Created != 0 {
			s.Errorf("%+v", r)
		}
		if r := bring("contacts", people, true); r.Created != 1 || r.ErasedKept != 0 {
			s.Errorf("%+v", r)
		}
		if c := s.card(lea); len(c.OrderList) != 0 || c.Suppressed == nil {
			s.Errorf("%+v", c)
		}
		lines, err := s.as(dpo).AuditLines(s.ctx, campaigns.AuditQuery{N: 20})
		s.must(err)
		if !slices.ContainsFunc(lines, func(l model.AuditLine) bool { return changesOf(l)["readmit_erased"] == "true" }) {
			s.Error("the audit says nothing of it")
		}
		if r := bring("contacts", people, false); r.ErasedKept != 0 || r.Rejected != 0 { // a contact like others
			s.Errorf("%+v", r)
		}
	})
}

// Whoever is erased while a file that names them is read does not come back with
// it, by any of its names; the file says so. The control is the file that lets
// them in on purpose.
func TestAFileThatIsReadDuringAnErasureBringsNobodyBack(t *testing.T) {
	for _, readmit := range []bool{false, true} {
		t.Run(fmt.Sprint("readmit ", readmit), func(t *testing.T) {
			inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
				s.bring("email;carte;ville\n"+address(1)+";c1;Nantes\n"+address(2)+";c2;Nantes\n", model.BasisConsent)
				text := "email;carte;ville\n" + address(2) + ";;Brest\n" + address(1) + ";;Brest\nautre@clients.example;c1;Brest\n"
				erased := false
				source := &onFirstRead{Reader: strings.NewReader(text), do: func() { // the list of the erased is read already
					erased = true
					_, err := s.desk.Erase(s.ctx, address(1), campaigns.EraseRequest{Confirm: address(1)})
					s.must(err)
				}}
				report, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
					Kind: "contacts", Name: "retour.csv", Source: source, Basis: model.BasisConsent, BasisSource: "x", ReadmitErased: readmit,
				})
				s.must(err)
				_, gone := s.store.Contacts().ByEmail(s.ctx, address(1))
				_, card := s.store.Contacts().ByCard(s.ctx, "c1")
				here := gone == nil || card == nil
				if !erased || here != readmit {
					s.Errorf("erased %v; here again %v, readmit %v", erased, here, readmit)
				}
				if want := map[bool]int{false: 2}[readmit]; report.Rejected != want || report.ErasedKept != want || report.Rows != 3 {
					s.Errorf("readmit %v: %+v", readmit, report)
				}
			})
		})
	}
}

// onFirstRead does something when it is read from for the first time.
type onFirstRead struct {
	io.Reader
	do func()
}

func (r *onFirstRead) Read(p []byte) (int, error) {
	if do := r.do; do != nil {
		r.do = nil
		do()
	}
	return r.Reader.Read(p)
}

// An erasure that could not wait for a message on the wire says so by the number
// of the record: what is on a screen or in a log outlives who it names. The
// control is an opposition, which names the address that it is about.
func TestAnErasureThatIsNotWholeNamesNobody(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.keep = func(string, string, []byte) { time.Sleep(time.Minute) } // the relay answers late
	}, func(s *shop) {
		s.bring("email;prenom;nom\n"+lea+";Léa;Durandal\nmax@clients.example;Max;Blé\n", model.BasisConsent)
		s.write(file{holdout: "share = 0.0"})
		s.start("noel")
		for s.relay.Begun() < 2 {
			time.Sleep(10 * time.Millisecond)
		}
		_, err := s.as(dpo).Erase(s.ctx, lea, campaigns.EraseRequest{Confirm: lea})
		var told *model.Error
		if model.KindOf(err) != model.KindPartial || !errors.As(err, &told) {
			s.Fatalf("not partial: %v", err)
		}
		for _, trace := range []string{lea, "Durandal", "clients.example"} {
			if said := fmt.Sprint(err, told.Args, told.HintArgs, told.Cause); strings.Contains(said, trace) || !strings.Contains(said, "1") {
				s.Errorf("%q names %q", said, trace)
			}
		}
		if _, err := s.store.Contacts().ByEmail(s.ctx, lea); err == nil {
			s.Error("she is here still")
		}
		if err := s.as(dpo).Oppose(s.ctx, "max@clients.example", "appel"); model.KindOf(err) != model.KindPartial || !strings.Contains(fmt.Sprintf("%+v", err.(*model.Error).Args), "max@") {
			s.Errorf("control: %v", err)
		}
		s.end("noel")
	})
}
