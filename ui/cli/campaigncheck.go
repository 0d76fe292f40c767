package cli

import (
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

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
