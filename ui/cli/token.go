package cli

import (
	"strings"
	"time"

	"blanche/model"

	"github.com/spf13/cobra"
)

func newTokenCmd(s *session) *cobra.Command {
	return s.group("token", newTokenAddCmd(s), newTokenListCmd(s), newTokenRevokeCmd(s))
}

// tokenJSON is a token as scripts see it; the secret is there once, when it is
// made.
type tokenJSON struct {
	Name    string        `json:"name"`
	Scope   []model.Scope `json:"scope"`
	Created string        `json:"created"`
	Expires *string       `json:"expires"`
	Used    *string       `json:"used"`
	Idle    bool          `json:"idle"`
	Expired bool          `json:"expired"`
	By      string        `json:"by"`
	Token   string        `json:"token,omitempty"`
}

func toTokenJSON(t *model.Token, now time.Time) tokenJSON {
	when := func(at time.Time) *string {
		if at.IsZero() {
			return nil
		}
		text := at.Format(rfc3339)
		return &text
	}
	return tokenJSON{
		Name: t.Name, Scope: t.Scope, Created: t.Created.Format(rfc3339), Expires: when(t.Expires), Used: when(t.Used),
		Idle: t.Idle(now), Expired: t.Expired(now), By: t.By,
	}
}

func newTokenAddCmd(s *session) *cobra.Command {
	var scope *[]string
	var expires *string
	var dry *bool
	cmd := s.command("token add", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		var end time.Time
		if *expires != "" {
			day, err := time.ParseInLocation(time.DateOnly, *expires, desk.Now().Location())
			if err != nil {
				return s.seeHelp(cmd, model.Invalid("token.bad_date", "value", *expires))
			}
			end = day.AddDate(0, 0, 1) // through the day that is named
		}
		var scopes []model.Scope
		for _, one := range *scope {
			scopes = append(scopes, model.Scope(strings.TrimSpace(one)))
		}
		secret, t, err := desk.AddToken(s.rehearsal(cmd.Context(), *dry), args[0], scopes, end)
		if err != nil {
			return err
		}
		if s.global.json {
			out := toTokenJSON(&t, desk.Now())
			out.Token = secret
			return s.json(out)
		}
		if *dry {
			s.wouldChange(true)
			return nil
		}
		s.say(secret)
		s.note(s.p.T("token.once", "name", t.Name))
		return nil
	})
	scope, expires, dry = s.listFlag(cmd, "scope"), s.textFlag(cmd, "expires", ""), s.dryFlag(cmd)
	return cmd
}

func newTokenListCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("token list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		all, err := desk.Tokens(cmd.Context())
		if err != nil {
			return err
		}
		out := make([]tokenJSON, 0, len(all))
		for i := range all {
			out = append(out, toTokenJSON(&all[i], desk.Now()))
		}
		if len(all) == 0 && !s.global.json && !*asCSV {
			s.note(s.p.T("token.none"))
			return nil
		}
		return s.show(out, *asCSV, s.tokensTable(all, desk.Now()))
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) tokensTable(all []model.Token, now time.Time) *grid {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("token.col.name"), "name"), left(p.T("token.col.scope"), "scope"), left(p.T("token.col.expires"), "expires"), left(p.T("token.col.used"), "used"),
	}}
	raw := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format(rfc3339)
	}
	for i := range all {
		t := &all[i]
		var scopes []string
		for _, one := range t.Scope {
			scopes = append(scopes, string(one))
		}
		expires, used := p.T("token.never"), p.T("token.unused")
		if !t.Expires.IsZero() {
			expires = p.DateTime(t.Expires)
		}
		if !t.Used.IsZero() {
			used = p.DateTime(t.Used)
		}
		switch {
		case t.Expired(now):
			expires = p.T("token.over", "date", expires)
		case t.Idle(now):
			used = p.T("token.idle", "date", used)
		}
		g.addBoth([]string{t.Name, strings.Join(scopes, ", "), expires, used}, []string{t.Name, strings.Join(scopes, ","), raw(t.Expires), raw(t.Used)})
	}
	return g
}

func newTokenRevokeCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("token revoke", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.RevokeToken(s.rehearsal(cmd.Context(), *dry), args[0]); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{"revoked": args[0], "dry_run": *dry})
		}
		if *dry {
			s.wouldChange(true)
			return nil
		}
		s.say(s.p.T("token.revoked", "name", args[0]))
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}
