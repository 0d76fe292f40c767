package cli

import (
	"blanche/campaigns"
	"blanche/ui/config"

	"github.com/spf13/cobra"
)

func newConfigCmd(s *session) *cobra.Command {
	return s.group("config", newConfigShowCmd(s), newConfigCheckCmd(s))
}

// configOfTheMachine gives the settings to whoever may see all of them.
func (s *session) configOfTheMachine() (*config.Loaded, error) {
	if err := s.mayKnowTheMachine(); err != nil {
		return nil, err
	}
	return s.config()
}

//i18n:keys cli.origin.*
func newConfigShowCmd(s *session) *cobra.Command {
	var origin, asCSV *bool
	cmd := s.command("config show", nil, func(*cobra.Command, []string) error {
		set, err := s.configOfTheMachine()
		if err != nil {
			return err
		}
		lines := set.Settings()
		g := &grid{columns: []column{left(s.p.T("cli.config.key"), "key"), left(s.p.T("cli.config.value"), "value")}}
		if *origin || *asCSV {
			g.columns = append(g.columns, left(s.p.T("cli.config.origin"), "origin"), left(s.p.T("cli.config.source"), "source"))
		}
		for _, l := range lines {
			cells, raw := []string{l.Key, l.Text()}, []string{l.Key, l.Text()}
			if *origin || *asCSV {
				cells = append(cells, s.p.T("cli.origin."+string(l.Origin)), l.Source)
				raw = append(raw, string(l.Origin), l.Source)
			}
			g.addBoth(cells, raw)
		}
		return s.show(lines, *asCSV, g)
	})
	origin = s.boolFlag(cmd, "origin")
	asCSV = s.csvFlag(cmd)
	return cmd
}

// configCheckJSON is `blanche config check --json`.
type configCheckJSON struct {
	File     string   `json:"file"`
	Exists   bool     `json:"exists"`
	Warnings []string `json:"warnings"`

	// Signature is what signing costs and what to publish; nil when nothing is
	// signed here.
	Signature *signatureJSON `json:"signature,omitempty"`
}

type signatureJSON struct {
	MicrosecondsPerMessage int64                  `json:"microseconds_per_message"`
	Records                []campaigns.DKIMRecord `json:"records"`
}

// signature measures what signing costs on this machine, now.
func (s *session) signature(set *config.Loaded) (*signatureJSON, error) {
	if !set.Config.DKIM.On() {
		return nil, nil
	}
	cost, err := set.Config.DKIM.Cost(s.Now)
	if err != nil {
		return nil, err
	}
	records, err := set.Config.DKIM.Records()
	return &signatureJSON{max(1, cost.Microseconds()), records}, err
}

func newConfigCheckCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("config check", nil, func(*cobra.Command, []string) error {
		set, err := s.configOfTheMachine()
		if err != nil {
			return err
		}
		warnings := s.missingSettings(set)
		signature, err := s.signature(set)
		if err != nil {
			return err
		}
		out := configCheckJSON{File: set.Paths.Config, Exists: set.Paths.Written, Warnings: orEmpty(warnings), Signature: signature}
		return s.answer(out, *asCSV, func() error {
			if set.Paths.Written {
				s.say(s.p.T("cli.config.good", "file", set.Paths.Config))
			} else {
				s.say(s.p.T("cli.config.none", "file", set.Paths.Config))
			}
			if signature != nil {
				us := signature.MicrosecondsPerMessage
				s.say(s.p.T("cli.config.signs", "cost", us, "rate", 1_000_000/us))
				for _, r := range signature.Records {
					s.say("  " + r.Line)
				}
			}
			for _, w := range warnings {
				s.say(s.p.T("cli.roi.guard", "level", s.p.T("cli.level.warn"), "message", w))
			}
			return nil
		})
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// missingSettings says what a real send would lack.
func (s *session) missingSettings(set *config.Loaded) []string {
	var out []string
	c := &set.Config
	if c.Sender.Name == "" || c.Sender.Address == "" {
		out = append(out, s.p.T("cli.config.no_sender"))
	}
	if c.Sender.Unsubscribe == "" {
		out = append(out, s.p.T("cli.config.no_unsubscribe"))
	}
	if c.Relay.URL == "" {
		out = append(out, s.p.T("cli.config.no_relay"))
	}
	return out
}
