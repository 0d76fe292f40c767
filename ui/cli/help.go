package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sayHelp writes the help of a command: what it does, how it is written, its
// commands, its flags, an example.
func (s *session) sayHelp(cmd *cobra.Command) {
	s.say(cmd.Short, "", s.p.T("cli.help.usage"))
	if cmd.Runnable() && !cmd.HasAvailableSubCommands() || cmd.Use != cmd.Name() {
		s.say("  " + cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		s.say("  "+cmd.CommandPath()+" "+s.p.T("cli.help.command"), "", s.p.T("cli.help.commands"))
		s.sayCommands(cmd)
	}
	if len(cmd.Aliases) > 0 {
		s.say("", s.p.T("cli.help.aliases", "names", strings.Join(cmd.Aliases, ", ")))
	}
	if cmd.Example != "" {
		s.say("", s.p.T("cli.help.example"))
		for line := range strings.Lines(cmd.Example) {
			s.say("  " + strings.TrimRight(line, "\n"))
		}
	}
	s.sayFlags(s.p.T("cli.help.flags"), cmd.LocalNonPersistentFlags())
	s.sayFlags(s.p.T("cli.help.global"), cmd.Root().PersistentFlags())
}

// valueWord stands for the value of a flag; nothing for one that has none.
func (s *session) valueWord(kind string) string {
	switch kind {
	case "bool":
		return ""
	case "int", "uint64", "float64":
		return s.p.T("cli.arg.n")
	case "duration":
		return s.p.T("cli.arg.duration")
	}
	return s.p.T("cli.arg.value")
}

func (s *session) sayCommands(cmd *cobra.Command) {
	g := &grid{columns: []column{left("", ""), left("", "")}}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			g.add("  "+c.Name(), c.Short)
		}
	}
	_ = g.write(s.Out)
}

func (s *session) sayFlags(title string, flags *pflag.FlagSet) {
	g := &grid{columns: []column{left("", ""), left("", "")}}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "  --" + f.Name
		if word := s.valueWord(f.Value.Type()); word != "" {
			name += " " + word
		}
		text := f.Usage
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" && d != "-1" {
			text += " (" + d + ")"
		}
		g.add(name, text)
	})
	if len(g.rows) > 0 {
		s.say("", title)
		_ = g.write(s.Out)
	}
}
