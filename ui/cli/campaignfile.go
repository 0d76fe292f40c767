package cli

import (
	"context"
	"errors"
	"math"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newCampaignNewCmd(s *session) *cobra.Command {
	var r recordFlags
	var dry *bool
	cmd := s.command("campaign new", []string{"[FILE]"}, func(cmd *cobra.Command, args []string) error {
		if *r.csv != "" {
			return s.recordCampaign(cmd, &r, *dry)
		}
		if len(args) == 0 {
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", s.words("FILE"), "command", cmd.CommandPath()))
		}
		if err := s.elsewhere(cmd.Context()); err != nil {
			return err
		}
		source, err := s.readInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		c, err := desk.NewCampaign(s.rehearsal(cmd.Context(), *dry), source, s.beside(args[0]))
		if err != nil {
			return s.inFile(err, args[0])
		}
		if *dry {
			return s.sayReads(cmd.Context(), desk, &c.Spec)
		}
		return s.sayCampaign(cmd.Context(), desk, c.Name, s.p.T("cli.campaign.next_check", "name", c.Name))
	})
	r, dry = s.recordFlags(cmd), s.dryFlag(cmd)
	return cmd
}

// inFile names the campaign file in an error that knows its lines only.
func (s *session) inFile(err error, file string) error {
	var e *model.Error
	if !errors.As(err, &e) || len(e.Args) < 2 || e.Args[0] != "file" || e.Args[1] != "" {
		return err
	}
	if file == "-" {
		file = s.p.T("cli.standard_input")
	}
	named := *e
	named.Args = append([]any{"file", file}, e.Args[2:]...)
	return &named
}

// sayReads says what a campaign file asks for, of whom it would be kept.
func (s *session) sayReads(ctx context.Context, desk campaigns.Desk, spec *model.CampaignSpec) error {
	n, err := desk.Count(ctx, spec.Audience)
	if err != nil {
		return err
	}
	if s.global.json {
		return s.json(map[string]any{"name": spec.Name, "kind": spec.Kind, "matched": n.Matched, "sendable": n.Sendable})
	}
	s.say(s.p.T("cli.campaign.reads_well", "name", spec.Name, "matched", n.Matched, "sendable", n.Sendable))
	s.wouldChange(true)
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

// cents is the value of a flag that gives an amount in whole cents.
func (s *session) cents(cmd *cobra.Command, flag string, value float64) (model.Cents, error) {
	if !(value >= 0 && value <= 1e12) || value != math.Trunc(value) {
		return 0, s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", flag, "value", decimal(value)))
	}
	return model.Cents(value), nil
}

// recordCampaign notes a campaign that another tool sent. Costs are in cents.
func (s *session) recordCampaign(cmd *cobra.Command, f *recordFlags, dry bool) error {
	ctx := cmd.Context()
	set, err := s.config()
	if err != nil {
		return err
	}
	r := campaigns.RecordRequest{Name: *f.name, WindowDays: *f.window, Margin: *f.margin}
	if r.Fixed, err = s.cents(cmd, "--cost-fixed", *f.fixed); err != nil {
		return err
	}
	if r.PerMessage, err = s.cents(cmd, "--cost-per-message", *f.per); err != nil {
		return err
	}
	if r.StartedAt, err = parseInstant(*f.started, set.Config.Zone); err != nil && *f.started != "" {
		return model.Invalid("cli.bad_instant", "flag", "--started-at", "value", *f.started)
	}
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	in, err := s.openInput(ctx, *f.csv)
	if err != nil {
		return err
	}
	defer func() { _ = in.close() }()
	r.Source = in
	c, err := desk.RecordCampaign(s.rehearsal(ctx, dry), r)
	if err != nil {
		return err
	}
	if dry {
		return s.sayRecorded(&c)
	}
	return s.sayCampaign(ctx, desk, c.Name, s.p.T("cli.campaign.next_roi", "name", c.Name))
}

// sayRecorded says what a dry run would record.
func (s *session) sayRecorded(c *model.Campaign) error {
	if s.global.json {
		return s.json(map[string]any{
			"name": c.Name, "started_at": c.StartedAt, "window_days": c.Spec.WindowDays, "margin": c.Spec.Margin,
			"fixed_cents": c.Spec.FixedCents, "per_message_cents": c.Spec.PerMessageCents,
		})
	}
	s.say(s.p.T("cli.campaign.would_record", "name", c.Name, "at", c.StartedAt))
	s.wouldChange(true)
	return nil
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
		if err := s.elsewhere(cmd.Context()); err != nil {
			return err
		}
		source, err := s.readInput(cmd.Context(), args[1])
		if err != nil {
			return err
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		c, err := desk.EditCampaign(s.rehearsal(cmd.Context(), *dry), args[0], source, s.beside(args[1]))
		if err != nil {
			return s.inFile(err, args[1])
		}
		if *dry {
			return s.sayReads(cmd.Context(), desk, &c.Spec)
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
		c, err := desk.CloneCampaign(s.rehearsal(cmd.Context(), *dry), args[0], name)
		if err != nil {
			return err
		}
		if *dry {
			return s.sayCampaign(cmd.Context(), desk, args[0], s.p.T("cli.would_clone", "name", args[0], "as", name))
		}
		return s.sayCampaign(cmd.Context(), desk, c.Name, s.p.T("cli.campaign.next_check", "name", c.Name))
	})
	as, dry = s.textFlag(cmd, "as", ""), s.dryFlag(cmd)
	return cmd
}
