package cli

import (
	"fmt"
	"strings"

	"blanche/ui/config"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newManCmd(s *session) *cobra.Command {
	return s.command("man", nil, func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprint(s.Out, s.manPage(cmd.Root()))
		return err
	})
}

// manPage is blanche(1), in the language of the session: the whole tree of
// commands on one page, where a search finds it.
func (s *session) manPage(root *cobra.Command) string {
	var b strings.Builder
	p, v := s.p, buildVersion()
	day, _, _ := strings.Cut(v.Date, "T")
	fmt.Fprintf(&b, "'\\\" -*- coding: utf-8 -*-\n.TH %s 1 %q %q %q\n", strings.ToUpper(root.Name()), day, "blanche "+v.Version, p.T("cli.man.title"))
	section := func(title, text string) { fmt.Fprintf(&b, ".SH %s\n%s\n", roff(title), text) }
	section(p.T("cli.man.name"), roff(root.Name())+` \- `+roff(root.Short))
	section(p.T("cli.man.synopsis"), ".B blanche\n"+roff(p.T("cli.man.usage")))
	section(p.T("cli.man.description"), roff(p.T("cli.man.about")))
	roffExample(&b, root.Example)
	section(p.T("cli.man.options"), p.T("cli.man.everywhere"))
	s.roffFlags(&b, root.PersistentFlags())
	section(p.T("cli.man.commands"), p.T("cli.man.two_names"))
	s.roffCommands(&b, root)
	section(p.T("cli.man.exit"), ".PD 0")
	roffList(&b, p.T("cli.man.codes"))
	b.WriteString(".PD\n")
	section(p.T("cli.man.environment"), roff(p.T("cli.man.precedence")))
	for _, key := range config.Keys() {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(config.Variable(key)), roff(key))
	}
	roffList(&b, p.T("cli.man.variables"))
	section(p.T("cli.man.files"), ".PD 0")
	roffList(&b, p.T("cli.man.places"))
	b.WriteString(".PD\n")
	section(p.T("cli.man.see"), roff(p.T("cli.man.also")))
	return b.String()
}

func (s *session) roffCommands(b *strings.Builder, parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		if c.HasAvailableSubCommands() && c.Use == c.Name() {
			s.roffCommands(b, c)
			continue
		}
		fmt.Fprintf(b, ".SS %s\n%s\n", roff(c.UseLine()), roff(c.Short))
		s.roffFlags(b, c.LocalNonPersistentFlags())
		roffExample(b, c.Example)
		s.roffCommands(b, c)
	}
}

func (s *session) roffFlags(b *strings.Builder, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := `\fB` + roff("--"+f.Name) + `\fR`
		if word := s.valueWord(f.Value.Type()); word != "" {
			name += ` \fI` + roff(word) + `\fR`
		}
		fmt.Fprintf(b, ".TP\n%s\n%s\n", name, roff(f.Usage))
	})
}

// roffExample shows commands as they are typed.
func roffExample(b *strings.Builder, lines string) {
	if lines == "" {
		return
	}
	b.WriteString(".PP\n.RS 4\n.nf\n")
	for line := range strings.SplitSeq(lines, "\n") {
		b.WriteString(roff(line) + "\n")
	}
	b.WriteString(".fi\n.RE\n")
}

// roffList writes lines of a word and what it means.
func roffList(b *strings.Builder, lines string) {
	for line := range strings.SplitSeq(lines, "\n") {
		word, text, _ := strings.Cut(line, " ")
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(word), roff(text))
	}
}

// roff writes a text so that no character of it is an instruction.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}
