package cli

import (
	"strings"

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

// namesLike proposes the names of campaigns, or of segments, where a command
// takes one. A folder that cannot be opened proposes nothing.
func (s *session) namesLike(path string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		if strings.HasPrefix(path, "segment ") {
			all, _ := desk.Segments(cmd.Context())
			for _, x := range all {
				names = append(names, x.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		}
		all, _ := desk.Campaigns(cmd.Context())
		for _, x := range all {
			names = append(names, x.Name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
