package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"blanche/campaigns/deliver/relay"

	"github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

// customer is one row of the public experiment of Kevin Hillstrom (2008), with
// the name that we give him.
type customer struct {
	email, first, last string
	recency            int
	history            string // euros, with a comma
	zip, newbie        string
	spend              int64 // cents, over the two weeks
	opposed            bool
}

// hillstrom reads the experiment, which lies outside of the project.
func hillstrom(t *testing.T) []customer {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "hillstrom", "hillstrom.csv.gz"))
	if err != nil {
		t.Skip("the Hillstrom data are not beside the project: ", err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// Letters that Windows-1252 has and Latin-1 has not among them: œ Œ Š ’.
	firsts := []string{"Zoé", "Cœline", "Noël", "Maÿlis", "Anaïs", "Élodie", "Jean-François", "Bérengère", "Œdipe"}
	lasts := []string{"Lefèvre", "L’Hôpital", "Garçon", "Šmol", "Müller", "de la Tour", "O'Brien"}
	people := make([]customer, 0, len(rows)-1)
	for i, r := range rows[1:] {
		recency, err := strconv.Atoi(r[0])
		spend, err2 := strconv.ParseFloat(r[11], 64)
		if err != nil || err2 != nil {
			t.Fatal(i, err, err2)
		}
		people = append(people, customer{
			email: fmt.Sprintf("c%d@hillstrom.example", i+1), first: firsts[i%len(firsts)], last: lasts[i%len(lasts)],
			recency: recency, history: strings.Replace(r[2], ".", ",", 1), zip: r[5], newbie: r[6],
			spend: int64(spend*100 + 0.5), opposed: i%41 == 0,
		})
	}
	return people
}

// contactsFile is the customers as French Excel writes them.
func contactsFile(t *testing.T, people []customer) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("Adresse e-mail;Prénom;Nom;Newsletter;recency;Dépenses 2025;zip_code;newbie;Avantage\r\n")
	for _, c := range people {
		newsletter := ""
		if c.opposed {
			newsletter = "non"
		}
		fmt.Fprintf(&b, "%s;%s;%s;%s;%d;%s;%s;%s;\"5 € dès 50 €\"\r\n", c.email, c.first, c.last, newsletter, c.recency, c.history, c.zip, c.newbie)
	}
	return windows1252(t, b.String())
}

func windows1252(t *testing.T, s string) []byte {
	t.Helper()
	b, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const hillstromCampaign = `+++
name = "noel-15"
kind = "coupon"
title = "Noël −15 %"
audience = 'depenses_2025 >= 150 and recency <= 4 and zip_code != "Rural"'
subject = "{{ contact.first_name | default: 'Bonjour' }}, −15 % jusqu'à dimanche"
lang = "fr"
[holdout]
share = 0.10
strata = ["zip_code", "newbie"]
[measure]
window_days = 14
margin = 0.40
[cost]
fixed_cents = 64000
per_message_cents = 1
+++
# Bonjour {{ contact.first_name }} {{ contact.last_name }}

Vos achats : {{ contact.depenses_2025 }}. Votre avantage : {{ contact.avantage }}.
`

// wanted is the segment of hillstromCampaign, read from the rows themselves.
func wanted(people []customer) (in []customer, opposed int) {
	for _, c := range people {
		history, _ := strconv.ParseFloat(strings.Replace(c.history, ",", ".", 1), 64)
		if history < 150 || c.recency > 4 || c.zip == "Rural" {
			continue
		}
		if c.opposed {
			opposed++
			continue
		}
		in = append(in, c)
	}
	return in, opposed
}

// mailbox keeps every message that a relay takes.
type mailbox struct {
	mu sync.Mutex
	by map[string][][]byte
}

func (m *mailbox) keep(_, to string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by[to] = append(m.by[to], data)
}

func TestHillstromFromFileToROI(t *testing.T) {
	t.Parallel()
	people := hillstrom(t)
	if raceDetector {
		people = people[:len(people)/4] // all of them in a run without the detector, see .ci/run
	}
	if testing.Short() {
		people = people[:8000]
	}
	s := newShop(t, "")
	box := &mailbox{by: map[string][][]byte{}}
	s.listen(relay.Options{Keep: box.keep})

	s.write("clients.csv", contactsFile(t, people))
	args := []string{"import", "contacts", "clients.csv", "--basis", "consent", "--source", "formulaire du site"}
	if got, want := answer[imported](s, args...), (imported{"windows-1252", ";", ",", len(people), len(people), 0, 0, 0, 0}); got != want {
		t.Fatalf("import: %+v, want %+v", got, want)
	}
	if got := answer[imported](s, args...); got.Created != 0 || got.Updated != 0 || got.Unchanged != len(people) {
		t.Errorf("the same file again: %+v", got)
	}

	in, opposed := wanted(people)
	s.write("noel.md", []byte(hillstromCampaign))
	s.run(0, "campaign", "new", "noel.md")
	held := (len(in) + 5) / 10 // a tenth, to the nearest person
	planned := strconv.Itoa(len(in) - held)
	s.run(5, "campaign", "start", "noel-15", "--wait")
	s.run(5, "campaign", "start", "noel-15", "--confirm", strconv.Itoa(len(in)), "--wait")
	if len(box.by) > 0 {
		t.Fatal("messages left before their number was confirmed")
	}
	for _, st := range answers[sent](t, s.run(0, "campaign", "start", "noel-15", "--confirm", planned, "--wait")) {
		if !st.adds() || st.Matched != len(in)+opposed || st.HeldOut != held {
			t.Errorf("off balance: %+v", st)
		}
	}
	if st := answer[sent](s, "campaign", "status", "noel-15"); st.State != "done" || st.Accepted != len(in)-held || !st.adds() {
		t.Errorf("at the end: %+v", st)
	}
	for _, list := range []string{"missing", "uncertain"} {
		if got := s.run(0, "campaign", list, "noel-15"); string(got) != "[]\n" {
			t.Errorf("%s: %.300s", list, got)
		}
	}
	left := heldOut(t, s, in, held)
	everyMessage(t, box, in, left)
	measured(t, s, people, in, left)
}

// heldOut checks the zone blanche against a second draw, and returns it.
func heldOut(t *testing.T, s *shop, in []customer, size int) map[string]bool {
	t.Helper()
	h := answer[struct {
		Salt    string
		Share   float64
		Members []struct {
			ID    int
			Email string
		}
	}](s, "holdout", "show", "noel-15")
	byEmail := map[string]customer{}
	for _, c := range in {
		byEmail[c.email] = c
	}
	var target []drawnPerson
	for _, c := range answer[[]struct {
		ID         int
		Email      string
		FirstName  string `json:"first_name"`
		LastName   string `json:"last_name"`
		Sendable   bool
		Attributes map[string]any
	}](s, "contact", "list", "--limit", "0", "--where", `depenses_2025 >= 150 and recency <= 4 and zip_code != "Rural"`) {
		who, ok := byEmail[c.Email]
		if ok != c.Sendable {
			t.Fatalf("%s: in the target %v, sendable %v", c.Email, ok, c.Sendable)
		}
		if !ok {
			continue
		}
		if c.FirstName != who.first || c.LastName != who.last || c.Attributes["avantage"] != "5 € dès 50 €" {
			t.Fatalf("%+v, want %+v", c, who)
		}
		target = append(target, drawnPerson{id: c.ID, email: c.Email, stratum: who.zip + who.newbie})
	}
	left := map[string]bool{}
	for _, m := range h.Members {
		left[m.Email] = true
	}
	if proof := answer[struct {
		Replayed bool
		Touched  int
	}](s, "holdout", "verify", "noel-15"); !proof.Replayed || proof.Touched != 0 {
		t.Errorf("the draw does not replay: %+v", proof)
	}
	if len(h.Salt) != 32 || len(left) != size || len(target) != len(in) {
		t.Errorf("salt %q, %d held out of %d, want %d of %d", h.Salt, len(left), len(target), size, len(in))
	}
	if diff := cmp.Diff(redraw(h.Salt, h.Share, target), left); diff != "" {
		t.Errorf("the second draw differs (-ours +theirs):\n%.2000s", diff)
	}
	return left
}

// everyMessage parses what was received: each planned person exactly once, with
// his own data, and the zone blanche never.
func everyMessage(t *testing.T, box *mailbox, in []customer, left map[string]bool) {
	t.Helper()
	ids := map[string]bool{}
	strangers := maps.Clone(box.by)
	for _, c := range in {
		messages := box.by[c.email]
		delete(strangers, c.email)
		if left[c.email] {
			if len(messages) != 0 {
				t.Fatalf("%s of the zone blanche got %d messages", c.email, len(messages))
			}
			continue
		}
		if len(messages) != 1 {
			t.Fatalf("%s got %d messages", c.email, len(messages))
		}
		id, err := readMessage(messages[0], c)
		if err != nil {
			t.Fatalf("the message to %s: %v\n%s", c.email, err, messages[0])
		}
		ids[id] = true
	}
	if len(strangers) > 0 {
		t.Errorf("%d strangers got a message", len(strangers))
	}
	if len(ids) != len(in)-len(left) {
		t.Errorf("%d Message-IDs for %d messages", len(ids), len(in)-len(left))
	}
}

// readMessage checks one message and returns its Message-ID.
func readMessage(data []byte, c customer) (string, error) {
	r, err := mail.CreateReader(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	to, err := r.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != c.email {
		return "", fmt.Errorf("to %v: %w", to, err)
	}
	subject, err := r.Header.Subject()
	if want := c.first + ", −15 % jusqu'à dimanche"; err != nil || subject != want {
		return "", fmt.Errorf("subject %q, want %q: %w", subject, want, err)
	}
	if l := r.Header.Get("List-Unsubscribe"); !strings.HasPrefix(l, "<mailto:desabo@boutique.example") {
		return "", fmt.Errorf("List-Unsubscribe %q", l)
	}
	seen := map[string]string{}
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			return "", err
		}
		kind, _, _ := part.Header.(*mail.InlineHeader).ContentType()
		seen[kind] = strings.ReplaceAll(string(body), "\u00a0", " ")
	}
	text := strings.Join(strings.Fields(seen["text/plain"]), " ")
	for _, part := range []string{c.first + " " + c.last, "5 € dès 50 €", "12 rue des Lilas", strings.Split(c.history, ",")[0]} {
		if !strings.Contains(text, part) {
			return "", fmt.Errorf("no %q in the text part", part)
		}
	}
	if !strings.Contains(seen["text/html"], c.first) {
		return "", fmt.Errorf("no first name in the HTML part")
	}
	return r.Header.MessageID()
}
