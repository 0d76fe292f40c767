package cli

import (
	"blanche/model"

	"github.com/spf13/cobra"
)

func newCompletionCmd(s *session) *cobra.Command {
	c := s.command("completion", []string{"bash|zsh|fish|powershell"}, func(cmd *cobra.Command, args []string) error {
		root := cmd.Root()
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(s.Out, true)
		case "zsh":
			return root.GenZshCompletion(s.Out)
		case "fish":
			return root.GenFishCompletion(s.Out, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(s.Out)
		}
		return s.seeHelp(cmd, model.Invalid("cli.unknown_shell", "shell", args[0]))
	})
	c.ValidArgs = []string{"bash", "zsh", "fish", "powershell"}
	return c
}
