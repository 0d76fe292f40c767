package cli

import (
	"cmp"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

// sayStatus is where a sending stands: the sum first, always with its balance.
func (s *session) sayStatus(st *model.Status) error {
	p := s.p
	s.say(s.statusLine(st))
	g := &grid{columns: []column{left("", ""), right("", "")}}
	g.add(p.T("cli.status.target"), p.Int(st.Target))
	g.add(p.T("cli.status.held_out"), p.Int(st.HeldOut))
	g.add(p.T("cli.status.planned"), p.Int(st.Planned))
	g.add("  "+p.T("cli.status.accepted"), p.Int(st.Accepted))
	g.add("  "+p.T("cli.status.refused"), p.Int(st.Refused))
	g.add("  "+p.T("cli.status.excluded"), p.Int(st.Excluded))
	g.add("  "+p.T("cli.status.in_doubt"), p.Int(st.Uncertain))
	g.add("  "+p.T("cli.status.deferred"), p.Int(st.Deferred))
	g.add("  "+p.T("cli.status.left"), p.Int(st.Waiting))
	if err := g.write(s.Out); err != nil {
		return err
	}
	if st.Balanced {
		s.say(p.T("cli.status.balanced"))
	} else {
		s.say(p.T("cli.status.unbalanced"))
	}
	if st.Uncertain > 0 {
		s.note(p.N("cli.status.uncertain", st.Uncertain, "name", st.Name))
	}
	return s.sayInside(st)
}

func newCampaignMissingCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("campaign missing", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		lines, err := desk.Missing(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.showMissing(lines, *asCSV)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// missingJSON is one person of `campaign missing`.
type missingJSON struct {
	Email     string `json:"email"`
	State     string `json:"state"`
	Reason    string `json:"reason"`
	Explained string `json:"explained"` // in the language of the command
	Attempts  int    `json:"attempts"`
	Lane      string `json:"lane"`
	Code      string `json:"code"`
	Said      string `json:"said"`
}

func (s *session) showMissing(lines []campaigns.RecipientLine, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.contact.email"), "email"), left(p.T("cli.campaign.state"), "state"), left(p.T("cli.import.reason"), "reason"),
		left("", "explained"), left("", "attempts"), left("", "lane"), left("", "code"), left("", "said"),
	}}
	out := make([]missingJSON, 0, len(lines))
	for i := range lines {
		l := &lines[i]
		why := s.explained(l)
		out = append(out, missingJSON{l.Email, l.State, l.Reason, why, l.Attempts, l.Lane, l.Code, l.Said})
		g.addBoth(
			[]string{l.Email, say.Recipient(p, l.State), cutText(cmp.Or(why, l.Reason), 100), "", "", "", "", ""},
			[]string{l.Email, l.State, l.Reason, why, number(l.Attempts), l.Lane, l.Code, l.Said},
		)
	}
	return s.show(out, asCSV, g)
}

// explained says in words what the relay, or we, had against a message.
func (s *session) explained(l *campaigns.RecipientLine) string {
	if l.Code == "" && l.Said == "" {
		return ""
	}
	if l.State == model.StateExcluded.String() {
		return say.Reason(s.p, l.Code)
	}
	return say.Reply(s.p, l.Code, l.Said)
}

// uncertainLineJSON is one person of `campaign uncertain`.
type uncertainLineJSON struct {
	Email     string   `json:"email"`
	At        string   `json:"at"`
	MessageID string   `json:"message_id"`
	Version   int      `json:"version"`
	Variant   string   `json:"variant"`
	Lane      string   `json:"lane"`
	Evidence  []string `json:"evidence"` // interrupted, no_answer, ordered, opposed
}

func newCampaignUncertainCmd(s *session) *cobra.Command {
	var asCSV, resend, asSent, dry *bool
	cmd := s.command("campaign uncertain", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		if *resend && *asSent {
			return s.seeHelp(cmd, model.Invalid("cli.one_of_two", "a", "--resend", "b", "--as-sent"))
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if *resend || *asSent {
			if !*dry {
				return s.resolve(cmd, desk, args[0], *resend)
			}
			if _, err := desk.ResolveUncertain(campaigns.Rehearse(cmd.Context()), args[0], *resend); err != nil {
				return err
			}
		}
		lines, err := desk.Uncertain(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.showUncertain(lines, *asCSV)
	})
	asCSV, dry = s.csvFlag(cmd), s.dryFlag(cmd)
	resend, asSent = s.boolFlag(cmd, "resend"), s.boolFlag(cmd, "as-sent")
	return cmd
}

func (s *session) showUncertain(lines []campaigns.RecipientLine, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.contact.email"), "email"), left(p.T("cli.history.at"), "at"), left(p.T("cli.uncertain.evidence"), "evidence"), left("Message-ID", "message_id"),
	}}
	out := make([]uncertainLineJSON, 0, len(lines))
	for i := range lines {
		l := &lines[i]
		out = append(out, uncertainLineJSON{l.Email, l.At.Format(rfc3339), l.MessageID, l.Version, l.Variant, l.Lane, orEmpty(l.Evidence)})
		g.addBoth(
			[]string{l.Email, p.DateTime(l.At), s.evidence(l.Evidence), l.MessageID},
			[]string{l.Email, l.At.Format(rfc3339), strings.Join(l.Evidence, " "), l.MessageID},
		)
	}
	if err := s.show(out, asCSV, g); err != nil || s.global.json || asCSV || len(lines) == 0 {
		return err
	}
	s.note(p.N("cli.uncertain.decide", len(lines)))
	return nil
}

// evidence words what is known of somebody uncertain.
//
//i18n:keys cli.evidence.*
func (s *session) evidence(codes []string) string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = code
		if key := "cli.evidence." + code; s.p.Has(key) {
			words[i] = s.p.T(key)
		}
	}
	return strings.Join(words, ", ")
}

// resolve decides about everybody in doubt at once.
func (s *session) resolve(cmd *cobra.Command, desk campaigns.Desk, name string, resend bool) error {
	n, err := desk.ResolveUncertain(cmd.Context(), name, resend)
	if err != nil {
		return err
	}
	action := "as_sent"
	if resend {
		action = "resend"
	}
	if s.global.json {
		return s.json(map[string]any{"name": name, "action": action, "count": n})
	}
	if !resend {
		s.say(s.p.N("cli.uncertain.as_sent", n))
		return nil
	}
	s.say(s.p.N("cli.uncertain.resend", n))
	if n > 0 {
		s.note(s.p.T("campaign.resume_with", "name", name))
	}
	return nil
}
