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

// checkJSON is `campaign check --json`.
type checkJSON struct {
	Campaign string           `json:"campaign"`
	Blocked  bool             `json:"blocked"`
	Lines    []checkLineJSON  `json:"lines"`
	Matched  int              `json:"matched"`
	Target   int              `json:"target"`
	HeldOut  int              `json:"held_out"`
	Planned  int              `json:"planned"`
	Excluded model.Exclusions `json:"excluded"`
}

type checkLineJSON struct {
	Code    string      `json:"code"`
	Level   model.Level `json:"level"`
	Message string      `json:"message"`
	Hint    string      `json:"hint"`
}

func newCampaignCheckCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("campaign check", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		list, err := desk.CheckCampaign(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if err := s.answer(s.asChecklist(&list), *asCSV, func() error { return s.sayChecklist(&list) }); err != nil {
			return err
		}
		if list.Blocked() {
			return ended(exitRefused)
		}
		return nil
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) asChecklist(list *model.Checklist) checkJSON {
	out := checkJSON{
		Campaign: list.Campaign, Blocked: list.Blocked(), Lines: []checkLineJSON{},
		Matched: list.Matched, Target: list.Target, HeldOut: list.HeldOut, Planned: list.Planned, Excluded: list.Excluded,
	}
	for _, l := range list.Lines {
		out.Lines = append(out.Lines, checkLineJSON{l.Code, l.Level, say.Check(s.p, l), say.CheckHint(s.p, l)})
	}
	return out
}

// sayChecklist is the preflight: what stops the launch first.
//
//i18n:keys cli.level.*
func (s *session) sayChecklist(list *model.Checklist) error {
	p := s.p
	g := &grid{columns: []column{left("", ""), left("", "")}}
	for _, level := range []model.Level{model.LevelStop, model.LevelWarn, model.LevelInfo, model.LevelOK} {
		for _, l := range list.Lines {
			if l.Level == level {
				g.add(p.T("cli.level."+l.Level.String()), say.Check(p, l))
				if hint := say.CheckHint(p, l); hint != "" && l.Level >= model.LevelWarn {
					g.add("", hint)
				}
			}
		}
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("cli.check.people", "matched", list.Matched, "target", list.Target, "held", list.HeldOut, "planned", list.Planned))
	if list.Blocked() {
		s.note(p.T("cli.check.blocked"))
	} else {
		s.note(p.T("cli.check.next", "name", list.Campaign, "planned", i18n.Raw(number(list.Planned))))
	}
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
