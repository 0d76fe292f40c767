package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/ui/i18n"
)

func (s *shop) result(check string) Result {
	s.t.Helper()
	for _, r := range Run(context.Background(), s.o) {
		if r.Check == check {
			return r
		}
	}
	s.t.Fatalf("there is no check %s", check)
	return Result{}
}

func (r Result) short() string { return r.Level.String() + " " + r.Case }

func all() []trouble {
	return slices.Concat(onDisk(), ofTheData(), ofTheMachine(), ofTheRelay(), ofTheSender(), ofTheOutside())
}

func TestEachTroubleIsFoundAndSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	for i, c := range all() {
		t.Run(fmt.Sprintf("%03d %s %s", i, c.check, c.want), func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			c.make(s)
			r := s.result(c.check)
			if r.short() != c.want {
				t.Fatalf("%s: %s %v", c.check, r.short(), r.Args)
			}
			wellSaid(t, r)
		})
	}
}

// wellSaid checks the sentences of a result.
func wellSaid(t *testing.T, r Result) {
	t.Helper()
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		message, repair := r.Message(p), r.Repair(p)
		if wrong := r.Level == Warn || r.Level == Fail; wrong != (repair != "") {
			t.Errorf("%s: repair %q at level %s", r.Check, repair, r.Level)
		}
		for _, text := range []string{message, repair} {
			if strings.Contains(text, "doctor.") || strings.ContainsAny(text, "{}") || strings.Contains(text, "canary") || strings.Contains(text, "s3cret") {
				t.Errorf("%s, %s %s: %q", lang, r.Check, r.short(), text)
			}
		}
	}
}

// The control of every trouble: a shop that lacks nothing has none.
func TestAGoodInstallationHasNothingToRepair(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	report := Run(context.Background(), s.o)
	for _, r := range report {
		wellSaid(t, r)
		if r.Level != OK {
			t.Errorf("%s: %s %v", r.Check, r.short(), r.Args)
		}
	}
	if report.Failed() || len(report) < 25 || len(report) != len(Names()) {
		t.Errorf("%d checks", len(report))
	}
	if r := s.result("ssh_host_key"); !slices.Contains(r.Args, any(door().fingerprint)) {
		t.Errorf("%v, the library says %s", r.Args, door().fingerprint)
	}
}

// Every sentence of the catalogue is said by a test, so none can be wrong
// unseen; and each check has the three endings that it may have.
func TestEverySentenceOfTheDoctorIsSaidByATest(t *testing.T) {
	t.Parallel()
	said := map[string]bool{ // said elsewhere
		"doctor.not_noted": true, "doctor.not_noted_hint": true, "doctor.sum": true,
		"doctor.level.ok": true, "doctor.level.warn": true, "doctor.level.fail": true, "doctor.level.skip": true, "doctor.secrets.environment": true,
	}
	bad := map[string]bool{}
	note := func(check, short string) {
		level, name, _ := strings.Cut(short, " ")
		said["doctor."+check+"."+name] = true
		if level == "warn" || level == "fail" {
			bad[check] = true
			said["doctor."+check+".repair"] = true
			said["doctor."+check+"."+name+"_repair"] = true
		}
	}
	for _, c := range all() {
		note(c.check, c.want)
	}
	for _, check := range Names() {
		note(check, "ok ok")
		if !bad[check] {
			t.Errorf("%s is never wrong", check)
		}
	}
	for _, p := range []*i18n.Printer{i18n.New("fr"), i18n.New("en")} {
		for _, key := range p.Keys() {
			if strings.HasPrefix(key, "doctor.") && !said[key] {
				t.Errorf("nobody says %s", key)
			}
		}
	}
}

func TestTheDocumentIsThatOfTheContract(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	disk(func(d *Disk) { d.Free = 1 })(s)
	s.o.Terminal = Terminal{}
	report := Run(context.Background(), s.o)
	raw, err := json.Marshal(report.Document(i18n.New("en")))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Checks []struct {
			Check, Level, Message string
			Repair                *string
		}
		OK, Warn, Fail, Skip int
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if !report.Failed() || got.Fail != 1 || got.Skip != 1 || got.Warn != 0 || got.OK+2 != len(got.Checks) {
		t.Errorf("%s", raw)
	}
	for _, c := range got.Checks {
		if c.Message == "" || (c.Repair != nil) != (c.Check == "disk_free") {
			t.Errorf("%+v", c)
		}
	}
}

func TestTheExactLineToPublishIsGiven(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		check string
		make  func(*shop)
		line  string
	}{
		"no SPF, known relay": {"spf", txtOf("boutique.example"), `boutique.example. IN TXT "v=spf1 a:relay.example ~all"`},
		"no SPF, relay by IP": {"spf", func(s *shop) { s.swap("user@relay.example", "192.0.2.7"); s.z.txt = nil }, `"v=spf1 ip4:192.0.2.7 ~all"`},
		"no SPF, local relay": {"spf", func(s *shop) { s.swap("user@relay.example", "127.0.0.1"); s.z.txt = nil }, `"v=spf1 mx ~all"`},
		"two SPF become one":  {"spf", txtOf("boutique.example", "v=spf1 mx a:x.example -all", "v=spf1 a:y.example mx ~all"), `"v=spf1 mx a:x.example a:y.example ~all"`},
		"SPF open to all":     {"spf", txtOf("boutique.example", "v=spf1 mx +all"), `"v=spf1 mx ~all"`},
		"no DMARC":            {"dmarc", txtOf("_dmarc.boutique.example"), `_dmarc.boutique.example. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@boutique.example"`},
		"DMARC that watches":  {"dmarc", txtOf("_dmarc.boutique.example", "v=DMARC1; p=none"), `"v=DMARC1; p=quarantine; rua=mailto:dmarc@boutique.example"`},
		"no MX":               {"mx", func(s *shop) { s.z.mx = nil }, `boutique.example. IN MX 10 `},
		"no DKIM":             {"dkim", func(s *shop) { s.o.Selectors = []string{"nov26"} }, `nov26._domainkey.boutique.example. IN TXT "v=DKIM1; k=rsa; p=…"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			c.make(s)
			r := s.result(c.check)
			for _, lang := range i18n.Languages() {
				if repair := r.Repair(i18n.New(lang)); !strings.Contains(repair, c.line) {
					t.Errorf("%s: %s", r.short(), repair)
				}
			}
		})
	}
	if long := txt("x", strings.Repeat("a", 300)); long != `x. IN TXT "`+strings.Repeat("a", 255)+`" "`+strings.Repeat("a", 45)+`"` {
		t.Error(long)
	}
}

func TestSPFIsCountedAsReceiversCountIt(t *testing.T) {
	t.Parallel()
	z := func(s *shop) {
		s.z.txt["boutique.example"] = []string{"v=spf1 a mx/24 ptr ip4:192.0.2.1 ip6::: exists:x.example include:one.example -include:two.example a:b.example ?all"}
		s.z.txt["one.example"] = []string{"v=spf1 a ~all"}
		s.z.txt["two.example"] = []string{"v=spf1 redirect=three.example"}
		s.z.txt["three.example"] = []string{"v=spf1 include:one.example mx -all"}
	}
	s := newShop(t)
	z(s)
	w := &spfWalk{e: &exam{Options: s.o, now: now}, ctx: context.Background(), seen: map[string]bool{}}
	w.count(s.z.txt["boutique.example"][0])
	// a, mx, ptr, exists, include, a of it, include, redirect, include, mx, a.
	if w.lookups != 11 || w.err != nil || w.broken != "" {
		t.Errorf("%d look-ups, %v, %q", w.lookups, w.err, w.broken)
	}
}

func TestAPasswordOfTheEnvironmentIsNamedAndNotShown(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.env["BLANCHE_RELAY_PASSWORD"] = "canary"
	s.reload()
	r := s.result("secrets")
	if r.short() != "ok environment" {
		t.Error(r.short())
	}
	wellSaid(t, r)
}

// A test relay of this machine makes the sender up: nobody owns that domain.
func TestNobodyIsAskedForTheRecordsOfAMadeUpSender(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.env["BLANCHE_RELAY_URL"] = "smtp://127.0.0.1:2525?tls=none"
	s.without("[sender]", "from =")
	if r := s.result("spf"); !s.o.Settings.MadeUp || r.short() != "skip no_domain" {
		t.Error(r.short())
	}
	s.o.Domain = "boutique.example"
	if r := s.result("spf"); r.short() != "ok ok" {
		t.Error(r.short())
	}
}

// The times of sentences are those of the person, not of the disk.
func TestTimesAreSaidInTheZoneOfThePerson(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	r := s.result("backup")
	if text := r.Message(i18n.New("fr")); !strings.Contains(text, "22/11/2026 11:00") {
		t.Error(text)
	}
}

func TestACheckThatHangsEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.o.Probes.Date = func(ctx context.Context, _ string) (time.Duration, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if report := Run(ctx, s.o); len(report) != len(Names()) || report.Document(i18n.New("fr")).Skip != 1 {
		t.Errorf("%+v", report)
	}
}

func TestWhatWasNotedIsFoundAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if p := Noted(dir); p != (Past{}) {
		t.Errorf("%+v", p)
	}
	if err := Note(dir, func(p *Past) { p.Verify = Outcome{At: now.UTC(), Faults: 2} }); err != nil {
		t.Fatal(err)
	}
	if err := Note(dir, func(p *Past) { p.Restore.At = now.UTC() }); err != nil {
		t.Fatal(err)
	}
	want := Past{Verify: Outcome{now.UTC(), 2}, Restore: Outcome{At: now.UTC()}}
	if got := Noted(dir); got != want {
		t.Errorf("%+v", got)
	}
	info, err := os.Stat(pastPath(dir))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%v", files)
	}
	if err := Note(dir+"/nowhere", func(*Past) {}); err == nil {
		t.Error("no error")
	}
}
