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

// follow stays until the campaign is done or paused, when asked to; else it
// says where the campaign stands.
func (s *session) follow(ctx context.Context, desk campaigns.Desk, name string, wait bool) error {
	if !wait {
		return s.sayCampaign(ctx, desk, name, "")
	}
	st, err := s.watch(ctx, desk, name, false, false)
	if ctx.Err() != nil {
		return s.leave(ctx, desk, name)
	}
	if err != nil {
		return err
	}
	if st.State == model.Paused && st.PausedWhy != "" {
		return model.Refused("cli.campaign.paused_by_guard", "name", name, "why", i18n.Raw(say.Paused(s.p, st.PausedWhy))).
			Hint("campaign.resume_with", "name", name)
	}
	return nil
}

// leave ends a wait that a person or the system stopped: no new message
// starts, what is on the wire ends, and the campaign says that it is paused.
// Inside a process that holds the data the send goes on: only the looking ends.
func (s *session) leave(ctx context.Context, desk campaigns.Desk, name string) error {
	if why := toldWhy(ctx); why != nil {
		return why
	}
	if s.inside != nil {
		if !s.global.json {
			s.note(s.p.T("cli.campaign.goes_on", "name", name))
		}
		s.sayInterrupted()
		return ended(exitInterrupted)
	}
	s.endsBy = time.Now().Add(closing)
	after, cancel := context.WithDeadline(context.WithoutCancel(ctx), s.endsBy.Add(-cutting))
	defer cancel()
	_ = desk.Pause(after, name) // it may be done already: the status below says so
	st, err := settled(after, desk, name)
	if err != nil {
		return err
	}
	if err := s.sayFinal(&st, false); err != nil {
		return err
	}
	if st.State == model.Paused && !s.global.json {
		s.note(s.p.T("campaign.resume_with", "name", name))
	}
	if errors.Is(context.Cause(ctx), errTerminated) {
		return nil
	}
	s.sayInterrupted()
	return ended(exitInterrupted)
}

// settled is the status of a campaign that has stopped, once nothing of it is
// on the wire: no later one contradicts it. When ctx ends first it is the last
// one seen.
func settled(ctx context.Context, desk campaigns.Desk, name string) (model.Status, error) {
	for {
		st, err := desk.Status(ctx, name)
		if err != nil || !st.Sending && st.InFlight == 0 {
			return st, err
		}
		select {
		case <-ctx.Done():
			return st, nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// every is how often a followed campaign is looked at: a person sees a bar
// move, a script reads one document a second.
func (s *session) every() time.Duration {
	if s.ErrTerminal && !s.global.json {
		return 250 * time.Millisecond
	}
	return time.Second
}

// watch shows a campaign until it is done or paused: a bar on a terminal, one
// status a second with --json, a line for each change with lines. The last word
// is the final status.
func (s *session) watch(ctx context.Context, desk campaigns.Desk, name string, asCSV, lines bool) (model.Status, error) {
	bar, last := s.newBar(), ""
	st, err := desk.Wait(ctx, name, s.every(), func(st model.Status) {
		if s.global.json {
			if st.State == model.Running && ctx.Err() == nil {
				_ = s.json(st)
			}
			return
		}
		if line := s.statusLine(&st); lines && st.State == model.Running && line != last {
			s.say(line)
			last = line
		}
		bar.set(st.Done(), s.p.N("cli.campaign.bar", st.Accepted, "planned", st.Planned, "rate", s.p.Rate(st.RatePerSecond)))
	})
	bar.clear()
	if err != nil {
		return st, err
	}
	after, cancel := context.WithTimeout(ctx, closing)
	defer cancel()
	if st, err = settled(after, desk, name); err != nil {
		return st, err
	}
	return st, s.sayFinal(&st, asCSV)
}

// sayFinal is the last word about a followed campaign.
func (s *session) sayFinal(st *model.Status, asCSV bool) error {
	return s.answer(st, asCSV, func() error { return s.sayStatus(st) })
}

func newCampaignWatchCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("campaign watch", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		st, err := desk.Status(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if st.State != model.Running || st.Sending {
			_, err = s.watch(cmd.Context(), desk, args[0], *asCSV, !*asCSV && !s.ErrTerminal)
			return err
		}
		if err := s.sayFinal(&st, *asCSV); err != nil { // left by a process that died: it would never end
			return err
		}
		return model.Busy("campaign.nobody_sends", "name", args[0]).Hint("campaign.resume_with", "name", args[0])
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func newCampaignStatusCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("campaign status", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		st, err := desk.Status(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.answer(st, *asCSV, func() error { return s.sayStatus(&st) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}
