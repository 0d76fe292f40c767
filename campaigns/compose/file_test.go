package compose

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

func TestTheCampaignFileOfTheContractIsRead(t *testing.T) {
	t.Parallel()
	file := `+++
name = "noel-15"
kind = "coupon"            # newsletter | coupon | loyalty
title = "Noël −15 %"
audience = "customer and spend_365d >= 50"
subject = "{{ contact.first_name | default: 'Bonjour' }}, −15 %"
from = "La Boutique <bonjour@boutique.example>"
lang = "fr"
[holdout]
share = 0.10               # of the target; "auto" asks the size advisor
strata = ["rfm"]
[measure]
window_days = 14
margin = 0.40
[cost]
fixed_cents = 64000
per_message_cents = 0
[send]
start = "2026-11-24T08:00:00+01:00"
rate = 50
+++
# Bonjour
`
	want := model.CampaignSpec{
		Name: "noel-15", Kind: "coupon", Title: "Noël −15 %", Audience: "customer and spend_365d >= 50",
		Subject: "{{ contact.first_name | default: 'Bonjour' }}, −15 %", From: "La Boutique <bonjour@boutique.example>", Lang: "fr",
		Body: "# Bonjour\n", Share: 0.10, Strata: []string{"rfm"}, WindowDays: 14, Margin: 0.40, FixedCents: 64000,
		Start: time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC), Rate: 50,
	}
	for name, source := range map[string]string{
		"as it is": file, "with a byte order mark": "\ufeff" + file,
		"with CRLF":        strings.ReplaceAll(strings.TrimSuffix(file, "# Bonjour\n"), "\n", "\r\n") + "# Bonjour\n",
		"with a TOML date": strings.Replace(file, `"2026-11-24T08:00:00+01:00"`, `2026-11-24T08:00:00+01:00`, 1),
	} {
		got, err := ParseFile([]byte(source), "noel.md", nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", name, d)
		}
	}
}

const minimal = "+++\nname = \"a\"\nkind = \"coupon\"\naudience = \"customer\"\nsubject = \"s\"\n"

func TestWhatAFileLeavesOutHasTheDefaultsOfTheContract(t *testing.T) {
	t.Parallel()
	got, err := ParseFile([]byte(minimal+"+++\n"), "a.md", nil)
	want := model.CampaignSpec{
		Name: "a", Kind: "coupon", Audience: "customer", Subject: "s", Lang: "fr",
		Strata: []string{"rfm"}, WindowDays: 14, Margin: 0.40,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
}

func TestAMistakeInAFileIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, want, hint string }{
		{"\n" + minimal + "audiance = \"x\"\n+++\n", "compose.unknown_key file=f.md line=7 column=1 key=audiance", "nearest audience"},
		{minimal + "[send]\n  rat = 4\n+++\n", "compose.unknown_key file=f.md line=7 column=3 key=rat", "nearest rate"},
		{minimal + "[hold]\nshare = 1\n+++\n", "compose.unknown_key file=f.md line=6 column=2 key=hold", "nearest holdout"},
		{minimal + "x = = 1\n+++\n", "compose.toml file=f.md line=6 column=5", ""},
		{minimal + "[send]\nrate = \"fast\"\n+++\n", "compose.wrong_type file=f.md line=7 column=8 key=send.rate", ""},
		{minimal + "[holdout]\nshare = 0.95\n+++\n", "compose.bad_share file=f.md line=7 column=1", ""},
		{minimal + "[holdout]\nshare = \"half\"\n+++\n", "compose.bad_share file=f.md line=7 column=1", ""},
		{minimal + "[measure]\n\n margin = 1.5\n+++\n", "compose.bad_number file=f.md line=8 column=2 key=margin", ""},
		{minimal + "[measure]\nwindow_days = 0\n+++\n", "compose.bad_number file=f.md line=7 column=1 key=window_days", ""},
		{minimal + "[cost]\nfixed_cents = -1\n+++\n", "compose.bad_number file=f.md line=7 column=1 key=fixed_cents", ""},
		{minimal + "[send]\nrate = -1\n+++\n", "compose.bad_number file=f.md line=7 column=1 key=rate", ""},
		{minimal + "[cost]\nfixed_cents = 12.5\n+++\n", "compose.wrong_type file=f.md line=7 column=15 key=cost.fixed_cents", ""},
		{minimal + "[send]\nuncertain = \"maybe\"\n+++\n", "compose.bad_choice file=f.md line=7 column=1 key=uncertain", ""},
		{minimal + "[send]\nstart = \"tomorrow\"\n+++\n", "compose.bad_start file=f.md line=7 column=1", ""},
		{minimal + "[send]\nstart = 2026-11-24T08:00:00\n+++\n", "compose.bad_start file=f.md line=7 column=1", ""},
		{strings.Replace(minimal, `"a"`, `"Été"`, 1) + "+++\n", "compose.bad_name file=f.md line=2 column=1 value=Été", ""},
		{strings.Replace(minimal, "coupon", "promo", 1) + "+++\n", "compose.bad_choice file=f.md line=3 column=1 key=kind", ""},
		{minimal + "lang = \"de\"\n+++\n", "compose.bad_choice file=f.md line=6 column=1 key=lang", ""},
		{minimal + "from = \"nobody\"\n+++\n", "compose.bad_from file=f.md line=6 column=1", ""},
		{strings.Replace(minimal, "subject = \"s\"\n", "", 1) + "+++\n", "compose.missing_key file=f.md key=subject", ""},
		{minimal + "body = \"m.html\"\n+++\n", "compose.body_unreadable file=f.md line=6 column=1 path=m.html", ""},
		{minimal + "body = \"m.html\"\n+++\ntext\n", "compose.body_twice file=f.md line=6", ""},
		{minimal, "compose.front_open file=f.md line=1", ""},
		{"# Hello\n", "compose.no_front file=f.md", ""},
		{"", "compose.no_front file=f.md", ""},
	} {
		_, err := ParseFile([]byte(c.file), "f.md", func(string) ([]byte, error) { return nil, os.ErrNotExist })
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

func TestTheMessageMayBeAFileOfItsOwn(t *testing.T) {
	t.Parallel()
	read := func(path string) ([]byte, error) { return []byte("<p>from " + path), nil }
	got, err := ParseFile([]byte(minimal+"body = \"m.html\"\n+++\n\n"), "f.md", read)
	if err != nil || got.Body != "<p>from m.html" || !got.BodyHTML {
		t.Errorf("%q %v %v", got.Body, got.BodyHTML, err)
	}
	got, err = ParseFile([]byte(minimal+"body = \"m.md\"\n+++\n"), "f.md", read)
	if err != nil || got.BodyHTML {
		t.Errorf("%v %v", got.BodyHTML, err)
	}
}

func TestWhatIsFormattedReadsBackTheSame(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[ -~éÉ’“«»\n\t\x{202f}€−"\\]{0,30}[a-z]`)
	rapid.Check(t, func(t *rapid.T) {
		s := model.CampaignSpec{
			Name: rapid.StringMatching(`[a-z0-9-]{1,64}`).Draw(t, "name"), Kind: rapid.SampledFrom(model.CampaignKinds()).Draw(t, "kind"),
			Title: text.Draw(t, "title"), Audience: text.Draw(t, "audience"), Subject: text.Draw(t, "subject"),
			From:       rapid.SampledFrom([]string{"", "a@b.example", "L’Été <a@b.example>", `"A, B" <a@b.example>`}).Draw(t, "from"),
			Lang:       rapid.SampledFrom([]string{"fr", "en"}).Draw(t, "lang"),
			B2BPurpose: rapid.Bool().Draw(t, "b2b"), Body: rapid.String().Draw(t, "body"), BodyHTML: rapid.Bool().Draw(t, "html"),
			Strata: rapid.SliceOfN(rapid.StringMatching(`[a-z_]{1,9}`), 0, 3).Draw(t, "strata"),
			Unit:   rapid.SampledFrom([]string{"", model.UnitHousehold, "attr.foyer"}).Draw(t, "unit"), MailUniversal: rapid.Bool().Draw(t, "universal"),
			Code:       rapid.SampledFrom([]string{"", "NOEL15", "Été \"−15\""}).Draw(t, "code"),
			WindowDays: rapid.IntRange(1, 730).Draw(t, "days"), Margin: rapid.Float64Range(0, 1).Draw(t, "margin"),
			FixedCents: model.Cents(rapid.Int64Range(0, 1e12).Draw(t, "fixed")), PerMessageCents: model.Cents(rapid.Int64Range(0, 1e9).Draw(t, "per")),
			Rate: rapid.Float64Range(0, 1e6).Draw(t, "rate"), Resend: rapid.Bool().Draw(t, "resend"), MaxPeople: rapid.IntRange(0, 1e6).Draw(t, "max"),
		}
		if s.ShareAuto = rapid.Bool().Draw(t, "auto"); !s.ShareAuto {
			s.Share = rapid.Float64Range(0, 0.9).Draw(t, "share")
		}
		if rapid.Bool().Draw(t, "scheduled") {
			s.Start = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "start"), 0).In(time.FixedZone("", rapid.IntRange(-12, 12).Draw(t, "zone")*3600))
		}
		s.Hours, s.AB = someHours(t), someTest(t)
		if rapid.Bool().Draw(t, "asked") {
			s.Requested = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "requested"), 0).UTC()
		}
		got, err := ParseFile(FormatFile(s), "f.md", nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, FormatFile(s))
		}
		if d := cmp.Diff(s, got); d != "" {
			t.Fatalf("(-want +got)\n%s\n%s", d, FormatFile(s))
		}
	})
}

func TestTheUnitOfADrawIsAPersonUnlessTheFileSaysOtherwise(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", `unit = "contact"`: "", `unit = " household "`: model.UnitHousehold, `unit = "foyer"`: "foyer"} {
		got, err := ParseFile([]byte(minimal+"[holdout]\n"+text+"\n+++\n"), "f.md", nil)
		if err != nil || got.Unit != want || got.MailUniversal {
			t.Errorf("%s: %q %v", text, got.Unit, err)
		}
	}
}

func someHours(t *rapid.T) model.Hours {
	var h model.Hours
	if rapid.Bool().Draw(t, "hours") {
		h.From = rapid.IntRange(0, 24*60-1).Draw(t, "from")
		h.To = rapid.IntRange(h.From+1, 24*60).Draw(t, "to")
	}
	for d := range 6 { // all seven are written as none
		h.Days[d] = rapid.Bool().Draw(t, "day")
	}
	return h
}

func someTest(t *rapid.T) model.ABSpec {
	n := rapid.IntRange(0, 3).Draw(t, "variants")
	if n == 0 {
		return model.ABSpec{}
	}
	ab := model.ABSpec{
		Share: rapid.Float64Range(1e-9, 1).Draw(t, "share"), Metric: rapid.SampledFrom([]string{"revenue", "clicks"}).Draw(t, "metric"),
		Delay: time.Duration(rapid.Int64Range(int64(minDelay), int64(maxDelay)).Draw(t, "delay")), Variants: []model.Variant{{Name: "a"}},
	}
	for i := range n {
		v := model.Variant{Name: rapid.StringMatching(`[b-z0-9-]{1,9}`).Draw(t, "variant") + strconv.Itoa(i)}
		v.Subject = rapid.StringMatching(`([ -~é\n"\\]{0,20}[a-z])?`).Draw(t, "subject")
		if v.Subject == "" || rapid.Bool().Draw(t, "with body") {
			v.Body = rapid.String().Draw(t, "message") + "x"
			v.BodyHTML = rapid.Bool().Draw(t, "html")
		}
		ab.Variants = append(ab.Variants, v)
	}
	return ab
}

func TestTheBodyBeginsOnTheLineThatIsSaid(t *testing.T) {
	t.Parallel()
	if got := BodyLine([]byte("\n" + minimal + "+++\nHello")); got != 8 {
		t.Errorf("line %d, want 8", got)
	}
}
