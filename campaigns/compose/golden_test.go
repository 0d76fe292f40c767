package compose

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

var update = flag.Bool("update", false, "write the goldens again")

const frenchFile = `+++
name = "noel-15"
kind = "newsletter"
title = "Noël −15 %"
audience = "customer and spend_365d >= 50"
subject = "{{ contact.first_name | default: 'Bonjour' }}, −15 % jusqu'à dimanche"
lang = "fr"
[holdout]
share = 0.10
[cost]
fixed_cents = 64000
[send]
start = "2026-11-24T08:00:00+01:00"
rate = 50
+++
# Bonjour {{ contact.first_name | default: 'à vous' }} !

Jusqu'à dimanche, **tout est à −15 %** chez {{ sender.name }}, à {{ contact.city | default: 'Nantes' | upcase }} :

{% if contact.points >= 100 %}
Vous avez {{ contact.points }} points, c'est un cadeau !
{% endif %}

- les [bougies](https://boutique.example/bougies?carte={{ contact.card }}) ;
- les « carnets » <https://boutique.example/carnets>.

1. Choisissez
2. Savourez

| Jour | Heures |
|---|---|
| Samedi | 10 h – 19 h |

À bientôt,
*L'équipe*
`

const englishFile = `+++
name = "winter"
kind = "loyalty"
title = "Winter sale"
audience = "customer"
subject = "A gift for {{ contact.name | default: 'you' }}"
lang = "en"
+++
Hello {{ contact.first_name | default: "there" }},

{% for t in contact.tags %}
* {{ t }}
{% endfor %}

Born on {{ contact.birth | date: "%-d %B" | default: 'a good day' }}? [Your gift](https://shop.example/gift/{{ contact.external_id }}).
`

var (
	shop = Sender{
		Name: "La Boutique", Address: "12 rue des Lilas, 44000 Nantes",
		From: "La Boutique d’Élodie <bonjour@boutique.example>", UnsubscribeMailto: "desabo@boutique.example",
	}
	elodie = &model.Contact{
		ID: 1, Email: "elodie@orange.example", FirstName: "Élodie", LastName: "Lefèvre", City: "Évry", Card: "A 12&é",
		Points: 250, Birth: model.NewDate(1985, 8, 3), Tags: []string{"vip"}, ExternalID: "C-1",
	}
	obrien = &model.Contact{ID: 2, Email: "obrien@free.example", FirstName: "Conan", LastName: "O'Brien", Tags: []string{"a", "b<c"}}
	nguyen = &model.Contact{ID: 3, Email: "nguyen@sfr.example", FirstName: "Nguyễn", LastName: "Văn A"}
	script = &model.Contact{ID: 4, Email: "x@y.example", FirstName: "<script>alert(1)</script>", LastName: "\"\r\nBcc: z@z.example", City: "a & b", ExternalID: `"><img src=x>`}
	nobody = &model.Contact{ID: 5, Email: "nobody@y.example"}
)

func compiled(t testing.TB, file string) *Message {
	t.Helper()
	spec, err := ParseFile([]byte(file), "test.md", nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile(spec, shop)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func headersFor(c *model.Contact) Headers {
	return Headers{
		MessageID: MessageID([]byte("secret"), "boutique.example", 7, c.ID),
		Date:      time.Date(2026, 11, 24, 8, 0, 0, 0, time.FixedZone("", 3600)),
	}
}

func TestMessagesReadAsWrittenInTheGoldens(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"fr": frenchFile, "en": englishFile} {
		m := compiled(t, file)
		for who, c := range map[string]*model.Contact{"elodie": elodie, "nobody": nobody} {
			p, err := m.Preview(Person{Contact: c}, headersFor(c))
			if err != nil {
				t.Fatal(err)
			}
			for ext, got := range map[string][]byte{"eml": p.EML, "txt": []byte(p.Text), "html": []byte(p.HTML)} {
				path := filepath.Join("testdata", name+"-"+who+"."+ext)
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(string(want), string(got)); d != "" {
					t.Errorf("%s (-want +got)\n%s", path, d)
				}
			}
		}
	}
}

// received is a message as a mail program reads it.
type received struct {
	header     message.Header
	text, html string
}

// fails is a test, or one try of a property.
type fails interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func parse(t fails, eml []byte) received {
	t.Helper()
	for _, line := range bytes.SplitAfter(eml, []byte("\n")) {
		if len(line) > 0 && (!bytes.HasSuffix(line, []byte("\r\n")) || bytes.Count(line, []byte("\r")) != 1) {
			t.Fatalf("a line does not end in CRLF: %q", line)
		}
		if len(line) > 998+2 {
			t.Fatalf("a line of %d bytes", len(line))
		}
	}
	e, err := message.Read(bytes.NewReader(eml))
	if err != nil {
		t.Fatalf("not a message: %v\n%s", err, eml)
	}
	r := received{header: e.Header}
	parts := e.MultipartReader()
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(p.Body)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := p.Header.ContentType()
		s := strings.ReplaceAll(string(b), "\r\n", "\n")
		if kind == "text/plain" {
			r.text = s
		} else {
			r.html = s
		}
	}
	return r
}

func TestAMessageIsReceivedAsItWasRendered(t *testing.T) {
	t.Parallel()
	for _, file := range []string{frenchFile, englishFile} {
		m := compiled(t, file)
		for _, c := range []*model.Contact{elodie, obrien, nguyen, script, nobody} {
			rendered, err := m.Render(Person{Contact: c})
			if err != nil {
				t.Fatal(err)
			}
			eml, err := m.Build(Person{Contact: c}, headersFor(c))
			if err != nil {
				t.Fatal(err)
			}
			got := parse(t, eml)
			if d := cmp.Diff(rendered.Text, got.text); d != "" {
				t.Errorf("%s: text (-rendered +received)\n%s", c.LastName, d)
			}
			if d := cmp.Diff(rendered.HTML, got.html); d != "" {
				t.Errorf("%s: HTML (-rendered +received)\n%s", c.LastName, d)
			}
			h := gomail.Header{Header: got.header}
			if subject, err := h.Subject(); err != nil || subject != rendered.Subject {
				t.Errorf("subject %q, rendered %q (%v)", subject, rendered.Subject, err)
			}
			to, err := h.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != c.Email || to[0].Name != oneLine(c.DisplayName()) {
				t.Errorf("To %v (%v), want %q %s", to, err, c.DisplayName(), c.Email)
			}
			from, err := h.AddressList("From")
			if err != nil || len(from) != 1 || from[0].Name != "La Boutique d’Élodie" || from[0].Address != "bonjour@boutique.example" {
				t.Errorf("From %v (%v)", from, err)
			}
			if date, err := h.Date(); err != nil || !date.Equal(headersFor(c).Date) {
				t.Errorf("Date %v (%v)", date, err)
			}
			for name, want := range map[string]string{
				"Message-Id":       headersFor(c).MessageID,
				"List-Unsubscribe": "<mailto:desabo@boutique.example?subject=unsubscribe%20" + m.spec.Name + ">",
				"Feedback-Id":      m.spec.Name + ":" + m.spec.Kind + ":blanche:boutique.example",
				"Mime-Version":     "1.0",
			} {
				if got := got.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if strings.Contains(got.html, "<script") || strings.Contains(got.html, "<img") {
				t.Errorf("a value of a contact made a tag:\n%s", got.html)
			}
		}
	}
}
