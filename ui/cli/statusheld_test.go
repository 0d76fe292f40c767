package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
)

func TestStatusSaysWhyNothingLeaves(t *testing.T) {
	t.Parallel()
	why, since := errors.New("connect: \x1b[31mrefused"), time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	running := func(by string) []model.Status {
		return []model.Status{{Name: "noel", State: model.Running, Sending: true}, {Name: "deux", State: model.Running, Sending: true, HeldBy: by}}
	}
	for name, c := range map[string]struct {
		today campaigns.Today
		want  map[string][]string
	}{
		"public":      {campaigns.Today{Public: campaigns.PublicAlarm{Why: why, Since: since}}, map[string][]string{"fr": {"personne ne pourrait dire non", "raison", "refused"}, "en": {"nobody could say no", "reason", "refused"}}},
		"oppositions": {campaigns.Today{Public: campaigns.PublicAlarm{Why: why, Unread: true, Since: since}}, map[string][]string{"fr": {"ceux qui ont dit non ne se lit pas"}, "en": {"said no cannot be read"}}},
		"disk":        {campaigns.Today{Running: running(model.HeldDisk)}, map[string][]string{"fr": {"le disque est presque plein"}, "en": {"disk"}}},
		"":            {campaigns.Today{Running: running("")}, nil}, // the control
	} {
		held := heldOf(&c.today)
		if by := ""; held != nil {
			if by = held.By; by != name {
				t.Errorf("%s: held by %s", name, by)
			}
		} else if name != "" {
			t.Errorf("%s: nothing is held", name)
		}
		for _, lang := range []string{"fr", "en"} {
			var out bytes.Buffer
			s := &session{p: i18n.New(lang), App: App{Out: &out}}
			if err := s.sayToday(&c.today, 3); err != nil {
				t.Fatal(err)
			}
			for _, part := range c.want[lang] {
				if !strings.Contains(out.String(), part) {
					t.Errorf("%s, %s: no %q in\n%s", name, lang, part, out.String())
				}
			}
			if said := out.String(); strings.Contains(said, "\x1b") || name == "" && strings.Contains(said, s.p.T("cli.status.held.disk")) {
				t.Errorf("%q, %s:\n%s", name, lang, said)
			}
		}
	}
}
