package compose

import (
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// site is the public part of a test: addresses that say what they are for.
type site struct{}

func (site) Place(p Place) string { return "https://mail.boutique.example/" + placeNames[p] + "/TOKEN" }

func (site) Click(link int) string {
	return fmt.Sprintf("https://mail.boutique.example/c/TOKEN%d", link)
}

const linked = `# Bonjour

[Le cadeau](https://boutique.example/cadeau?a=1&b=2#ici) et [encore](https://boutique.example/cadeau?a=1&b=2#ici),
[le sien](https://boutique.example/{{ contact.card }}), [écrire](mailto:a@boutique.example), https://boutique.example/nu

{% if contact.city %}[Votre magasin](https://boutique.example/magasin){% endif %}

{% for t in contact.tags %}[{{ t }}](https://boutique.example/boucle){% endfor %}

[Autrement](https://boutique.example/x?utm_campaign=la-mienne) · [Choisir]({{ preferences_url }}) · [Lire]({{ browser_url }}) · [9]({{ answer_url }}?note=9)
`

func linkedMessage(t *testing.T, public string) *Message {
	t.Helper()
	m, err := Compile(model.CampaignSpec{Name: "noel-15", Kind: "newsletter", Lang: "fr", Subject: "Noël", Body: linked}, Sender{
		Name: "La Boutique", Address: "12 rue des Lilas", From: "La Boutique <bonjour@boutique.example>", UnsubscribeMailto: "desabo@boutique.example", Public: public,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func linkedPerson(followed bool) Person {
	return Person{
		Contact:     &model.Contact{ID: 7, Email: "elodie@maison.example", City: "Nantes", Card: "K7", Tags: []string{"vip"}},
		Unsubscribe: "https://mail.boutique.example/u/TOKEN", Door: site{}, Followed: followed,
	}
}

func TestLinksOfWhoRefusesAreRawAndOfWhoAgreesLeadThroughTheDoor(t *testing.T) {
	t.Parallel()
	m := linkedMessage(t, "https://mail.boutique.example")
	want := []string{
		"https://boutique.example/cadeau?a=1&b=2&utm_campaign=noel-15#ici", "https://boutique.example/nu?utm_campaign=noel-15",
		"https://boutique.example/magasin?utm_campaign=noel-15", "https://boutique.example/boucle?utm_campaign=noel-15",
		"https://boutique.example/x?utm_campaign=la-mienne",
	}
	if diff := cmp.Diff(want, m.Links()); diff != "" {
		t.Fatalf("links (-want +got):\n%s", diff)
	}
	raw, err := m.Render(linkedPerson(false))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{raw.HTML, raw.Text} {
		if strings.Contains(s, "/c/TOKEN") {
			t.Errorf("somebody who refused is followed:\n%s", s)
		}
	}
	for _, link := range []string{
		"https://boutique.example/cadeau?a=1&amp;b=2&amp;utm_campaign=noel-15#ici", "https://boutique.example/K7\"",
		"https://mail.boutique.example/preferences_url/TOKEN", "https://mail.boutique.example/browser_url/TOKEN", "https://mail.boutique.example/answer_url/TOKEN?note=9",
	} {
		if !strings.Contains(raw.HTML, link) {
			t.Errorf("no %s in\n%s", link, raw.HTML)
		}
	}
	followed, err := m.Render(linkedPerson(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 3, 5} {
		if link := fmt.Sprintf(`href="https://mail.boutique.example/c/TOKEN%d"`, n); !strings.Contains(followed.HTML, link) {
			t.Errorf("no %s in\n%s", link, followed.HTML)
		}
	}
	if strings.Contains(followed.HTML, "TOKEN4") || !strings.Contains(followed.HTML, "https://boutique.example/K7") {
		t.Error("a link that is of one person, or of a loop, is followed")
	}
	if !strings.Contains(followed.HTML, ">https://boutique.example/nu</a>") {
		t.Error("an address that is read is not what was written")
	}
}

func TestWithoutAPublicPartNothingOfALinkChanges(t *testing.T) {
	t.Parallel()
	m := linkedMessage(t, "")
	if len(m.Links()) != 0 {
		t.Error(m.Links())
	}
	p := linkedPerson(false)
	p.Door, p.Unsubscribe = nil, ""
	r, err := m.Render(p)
	if err != nil || strings.Contains(r.HTML, "utm_campaign=noel") || !strings.Contains(r.HTML, "https://boutique.example/nu\"") {
		t.Errorf("%v\n%s", err, r.HTML)
	}
}

func TestAMessageThatIsFollowedDecodesToWhatIsRendered(t *testing.T) {
	t.Parallel()
	for _, site := range []string{"https://mail.boutique.example", "http://127.0.0.1:8025"} { // the second is a trial on this machine
		decodesToWhatIsRendered(t, site)
	}
}

func decodesToWhatIsRendered(t *testing.T, site string) {
	t.Helper()
	m := linkedMessage(t, site)
	for _, followed := range []bool{true, false} {
		p := linkedPerson(followed)
		p.Unsubscribe = site + "/u/TOKEN"
		eml, err := m.Build(p, Headers{MessageID: "<a@boutique.example>", Date: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Render(p)
		if err != nil {
			t.Fatal(err)
		}
		html, text, head := partsOf(t, string(eml))
		if html != want.HTML || text != want.Text {
			t.Errorf("followed %v: what is sent is not what is rendered\n%s", followed, cmp.Diff(want.HTML+want.Text, html+text))
		}
		if got := head.Get("List-Unsubscribe"); got != "<"+site+"/u/TOKEN>, <mailto:desabo@boutique.example?subject=unsubscribe%20noel-15>" {
			t.Errorf("List-Unsubscribe: %s", got)
		}
		if got := head.Get("List-Unsubscribe-Post"); got != "List-Unsubscribe=One-Click" {
			t.Errorf("List-Unsubscribe-Post: %s", got)
		}
	}
}

func partsOf(t *testing.T, eml string) (html, text string, head mail.Header) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(eml))
	if err != nil {
		t.Fatal(err)
	}
	_, boundary, _ := strings.Cut(m.Header.Get("Content-Type"), `boundary="`)
	r := multipart.NewReader(m.Body, strings.TrimSuffix(boundary, `"`))
	var bodies []string
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	if len(bodies) != 2 {
		t.Fatalf("%d parts", len(bodies))
	}
	return bodies[1], bodies[0], m.Header
}
