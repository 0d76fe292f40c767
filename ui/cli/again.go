package cli

import (
	"errors"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newCampaignAgainCmd(s *session) *cobra.Command {
	var wait, dry *bool
	cmd := s.command("campaign again", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), *wait && !*dry)
		if err != nil {
			return err
		}
		n, err := desk.SendAgain(s.rehearsal(cmd.Context(), *dry), args[0])
		if *dry && errors.Is(err, model.Busy("campaign.nobody_sends")) {
			err = nil // what --wait is for
		}
		if err != nil {
			return err
		}
		if !*wait || *dry || !s.global.json {
			if err := s.sayAgain(args[0], n, *dry); err != nil {
				return err
			}
		}
		if *dry || !*wait && s.global.json {
			return nil
		}
		return s.followAgain(cmd, desk, args[0], *wait)
	})
	wait, dry = s.boolFlag(cmd, "wait"), s.dryFlag(cmd)
	return cmd
}

// againJSON is `campaign again --json`; with --wait it is the status, as that of
// resume.
type againJSON struct {
	Name  string `json:"name"`
	Count int    `json:"count"` // of the refused whose refusal may pass
}

func (s *session) sayAgain(name string, n int, dry bool) error {
	defer s.wouldChange(dry)
	switch {
	case s.global.json:
		return s.json(againJSON{name, n})
	case n == 0:
		s.say(s.p.T("cli.again.nobody", "name", name))
	case dry:
		s.say(s.p.N("cli.again.would", n, "name", name))
	default:
		s.say(s.p.N("cli.again.planned", n, "name", name))
	}
	return nil
}

// followAgain stays until the campaign is done, when asked to. One that was
// paused stays so: what leaves with the failed is the rest too.
func (s *session) followAgain(cmd *cobra.Command, desk campaigns.Desk, name string, wait bool) error {
	st, err := desk.Status(cmd.Context(), name)
	if err != nil {
		return err
	}
	if st.State != model.Paused {
		return s.follow(cmd.Context(), desk, name, wait)
	}
	if err := s.sayCampaign(cmd.Context(), desk, name, ""); err != nil {
		return err
	}
	if !s.global.json {
		s.note(s.p.T("campaign.resume_with", "name", name))
	}
	return nil
}
