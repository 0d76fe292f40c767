package compose

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"math"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	gomail "github.com/emersion/go-message/mail"

	"blanche/model"
)

func TestTheMessageIDIsAFunctionOfCampaignAndPerson(t *testing.T) {
	t.Parallel()
	id := MessageID([]byte("k"), "boutique.example", 7, 12)
	if id != MessageID([]byte("k"), "boutique.example", 7, 12) {
		t.Error("it changes")
	}
	if !validMessageID(id) || !strings.HasSuffix(id, "@boutique.example>") {
		t.Errorf("%s cannot be a Message-ID", id)
	}
	for _, other := range []string{
		MessageID([]byte("l"), "boutique.example", 7, 12), MessageID([]byte("k"), "boutique.example", 8, 12), MessageID([]byte("k"), "boutique.example", 7, 13),
	} {
		if other == id {
			t.Error("two messages have one id")
		}
	}
}

func TestTheKeyedHashIsThatOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "secret")
		text := rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "text")
		want := hmac.New(sha256.New, secret)
		want.Write(text)
		if got := mac(secret, text); !bytes.Equal(got[:], want.Sum(nil)) {
			t.Fatalf("%x", got)
		}
	})
}

// Engine figures: 10 allocations for a message of 11 KB with nine values. The
// least of some rounds counts: a pool may be emptied at any moment, by a
// collection, and by the race detector at random, and is then filled again.
func TestAMessageOfThousandsOfBytesTakesFewAllocations(t *testing.T) {
	m, h, p := realistic(t), headersFor(elodie), Person{Contact: elodie}
	var eml []byte
	n := math.Inf(1)
	for range 20 {
		n = min(n, testing.AllocsPerRun(10, func() {
			var err error
			if eml, err = m.AppendTo(eml[:0], p, h); err != nil {
				t.Fatal(err)
			}
		}))
	}
	if n > 15 || len(eml) < 10_000 {
		t.Errorf("%v allocations for %d bytes", n, len(eml))
	}
}

func TestNothingThatCannotStandInAHeaderIsWritten(t *testing.T) {
	t.Parallel()
	m := compiled(t, englishFile)
	good := headersFor(elodie)
	for name, change := range map[string]func(*Person, *Headers){
		"a line in the address":       func(p *Person, h *Headers) { h.To = "a@b.example\r\nBcc: c@d.example" },
		"a NUL in the address":        func(p *Person, h *Headers) { h.To = "a\x00@b.example" },
		"two addresses":               func(p *Person, h *Headers) { h.To = "a@b.example, c@d.example" },
		"an accent in the address":    func(p *Person, h *Headers) { h.To = "é@b.example" },
		"no address":                  func(p *Person, h *Headers) { p.Contact = &model.Contact{} },
		"a line in the id":            func(p *Person, h *Headers) { h.MessageID = "<a@b>\r\nX: y" },
		"a line in a mark":            func(p *Person, h *Headers) { h.Marks = []Mark{{"X-PM-Metadata-blanche", "a\r\nBcc: b@c.example"}} },
		"a mark without a name":       func(p *Person, h *Headers) { h.Marks = []Mark{{"", "a"}} },
		"a mark with two names":       func(p *Person, h *Headers) { h.Marks = []Mark{{"X: y\r\nX-A", "a"}} },
		"no id":                       func(p *Person, h *Headers) { h.MessageID = "" },
		"no date":                     func(p *Person, h *Headers) { h.Date = time.Time{} },
		"a line in the unsubscribing": func(p *Person, h *Headers) { p.Unsubscribe = "mailto:a@b.example\r\nX: y" },
	} {
		p, h := Person{Contact: elodie}, good
		change(&p, &h)
		if eml, err := m.Build(p, h); err == nil || model.KindOf(err) != model.KindRefused {
			t.Errorf("%s: %v\n%s", name, err, eml)
		}
	}
	if _, err := m.Build(Person{Contact: elodie}, good); err != nil {
		t.Errorf("control: %v", err)
	}
}

func TestADomainWithAccentsIsWrittenAsDNSKnowsIt(t *testing.T) {
	t.Parallel()
	eml, err := compiled(t, englishFile).Build(Person{Contact: &model.Contact{Email: "a@été.example"}}, headersFor(elodie))
	if err != nil {
		t.Fatal(err)
	}
	r := parse(t, eml)
	if got := r.header.Get("To"); got != "<a@xn--t-9fab.example>" {
		t.Errorf("To: %s", got)
	}
}

func TestAnHTTPSUnsubscribeIsOneClick(t *testing.T) {
	t.Parallel()
	eml, err := compiled(t, englishFile).Build(Person{Contact: elodie, Unsubscribe: "https://mail.shop.example/u/abc"}, headersFor(elodie))
	if err != nil {
		t.Fatal(err)
	}
	got := parse(t, eml)
	if got.header.Get("List-Unsubscribe") != "<https://mail.shop.example/u/abc>, <mailto:desabo@boutique.example?subject=unsubscribe%20winter>" || got.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("%v", got.header.Map())
	}
	if !strings.Contains(got.html, `href="https://mail.shop.example/u/abc"`) {
		t.Error("the link of the footer is another one")
	}
}

func TestQuotedPrintableDecodesToWhatItWasGiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~éÉ’€\n\t=._\x{202f}\x{1F384}]{0,400}`).Draw(t, "text")
		got := appendQuoted(nil, []byte(text))
		for _, line := range strings.Split(string(got), "\r\n") {
			if len(line) > 76 || strings.HasPrefix(line, ".") || strings.HasSuffix(line, " ") || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("line %q", line)
			}
		}
		back, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(got)))
		if err != nil || strings.ReplaceAll(string(back), "\r\n", "\n") != text {
			t.Fatalf("%q (%v)", back, err)
		}
	})
}

func TestASubjectDecodesToWhatItWasGiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := oneLine(rapid.StringMatching(`[ -~éÉ’€=?_"\\\x{202f}\x{1F384}]{0,200}`).Draw(t, "text"))
		got := string(appendHeader(nil, "Subject", appendEncoded(nil, text)))
		for _, line := range strings.Split(strings.TrimSuffix(got, "\r\n"), "\r\n") {
			if len(line) > 78 {
				t.Fatalf("line of %d: %q", len(line), line)
			}
		}
		var h gomail.Header
		msg, err := mail.ReadMessage(strings.NewReader(got + "\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		h.Set("Subject", msg.Header.Get("Subject"))
		if back, err := h.Subject(); err != nil || back != text {
			t.Fatalf("%q became %q (%v)", text, back, err)
		}
	})
}

// tagsOf are the names of the tags and attributes of a page, in order.
func tagsOf(page string) []string {
	var out []string
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken, html.CommentToken:
			t := z.Token()
			name := t.Type.String() + t.Data
			for _, a := range t.Attr {
				name += " " + a.Key
			}
			out = append(out, name)
		}
	}
}

func FuzzNoValueOfAContactAddsAHeaderOrATag(f *testing.F) {
	for _, s := range []string{"Élodie", "O'Brien", "<script>", "a\r\nBcc: x@y.example", "\r\n\r\n--=_", "\x00\xff", "{{ contact.email }}", "{% raw %}", "\" onclick=\"x", "--><b>", "=?utf-8?q?a?=", "]]>", "zq0x1qz", " ", "a\u2028b\u202ec"} {
		f.Add(s, s)
	}
	m := compiled(f, `+++
name = "f"
kind = "newsletter"
audience = "all"
subject = "{{ contact.first_name }} {{ contact.city | upcase }}"
+++
Bonjour {{ contact.first_name }} **{{ contact.city | default: "x" }}** <i title="{{ contact.city }}" data-x='{{ contact.first_name }}'>{{ contact.city | upcase | truncate: 20 }}</i>

[a](https://x.example/?q={{ contact.city }}) {% if contact.first_name %}[b]({{ contact.first_name }}){% else %}[b](https://y.example){% endif %} {% for t in contact.tags %}{{ t }}{% endfor %}
`)
	filled := &model.Contact{Email: "a@b.example", FirstName: "a", LastName: "b", City: "c", Tags: []string{"t"}}
	build := func(t testing.TB, c *model.Contact) (received, Rendered) {
		r, err := m.Render(Person{Contact: c})
		if err != nil {
			t.Skip("refused: " + err.Error())
		}
		eml, err := m.Build(Person{Contact: c}, headersFor(c))
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, eml), r
	}
	want, _ := build(f, filled)
	f.Fuzz(func(t *testing.T, first, city string) {
		if first == "" {
			t.Skip("another branch of the template")
		}
		got, r := build(t, &model.Contact{Email: "a@b.example", FirstName: first, LastName: city, City: city, Tags: []string{first}})
		if d := cmp.Diff(slices.Sorted(keys(want)), slices.Sorted(keys(got))); d != "" {
			t.Errorf("headers\n%s", d)
		}
		if d := cmp.Diff(tagsOf(want.html), tagsOf(got.html)); d != "" {
			t.Errorf("tags\n%s", d)
		}
		if got.text != r.Text || got.html != r.HTML {
			t.Errorf("received %q, rendered %q", got.text, r.Text)
		}
	})
}

func keys(r received) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for f := r.header.Fields(); f.Next(); {
			if !yield(f.Key()) {
				return
			}
		}
	}
}
