package campaigns

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"testing"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/compose"
	"blanche/model"
	"blanche/store/open"
)

// BenchmarkRender is what a writer does for one person of many: the record read,
// the message written into memory that is used again. The letter is that of
// bench send.
func BenchmarkRender(b *testing.B) {
	const people = 20_000
	ctx, now := context.Background(), time.Now()
	st, err := open.Open(ctx, open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	all := make([]model.Contact, people)
	for n := range all {
		all[n] = model.Contact{
			Email: fmt.Sprintf("client%07d@orange.example", n), FirstName: [...]string{"Léa", "Hugo", "Éléonore"}[n%3], LastName: fmt.Sprintf("Martin-%d", n%977),
			City: [...]string{"Nantes", "Évry"}[n%2], Postcode: fmt.Sprintf("%05d", 1000+n), Country: "FR", ExternalID: fmt.Sprintf("X%07d", n),
			Card: fmt.Sprintf("C%08d", n), Points: int64(n % 500), Basis: model.BasisConsent, BasisSource: "bench", BasisAt: now,
		}
	}
	if _, err := st.Contacts().Merge(ctx, all, now); err != nil {
		b.Fatal(err)
	}
	page, err := os.ReadFile("../ui/bench/letter/message.html")
	if err != nil {
		b.Skip("no letter: ", err)
	}
	spec := model.CampaignSpec{Name: "bench-1-0", Kind: "newsletter", Subject: "{{ contact.first_name | default: 'Bonjour' }}, la sélection de la semaine", Body: string(page), BodyHTML: true, Lang: "fr"}
	letter, err := compose.Compile(spec, compose.Sender{Name: "Boutique", Address: "12 rue des Lilas, 44000 Nantes", From: "bonjour@boutique.example", UnsubscribeMailto: "desabo@boutique.example"})
	if err != nil {
		b.Fatal(err)
	}
	m := newMessages(&Service{store: st})
	c := model.Campaign{ID: 1, Salt: "0123456789abcdef0123456789abcdef", Domain: "boutique.example", StartedAt: now, Spec: spec}
	m.by[wording{campaign: 1, version: 1}] = &written{campaign: c, message: letter, from: "bonjour@boutique.example", terms: audience.Terms{}}
	b.ReportAllocs()
	who := 0
	for b.Loop() {
		one, err := m.render(ctx, model.Claim{Campaign: 1, Contact: model.ContactID(who%people + 1)}, 1)
		if err != nil || one.Exclude != "" {
			b.Fatal(one.Exclude, err)
		}
		one.Recycle(one.Data)
		who++
	}
}

func TestTheMemoryOfMessagesThatHaveLeftIsBoundedHoweverLargeTheyAre(t *testing.T) {
	t.Parallel()
	var s spare
	s.put(make([]byte, 900))
	last := make([]byte, 900)
	s.put(last)
	if got := s.take(); len(got) != 0 || &got[:1][0] != &last[0] {
		t.Error("the last that came back is not used first")
	}
	for range 300 {
		s.put(make([]byte, 900, 512<<10))
	}
	kept := 0
	for b := s.take(); b != nil; b = s.take() {
		kept += cap(b)
	}
	if kept > keptMemory || kept < keptMemory/2 {
		t.Errorf("%d bytes are kept, of %d", kept, keptMemory)
	}
}
