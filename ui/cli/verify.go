package cli

import (
	"blanche/ui/safe"

	"github.com/spf13/cobra"
)

func newVerifyCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("verify", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		h, err := desk.Check(cmd.Context())
		if err != nil {
			return err
		}
		h.Damaged = orEmpty(h.Damaged)
		err = s.answer(h, *asCSV, func() error {
			s.say(s.p.T("cli.verify.read", "contacts", h.Contacts, "orders", h.Orders, "schema", h.Schema))
			for _, d := range h.Damaged {
				s.say(safe.Text(d))
			}
			s.say(s.p.N("cli.verify.damaged", len(h.Damaged)))
			return nil
		})
		if err == nil && len(h.Damaged) > 0 {
			return ended(exitFailure)
		}
		return err
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}
