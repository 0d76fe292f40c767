package cli

import (
	"context"
	"errors"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// step does one thing to a campaign, or rehearses it, and says where it stands.
func (s *session) step(ctx context.Context, name string, dry bool, do func(context.Context, campaigns.Desk) error) error {
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	if err := do(s.rehearsal(ctx, dry), desk); err != nil {
		return err
	}
	defer s.wouldChange(dry)
	return s.sayCampaign(ctx, desk, name, "")
}

// stepCmd makes a command that is one step.
func (s *session) stepCmd(path string, do func(desk campaigns.Desk, ctx context.Context, name string) error) *cobra.Command {
	var dry *bool
	cmd := s.command(path, []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		return s.step(cmd.Context(), args[0], *dry, func(ctx context.Context, desk campaigns.Desk) error { return do(desk, ctx, args[0]) })
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newCampaignApproveCmd(s *session) *cobra.Command {
	return s.stepCmd("campaign approve", campaigns.Desk.Approve)
}

func newCampaignScheduleCmd(s *session) *cobra.Command {
	var dry, universal *bool
	cmd := s.command("campaign schedule", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		return s.step(cmd.Context(), args[0], *dry, func(ctx context.Context, desk campaigns.Desk) error {
			if *universal {
				ctx = campaigns.MailUniversal(ctx)
			}
			return desk.Schedule(ctx, args[0])
		})
	})
	dry, universal = s.dryFlag(cmd), s.boolFlag(cmd, "mail-universal")
	return cmd
}

func newCampaignPauseCmd(s *session) *cobra.Command {
	return s.stepCmd("campaign pause", campaigns.Desk.Pause)
}

func newCampaignCancelCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("campaign cancel", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		if *dry {
			return s.wouldCancel(cmd.Context(), args[0])
		}
		return s.step(cmd.Context(), args[0], false, func(ctx context.Context, desk campaigns.Desk) error {
			return s.cancel(ctx, desk, args[0])
		})
	})
	dry = s.dryFlag(cmd)
	return cmd
}

// cancel says what was gone already, and how many people get nothing.
func (s *session) cancel(ctx context.Context, desk campaigns.Desk, name string) error {
	st, err := desk.Status(ctx, name)
	if err != nil {
		return err
	}
	if err := desk.Cancel(ctx, name); err != nil || st.Planned == 0 || s.global.json {
		return err
	}
	was := st.Excluded
	if st, err = desk.Status(ctx, name); err != nil { // what was on the wire has ended meanwhile
		return err
	}
	s.say(s.p.N("cli.campaign.gone", st.Excluded-was, "gone", st.Accepted))
	return nil
}

// wouldCancelJSON is `campaign cancel --dry-run --json`: where the campaign
// stands, and what the command would make of it.
type wouldCancelJSON struct {
	model.Status
	Would struct {
		State    model.CampaignState `json:"state"`
		Excluded int                 `json:"excluded"` // so many people would get nothing
	} `json:"would"`
}

// wouldCancel says what a cancel would do, and does nothing.
func (s *session) wouldCancel(ctx context.Context, name string) error {
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	if err := desk.Cancel(s.rehearsal(ctx, true), name); err != nil {
		return err
	}
	out := wouldCancelJSON{}
	if out.Status, err = desk.Status(ctx, name); err != nil {
		return err
	}
	st := &out.Status
	out.Would.State, out.Would.Excluded = model.Cancelled, st.Waiting+st.Deferred
	if s.global.json {
		return s.json(out)
	}
	if st.Planned == 0 {
		s.say(s.p.T("cli.would_cancel_draft", "name", name))
	} else {
		s.say(s.p.N("cli.would_cancel", out.Would.Excluded, "name", name, "gone", st.Accepted))
	}
	s.wouldChange(true)
	return nil
}

func newCampaignResumeCmd(s *session) *cobra.Command {
	var wait, dry *bool
	cmd := s.command("campaign resume", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		if *dry {
			return s.step(cmd.Context(), args[0], true, func(ctx context.Context, desk campaigns.Desk) error {
				err := desk.Resume(ctx, args[0])
				if errors.Is(err, model.Busy("campaign.nobody_sends")) {
					return nil // what --wait is for
				}
				return err
			})
		}
		desk, err := s.use(cmd.Context(), *wait)
		if err != nil {
			return err
		}
		if err := desk.Resume(cmd.Context(), args[0]); err != nil {
			return err
		}
		return s.follow(cmd.Context(), desk, args[0], *wait)
	})
	wait, dry = s.boolFlag(cmd, "wait"), s.dryFlag(cmd)
	return cmd
}
