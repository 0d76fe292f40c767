package cli

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/i18n"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// runner is what a command does.
type runner func(cmd *cobra.Command, args []string) error

// command makes a command. path is its place in the tree ("campaign start"):
// the short text, the example and the alias come from the catalogue under it.
// args are the names of its arguments, in upper case; one in brackets may be
// missing, one that ends in dots may be repeated.
//
//i18n:keys cli.short.*
//i18n:keys cli.example.*
func (s *session) command(path string, args []string, run runner) *cobra.Command {
	name := path[strings.LastIndexByte(path, ' ')+1:]
	key := strings.NewReplacer(" ", "_", "-", "_").Replace(path)
	c := &cobra.Command{
		Use:     strings.TrimSpace(name + " " + s.words(strings.Join(args, " "))),
		Aliases: aliases(name, key),
		Short:   s.p.T("cli.short." + key),
		Args:    s.wants(args),
		RunE:    run,

		DisableFlagsInUseLine: true,
	}
	if len(args) > 0 && args[0] == "NAME" {
		c.ValidArgsFunction = s.namesLike(path)
	}
	if example := "cli.example." + key; s.p.Has(example) {
		c.Example = s.p.T(example)
	}
	return c
}

// words says the names of arguments in the language: [FILE] is [FICHIER].
//
//i18n:keys cli.arg.*
func (s *session) words(names string) string {
	return argument.ReplaceAllStringFunc(names, func(word string) string {
		if key := "cli.arg." + strings.ToLower(strings.ReplaceAll(word, "-", "_")); s.p.Has(key) {
			return s.p.T(key)
		}
		return word
	})
}

// argument is the name of an argument.
var argument = regexp.MustCompile(`[A-Z][A-Z-]*`)

// aliases are the names of a command in the languages of the catalogue: a
// French manager types « campagne lancer » whatever the language of the screen.
//
//i18n:keys cli.alias.*
func aliases(name, key string) []string {
	var out []string
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		if alias := "cli.alias." + key; p.Has(alias) && p.T(alias) != name {
			out = append(out, p.T(alias))
		}
	}
	return out
}

// group makes a command that only holds others: alone, it shows its help.
func (s *session) group(path string, children ...*cobra.Command) *cobra.Command {
	c := s.command(path, nil, nil)
	c.Args = s.unknownCommand
	c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	c.AddCommand(children...)
	return c
}

// wants checks the count of arguments and words the mistake.
func (s *session) wants(names []string) cobra.PositionalArgs {
	least, most := 0, len(names)
	for _, n := range names {
		if !strings.HasPrefix(n, "[") {
			least++
		}
		if strings.HasSuffix(strings.TrimSuffix(n, "]"), "…") {
			most = 1 << 30
		}
	}
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", s.words(strings.Trim(names[len(args)], "[]…")), "command", cmd.CommandPath()))
		case len(args) > most:
			return s.seeHelp(cmd, model.Invalid("cli.extra_argument", "value", args[most], "command", cmd.CommandPath()))
		}
		return nil
	}
}

func (s *session) seeHelp(cmd *cobra.Command, e *model.Error) error {
	return e.Hint("cli.see_help", "command", cmd.CommandPath())
}

// unknownCommand refuses a word that is no sub-command, with the nearest one.
func (s *session) unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := model.Invalid("cli.unknown_command", "word", args[0], "command", cmd.CommandPath())
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(append(names, c.Name()), c.Aliases...)
		}
	}
	if near, ok := config.Nearest(args[0], names); ok {
		return e.Hint("cli.did_you_mean", "word", cmd.CommandPath()+" "+near)
	}
	return s.seeHelp(cmd, e)
}

// badFlag words the mistakes of flags: unknown, without value, not readable.
func (s *session) badFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		e := model.Invalid("cli.unknown_flag", "flag", "--"+name, "command", cmd.CommandPath())
		if near, ok := config.Nearest(name, flagNames(cmd)); ok {
			return e.Hint("cli.did_you_mean", "word", "--"+near)
		}
		return s.seeHelp(cmd, e)
	case errors.As(err, &empty):
		return s.seeHelp(cmd, model.Invalid("cli.flag_without_value", "flag", "--"+empty.GetFlag().Name))
	case errors.As(err, &bad):
		return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--"+bad.GetFlag().Name, "value", bad.GetValue()))
	}
	return s.seeHelp(cmd, model.Invalid("cli.flags_unreadable", "detail", err.Error()))
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// The flags of a command. Their text is cli.flag.NAME, or
// cli.flag.COMMAND_NAME where a word means two things.
//
//i18n:keys cli.flag.*
func (s *session) usage(cmd *cobra.Command, name string) string {
	name = strings.ReplaceAll(name, "-", "_")
	if own := "cli.flag." + cmd.Name() + "_" + name; s.p.Has(own) {
		return s.p.T(own)
	}
	return s.p.T("cli.flag." + name)
}

func (s *session) boolFlag(cmd *cobra.Command, name string) *bool {
	return cmd.Flags().Bool(name, false, s.usage(cmd, name))
}

func (s *session) textFlag(cmd *cobra.Command, name, value string) *string {
	return cmd.Flags().String(name, value, s.usage(cmd, name))
}

func (s *session) intFlag(cmd *cobra.Command, name string, value int) *int {
	return cmd.Flags().Int(name, value, s.usage(cmd, name))
}

func (s *session) floatFlag(cmd *cobra.Command, name string, value float64) *float64 {
	return cmd.Flags().Float64(name, value, s.usage(cmd, name))
}

func (s *session) listFlag(cmd *cobra.Command, name string) *[]string {
	return cmd.Flags().StringSlice(name, nil, s.usage(cmd, name))
}

// csvFlag is --csv of the commands that read.
func (s *session) csvFlag(cmd *cobra.Command) *bool { return s.boolFlag(cmd, "csv") }

// dryFlag is --dry-run of the commands that write.
func (s *session) dryFlag(cmd *cobra.Command) *bool { return s.boolFlag(cmd, "dry-run") }

// rehearsal is the context of a command that writes: with --dry-run the desk
// refuses what it would refuse, and changes nothing.
func (s *session) rehearsal(ctx context.Context, dry bool) context.Context {
	if dry {
		return campaigns.Rehearse(ctx)
	}
	return ctx
}

// wouldChange ends what a dry run says to a person.
func (s *session) wouldChange(dry bool) {
	if dry && !s.global.json {
		s.note(s.p.T("cli.dry"))
	}
}
