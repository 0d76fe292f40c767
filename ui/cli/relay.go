package cli

import (
	"strings"

	"blanche/campaigns"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

// relayJSON is `relay check --json`.
type relayJSON struct {
	Address    string          `json:"address"`
	TLS        string          `json:"tls"`
	Extensions []string        `json:"extensions"`
	Auth       []string        `json:"auth"`
	Findings   []checkLineJSON `json:"findings"`
	Problem    *string         `json:"problem"`
}

func newRelayCmd(s *session) *cobra.Command {
	return s.group("relay", newRelayCheckCmd(s))
}

func newRelayCheckCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("relay check", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		r, err := desk.CheckRelay(cmd.Context())
		if err != nil {
			return err
		}
		if err := s.answer(s.asRelay(&r), *asCSV, func() error { return s.sayRelay(&r) }); err != nil {
			return err
		}
		if r.Problem == nil {
			s.note(s.p.T("cli.relay.good"))
		}
		return r.Problem
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) asRelay(r *campaigns.RelayReport) relayJSON {
	out := relayJSON{Address: r.Address, TLS: r.TLS, Extensions: orEmpty(r.Extensions), Auth: orEmpty(r.Auth), Findings: []checkLineJSON{}}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, checkLineJSON{f.Code, f.Level, s.p.T(f.Code, f.Args...), ""})
	}
	if r.Problem != nil {
		message, _ := say.Err(s.p, r.Problem)
		out.Problem = &message
	}
	return out
}

func (s *session) sayRelay(r *campaigns.RelayReport) error {
	p := s.p
	g := &grid{columns: []column{left("", ""), left("", "")}}
	g.add(p.T("cli.relay.address"), r.Address)
	g.add("TLS", r.TLS)
	g.add(p.T("cli.relay.extensions"), strings.Join(r.Extensions, ", "))
	g.add(p.T("cli.relay.auth"), strings.Join(r.Auth, ", "))
	for _, f := range r.Findings {
		g.add(p.T("cli.level."+f.Level.String()), p.T(f.Code, f.Args...))
	}
	return g.write(s.Out)
}
