package cli

import (
	"blanche/model"

	"github.com/spf13/cobra"
)

// dashboard is `blanche` alone: the screens, in a process that sends.
func (s *session) dashboard(*cobra.Command, []string) error {
	if !s.InTerminal || !s.OutTerminal {
		return model.Invalid("cli.no_terminal").Hint("cli.without_terminal")
	}
	return model.Refused("cli.dashboard_later")
}
