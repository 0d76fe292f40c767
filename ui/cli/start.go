package cli

import (
	"context"
	"errors"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newCampaignStartCmd(s *session) *cobra.Command {
	var confirm *int
	var wait, dry, universal *bool
	var grace *time.Duration
	cmd := s.command("campaign start", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		count := *confirm
		if *dry {
			count = campaigns.Unset
		}
		if *grace < 0 {
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--grace", "value", grace.String()))
		}
		desk, err := s.use(cmd.Context(), *wait && count != campaigns.Unset)
		if err != nil {
			return err
		}
		ctx := cmd.Context()
		if *universal {
			ctx = campaigns.MailUniversal(ctx)
		}
		if err := desk.StartIn(ctx, args[0], count, *grace); err != nil {
			var planned *campaigns.ConfirmError
			if *dry && errors.As(err, &planned) {
				return s.sayPlanned(args[0], planned.Planned)
			}
			return err
		}
		return s.followStart(cmd.Context(), desk, args[0], *wait)
	})
	confirm = s.intFlag(cmd, "confirm", campaigns.Unset)
	grace = cmd.Flags().Duration("grace", 0, s.usage(cmd, "grace"))
	wait, dry, universal = s.boolFlag(cmd, "wait"), s.dryFlag(cmd), s.boolFlag(cmd, "mail-universal")
	return cmd
}

func newCampaignHoldCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("campaign hold", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		err := s.step(cmd.Context(), args[0], *dry, func(ctx context.Context, desk campaigns.Desk) error { return desk.Hold(ctx, args[0]) })
		if err == nil && !*dry && !s.global.json {
			s.note(s.p.T("cli.campaign.held", "name", args[0]))
		}
		return err
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newCampaignChooseCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("campaign choose", []string{"NAME", "VARIANT"}, func(cmd *cobra.Command, args []string) error {
		return s.step(cmd.Context(), args[0], *dry, func(ctx context.Context, desk campaigns.Desk) error {
			return desk.ChooseVariant(ctx, args[0], args[1])
		})
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func (s *session) sayPlanned(name string, planned int) error {
	if s.global.json {
		return s.json(map[string]any{"name": name, "planned": planned})
	}
	s.say(s.p.N("cli.campaign.would_reach", planned, "name", name))
	return nil
}

// followStart is follow for a campaign that may still be in its time of grace.
func (s *session) followStart(ctx context.Context, desk campaigns.Desk, name string, wait bool) error {
	st, err := desk.Status(ctx, name)
	if err != nil {
		return err
	}
	if st.LeavesAt == nil {
		return s.follow(ctx, desk, name, wait)
	}
	if !s.global.json {
		s.note(s.p.T("cli.campaign.leaves", "name", name, "at", s.p.Time(*st.LeavesAt)))
	}
	if !wait {
		return s.sayCampaign(ctx, desk, name, "")
	}
	if st, err = s.waitGrace(ctx, desk, name); ctx.Err() != nil {
		return s.leaveGrace(ctx, desk, name)
	}
	if err != nil {
		return err
	}
	if st.State.Launched() {
		return s.follow(ctx, desk, name, true)
	}
	if why := s.notLeft(desk, name); why != nil { // what was true when it was confirmed is not any more
		return why
	}
	if err := s.sayFinal(&st, false); err != nil {
		return err
	}
	if !s.global.json {
		s.note(s.p.T("cli.campaign.held", "name", name))
	}
	return nil
}

// waitGrace stays until a start has left its time of grace: launched, or
// stopped.
func (s *session) waitGrace(ctx context.Context, desk campaigns.Desk, name string) (model.Status, error) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		st, err := desk.Status(ctx, name)
		if err != nil || st.LeavesAt == nil {
			return st, err
		}
		if s.global.json && n%4 == 0 {
			_ = s.json(st)
		}
		select {
		case <-ctx.Done():
			return st, ctx.Err()
		case <-tick.C:
		}
	}
}

// leaveGrace ends a wait in the time of grace: nothing leaves. Inside a process
// that holds the data only the looking ends.
func (s *session) leaveGrace(ctx context.Context, desk campaigns.Desk, name string) error {
	if toldWhy(ctx) != nil || s.inside != nil {
		return s.leave(ctx, desk, name)
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	if err := desk.Hold(after, name); err != nil { // it left in the last moment
		return s.leave(ctx, desk, name)
	}
	if !s.global.json {
		s.note(s.p.T("cli.campaign.held", "name", name))
	}
	if errors.Is(context.Cause(ctx), errTerminated) {
		return nil
	}
	s.sayInterrupted()
	return ended(exitInterrupted)
}

// notLeft is why a start did not happen when its time of grace was over, nil
// when a person stopped it.
func (s *session) notLeft(desk campaigns.Desk, name string) error {
	for _, e := range desk.Live().Events {
		if e.Campaign == name && e.Level == model.LevelStop {
			return model.Refused("cli.campaign.not_left", "name", name, "why", i18n.Raw(say.Event(s.p, e))).Hint("cli.campaign.check_it", "name", name)
		}
	}
	return nil
}
