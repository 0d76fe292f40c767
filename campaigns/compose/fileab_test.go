package compose

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

const testedFile = minimal + `requested = "2026-11-24T08:02:00+01:00"
[send]
hours = "08:30-19:30"
days = "lun-ven"
[ab]
share = 0.20
metric = "clicks"
delay = "90m"
[[ab.variant]]
name = "b"
subject = "another"
[[ab.variant]]
name = "long-one"
body = "b.html"
+++
Bonjour
`

func TestAFileCarriesItsHoursItsRequestAndItsTest(t *testing.T) {
	t.Parallel()
	read := func(path string) ([]byte, error) { return []byte("<p>from " + path), nil }
	got, err := ParseFile([]byte(testedFile), "f.md", read)
	want := model.CampaignSpec{
		Name: "a", Kind: "coupon", Audience: "customer", Subject: "s", Lang: "fr", Body: "Bonjour\n",
		Strata: []string{"rfm"}, WindowDays: 14, Margin: 0.40,
		Requested: time.Date(2026, 11, 24, 7, 2, 0, 0, time.UTC),
		Hours:     model.Hours{Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}, From: 510, To: 1170},
		AB: model.ABSpec{Share: 0.20, Metric: "clicks", Delay: 90 * time.Minute, Variants: []model.Variant{
			{Name: "a"}, {Name: "b", Subject: "another"}, {Name: "long-one", Body: "<p>from b.html", BodyHTML: true},
		}},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Fatalf("%v (-want +got)\n%s", err, d)
	}
	written := FormatFile(got)
	if !strings.Contains(string(written), `days = "mon-fri"`) {
		t.Errorf("the days are not written back in English:\n%s", written)
	}
	back, err := ParseFile(written, "f.md", nil)
	if d := cmp.Diff(got, back); d != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s\n%s", err, d, written)
	}
}

func TestATestHasDefaults(t *testing.T) {
	t.Parallel()
	got, err := ParseFile([]byte(minimal+"[ab]\n[[ab.variant]]\nname = \"b\"\nsubject = \"x\"\n+++\n"), "f.md", nil)
	want := model.ABSpec{Share: 0.20, Metric: "revenue", Delay: 4 * time.Hour, Variants: []model.Variant{{Name: "a"}, {Name: "b", Subject: "x"}}}
	if d := cmp.Diff(want, got.AB); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
}

func TestAMistakeInATestOrInHoursIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	b := "[[ab.variant]]\nname = \"b\"\nsubject = \"x\"\n"
	for _, c := range []struct{ file, want, hint string }{
		{"requested = \"soon\"\n", "compose.bad_requested file=f.md line=6 column=1", ""},
		{"[send]\nhours = \"8-19\"\n", "compose.bad_hours file=f.md line=7 column=1 value=8-19", ""},
		{"[send]\nhours = \"20:00-06:00\"\n", "compose.bad_hours file=f.md line=7", ""},
		{"[send]\nhours = \"20:00-24:01\"\n", "compose.bad_hours file=f.md line=7", ""},
		{"[send]\n days = \"mon-\"\n", "compose.bad_days file=f.md line=7 column=2", ""},
		{"[send]\ndays = \"\"\n", "compose.bad_days file=f.md line=7", ""},
		{"[send]\ndays = \"mon,tuf\"\n", "compose.bad_days file=f.md line=7", ""},
		{"[send]\nhour = \"08:00-09:00\"\n", "compose.unknown_key file=f.md line=7 column=1 key=hour", "nearest hours"},
		{"[ab]\nshare = 0\n" + b, "compose.ab_share file=f.md line=7 column=1", ""},
		{"[ab]\nshare = 1.1\n" + b, "compose.ab_share file=f.md line=7 column=1", ""},
		{"[ab]\nshare = nan\n" + b, "compose.ab_share file=f.md line=7 column=1", ""},
		{"[ab]\nshare = \"auto\"\n" + b, "compose.ab_share file=f.md line=7 column=1", ""},
		{"[ab]\nmetric = \"opens\"\n" + b, "compose.ab_opens file=f.md line=7 column=1", ""},
		{"[ab]\nmetric = \"love\"\n" + b, "compose.bad_choice file=f.md line=7 column=1 key=metric value=love", ""},
		{"[ab]\ndelay = \"9m59s\"\n" + b, "compose.ab_delay file=f.md line=7 column=1 value=9m59s", ""},
		{"[ab]\ndelay = \"15d\"\n" + b, "compose.ab_delay file=f.md line=7", ""},
		{"[ab]\ndelay = \"999999999999999999d\"\n" + b, "compose.ab_delay file=f.md line=7", ""},
		{"[ab]\ndelay = 4\n" + b, "compose.wrong_type file=f.md line=7 column=9 key=ab.delay", ""},
		{"[ab]\nshare = 0.2\n", "compose.ab_count file=f.md line=6", ""},
		{"[ab]\n" + strings.Repeat(b, 4), "compose.ab_count file=f.md line=17", ""},
		{"[ab]\n[[ab.variant]]\n  subject = \"x\"\n", "compose.ab_name file=f.md line=7 column=1", ""},
		{"[ab]\n" + b + "[[ab.variant]]\nname = \"É\"\nsubject = \"y\"\n", "compose.ab_name file=f.md line=11 column=1 value=É", ""},
		{"[ab]\n" + b + "\n[[ ab.variant ]]\nsubject = \"y\"\n name = \"b\"\n", "compose.ab_twice file=f.md line=13 column=2 value=b", ""},
		{"[ab]\n[[ab.variant]]\nname = \"a\"\nsubject = \"x\"\n", "compose.ab_twice file=f.md line=8 column=1 value=a", ""},
		{"[ab]\n[[ab.variant]]\nname = \"b\"\n", "compose.ab_same file=f.md line=8 column=1 name=b", ""},
		{"[ab]\n[[ab.variant]]\nname = \"b\"\nsubject = \" \"\n", "compose.empty_key file=f.md line=9 column=1 key=subject", ""},
		{"[ab]\n[[ab.variant]]\nname = \"b\"\nmessage = \"\"\n", "compose.empty_key file=f.md line=9 column=1 key=message", ""},
		{"[ab]\n[[ab.variant]]\nname = \"b\"\nmessage = \"x\"\nbody = \"x.md\"\n", "compose.ab_body_twice file=f.md line=9 column=1", ""},
		{"[ab]\n[[ab.variant]]\nname = \"b\"\nbody = \"x.md\"\n", "compose.body_unreadable file=f.md line=9 column=1 path=x.md", ""},
		{"[ab]\n[[ab.variant]]\nname = \"b\"\nsubjet = \"x\"\n", "compose.unknown_key file=f.md line=9 column=1 key=subjet", "nearest subject"},
		{"[ab]\nvariants = 3\n", "compose.unknown_key file=f.md line=7 column=1 key=variants", "nearest variant"},
		{"[ba]\n", "compose.unknown_key file=f.md line=6 column=2 key=ba", "nearest ab"},
	} {
		_, err := ParseFile([]byte(minimal+c.file+"+++\n"), "f.md", func(string) ([]byte, error) { return nil, os.ErrNotExist })
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || model.KindOf(err) != model.KindInvalid {
			t.Errorf("%q\n got %v\nwant %s", c.file, err, c.want)
			continue
		}
		var e *model.Error
		errors.As(err, &e)
		if c.hint != "" && !strings.Contains((&model.Error{Args: e.HintArgs}).Error(), strings.ReplaceAll(c.hint, " ", "=")) {
			t.Errorf("%q: hint %v, want %s", c.file, e.HintArgs, c.hint)
		}
	}
}

func TestDaysAreReadInBothLanguagesAndWrittenInOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mon-fri": "mon-fri", "lun-ven": "mon-fri", "mon,wed,sat": "mon,wed,sat", "Lundi - Vendredi": "mon-fri", "sam,dim": "sat,sun",
		"fri-mon": "mon,fri-sun", "mar": "tue", "mercredi,thursday": "wed,thu", "mon-sun": "", "ven–lun,mar-jeu": "", "sun": "sun",
	} {
		days, ok := readDays(text)
		if got := daysText(model.Hours{Days: days}); !ok || got != want {
			t.Errorf("%q: %q (%v), want %q", text, got, ok, want)
		}
	}
}

func TestEachCellOfATestGetsItsWording(t *testing.T) {
	t.Parallel()
	spec, err := ParseFile([]byte(testedFile), "f.md", func(string) ([]byte, error) { return []byte("<p>x"), nil })
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[model.Cell][3]any{
		0: {"s", "Bonjour\n", false}, 1: {"s", "Bonjour\n", false}, 2: {"another", "Bonjour\n", false}, 3: {"s", "<p>x", true}, 4: {"s", "Bonjour\n", false},
	} {
		got := SpecOfVariant(spec, cell)
		if d := cmp.Diff(want, [3]any{got.Subject, got.Body, got.BodyHTML}); d != "" {
			t.Errorf("cell %d\n%s", cell, d)
		}
	}
}

func TestTheFilesOfAVersionAreTold(t *testing.T) {
	t.Parallel()
	if got := BodyPath([]byte(minimal + "body = \"m.md\"\n+++\n")); got != "m.md" {
		t.Errorf("the message is in %q", got)
	}
	if got := BodyPath([]byte(testedFile)); got != "" {
		t.Errorf("the message is in %q", got)
	}
	v := model.CampaignVersion{Body: "main", Bodies: map[string]string{"b.md": "other"}}
	if v.File("m.md") != "main" || v.File("b.md") != "other" {
		t.Errorf("%q %q", v.File("m.md"), v.File("b.md"))
	}
}

func TestThePreflightReadsEveryVariantAndNamesIt(t *testing.T) {
	t.Parallel()
	spec := specOf("Bonjour", "Voici [notre page](https://x.example/).")
	spec.AB = model.ABSpec{Share: 0.2, Metric: "clicks", Delay: time.Hour, Variants: []model.Variant{
		{Name: "a"}, {Name: "b", Subject: "{{ contact.firstname }}"}, {Name: "c", Body: "[x](http://y.example/) {{ contact.city }}\n"},
	}}
	in := LintInput{Spec: spec, Sender: shop, People: slices.Values([]*model.Contact{elodie, nobody}), BodyLine: 5}
	got := lintLines(in)
	want := []string{
		"stop b: unknown_variable subject 1 1 contact.firstname contact.first_name",
		"stop b: empty_subject 2",
		"stop c: link_not_https body 1 1 http://y.example/",
		"stop c: empty_value body 1 24 contact.city 1",
		"ok message_ok 2",
	}
	if d := cmp.Diff(want[:4], got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	in.Spec.AB.Variants[1].Subject, in.Spec.AB.Variants[2].Body = "Salut", "Autre"
	if d := cmp.Diff(want[4:], lintLines(in)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
