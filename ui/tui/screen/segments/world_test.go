package segments_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store/open"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/segments"
	"blanche/ui/tui/tuitest"
)

// noon is the time of every test.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// house is a desk, and the service that gives desks to others.
type house struct {
	campaigns.Desk
	service *campaigns.Service
}

// newHouse is a real service on a new folder.
func newHouse(t *testing.T) house {
	t.Helper()
	ctx := context.Background()
	now := func() time.Time { return noon }
	entropy := rand.NewChaCha8([32]byte{9})
	st, err := open.Open(ctx, open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: entropy, Now: now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := campaigns.Open(ctx, st, campaigns.Options{Config: campaigns.DefaultConfig(), Now: now, Rand: entropy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return house{d.As(model.Actor{Name: "paul", Role: model.Admin, From: "local"}), d}
}

// shop is forty people of three towns, some of whom bought, with three segments
// and a snapshot.
func shop(t *testing.T) house {
	t.Helper()
	h, ctx := newHouse(t), context.Background()
	var people, orders strings.Builder
	people.WriteString("email;prénom;nom;ville;tags\n")
	orders.WriteString("id;email;date;total;statut;canal\n")
	towns := []string{"Nantes", "Rezé", "Évry"}
	names := []string{"Hélène Évrard", "Anaïs Levrault", "Benoît Martin", "Zoé Ñandú"}
	for i := range 40 {
		first, last, _ := strings.Cut(names[i%len(names)], " ")
		fmt.Fprintf(&people, "p%02d@mail.example;%s;%s;%s;jardin\n", i, first, last, towns[i%3])
		for n := range i % 6 {
			day := noon.AddDate(0, 0, -7*i-30*n-1)
			fmt.Fprintf(&orders, "%d-%d;p%02d@mail.example;%s;%d,50;paid;web\n", i, n, i, day.Format("02/01/2006"), 10+7*i)
		}
	}
	for kind, text := range map[string]string{"contacts": people.String(), "orders": orders.String()} {
		r := campaigns.ImportRequest{Kind: kind, Name: kind + ".csv", Source: strings.NewReader(text), Size: int64(len(text)), OrderSource: "caisse"}
		if kind == "contacts" {
			r.Basis, r.BasisSource = model.BasisConsent, "formulaire du site"
		}
		if _, err := h.Import(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	must(t, h.Oppose(ctx, "p04@mail.example", "téléphone"))
	for name, rule := range map[string]string{
		"clients": "client", "nantes": `ville = "Nantes"`, "endormis": "client et dernier_achat < il y a 180j et non ville = « Évry »",
	} {
		_, err := h.SaveSegment(ctx, name, rule)
		must(t, err)
	}
	_, err := h.Freeze(ctx, "clients-2026-11-22", "clients")
	must(t, err)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func show(t *testing.T, d campaigns.Desk, lang string) *tuitest.Driver {
	t.Helper()
	x := tuitest.New(t, d, lang)
	x.Show(screen.Segments, segments.New(x.Session))
	x.Lines(120, 36)
	return x
}
