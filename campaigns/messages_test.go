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
	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store/open"
)

// BenchmarkRender is what a writer does for one person of many: the record read,
// the message written into memory that is used again. The letter is that of
// bench send, which has no public part; "links" is the same with one, for people
// who may be followed: an unsubscription of one click, nine links of the person's
// own, and an envelope sender of their own.
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
			Card: fmt.Sprintf("C%08d", n), Points: int64(n % 500), Basis: model.BasisConsent, BasisSource: "bench", BasisAt: now, Tracking: model.TrackingGranted,
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
	for _, links := range []bool{false, true} {
		s := &Service{store: st, cfg: DefaultConfig(), opt: Options{Now: time.Now}}
		s.cfg.Sender = Sender{Name: "Boutique", Address: "12 rue des Lilas, 44000 Nantes", From: "bonjour@boutique.example", Unsubscribe: "desabo@boutique.example"}
		if links {
			s.cfg.Public.URL, s.cfg.Sender.Bounces = "https://mail.boutique.example", "retours@boutique.example"
		}
		letter, err := compose.Compile(spec, s.sender())
		if err != nil {
			b.Fatal(err)
		}
		c := model.Campaign{ID: 1, Salt: "0123456789abcdef0123456789abcdef", Domain: "boutique.example", StartedAt: now, Spec: spec, Links: letter.Links()}
		w := &written{campaign: c, message: letter, from: "bonjour@boutique.example", terms: audience.Terms{}}
		if err := s.open(ctx, w); err != nil {
			b.Fatal(err)
		}
		m := newMessages(s)
		m.by[wording{campaign: 1, version: 1}] = w
		for _, handful := range []int{1, 8} { // read at once
			b.Run(fmt.Sprintf("links=%v/%d", links, handful), func(b *testing.B) { renderHandfuls(b, m, people, handful) })
		}
	}
}

// renderHandfuls writes messages to people who are read some at a time.
func renderHandfuls(b *testing.B, m *messages, people, handful int) {
	ctx, who, size := b.Context(), 0, 0
	claims, render := make([]model.Claim, handful), worker.Render(m.render)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i %= handful; i == 0 {
			for k := range claims {
				claims[k] = model.Claim{Campaign: 1, Contact: model.ContactID(who%people + 1)}
				who++
			}
		}
		if handful > 1 && i == 0 {
			render = m.together(ctx, claims)
		}
		one, err := render(ctx, claims[i], 1)
		if err != nil || one.Exclude != "" {
			b.Fatal(one.Exclude, err)
		}
		size = len(one.Data)
		one.Recycle(one.Data)
	}
	b.ReportMetric(float64(size), "bytes/msg")
}

func TestSeveralPeopleReadAtOnceGetWhatEachWouldAlone(t *testing.T) {
	t.Parallel()
	ctx, now := context.Background(), time.Now()
	st, err := open.Open(ctx, open.Options{Dir: t.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	all := make([]model.Contact, 6)
	for n := range all {
		all[n] = model.Contact{Email: fmt.Sprintf("client%d@orange.example", n), FirstName: "Zoé", Basis: model.BasisConsent, BasisSource: "test", BasisAt: now}
	}
	all[3].Basis = model.BasisNone
	if _, err := st.Contacts().Merge(ctx, all, now); err != nil {
		t.Fatal(err)
	}
	spec := model.CampaignSpec{Name: "n", Kind: "newsletter", Subject: "{{ contact.first_name }}", Body: "Bonjour {{ contact.email }}", Lang: "fr"}
	letter, err := compose.Compile(spec, compose.Sender{Name: "B", Address: "12 rue des Lilas", From: "b@boutique.example", UnsubscribeMailto: "d@boutique.example"})
	if err != nil {
		t.Fatal(err)
	}
	m := newMessages(&Service{store: st})
	c := model.Campaign{ID: 1, Salt: "0123456789abcdef0123456789abcdef", Domain: "boutique.example", StartedAt: now, Spec: spec}
	m.by[wording{campaign: 1, version: 1}] = &written{campaign: c, message: letter, from: "b@boutique.example", terms: audience.Terms{}}
	claims := []model.Claim{{Contact: 5}, {Contact: 99}, {Contact: 4}, {Contact: 1}, {Contact: 2}}
	for i := range claims {
		claims[i].Campaign = 1
	}
	render, written := m.together(ctx, claims), 0
	for _, claim := range claims {
		got, err1 := render(ctx, claim, 1)
		alone, err2 := m.render(ctx, claim, 1)
		if err1 != nil || err2 != nil || got.To != alone.To || got.Exclude != alone.Exclude || string(got.Data) != string(alone.Data) {
			t.Errorf("%v: %q %q %v, alone %q %q %v", claim.Contact, got.To, got.Exclude, err1, alone.To, alone.Exclude, err2)
		}
		if got.Exclude == "" {
			written++
		}
	}
	if written != 3 {
		t.Errorf("%d are written to", written)
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
