package i18n

import (
	"errors"
	"math"
	"testing"
	"time"

	"blanche/model"
)

func TestNumbersAreWrittenAsEachLanguageDoes(t *testing.T) {
	t.Parallel()
	fr, en := New("fr"), New("en")
	nan := math.NaN()
	for name, c := range map[string]struct {
		say    func(*Printer) string
		fr, en string
	}{
		"thousands":           {func(p *Printer) string { return p.Int(1234567) }, "1\u202f234\u202f567", "1,234,567"},
		"hundreds":            {func(p *Printer) string { return p.Int(999) }, "999", "999"},
		"negative":            {func(p *Printer) string { return p.Int(-12384) }, "−12\u202f384", "−12,384"},
		"least int":           {func(p *Printer) string { return p.Int(math.MinInt64) }, "−9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808", "−9,223,372,036,854,775,808"},
		"signed":              {func(p *Printer) string { return p.SignedInt(38) }, "+38", "+38"},
		"decimal":             {func(p *Printer) string { return p.Decimal(1234.567, 2) }, "1\u202f234,57", "1,234.57"},
		"half away from 0":    {func(p *Printer) string { return p.Decimal(0.125, 2) }, "0,13", "0.13"},
		"no negative zero":    {func(p *Printer) string { return p.Decimal(-0.001, 2) }, "0,00", "0.00"},
		"not a number":        {func(p *Printer) string { return p.Decimal(nan, 2) }, "–", "–"},
		"infinite":            {func(p *Printer) string { return p.Decimal(math.Inf(-1), 2) }, "−∞", "−∞"},
		"percent":             {func(p *Printer) string { return p.Percent(0.683, 1) }, "68,3\u00a0%", "68.3%"},
		"signed percent":      {func(p *Printer) string { return p.SignedPercent(10.28, 0) }, "+1\u202f028\u00a0%", "+1,028%"},
		"loss in percent":     {func(p *Printer) string { return p.SignedPercent(-0.77, 0) }, "−77\u00a0%", "−77%"},
		"points":              {func(p *Printer) string { return p.Points(0.0068, 2) }, "+0,68\u00a0pt", "+0.68\u00a0pt"},
		"money":               {func(p *Printer) string { return p.Money(123456) }, "1\u202f234,56\u00a0€", "€1,234.56"},
		"money under a euro":  {func(p *Printer) string { return p.Money(-5) }, "−0,05\u00a0€", "−€0.05"},
		"short money":         {func(p *Printer) string { return p.MoneyShort(492149) }, "4\u202f921\u00a0€", "€4,921"},
		"short money rounds":  {func(p *Printer) string { return p.MoneyShort(-150) }, "−2\u00a0€", "−€2"},
		"short signed money":  {func(p *Printer) string { return p.SignedMoneyShort(310100) }, "+3\u202f101\u00a0€", "+€3,101"},
		"nothing is unsigned": {func(p *Printer) string { return p.SignedMoneyShort(49) }, "0\u00a0€", "€0"},
		"euros":               {func(p *Printer) string { return p.SignedEuros(0.7698, 2) }, "+0,77\u00a0€", "+€0.77"},
		"negative euros":      {func(p *Printer) string { return p.Euros(-1.5, 2) }, "−1,50\u00a0€", "−€1.50"},
		"interval":            {func(p *Printer) string { return p.Interval(p.SignedInt(3101), p.SignedInt(6741)) }, "[+3\u202f101\u202f; +6\u202f741]", "[+3,101; +6,741]"},
		"rate":                {func(p *Printer) string { return p.Rate(38.2) }, "38/s", "38/s"},
		"slow rate":           {func(p *Printer) string { return p.Rate(0.42) }, "0,4/s", "0.4/s"},
	} {
		if got := c.say(fr); got != c.fr {
			t.Errorf("%s in French: %q, want %q", name, got, c.fr)
		}
		if got := c.say(en); got != c.en {
			t.Errorf("%s in English: %q, want %q", name, got, c.en)
		}
	}
}

func TestDatesAreWrittenAsEachLanguageDoes(t *testing.T) {
	t.Parallel()
	fr, en := New("fr"), New("en")
	at := time.Date(2026, 11, 22, 14, 5, 9, 0, time.UTC)
	for name, c := range map[string]struct {
		say    func(*Printer) string
		fr, en string
	}{
		"day":             {func(p *Printer) string { return p.Date(at) }, "22/11/2026", "22 Nov 2026"},
		"calendar day":    {func(p *Printer) string { return p.Day(model.NewDate(2026, 11, 3)) }, "03/11/2026", "3 Nov 2026"},
		"no day":          {func(p *Printer) string { return p.Day(0) + p.Date(time.Time{}) }, "––", "––"},
		"moment":          {func(p *Printer) string { return p.DateTime(at) }, "22/11/2026 14:05", "22 Nov 2026 14:05"},
		"second":          {func(p *Printer) string { return p.Time(at) }, "14:05:09", "14:05:09"},
		"title line":      {func(p *Printer) string { return p.HeaderTime(at) }, "dim. 22/11 14:05", "Sun 22 Nov 14:05"},
		"in full":         {func(p *Printer) string { return p.LongDate(at) }, "dimanche 22 novembre 2026", "Sunday 22 November 2026"},
		"first of May":    {func(p *Printer) string { return p.LongDate(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)) }, "vendredi 1er mai 2026", "Friday 1 May 2026"},
		"milliseconds":    {func(p *Printer) string { return p.Duration(47 * time.Millisecond) }, "47\u00a0ms", "47\u00a0ms"},
		"seconds":         {func(p *Printer) string { return p.Duration(45 * time.Second) }, "45\u00a0s", "45\u00a0s"},
		"minutes":         {func(p *Printer) string { return p.Duration(200 * time.Second) }, "3\u00a0min 20\u00a0s", "3\u00a0min 20\u00a0s"},
		"hours":           {func(p *Printer) string { return p.Duration(125 * time.Minute) }, "2\u00a0h\u00a005", "2\u00a0h\u00a005"},
		"days":            {func(p *Printer) string { return p.Duration(76 * time.Hour) }, "3\u00a0j 4\u00a0h", "3\u00a0d 4\u00a0h"},
		"almost a minute": {func(p *Printer) string { return p.Duration(59700 * time.Millisecond) }, "1\u00a0min", "1\u00a0min"},
	} {
		if got := c.say(fr); got != c.fr {
			t.Errorf("%s in French: %q, want %q", name, got, c.fr)
		}
		if got := c.say(en); got != c.en {
			t.Errorf("%s in English: %q, want %q", name, got, c.en)
		}
	}
}

func TestAmountsAreReadAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang, typed string
		want        model.Cents
		fails       bool
	}{
		{"fr", "1234,5", 123450, false},
		{"fr", "1 234,56 €", 123456, false},
		{"fr", "1\u202f234,56\u00a0€", 123456, false},
		{"fr", "12.5", 1250, false},
		{"fr", "1.234,56", 123456, false},
		{"en", "€1,234.56", 123456, false},
		{"en", "12,5", 1250, false},
		{"en", "1,234", 123400, false},
		{"fr", "douze", 0, true},
		{"fr", "", 0, true},
	} {
		got, err := New(c.lang).ParseMoney(c.typed)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s %q: %d, %v", c.lang, c.typed, got, err)
		}
	}
	for _, s := range []string{"22/11/2026", "22/11/26", "2026-11-22", " 22.11.2026 "} {
		if d, ok := New("fr").ParseDate(s); !ok || d != model.NewDate(2026, 11, 22) {
			t.Errorf("%q is read as %v", s, d)
		}
	}
}

// demo is a printer with its own small catalogue.
func demo(lang string) *Printer {
	return &Printer{lang: lang, fr: lang == "fr", entries: map[string]entry{
		"contact.count":     {one: cut("{n} contact"), other: cut("{n} contacts"), plural: true},
		"campaign.paused":   {other: cut("« {name} » est en pause, {json} {x} {}")},
		"common.unexpected": {other: cut("Imprévu : {detail}")},
		"campaign.refused":  {other: cut("Refus de {name} ({cause})")},
		"campaign.repair":   {other: cut("Corrigez {name}.")},
	}}
}

func TestZeroIsSingularInFrenchAndPluralInEnglish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"fr", 0, "0 contact"},
		{"fr", 1, "1 contact"},
		{"fr", 2, "2 contacts"},
		{"fr", 12384, "12\u202f384 contacts"},
		{"en", 0, "0 contacts"},
		{"en", 1, "1 contact"},
		{"en", 2, "2 contacts"},
	} {
		if got := demo(c.lang).N("contact.count", c.n); got != c.want {
			t.Errorf("%s %d: %q", c.lang, c.n, got)
		}
	}
}

func TestValuesAreWordedAndSanitized(t *testing.T) {
	t.Parallel()
	p := demo("fr")
	if got, want := p.T("campaign.paused", "name", "No\x1b[31mël\n", "json", Raw("\x1b[1mx\x1b[m"), "x", model.Cents(150)), "« Noël  » est en pause, \x1b[1mx\x1b[m 1,50\u00a0€ {}"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := p.T("no.such.key"); got != "no.such.key" {
		t.Errorf("an unknown key says %q", got)
	}
	if got := p.T("campaign.paused", "x", 1.5); got != "« {name} » est en pause, {json} 1,5 {}" {
		t.Errorf("a missing value is %q", got)
	}
}

func TestErrorsAreWordedWithTheirHint(t *testing.T) {
	t.Parallel()
	p := demo("fr")
	err := model.Refused("campaign.refused", "name", "Noël").Hint("campaign.repair", "name", "l’objet").Because(errors.New("dial \x1b[2Jtcp"))
	message, hint := p.Err(errors.Join(err))
	if message != "Refus de Noël (dial tcp)" || hint != "Corrigez l’objet." {
		t.Errorf("%q, %q", message, hint)
	}
	if message, hint = p.Err(errors.New("disk\tfull")); message != "Imprévu : disk full" || hint != "" {
		t.Errorf("%q, %q", message, hint)
	}
	if message, _ = p.Err(model.Refused("no.key", "a", 1)); message != "Imprévu : no.key a=1" {
		t.Errorf("%q", message)
	}
}

func TestTheLanguageIsTheFirstWishThatNamesOne(t *testing.T) {
	t.Parallel()
	for want, wishes := range map[string][]string{
		"fr": {"", "C", "fr_FR.UTF-8", "en"}, "en": {"C.UTF-8", "en_GB.UTF-8", "fr"},
	} {
		if got := Match(wishes...); got != want {
			t.Errorf("Match(%q) = %s", wishes, got)
		}
	}
	if Match("de_DE", "eng") != "fr" {
		t.Error("the default is not French")
	}
}

func TestSearchesIgnoreAccentsAndCase(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Évry": "evry", "Œuvre d’Évry": "oeuvre d'evry", "NGUYỄN Văn Đức": "nguyen van duc", "E\u0301vry": "evry", "straße": "strasse", "abc": "abc",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkSentence(b *testing.B) {
	p := demo("fr")
	for b.Loop() {
		_ = p.N("contact.count", 12384)
	}
}
