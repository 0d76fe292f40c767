package compose

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

// wired checks what may be on the wire: ASCII, lines that end in CRLF, none
// that a relay would have to touch.
func wired(t fails, eml []byte) {
	t.Helper()
	_, body, found := bytes.Cut(eml, []byte("\r\n\r\n"))
	if !found || !bytes.HasSuffix(eml, []byte("\r\n")) {
		t.Fatalf("no end of the headers, or of the message:\n%q", eml)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(eml), "\r\n"), "\r\n") {
		if strings.ContainsAny(line, "\r\n\x00") || !printableASCII(strings.ReplaceAll(line, "\t", " ")) || strings.HasPrefix(line, ".") || len(line) > 900 {
			t.Fatalf("line %d: %q", i, line)
		}
	}
	for _, line := range bytes.Split(body, []byte("\r\n")) {
		if len(line) > 76 || bytes.HasSuffix(line, []byte(" ")) || bytes.HasSuffix(line, []byte("\t")) {
			t.Fatalf("%d characters: %q", len(line), line)
		}
	}
}

// FuzzWhatIsReceivedIsWhatWasRendered puts any value in any wording of a test.
func FuzzWhatIsReceivedIsWhatWasRendered(f *testing.F) {
	long := strings.Repeat("a", 400)
	for _, v := range []string{
		"", "Élodie", ".", "..\n.", "a\n.b\n..c", "\r\n.\r\n", "a\rb", "\r", long, long + " " + long, strings.Repeat("é", 30), strings.Repeat("🎄", 25), strings.Repeat("x", 73) + ".",
		strings.Repeat("x", 74), strings.Repeat("x", 75), strings.Repeat("x", 76), strings.Repeat("x", 75) + " ", strings.Repeat("x", 74) + "é", strings.Repeat("x", 76) + "\n.", " ", "a \nb\t\n",
		"=", "=\r\n", "=3D=20", "--=_", "From me\nFrom you", "\x00\x01\x7f\x80\xff", "\u2028\u202e\u200d", "<b>&amp;\"'", "a=?utf-8?q?b?=", "{{ contact.email }}", "\t", strings.Repeat(" ", 80), "👩‍👩‍👧",
	} {
		f.Add(v, "Bonjour {{ contact.city }} !\n\n{{ attr.v | raw }}\n\n.{{ contact.city | default: 'x' | upcase }}", "{{ contact.city }}", false)
		f.Add(v, "<p>{{ attr.v | raw }}</p>\n.<a href=\"https://x.example/{{ contact.city }}\" title='{{ contact.city }}'>{{ contact.city }}</a>", v, true)
		f.Add(v, v+"{{ contact.city | strip | truncate: 80 }}"+v, v, false)
		f.Add(v, "{% if contact.city %}"+v+"{{ contact.city }}{% endif %}{% for t in contact.tags %}\n- {{ t }}\n{% endfor %}"+v, "s", true)
	}
	f.Fuzz(func(t *testing.T, value, body, subject string, isHTML bool) {
		spec := specOf("s", "Le message du fichier, {{ contact.city }}.\n")
		spec.AB = model.ABSpec{Share: 0.2, Metric: "clicks", Variants: []model.Variant{{Name: "a"}, {Name: "b", Subject: subject}, {Name: "c", Subject: subject, Body: body, BodyHTML: isHTML}}}
		c := &model.Contact{Email: "a@b.example", FirstName: value, City: value, Tags: []string{value, "t"}, Attrs: []model.Attr{{Name: "v", Value: value}}}
		for cell := model.Cell(2); cell < 4; cell++ {
			m, err := Compile(SpecOfVariant(spec, cell), shop)
			if err != nil {
				continue
			}
			r, err := m.Render(Person{Contact: c})
			eml, err2 := m.Build(Person{Contact: c}, headersFor(c))
			if (err == nil) != (err2 == nil) {
				t.Fatalf("rendered: %v, built: %v", err, err2)
			}
			if err != nil {
				continue
			}
			wired(t, eml)
			got := parse(t, eml)
			if got.text != r.Text || got.html != r.HTML {
				t.Fatalf("received %q %q\nrendered %q %q", got.text, got.html, r.Text, r.HTML)
			}
			again, err := m.AppendTo([]byte("before"), Person{Contact: c}, headersFor(c))
			if err != nil || !bytes.Equal(again, append([]byte("before"), eml...)) {
				t.Fatalf("another message the second time (%v)", err)
			}
		}
	})
}

// The same with wordings that are read once, so that many values can be tried:
// pieces of every class of bytes, around the lengths at which lines are cut.
func TestAnyValueIsReceivedAsItWasRendered(t *testing.T) {
	t.Parallel()
	var all []*Message
	for _, body := range []string{
		"Bonjour {{ contact.city }} !\n\n.{{ contact.city | default: 'x' | upcase }}\n\n{{ attr.v | raw }}\n\n[a](https://x.example/{{ contact.city }})",
		"{% if contact.city %}{{ contact.city }}{% endif %}\n\n{% for t in contact.tags %}\n- {{ t }}\n{% endfor %}\n\n{{ contact.city | append: '.' }}",
		"<p>{{ attr.v | raw }}</p>.<a href=\"{{ contact.city }}\" title='{{ contact.city }}'>{{ contact.city }}</a>{{ contact.city }}",
		"<a href=\"{{ unsubscribe_url }}\">{{ sender.address }}</a>{% if contact.city %}{{ unsubscribe_url }}{{ campaign.title | upcase }}{% endif %}{{ contact.name }}{{ sender.name | raw }}",
		"{{ sender.address }} {{ contact.name }}, {{ sender.address }}\n\n[{{ campaign.title }}](https://x.example/{{ sender.name }}?{{ unsubscribe_url }})\n\n{{ unsubscribe_url | truncate: 20 }}",
	} {
		spec := specOf("{{ contact.city }}{{ sender.address }}", body)
		spec.BodyHTML, spec.Title = strings.HasPrefix(body, "<"), ".=É & fils"
		odd := shop
		odd.Name, odd.Address = "<b>L'=\u202e.", ".12 rue\n.des Lilas "+strings.Repeat("é", 40)
		for _, from := range []Sender{shop, odd} {
			m, err := Compile(spec, from)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
	}
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{".", "..", "\r", "\n", "\r\n", "\n.", "\r\n.\r\n", " ", "\t", "=", "=\r\n", "=3D", "--=_", "From ", "\x00", "\x7f", "\xff\xfe", "\u2028", "\u202e", "<b>", "&amp;", "\"'", "👩‍👩‍👧", "é", "\u00a0", "=?utf-8?q?b?="}),
		rapid.Custom(func(t *rapid.T) string { return strings.Repeat("x", rapid.IntRange(60, 90).Draw(t, "n")) }),
		rapid.Custom(func(t *rapid.T) string { return strings.Repeat("🎄", rapid.IntRange(1, 30).Draw(t, "n")) }),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes")) }), rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		value := strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "value"), "")
		c := &model.Contact{Email: "a@b.example", FirstName: value, City: value, Tags: []string{value, "t"}, Attrs: []model.Attr{{Name: "v", Value: value}}}
		m := rapid.SampledFrom(all).Draw(t, "wording")
		p := Person{Contact: c, Unsubscribe: rapid.SampledFrom([]string{"", "https://boutique.example/u/a=1&b=.", "mailto:desabo@boutique.example?subject=x"}).Draw(t, "unsubscribe")}
		r, err := m.Render(p)
		eml, err2 := m.Build(p, headersFor(c))
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		wired(t, eml)
		if got := parse(t, eml); got.text != r.Text || got.html != r.HTML {
			t.Fatalf("received %q %q\nrendered %q %q", got.text, got.html, r.Text, r.HTML)
		}
	})
}

func FuzzAFileThatIsReadIsWrittenBack(f *testing.F) {
	for _, s := range []string{frenchFile, englishFile, testedFile, minimal + "+++\n", minimal + "[send]\ndays = \"sam-lun\"\nhours = \"0:00-24:00\"\n[ab]\ndelay = \"1h30m\"\n[[ab.variant]]\nname = \"b\"\nmessage = '''\n<p>'''\nformat = \"html\"\n+++\nx"} {
		f.Add([]byte(s))
	}
	read := func(path string) ([]byte, error) { return []byte("<p>" + path), nil }
	f.Fuzz(func(t *testing.T, source []byte) {
		spec, err := ParseFile(source, "f.md", read)
		if err != nil {
			if err.Error() == "" || model.KindOf(err) != model.KindInvalid {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		written := FormatFile(spec)
		back, err := ParseFile(written, "f.md", nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if d := cmp.Diff(spec, back); d != "" {
			t.Fatalf("(-read +written back)\n%s\n%s", d, written)
		}
	})
}
