package cli

import (
	"blanche/ui/safe"

	"github.com/spf13/cobra"
)

func newVerifyCmd(s *session) *cobra.Command {
	return s.command("verify", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		h, err := desk.Check(cmd.Context())
		if err != nil {
			return err
		}
		h.Damaged = orEmpty(h.Damaged)
		if s.global.json {
			if err := s.json(h); err != nil {
				return err
			}
		} else {
			s.say(s.p.T("cli.verify.read", "contacts", h.Contacts, "orders", h.Orders, "schema", h.Schema))
			for _, d := range h.Damaged {
				s.say(safe.Text(d))
			}
			s.say(s.p.N("cli.verify.damaged", len(h.Damaged)))
		}
		if len(h.Damaged) > 0 {
			return ended(exitFailure)
		}
		return nil
	})
}
