package cli

import (
	"context"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newCampaignNewCmd(s *session) *cobra.Command {
	var r recordFlags
	var dry *bool
	cmd := s.command("campaign new", []string{"[FILE]"}, func(cmd *cobra.Command, args []string) error {
		if *r.csv != "" && !*dry {
			return s.recordCampaign(cmd.Context(), &r)
		}
		if len(args) == 0 {
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", s.words("FILE"), "command", cmd.CommandPath()))
		}
		if *dry {
			return s.readOnly(cmd.Context(), args[0])
		}
		source, err := s.readInput(args[0])
		if err != nil {
			return err
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		c, err := desk.NewCampaign(cmd.Context(), source, s.beside(args[0]))
		if err != nil {
			return err
		}
		return s.sayCampaign(cmd.Context(), desk, c.Name, s.p.T("cli.campaign.next_check", "name", c.Name))
	})
	r, dry = s.recordFlags(cmd), s.dryFlag(cmd)
	return cmd
}

// readOnly reads a campaign file for its mistakes and counts its audience; it
// keeps nothing.
func (s *session) readOnly(ctx context.Context, file string) error {
	source, err := s.readInput(file)
	if err != nil {
		return err
	}
	spec, err := campaigns.ReadCampaign(source, s.beside(file))
	if err != nil {
		return err
	}
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	n, err := desk.Count(ctx, spec.Audience)
	if err != nil {
		return err
	}
	if s.global.json {
		return s.json(map[string]any{"name": spec.Name, "kind": spec.Kind, "matched": n.Matched, "sendable": n.Sendable})
	}
	s.say(s.p.T("cli.campaign.reads_well", "name", spec.Name, "matched", n.Matched, "sendable", n.Sendable))
	return nil
}

// recordFlags describe a campaign that another tool sent.
type recordFlags struct {
	csv, name, started *string
	window             *int
	margin, fixed, per *float64
}

func (s *session) recordFlags(cmd *cobra.Command) recordFlags {
	return recordFlags{
		csv: s.textFlag(cmd, "from-csv", ""), name: s.textFlag(cmd, "name", ""), started: s.textFlag(cmd, "started-at", ""),
		window: s.intFlag(cmd, "window-days", 0), margin: s.floatFlag(cmd, "margin", 0),
		fixed: s.floatFlag(cmd, "cost-fixed", 0), per: s.floatFlag(cmd, "cost-per-message", 0),
	}
}

// recordCampaign notes a campaign that another tool sent. Costs are in cents.
func (s *session) recordCampaign(ctx context.Context, f *recordFlags) error {
	set, err := s.config()
	if err != nil {
		return err
	}
	started, err := parseInstant(*f.started, set.Config.Zone)
	if err != nil {
		return model.Invalid("cli.bad_instant", "flag", "--started-at", "value", *f.started)
	}
	in, err := s.openInput(*f.csv)
	if err != nil {
		return err
	}
	defer func() { _ = in.close() }()
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	r := campaigns.RecordRequest{
		Name: *f.name, Source: in, StartedAt: started, WindowDays: *f.window, Margin: *f.margin,
		Fixed: model.Cents(*f.fixed), PerMessage: model.Cents(*f.per),
	}
	if r.WindowDays == 0 {
		r.WindowDays = set.Config.WindowDays
	}
	if r.Margin == 0 {
		r.Margin = set.Config.Margin
	}
	c, err := desk.RecordCampaign(ctx, r)
	if err != nil {
		return err
	}
	return s.sayCampaign(ctx, desk, c.Name, s.p.T("cli.campaign.next_roi", "name", c.Name))
}

// parseInstant reads a moment with its zone, or a day or an hour in the zone
// of the shop.
func parseInstant(text string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04", text, zone); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02", text, zone)
}

func newCampaignEditCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("campaign edit", []string{"NAME", "FILE"}, func(cmd *cobra.Command, args []string) error {
		if *dry {
			return s.readOnly(cmd.Context(), args[1])
		}
		source, err := s.readInput(args[1])
		if err != nil {
			return err
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		c, err := desk.EditCampaign(cmd.Context(), args[0], source, s.beside(args[1]))
		if err != nil {
			return err
		}
		return s.sayCampaign(cmd.Context(), desk, c.Name, "")
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newCampaignCloneCmd(s *session) *cobra.Command {
	var as *string
	var dry *bool
	cmd := s.command("campaign clone", []string{"NAME", "[NEW-NAME]"}, func(cmd *cobra.Command, args []string) error {
		name := *as
		if len(args) == 2 {
			name = args[1]
		}
		if name == "" {
			name = args[0] + "-2"
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if *dry {
			return s.sayCampaign(cmd.Context(), desk, args[0], s.p.T("cli.would_clone", "name", args[0], "as", name))
		}
		c, err := desk.CloneCampaign(cmd.Context(), args[0], name)
		if err != nil {
			return err
		}
		return s.sayCampaign(cmd.Context(), desk, c.Name, s.p.T("cli.campaign.next_check", "name", c.Name))
	})
	as, dry = s.textFlag(cmd, "as", ""), s.dryFlag(cmd)
	return cmd
}
