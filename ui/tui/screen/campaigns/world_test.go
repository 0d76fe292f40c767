package campaigns_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	desks "blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/store/open"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/campaigns"
	"blanche/ui/tui/tuitest"
)

// noon is the time of every test, in a zone that is not the machine's.
var noon = time.Date(2026, 11, 22, 14, 5, 0, 0, time.FixedZone("CET", 3600))

// world is a shop with its relay inside the process.
type world struct {
	desks.Desk
	relay *relay.Relay
	mail  *mailbox
}

// mailbox is what the relay kept.
type mailbox struct {
	mu   sync.Mutex
	kept []string
}

func (m *mailbox) keep(_, _ string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(m.kept, string(data))
}

func (m *mailbox) has(text string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.kept {
		if strings.Contains(d, text) {
			return true
		}
	}
	return false
}

// locked makes a source of entropy that several goroutines may read.
type locked struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *locked) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(b)
}

// empty is a real service on a new folder, that sends into a relay inside the
// process.
func empty(t *testing.T, behave relay.Behaviour) *world {
	t.Helper()
	ctx := context.Background()
	entropy := &locked{r: rand.NewChaCha8([32]byte{7})}
	now := func() time.Time { return noon }
	st, err := open.Open(ctx, open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: entropy, Now: now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	pipe, mail := relay.NewPipe(), &mailbox{}
	server := relay.Start(pipe, relay.Options{Behave: behave, Keep: mail.keep})
	cfg := desks.DefaultConfig()
	cfg.Shop, cfg.Zone = "Boutique des Lilas", noon.Location()
	cfg.Relay.URL, cfg.Relay.Connections = "smtp://localhost:25?tls=none", 2
	cfg.Sender = desks.Sender{
		Name: "Boutique des Lilas", Address: "1 rue des Lilas, 44000 Nantes", From: "La Boutique <bonjour@boutique.example>", Unsubscribe: "stop@boutique.example",
	}
	d, err := desks.Open(ctx, st, desks.Options{Config: cfg, Now: now, Rand: entropy, Sends: true, Dial: pipe.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
		_ = pipe.Close()
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return &world{Desk: d.As(model.Actor{Name: "paul", Role: model.Admin, From: "local"}), relay: server, mail: mail}
}

var towns = []string{"Nantes", "Rezé", "Évry", "Lyon"}

// shop is 120 people, one in five opposed or without a legal basis, half of
// whom bought.
func shop(t *testing.T, behave relay.Behaviour) *world {
	t.Helper()
	w := empty(t, behave)
	var people, unasked, orders strings.Builder
	people.WriteString("email;prénom;nom;ville;type\n")
	unasked.WriteString("email;prénom;nom;ville;type\n")
	orders.WriteString("id;email;date;total;statut\n")
	for i := range 120 {
		to := &people
		if i%10 == 9 {
			to = &unasked
		}
		fmt.Fprintf(to, "p%03d@client.example;Prénom%d;Nom%d;%s;b2c\n", i, i, i, towns[i%len(towns)])
		if i%2 == 0 {
			fmt.Fprintf(&orders, "%d;p%03d@client.example;%02d/10/2026;%d,50;paid\n", i, i, 1+i%28, 20+i)
		}
	}
	bring(t, w, "contacts", people.String(), model.BasisConsent)
	bring(t, w, "contacts", unasked.String(), model.BasisNone)
	bring(t, w, "orders", orders.String(), model.BasisNone)
	for i := 3; i < 120; i += 12 {
		if err := w.Oppose(t.Context(), fmt.Sprintf("p%03d@client.example", i), "téléphone"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Count(t.Context(), "all"); err != nil {
		t.Fatal(err)
	}
	return w
}

func bring(t *testing.T, d desks.Desk, kind, text string, basis model.Basis) {
	t.Helper()
	r := desks.ImportRequest{Kind: kind, Name: kind + ".csv", Source: strings.NewReader(text), Size: int64(len(text)), Basis: basis}
	if basis != model.BasisNone {
		r.BasisSource = "formulaire du site"
	}
	if _, err := d.Import(context.Background(), r); err != nil {
		t.Fatal(err)
	}
}

// letter is a campaign file.
func letter(name, title, more string) string {
	return "+++\nname = \"" + name + "\"\nkind = \"coupon\"\ntitle = \"" + title + "\"\naudience = 'ville = \"Nantes\" ou ville = \"Lyon\"'\n" +
		"subject = \"{{ contact.first_name | default: 'Bonjour' }}, −15 % jusqu’à dimanche\"\nlang = \"fr\"\n[holdout]\nshare = 0.2\n[measure]\nwindow_days = 14\nmargin = 0.4\n" +
		"[cost]\nfixed_cents = 64000\nper_message_cents = 2\n" + more + "+++\n" +
		"Bonjour {{ contact.first_name | default: 'à vous' }},\n\nPour les fêtes, **15 % de moins** sur toute la boutique jusqu’à dimanche.\n\n" +
		"[Voir la sélection](https://www.boutique.example/noel)\n\nLa Boutique des Lilas\n"
}

func keep(t *testing.T, d desks.Desk, source string) {
	t.Helper()
	if _, err := d.NewCampaign(t.Context(), []byte(source), nil); err != nil {
		t.Fatal(err)
	}
}

// sent starts a campaign and waits until it is done.
func sent(t *testing.T, d desks.Desk, name string) {
	t.Helper()
	list, err := d.CheckCampaign(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context(), name, list.Planned); err != nil {
		t.Fatal(err)
	}
	if st, err := d.Wait(t.Context(), name, 5*time.Millisecond, func(model.Status) {}); err != nil || st.State != model.Done {
		t.Fatalf("%s is %v, %v", name, st.State, err)
	}
}

// show is the screen over a desk.
func show(t *testing.T, d desks.Desk, lang string) *tuitest.Driver {
	t.Helper()
	x := tuitest.New(t, d, lang)
	x.Show(screen.Campaigns, campaigns.New(x.Session))
	x.Lines(120, 36)
	return x
}
