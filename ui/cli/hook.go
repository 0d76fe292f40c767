package cli

import (
	"context"
	"strconv"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newHookCmd(s *session) *cobra.Command {
	return s.group("hook", newHookListCmd(s), newHookRetryCmd(s), newHookDropCmd(s))
}

func newHookListCmd(s *session) *cobra.Command {
	var dead, asCSV *bool
	cmd := s.command("hook list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		all, err := desk.HookQueue(cmd.Context())
		if err != nil {
			return err
		}
		lines := make([]campaigns.HookLine, 0, len(all))
		for i := range all {
			if !*dead || all[i].State != campaigns.HookWaits {
				lines = append(lines, all[i])
			}
		}
		if len(lines) == 0 && !s.global.json && !*asCSV {
			s.note(s.p.T("hook.none"))
			return nil
		}
		return s.show(lines, *asCSV, s.hooksTable(lines))
	})
	dead, asCSV = s.boolFlag(cmd, "dead"), s.csvFlag(cmd)
	return cmd
}

//i18n:keys hook.state.*
func (s *session) hooksTable(all []campaigns.HookLine) *grid {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("hook.col.key"), "key"), left(p.T("hook.col.event"), "event"), left(p.T("hook.col.to"), "to"), left(p.T("hook.col.at"), "at"),
		right(p.T("hook.col.tries"), "tries"), left(p.T("hook.col.state"), "state"), left(p.T("hook.col.why"), "why"), left(p.T("hook.col.next"), "next"),
	}}
	for i := range all {
		l := &all[i]
		next, raw := "", ""
		if !l.Next.IsZero() {
			next, raw = p.DateTime(l.Next), l.Next.Format(rfc3339)
		}
		tries := strconv.Itoa(l.Tries)
		g.addBoth(
			[]string{l.Key, l.Event, l.To, p.DateTime(l.At), tries, p.T("hook.state." + l.State), hookWhy(s, l.Why), next},
			[]string{l.Key, l.Event, l.To, l.At.Format(rfc3339), tries, l.State, l.Why, raw})
	}
	return g
}

// hookWhy is a code for a person; the number of an answer speaks for itself.
//
//i18n:keys hook.why.*
func hookWhy(s *session, code string) string {
	if key := "hook.why." + code; s.p.Has(key) {
		return s.p.T(key)
	}
	return code
}

func newHookRetryCmd(s *session) *cobra.Command {
	c := hookChange{s: s, done: "retried", said: "hook.retried", do: func(ctx context.Context, d campaigns.Desk, keys []string) (int, error) {
		return d.RetryHooks(ctx, keys)
	}}
	return c.flags(s.command("hook retry", []string{"[KEY…]"}, c.runner()))
}

func newHookDropCmd(s *session) *cobra.Command {
	c := hookChange{s: s, done: "dropped", said: "hook.dropped", do: func(ctx context.Context, d campaigns.Desk, keys []string) (int, error) { return d.DropHooks(ctx, keys) }}
	return c.flags(s.command("hook drop", []string{"[KEY…]"}, c.runner()))
}

// hookChange is a command that does something to letters: some, or all that were
// given up.
type hookChange struct {
	s          *session
	done, said string
	do         func(context.Context, campaigns.Desk, []string) (int, error)
	all, dry   *bool
}

func (c *hookChange) flags(cmd *cobra.Command) *cobra.Command {
	c.all, c.dry = c.s.boolFlag(cmd, "all"), c.s.dryFlag(cmd)
	return cmd
}

func (c *hookChange) runner() runner {
	return func(cmd *cobra.Command, args []string) error {
		s := c.s
		if (len(args) == 0) != *c.all {
			return s.seeHelp(cmd, model.Invalid("hook.which"))
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		n, err := c.do(s.rehearsal(cmd.Context(), *c.dry), desk, args)
		if err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{c.done: n, "dry_run": *c.dry})
		}
		s.say(s.p.T(c.said, "n", n))
		if *c.dry {
			s.wouldChange(true)
		}
		return nil
	}
}
