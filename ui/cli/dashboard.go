package cli

import (
	"blanche/model"

	"github.com/spf13/cobra"
)

// dashboard is `blanche` alone: the screens, in a process that sends.
func (s *session) dashboard(*cobra.Command, []string) error {
	if !s.InTerminal || !s.OutTerminal {
		return s.noTerminal("blanche status, blanche campaign list, blanche roi NAME --json")
	}
	return model.Refused("cli.dashboard_later")
}

// noTerminal says which commands work where there is no terminal.
func (s *session) noTerminal(commands string) error {
	return model.Invalid("cli.no_terminal").Hint("cli.without_terminal", "commands", commands)
}
