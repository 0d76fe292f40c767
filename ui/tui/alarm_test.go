package tui

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
	"blanche/ui/i18n"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
)

// doors are the two things without which nobody could say no.
type doors struct {
	store.Store
	site, list atomic.Bool // shut
}

var errShut = errors.New("connect: connection refused")

func (d *doors) reach(context.Context, string) error {
	if d.site.Load() {
		return errShut
	}
	return nil
}

func (d *doors) Suppressions() store.Suppressions { return suppressions{d.Store.Suppressions(), d} }

type suppressions struct {
	store.Suppressions
	of *doors
}

func (s suppressions) Get(ctx context.Context, email string) (model.Suppression, bool, error) {
	if s.of.list.Load() {
		return model.Suppression{}, false, errShut
	}
	return s.Suppressions.Get(ctx, email)
}

// sending is a dashboard over a real service that sends a campaign slowly, in a
// bubble of time.
func sending(t *testing.T, lang string, test func(*App, *doors)) {
	synctest.Test(t, func(t *testing.T) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ctx, began := context.Background(), time.Now()
		now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).Add(time.Since(began)) }
		pipe := relay.NewPipe()
		r := relay.Start(pipe, relay.Options{})
		defer func() { r.Close(); _ = pipe.Close() }()
		cfg := campaigns.DefaultConfig()
		cfg.Lang, cfg.Zone = "fr", time.UTC
		cfg.Sender = campaigns.Sender{Name: "La Boutique", Address: "12 rue des Lilas", From: "La Boutique <bonjour@boutique.example>", Unsubscribe: "stop@boutique.example"}
		cfg.Relay = campaigns.Relay{URL: "smtp://localhost:25?tls=none", Connections: 2}
		cfg.Public = campaigns.Public{URL: "https://mail.boutique.example"}
		st, err := open.Open(ctx, open.Options{Dir: t.TempDir(), Rand: rand.Reader, Now: now, Command: "test"})
		must(err)
		d := &doors{Store: st}
		s, err := campaigns.Open(ctx, d, campaigns.Options{Config: cfg, Now: now, Rand: rand.Reader, Sends: true, Dial: pipe.Dial, Reach: d.reach})
		must(err)
		defer func() { must(s.Close(ctx)); must(st.Close()) }()
		var people strings.Builder
		people.WriteString("email\n")
		for i := range 400 {
			fmt.Fprintf(&people, "p%03d@clients.example\n", i)
		}
		_, err = s.Import(ctx, campaigns.ImportRequest{Kind: "contacts", Name: "c.csv", Source: strings.NewReader(people.String()), Basis: model.BasisConsent, BasisSource: "formulaire"})
		must(err)
		_, err = s.NewCampaign(ctx, []byte("+++\nname = \"noel\"\nkind = \"newsletter\"\ntitle = \"Noël\"\naudience = 'all'\nsubject = \"Bonjour\"\n[holdout]\nshare = 0.0\n[send]\nrate = 1\n+++\nBonjour\n"), nil)
		must(err)
		list, err := s.CheckCampaign(ctx, "noel")
		must(err)
		must(s.Start(ctx, "noel", list.Planned))
		a := newApp(&screen.Session{
			Ctx: ctx, Desk: s.As(model.Actor{Name: "paul", Role: model.Admin, From: "local"}), P: i18n.New(lang), Clock: now, Th: theme.New(theme.Options{Profile: colorprofile.NoTTY}),
		}, Options{Lang: lang, Holder: true, In: strings.NewReader(""), Out: io.Discard})
		test(a, d)
		must(s.Cancel(ctx, "noel"))
	})
}

// after lets some time pass and shows a tab as it is then.
func (a *App) after(d time.Duration, id screen.ID) string {
	for ; d > 0; d -= liveEvery {
		time.Sleep(liveEvery)
		a.settle(a.refresh())
	}
	a.settle(a.show(id, ""))
	a.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	return ansi.Strip(strings.Join(a.lines(), "\n"))
}

func TestWhenNobodyCouldSayNoEveryTabThatMattersSaysSoAndSendingStops(t *testing.T) {
	t.Parallel()
	words := map[string]map[string][2]string{ // by what is shut: Today, Live
		"site": {
			"fr": {"La partie publique ne répond plus", "personne ne pourrait dire non"},
			"en": {"The public part has not answered", "nobody could say no"},
		},
		"list": {
			"fr": {"Les refus ne se lisent plus", "la liste de ceux qui ont dit non ne se lit pas"},
			"en": {"Refusals cannot be read", "the list of those who said no cannot be read"},
		},
	}
	for shut, langs := range words {
		for lang, want := range langs {
			sending(t, lang, func(a *App, d *doors) {
				has := func(text, part string) bool { return strings.Contains(strings.Join(strings.Fields(text), " "), part) }
				none := func(when string) {
					if today, live := a.after(15*time.Second, screen.Today), a.after(0, screen.Live); has(today, want[0]) || has(live, want[1]) {
						t.Errorf("%s, %s: an alarm %s:\n%s\n%s", shut, lang, when, today, live)
					}
				}
				none("while everything answers") // the control
				door := map[string]*atomic.Bool{"site": &d.site, "list": &d.list}[shut]
				door.Store(true)
				today := a.after(15*time.Second, screen.Today)
				if !has(today, want[0]) || !has(today, "u "+a.s.P.T("today.do.public")) || !has(today, a.s.P.T("app.held")) {
					t.Errorf("%s, %s: today says\n%s", shut, lang, today)
				}
				a.pressAll("u")
				if a.active != screen.Public {
					t.Errorf("u opens %s", a.active)
				}
				live := a.after(time.Second, screen.Live)
				if !has(live, want[1]) || !has(live, "connection refused") {
					t.Errorf("%s, %s: live says\n%s", shut, lang, live)
				}
				before, err := a.s.Desk.Status(a.s.Ctx, "noel")
				a.after(time.Minute, screen.Today)
				st, again := a.s.Desk.Status(a.s.Ctx, "noel")
				if err != nil || again != nil || st.Accepted != before.Accepted || st.Accepted == 0 || st.Accepted == st.Planned {
					t.Errorf("%s: %d messages, then %d of %d; %v %v", shut, before.Accepted, st.Accepted, st.Planned, err, again)
				}
				door.Store(false)
				none("once it answers again")
				if st, _ = a.s.Desk.Status(a.s.Ctx, "noel"); st.Accepted <= before.Accepted || st.HeldBy != "" {
					t.Errorf("%s: it does not go on: %+v", shut, st)
				}
			})
		}
	}
}

func TestAnEditBegunInLiveComesBackToLive(t *testing.T) {
	t.Parallel()
	sending(t, "fr", func(a *App, _ *doors) {
		edit := func(from screen.ID, keys ...string) {
			t.Helper()
			a.settle(a.show(from, "noel"))
			a.pressAll(keys...)
			if !a.screens[screen.Campaigns].Captures() || a.active != screen.Campaigns {
				t.Fatalf("%v open no form, but %s", keys, a.active)
			}
		}
		if err := a.s.Desk.Pause(a.s.Ctx, "noel"); err != nil {
			t.Fatal(err)
		}
		a.after(time.Second, screen.Live)
		edit(screen.Live, "e")
		a.pressAll("esc")
		if a.active != screen.Live {
			t.Errorf("esc goes to %s", a.active)
		}
		edit(screen.Live, "e")
		a.pressAll("x", "ctrl+s")
		if a.active != screen.Live {
			t.Errorf("saving goes to %s", a.active)
		}
		edit(screen.Campaigns, "e") // the control
		a.pressAll("x", "ctrl+s")
		if a.active != screen.Campaigns {
			t.Errorf("saving an edit of the page goes to %s", a.active)
		}
		if c, err := a.s.Desk.Campaign(a.s.Ctx, "noel"); err != nil || len(c.Campaign.Versions) != 3 {
			t.Errorf("%d wordings, %v", len(c.Campaign.Versions), err)
		}
	})
}
