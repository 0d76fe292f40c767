package feedback

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blanche/model"
)

// vendorCorpus says what each sample of testdata/vendor is: what is counted, its
// class, code and recipient, and how many events change nothing. The samples are in
// the forms that the vendors document.
var vendorCorpus = []struct {
	file, kind, class, code, recipient string
	ignored                            int
}{
	{"brevo-batch", "bounce", "user_unknown", "5.1.3", "kim@mail.example", 3},
	{"brevo-blocked", "bounce", "inactive", "5.2.1", "marc@free.example", 0},
	{"brevo-hard-bounce", "bounce", "user_unknown", "550 5.1.1", "marc@free.example", 0},
	{"brevo-hard-bounce-bare", "bounce", "user_unknown", "5.1.1", "marc@free.example", 0},
	{"brevo-soft-bounce", "bounce", "mailbox_full", "552 5.2.2", "jean@laposte.example", 0},
	{"brevo-spam", "complaint", "", "", "julie@orange.example", 0},
	{"brevo-unsubscribed", "unsubscribe", "", "", "julie@orange.example", 0},
	{"mailgun-complained", "complaint", "", "", "alice@mail.example", 0},
	{"mailgun-delivered", "", "", "", "", 1},
	{"mailgun-failed-full", "bounce", "mailbox_full", "552 5.2.2", "louis@gmail.example", 0},
	{"mailgun-failed-left", "unsubscribe", "", "", "bob@mail.example", 0},
	{"mailgun-failed-suppressed", "bounce", "inactive", "5.2.1", "alice@mail.example", 0},
	{"mailgun-failed-temporary", "", "", "", "", 1},
	{"mailgun-failed-unknown", "bounce", "user_unknown", "550 5.1.1", "alice@mail.example", 0},
	{"mailgun-unsubscribed", "unsubscribe", "", "", "alice@mail.example", 0},
	{"postmark-auto-responder", "", "", "", "", 1},
	{"postmark-blocked", "bounce", "policy", "550 5.7.1", "max@mail.example", 0},
	{"postmark-delivery", "", "", "", "", 1},
	{"postmark-hard-bounce", "bounce", "user_unknown", "550 5.1.1", "arthur@mail.example", 0},
	{"postmark-hard-bounce-bare", "bounce", "user_unknown", "5.1.1", "arthur@mail.example", 0},
	{"postmark-soft-bounce", "bounce", "mailbox_full", "452 4.2.2", "max@mail.example", 0},
	{"postmark-spam-complaint", "complaint", "", "", "fatou@mail.example", 0},
	{"postmark-subscription-back", "", "", "", "", 1},
	{"postmark-subscription-left", "unsubscribe", "", "", "odile@mail.example", 0},
	{"sendgrid-batch-quiet", "", "", "", "", 7},
	{"sendgrid-blocked", "bounce", "policy", "554 5.7.1", "hugo@sfr.example", 0},
	{"sendgrid-bounce-unknown", "bounce", "user_unknown", "550 5.1.1", "tom@gmail.example", 0},
	{"sendgrid-bounce-vague", "bounce", "user_unknown", "500 5.0.0", "zoe@mail.example", 0},
	{"sendgrid-dropped", "bounce", "inactive", "5.0.0", "eva@mail.example", 0},
	{"sendgrid-dropped-left", "unsubscribe", "", "", "lea@mail.example", 0},
	{"sendgrid-spamreport", "complaint", "", "", "rose@yahoo.example", 0},
	{"sendgrid-unsubscribe", "unsubscribe", "", "", "anne@laposte.example", 0},
	{"ses-bounce-mailbox-full", "bounce", "mailbox_full", "552 5.2.2", "max@orange.example", 0},
	{"ses-bounce-noemail", "bounce", "user_unknown", "5.1.1", "nora@mail.example", 0},
	{"ses-bounce-policy", "bounce", "policy", "550 5.7.1", "emma@gmail.example", 0},
	{"ses-bounce-suppressed", "bounce", "user_unknown", "5.1.1", "luc@mail.example", 0},
	{"ses-bounce-too-large", "bounce", "content", "552 5.3.4", "ugo@mail.example", 0},
	{"ses-bounce-undetermined", "bounce", "other", "", "jane@mail.example", 0},
	{"ses-bounce-unknown", "bounce", "user_unknown", "550 5.1.1", "jane@mail.example", 0},
	{"ses-bounce-without-dsn", "bounce", "inactive", "5.2.1", "jane@mail.example", 0},
	{"ses-complaint", "complaint", "", "", "richard@fai.example", 0},
	{"ses-complaint-not-spam", "", "", "", "", 1},
	{"ses-delivery", "", "", "", "", 1},
	{"ses-vacation", "", "", "", "", 1},
}

const (
	sampleID    = "<k5wqzmkl2iqd7p6u@boutique.example>"
	sampleToken = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklm"
)

func vendorOf(file string) Vendor {
	name, _, _ := strings.Cut(file, "-")
	return Vendor(name)
}

func TestEachHookOfTheCorpusIsReadForWhatItIs(t *testing.T) {
	t.Parallel()
	sample := samples(t, "testdata/vendor/%s.json", len(vendorCorpus))
	for _, want := range vendorCorpus {
		raw := sample(want.file)
		told, err := ReadVendor(vendorOf(want.file), raw, Options{Token: tokenOf})
		if err != nil {
			t.Errorf("%s: %v", want.file, err)
			continue
		}
		var f Finding
		kind := ""
		if len(told.Findings) > 0 {
			f = told.Findings[0]
			kind = f.Response.Kind.String()
		}
		got := fmt.Sprintf("%s %q %q %q, %d quiet", kind, f.Response.Class, f.Code, f.Recipient, told.Ignored)
		if line := fmt.Sprintf("%s %q %q %q, %d quiet", want.kind, want.class, want.code, want.recipient, want.ignored); got != line {
			t.Errorf("%s\n got %s\nwant %s\n%+v", want.file, got, line, f)
		}
		if kind == "" {
			continue
		}
		if len(told.Findings) > 1 || f.Vendor != vendorOf(want.file) || f.Event == "" || f.Response.At.Year() != 2026 {
			t.Errorf("%s: %+v", want.file, told)
		}
		if f.Token != sampleToken && f.MessageID != sampleID {
			t.Errorf("%s: nothing names the message: %+v", want.file, f)
		}
		if strings.Contains(f.Response.Detail, f.Recipient) {
			t.Errorf("%s: the detail names the person: %s", want.file, f.Response.Detail)
		}
	}
}

// go test ./campaigns/feedback -run CorpusByClass -v prints the table.
func TestTheCorpusByClass(t *testing.T) {
	t.Parallel()
	type row struct{ mail, hook int }
	counts, order := map[string]*row{}, []string{}
	add := func(what, class string, hook bool) {
		if class != "" {
			what += " " + class
		}
		if what == "" {
			what = "not counted"
		}
		if counts[what] == nil {
			counts[what], order = &row{}, append(order, what)
		}
		if hook {
			counts[what].hook++
		} else {
			counts[what].mail++
		}
	}
	for _, c := range corpus {
		nature := c.nature
		if nature == "automatic" || nature == "delay" || nature == "none" {
			nature = ""
		}
		add(nature, c.class, false)
	}
	for _, c := range vendorCorpus {
		add(c.kind, c.class, true)
	}
	var all row
	for _, what := range order {
		n := counts[what]
		all.mail, all.hook = all.mail+n.mail, all.hook+n.hook
		t.Logf("%-22s %3d messages %3d hooks", what, n.mail, n.hook)
	}
	t.Logf("%-22s %3d messages %3d hooks", "together", all.mail, all.hook)
	for class := model.BounceUnknown; int(class) < model.BounceClasses; class++ {
		if counts["bounce "+class.String()] == nil {
			t.Errorf("no sample of %s", class)
		}
	}
}

func TestABodyOfAnotherFormIsRefusedAndCostsNoMoreThanItself(t *testing.T) {
	t.Parallel()
	many := "[" + strings.Repeat("{},", MaxEvents) + "{}]"
	for _, v := range Vendors() {
		for _, body := range []string{"", "{", "null", "12", `"x"`, `{"event-data":[]}`, many, strings.Repeat("[", 100_000)} {
			if told, err := ReadVendor(v, []byte(body), Options{}); err == nil && len(told.Findings) > 0 {
				t.Errorf("%s: %.20q tells %+v", v, body, told)
			}
		}
	}
	if _, err := ReadVendor(SendGrid, []byte(many), Options{}); err == nil {
		t.Errorf("more than %d events are taken", MaxEvents)
	}
	if _, err := ReadVendor("mandrill", []byte("{}"), Options{}); err == nil {
		t.Error("a vendor that nobody knows is read")
	}
	odd := `[{"event":["bounce"],"email":{"a":1}},{"event":"bounce","email":"tom@gmail.example","status":5,"sg_event_id":7,"timestamp":"soon","reason":null}]`
	told, err := ReadVendor(SendGrid, []byte(odd), Options{})
	if err != nil || len(told.Findings) != 1 || told.Ignored != 1 || told.Findings[0].Recipient != "tom@gmail.example" || told.Findings[0].Response.Class != model.BounceOther {
		t.Errorf("%+v, %v", told, err)
	}
}

func FuzzReadVendor(f *testing.F) {
	for _, c := range vendorCorpus {
		if raw, err := os.ReadFile(filepath.Join("testdata/vendor", c.file+".json")); err == nil {
			f.Add(string(vendorOf(c.file)), raw)
		}
	}
	f.Add("ses", []byte(`{"Type":"Notification","Message":"{}","TopicArn":"arn"}`))
	f.Fuzz(func(t *testing.T, vendor string, raw []byte) {
		for _, v := range append(Vendors(), Vendor(vendor)) {
			told, err := ReadVendor(v, raw, Options{Token: tokenOf})
			if err != nil && len(told.Findings) > 0 {
				t.Error("a refused body tells something")
			}
			for _, x := range told.Findings {
				if len(x.Response.Detail) > maxDetail || strings.ContainsAny(x.Response.Detail, "\r\n\x00\x1b") || len(x.Event) > maxEventID {
					t.Errorf("%+v", x)
				}
				if x.Recipient != "" && !model.ValidEmail(x.Recipient) || x.Token != "" && len(x.Token) != tokenLength {
					t.Errorf("recipient %q, token %q", x.Recipient, x.Token)
				}
				if (x.Response.Kind == model.ResponseBounce) != (x.Response.Class != model.BounceNone) {
					t.Errorf("class: %+v", x)
				}
				if !x.Response.At.IsZero() && (x.Response.At.Year() < 1 || x.Response.At.Year() > 40000) {
					t.Errorf("at %v", x.Response.At)
				}
			}
		}
		if e, err := ReadSNS(raw); err == nil && amazonCertURL(e.CertURL) && !strings.HasPrefix(e.CertURL, "https://sns.") {
			t.Errorf("%q", e.CertURL)
		}
	})
}
