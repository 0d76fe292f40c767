package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newManCmd(s *session) *cobra.Command {
	return s.command("man", nil, func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprint(s.Out, s.manPage(cmd.Root()))
		return err
	})
}

// manPage is blanche(1), in the language of the session.
func (s *session) manPage(root *cobra.Command) string {
	var b strings.Builder
	p := s.p
	fmt.Fprintf(&b, ".TH %s 1\n.SH %s\n%s\n", strings.ToUpper(root.Name()), p.T("cli.man.name"), roff(root.Name()+" - "+root.Short))
	fmt.Fprintf(&b, ".SH %s\n.B blanche\n%s\n", p.T("cli.man.synopsis"), roff(p.T("cli.man.usage")))
	fmt.Fprintf(&b, ".SH %s\n", p.T("cli.man.options"))
	roffFlags(&b, root.PersistentFlags())
	fmt.Fprintf(&b, ".SH %s\n", p.T("cli.man.commands"))
	roffCommands(&b, root)
	fmt.Fprintf(&b, ".SH %s\n", p.T("cli.man.exit"))
	for _, line := range strings.Split(p.T("cli.man.codes"), "\n") {
		code, text, _ := strings.Cut(line, " ")
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", code, roff(text))
	}
	return b.String()
}

func roffCommands(b *strings.Builder, parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		if c.HasAvailableSubCommands() && c.Use == c.Name() {
			roffCommands(b, c)
			continue
		}
		fmt.Fprintf(b, ".SS %s\n%s\n", roff(c.UseLine()), roff(c.Short))
		roffFlags(b, c.LocalNonPersistentFlags())
		roffCommands(b, c)
	}
}

func roffFlags(b *strings.Builder, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff("--"+f.Name), roff(f.Usage))
	})
}

// roff writes a text so that no character of it is an instruction.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\\`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
