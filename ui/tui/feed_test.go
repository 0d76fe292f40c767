package tui

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/campaigns/bus"
	"blanche/model"
	"blanche/store/open"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/tuitest"
)

// house is a real service on a new folder, with three people in it.
func house(t *testing.T) *campaigns.Service {
	t.Helper()
	ctx := context.Background()
	entropy := rand.NewChaCha8([32]byte{9})
	st, err := open.Open(ctx, open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: entropy, Now: time.Now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := campaigns.Open(ctx, st, campaigns.Options{Config: campaigns.DefaultConfig(), Now: time.Now, Rand: entropy, Sends: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	file := "email;nom;ville\nmarie@example.com;Martin;Lyon\npaul@example.com;Petit;Nantes\nzoe@example.com;Zola;Paris\n"
	_, err = s.As(model.System()).Import(ctx, campaigns.ImportRequest{Kind: "contacts", Name: "c.csv", Source: strings.NewReader(file), Basis: model.BasisConsent, BasisSource: "site"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// attend runs the screens of somebody on a terminal until the test ends.
func attend(t *testing.T, desk campaigns.Desk) *terminal {
	t.Helper()
	out := newTerminal()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, desk, Options{Lang: "fr", Env: []string{"TERM=xterm-256color"}, Width: 120, Height: 36, Clock: time.Now, In: out.keys, Out: out})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	out.wait(t, "blanche")
	return out
}

// Two people on the screens of one service: what one does, the other sees, in
// the list and in a line, within a second.
func TestWhatOneDoesTheOtherSees(t *testing.T) {
	t.Parallel()
	s := house(t)
	ines := s.As(model.Actor{Name: "ines", Role: model.Maker, From: "192.0.2.7"})
	sophie := attend(t, s.As(model.Actor{Name: "sophie", Role: model.Manager, From: "local"}))
	other := attend(t, s.As(model.Actor{Name: "claire", Role: model.DPO, From: "local"}))
	sophie.typed("2")
	sophie.wait(t, "marie@example.com")
	other.typed("8")
	other.wait(t, "a import")
	sophie.forget()
	other.forget()
	c, err := ines.Contact(t.Context(), "marie@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ines.EditContact(t.Context(), c.ID, c.Version, []campaigns.FieldChange{{Field: "last_name", Value: "Durand"}}); err != nil {
		t.Fatal(err)
	}
	took := sophie.wait(t, "Durand")
	took += sophie.wait(t, "ines a modifi")
	took += other.wait(t, "a modifi")
	if took > time.Second && !testing.Short() {
		t.Logf("seen after %v", took) // the bar of one second is measured where the machine is known
	}
}

// The control: what one does oneself is not announced.
func TestWhatOneDoesOneselfIsNotAnnounced(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.heard(mailMsg{mail: bus.Mail{Facts: []bus.Fact{{Who: "sophie", Act: "campaign.pause", Object: "campaign:noel-15"}, {Who: "ines", Act: "session.open", Object: "session"}, {Who: "ines", Act: "of.tomorrow"}}}})
	if e, said := a.toasts.Current(a.s.Clock()); said {
		t.Errorf("said %q", e.Message)
	}
	a.heard(mailMsg{mail: bus.Mail{Facts: []bus.Fact{{Who: "ines", Act: "campaign.pause", Object: "campaign:noel-15"}}}})
	if e, _ := a.toasts.Current(a.s.Clock()); e.Message != "ines a mis en pause noel-15" {
		t.Errorf("said %q", e.Message)
	}
}

func TestAfterAResyncEverythingIsReadAgain(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	shop := a.s.Desk.(*tuitest.Shop)
	for _, id := range []screen.ID{screen.Team, screen.Today} {
		a.settle(a.show(id, ""))
	}
	shop.Team = append(shop.Team, model.Operator{Name: "nouvelle", Role: model.Viewer})
	shop.Figures.Customers = 777
	a.settle(a.heard(mailMsg{mail: bus.Mail{Resync: true}}))
	a.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	if !strings.Contains(a.text(), "777") {
		t.Errorf("the screen shown was not read again:\n%s", a.text())
	}
	a.settle(a.show(screen.Team, ""))
	if !strings.Contains(a.text(), "nouvelle") {
		t.Errorf("the other one neither:\n%s", a.text())
	}
}

// A burst of facts reads what is shown once, then once more when it is over.
func TestABurstOfFactsIsNotABurstOfReadings(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.settle(a.show(screen.Team, ""))
	readings := 0
	for range 50 {
		if cmd := a.heard(mailMsg{mail: bus.Mail{Facts: []bus.Fact{{Who: "ines", Act: "team.role", Object: "operator:paul"}}}}); cmd != nil {
			readings++
		}
	}
	if readings != 1 {
		t.Errorf("%d readings", readings)
	}
	a.later()
	if cmd := a.reload(); cmd == nil {
		t.Error("what came after the first reading is never read")
	}
}
