package cli

import (
	"blanche/model"

	"github.com/spf13/cobra"
)

// newRootCmd is the whole tree of commands, for one session.
func newRootCmd(s *session) *cobra.Command {
	root := s.command("blanche", nil, nil)
	root.Use, root.Example = "blanche", s.p.T("cli.example.blanche")
	root.Args = s.unknownCommand
	root.RunE = s.dashboard
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(s.badFlag)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { s.sayHelp(cmd) })
	root.SetHelpCommand(s.newHelpCmd(root))
	s.addGlobalFlags(root)
	root.AddCommand(
		newStatusCmd(s), newImportCmd(s), newExportCmd(s), newContactCmd(s), newFeedbackCmd(s), newSegmentCmd(s), newCampaignCmd(s),
		newHoldoutCmd(s), newROICmd(s), newReportCmd(s), newRelayCmd(s), newLaneCmd(s), newVerifyCmd(s), newDemoCmd(s), newBenchCmd(s), newInitCmd(s), newServeCmd(s), newUserCmd(s), newTokenCmd(s), newHookCmd(s), newAuditCmd(s), newBackupCmd(s), newRestoreCmd(s), newArmCmd(s), newPrivacyCmd(s), newCompactCmd(s), newUpgradeCmd(s), newDoctorCmd(s),
		newConfigCmd(s), newPathsCmd(s), newManualCmd(s), newVersionCmd(s), newManCmd(s), newCompletionCmd(s),
	)
	completeAll(root)
	return root
}

// addGlobalFlags declares what scanGlobals has already read, so that help
// shows it and mistakes are found.
func (s *session) addGlobalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	var g globals
	flags.StringVar(&g.data, "data", "", s.p.T("cli.flag.data"))
	flags.StringVar(&g.lang, "lang", "", s.p.T("cli.flag.lang"))
	flags.BoolVar(&g.json, "json", false, s.p.T("cli.flag.json"))
	flags.BoolVar(&g.yes, "yes", false, s.p.T("cli.flag.yes"))
	flags.BoolVar(&g.noColor, "no-color", false, s.p.T("cli.flag.no_color"))
	flags.BoolVar(&g.readOnly, "read-only", false, s.p.T("cli.flag.read_only"))
	flags.BoolP("help", "h", false, s.p.T("cli.flag.help"))
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		s.doing = cmd.CommandPath()
		if g.lang != "" && g.lang != "fr" && g.lang != "en" {
			return s.seeHelp(cmd, model.Invalid("cli.unknown_language", "lang", g.lang))
		}
		return nil
	}
}

func (s *session) newHelpCmd(root *cobra.Command) *cobra.Command {
	c := s.command("help", []string{"[COMMAND…]"}, nil)
	c.Run, c.RunE = nil, func(cmd *cobra.Command, args []string) error {
		found, rest, err := root.Find(args)
		if err != nil || found == nil {
			return s.unknownCommand(root, args)
		}
		if len(rest) > 0 {
			return s.unknownCommand(found, rest)
		}
		s.sayHelp(found)
		return nil
	}
	return c
}
