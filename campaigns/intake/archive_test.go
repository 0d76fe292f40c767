package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// entry is a file of an archive.
type entry struct{ name, body string }

func archive(tb testing.TB, entries ...entry) string {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err == nil {
			_, err = io.WriteString(f, e.body)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

const (
	mcHead       = "Email Address,First Name,Last Name,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,CC,LAST_CHANGED,"
	mcSubscribed = mcHead + "LEID,EUID,NOTES,TAGS\n" +
		"lea@mail.example,Léa,Martin,11/22,4,,,\"2024-03-02 09:10:11\",192.0.2.7,FR,\"2026-10-01 08:00:00\",1,aa,,\"\"\"vip\"\",\"\"salon\"\"\"\n" +
		"noe@mail.example,Noé (encore),Durand,,2,\"2023-01-01 08:00:00\",192.0.2.8,\"2023-01-02 08:00:00\",192.0.2.9,FR,\"2026-10-01 08:00:00\",2,bb,,\n" +
		"pas une adresse,,,,2,,,,,FR,,3,cc,,\n"
	mcUnsubscribed = mcHead + "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n" +
		"noe@mail.example,Noé,Durand,,2,,,\"2023-01-02 08:00:00\",192.0.2.9,FR,,\"2025-05-06 07:08:09\",Mai,x1,NORMAL,,2,bb,,\n" +
		"max@mail.example,Max,,,2,,,,,FR,,,,,,,4,dd,,\n"
	mcCleaned = mcHead + "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS\n" +
		"zoe@mail.example,Zoé,,,1,,,,,FR,,\"2025-06-07 07:08:09\",Juin,x2,5,ee,,\n"
)

func mailchimp(tb testing.TB) string {
	return archive(tb, entry{"subscribed_members_export_3f2a.csv", mcSubscribed}, entry{"../../unsubscribed_members_export_3f2a.csv", mcUnsubscribed}, entry{"cleaned_members_export_3f2a.csv", mcCleaned})
}

func consented(o *Options) { o.Basis, o.BasisSource = model.BasisConsent, "Mailchimp" }

func TestThreeListsOfMailchimpKeepTheirStates(t *testing.T) {
	t.Parallel()
	f := newFake()
	dry := f.load(t, Contacts, mailchimp(t), consented, func(o *Options) { o.DryRun = true })
	if len(f.people)+len(f.opposed) != 0 {
		t.Fatal("a dry run wrote")
	}
	rep := f.load(t, Contacts, mailchimp(t), consented)
	want := tally{Rows: 6, Created: 4, Unchanged: 1, Rejected: 1}
	if d := cmp.Diff(want, tallyOf(rep)); d != "" || rep.Profile != "mailchimp" || len(rep.Parts) != 3 {
		t.Errorf("%+v\n%s", rep, d)
	}
	if rep.Opposed != 2 || rep.Bounced != 1 || dry.Opposed != 2 || dry.Bounced != 1 || rep.Parts[1].Bounced != 1 {
		t.Errorf("a dead address is no opposition: %+v, dry %+v", rep, dry)
	}
	if d := cmp.Diff(want, tallyOf(dry)); d != "" {
		t.Errorf("the dry run counts otherwise: %s", d)
	}
	f.opposedAs(t, map[string]model.SuppressReason{
		"noe@mail.example": model.SuppressOpposed, "max@mail.example": model.SuppressOpposed, "zoe@mail.example": model.SuppressBounced,
	})
	if at := f.opposed["noe@mail.example"].At; at.Format("2006-01-02 15:04") != "2025-05-06 07:08" {
		t.Errorf("unsubscribed %s", at)
	}
	lea, noe := f.person(t, "lea@mail.example"), f.person(t, "noe@mail.example")
	if lea.Basis != model.BasisConsent || lea.BasisAt.Format("2006-01-02") != "2024-03-02" || !strings.HasPrefix(lea.BasisSource, "Mailchimp, IP 192.0.2.7 (fichier.csv/subscribed_members_export_3f2a.csv:2") {
		t.Errorf("%+v", lea)
	}
	if noe.Basis != model.BasisNone || noe.FirstName != "Noé" || cmp.Diff([]string{"salon", "vip"}, lea.Tags) != "" {
		t.Errorf("%+v %v", noe, lea.Tags)
	}
	if r := rep.Rejects[0]; r.Line != 4 || r.Column != "Email Address" || r.File != "fichier.csv/subscribed_members_export_3f2a.csv" {
		t.Errorf("%+v", r)
	}
	if again := f.load(t, Contacts, mailchimp(t), consented); again.Created+again.Updated+again.Opposed != 0 || again.Unchanged != 5 {
		t.Errorf("the same archive again: %+v", again)
	}
}

func TestListOfMailchimpAloneKeepsItsState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, body string
		want       model.SuppressReason
	}{
		"by its column":            {"export.csv", mcCleaned, model.SuppressBounced},
		"by the name of the file":  {"unsubscribed_x.csv", mcSubscribed, model.SuppressOpposed},
		"the column is the surer":  {"subscribed_x.csv", mcUnsubscribed, model.SuppressOpposed},
		"subscribed is no reason":  {"subscribed_x.csv", mcSubscribed, 0},
		"nor is the name of a zip": {"unsubscribed_x.csv.zip/subscribed_y.csv", mcSubscribed, 0},
	} {
		f := newFake()
		f.load(t, Contacts, c.body, consented, func(o *Options) { o.Name = c.file })
		for _, p := range f.people {
			if got := f.opposed[p.Email].Reason; got != c.want {
				t.Errorf("%s: %s is %v", name, p.Email, got)
			}
		}
	}
	f := newFake()
	f.load(t, Contacts, mcSubscribed, consented, func(o *Options) { o.Name = "nonsubscribed_x.csv" })
	if c := f.person(t, "lea@mail.example"); c.Basis != model.BasisNone {
		t.Errorf("who never subscribed has no consent to declare: %+v", c)
	}
}

func TestArchiveOfOneTableIsThatTable(t *testing.T) {
	t.Parallel()
	file := archive(t, entry{"dossier/", ""}, entry{"__MACOSX/._clients.csv", "\x00\x05"}, entry{"dossier/clients.csv", cp1252(t, french)}, entry{"lisez-moi.pdf", "%PDF"})
	for name, with := range map[string]func(*Options){
		"a file": func(*Options) {},
		"a pipe": func(o *Options) { o.Source = iotest.HalfReader(struct{ io.Reader }{strings.NewReader(file)}) },
	} {
		f := newFake()
		rep := f.load(t, Contacts, file, with)
		if rep.Created != 2 || rep.File != "fichier.csv" || rep.Encoding != "windows-1252" || len(rep.Parts) != 0 {
			t.Errorf("%s: %+v", name, rep)
		}
	}
	p, err := Look(context.Background(), newFake().options(Contacts, mailchimp(t)))
	if err != nil || p.Rows != 3 || p.Lines[0].Cells[0] != "lea@mail.example" {
		t.Errorf("%v %+v", err, p)
	}
}

// lying is an archive whose entry says that it is small.
func lying(tb testing.TB) string {
	b := []byte(archive(tb, entry{"clients.csv", "email\n" + strings.Repeat("x", 20<<20) + "\n"}))
	at := bytes.Index(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[at+24:], 100)
	return string(b)
}

func TestArchivesThatAreTrapsAreRefusedWhole(t *testing.T) {
	t.Parallel()
	many := make([]entry, maxEntries+1)
	for i := range many {
		many[i] = entry{"f" + itoa(i) + ".csv", "email\n"}
	}
	locked := []byte(archive(t, entry{"clients.csv", french}))
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	whole := archive(t, entry{"clients.csv", french})
	flipped := []byte(whole)
	flipped[60] ^= 0xff
	good := "email\na@x.example\n"
	for name, c := range map[string]struct {
		file, key string
		kind      Kind
	}{
		"cut short":                  {whole[:len(whole)/2], "import.zip_broken", Contacts},
		"damaged":                    {string(flipped), "import.zip_broken", Contacts},
		"empty":                      {archive(t), "import.zip_without", Contacts},
		"no table":                   {archive(t, entry{"photo.jpg", "x"}), "import.zip_without", Contacts},
		"too many files":             {archive(t, many...), "import.zip_many", Contacts},
		"a password":                 {string(locked), "import.zip_locked", Contacts},
		"a bomb":                     {archive(t, entry{"clients.csv", good + strings.Repeat("\n", 64<<20)}), "import.zip_large", Contacts},
		"a bomb in the second":       {archive(t, entry{"unsubscribed_a.csv", good}, entry{"subscribed_a.csv", strings.Repeat("x", 64<<20)}), "import.zip_large", Contacts},
		"a bomb that lies":           {lying(t), "import.zip_broken", Contacts},
		"several tables":             {archive(t, entry{"a.csv", good}, entry{"b.csv", good}), "import.zip_several", Contacts},
		"several of orders":          {archive(t, entry{"orders_a.csv", good}, entry{"cleaned_b.csv", good}), "import.zip_several", Orders},
		"people, not orders":         {archive(t, entry{"subscribed_a.csv", good}, entry{"cleaned_b.csv", good}), "import.zip_people", Orders},
		"one without addresses":      {archive(t, entry{"unsubscribed_a.csv", good}, entry{"subscribed_a.csv", "nom\nx\n"}), "import.no_column", Contacts},
		"an archive in it":           {archive(t, entry{"a.csv", whole}), "import.binary", Contacts},
		"a workbook of Excel":        {archive(t, entry{"[Content_Types].xml", "<x/>"}, entry{"xl/workbook.xml", "<x/>"}), "import.sheet_broken", Contacts},
		"a binary workbook of Excel": {archive(t, entry{"[Content_Types].xml", "<x/>"}, entry{"xl/workbook.bin", "x"}), "import.spreadsheet", Contacts},
		"a workbook of LibreOffice":  {archive(t, entry{"mimetype", "x"}, entry{"content.xml", "<x/>"}), "import.spreadsheet", Orders},
		"a workbook with many parts": {archive(t, append(many, entry{"xl/workbook.bin", ""})...), "import.spreadsheet", Contacts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			_, err := Import(context.Background(), f.options(c.kind, c.file))
			var e *model.Error
			if !errors.As(err, &e) || e.Key != c.key || e.HintKey == "" || e.Kind != model.KindInvalid {
				t.Errorf("%v, want %s with a hint", err, c.key)
			}
			if len(f.people)+len(f.opposed)+len(f.orders) != 0 {
				t.Errorf("%d people, %d oppositions are there", len(f.people), len(f.opposed))
			}
		})
	}
}

// The control of the traps: the same archives, honest, come in.
func TestHonestArchivesComeIn(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, archive(t, entry{"clients.csv", "email;ville\n" + strings.Repeat("a@x.example;Lyon\n", 100_000)}))
	if rep.Rows != 100_000 || rep.Created != 1 {
		t.Errorf("%+v", tallyOf(rep))
	}
}

func TestOfSeveralTablesTheOneThatIsMeantIsNamedAndShown(t *testing.T) {
	t.Parallel()
	orders := "id;date;total;email\n1;2026-01-02;10;a@x.example\n"
	shop := archive(t, entry{"orders_export.csv", orders}, entry{"customers_export.csv", "email;ville\na@x.example;Lyon\n"})
	for kind, part := range map[Kind]string{Contacts: "customers_export.csv", Orders: "orders_export.csv"} {
		_, err := Import(context.Background(), newFake().options(kind, shop))
		var e *model.Error
		if !errors.As(err, &e) || e.Key != "import.zip_several" || !strings.Contains(e.Error(), "customers_export.csv") || e.HintArgs[1] != part {
			t.Fatalf("%s: %+v", kind, err)
		}
		p, err := Look(context.Background(), newFake().options(kind, shop))
		if err != nil || p.Part != part || p.Together || p.Missing != nil || len(p.Parts) != 2 || p.Rows != 1 {
			t.Errorf("%s: %v %+v", kind, err, p)
		}
		f := newFake()
		if rep := f.load(t, kind, shop, func(o *Options) { o.Part = part }); rep.Created != 1 || len(rep.Parts) != 0 {
			t.Errorf("%s: %+v", kind, rep)
		}
	}
	p, err := Look(context.Background(), newFake().options(Contacts, mailchimp(t)))
	if err != nil || !p.Together || p.Part != "" || len(p.Parts) != 3 {
		t.Errorf("%v %+v", err, p)
	}
}
