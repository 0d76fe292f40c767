package campaigns

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store/open"
)

// The names of everybody are read from the first letter of a rule on, so that the
// first count that asks for one does not wait: with a million people 2 ms instead
// of 400 to 900.
func TestTheNamesAreReadWhileARuleIsBegun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		lean func()
		want audience.Columns
	}{
		"a letter":                     {"l", nil, audience.Names},
		"nothing is typed":             {"", nil, 0}, // the control
		"where nobody looks":           {"l", func() {}, 0},
		"a whole rule asks for itself": {`city = "Nantes"`, nil, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, began := context.Background(), time.Now()
			now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).Add(time.Since(began)) }
			st, err := open.Open(ctx, open.Options{Dir: t.TempDir(), Rand: rand.Reader, Now: now, Command: "test"})
			if err != nil {
				t.Fatal(err)
			}
			s, err := Open(ctx, st, Options{Config: DefaultConfig(), Now: now, Rand: rand.Reader, Sends: true, Lean: c.lean})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Import(ctx, ImportRequest{Kind: "contacts", Name: "c.csv", Source: strings.NewReader("email;nom;ville\na@b.example;Durand;Nantes\n"), Basis: model.BasisConsent, BasisSource: "formulaire"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Count(ctx, "all"); err != nil {
				t.Fatal(err)
			}
			if c.text != "" {
				_, _ = s.Count(ctx, c.text)
			}
			time.Sleep(time.Second) // of the bubble
			synctest.Wait()
			if got := s.base.built.Load().base.Loaded() & audience.Names; got != c.want {
				t.Errorf("%s: %b are read, want %b", name, got, c.want)
			}
			if err := s.Close(ctx); err != nil {
				t.Error(err)
			}
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
