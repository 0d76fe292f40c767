package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/ssh"

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

// completeAll says, for the whole tree, what stands where a word is missing:
// the name of a command in the language of the session where its English name
// does not fit, nothing where a command takes no word, and the languages.
func completeAll(parent *cobra.Command) {
	if !parent.HasParent() {
		_ = parent.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]string{"fr", "en"}, cobra.ShellCompDirectiveNoFileComp))
	}
	for _, c := range parent.Commands() {
		completeAll(c)
	}
	switch {
	case parent.ValidArgsFunction != nil || len(parent.ValidArgs) > 0:
	case parent.HasSubCommands():
		parent.ValidArgsFunction = completeAlias
	case parent.Use == parent.Name():
		parent.ValidArgsFunction = cobra.NoFileCompletions
	}
}

// completeAlias proposes the other names of the commands of a group, where none
// of their first ones fits what was typed.
func completeAlias(group *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) > 0 || typed == "" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, c := range group.Commands() {
		if strings.HasPrefix(c.Name(), typed) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		for _, alias := range c.Aliases {
			if c.IsAvailableCommand() && strings.HasPrefix(alias, typed) {
				names = append(names, cobra.CompletionWithDesc(alias, c.Short))
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// attention is how long somebody who pressed Tab may wait.
const attention = time.Second

// namesLike proposes the names of campaigns, or of segments, where a command
// takes one. A folder that cannot be opened at once proposes nothing.
func (s *session) namesLike(path string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), attention)
		defer cancel()
		return s.names(ctx, strings.HasPrefix(path, "segment ")), cobra.ShellCompDirectiveNoFileComp
	}
}

// names are those of the segments, or of the campaigns.
func (s *session) names(ctx context.Context, segments bool) []string {
	desk, err := s.use(ctx, false)
	if errors.Is(err, errElsewhere) {
		return s.namesElsewhere(ctx, segments)
	}
	if err != nil {
		return nil
	}
	var names []string
	if segments {
		all, _ := desk.Segments(ctx)
		for _, x := range all {
			names = append(names, x.Name)
		}
		return names
	}
	all, _ := desk.Campaigns(ctx)
	for _, x := range all {
		names = append(names, x.Name)
	}
	return names
}

// namesElsewhere asks the process that holds the data.
func (s *session) namesElsewhere(ctx context.Context, segments bool) []string {
	defer func() { _ = s.holder.Close() }()
	noun := "campaign"
	if segments {
		noun = "segment"
	}
	var out bytes.Buffer
	call := ssh.Call{Argv: []string{noun, "list", "--json"}, In: strings.NewReader(""), Out: &out, Err: io.Discard}
	if code, err := s.holder.Run(ctx, call); err != nil || code != exitOK {
		return nil
	}
	var lines []struct {
		Name string `json:"name"`
	}
	_ = json.Unmarshal(out.Bytes(), &lines)
	var names []string
	for _, l := range lines {
		names = append(names, l.Name)
	}
	return names
}
