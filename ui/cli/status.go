package cli

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

// statusJSON is `blanche status --json`.
type statusJSON struct {
	At        string                   `json:"at"`
	Data      string                   `json:"data"`
	Contacts  int                      `json:"contacts"`
	Running   []model.Status           `json:"running"`
	Late      []campaigns.CampaignLine `json:"late"`
	Waiting   []campaigns.CampaignLine `json:"waiting"` // for a launch or an approval
	Uncertain []uncertainJSON          `json:"uncertain"`
	Held      *heldJSON                `json:"held,omitempty"` // why nothing leaves now
}

// heldJSON is what keeps everything from leaving.
type heldJSON struct {
	By    string `json:"by"` // as held_by of a campaign
	Why   string `json:"why,omitempty"`
	Since string `json:"since,omitempty"`
}

// heldOf is what keeps everything from leaving, nil for nothing: the public part,
// with or without a campaign under way, else what a campaign under way says.
func heldOf(t *campaigns.Today) *heldJSON {
	if a := t.Public; a.Why != nil {
		by := model.HeldPublic
		if a.Unread {
			by = model.HeldOppositions
		}
		return &heldJSON{By: by, Why: a.Why.Error(), Since: a.Since.Format(rfc3339)}
	}
	for _, st := range t.Running {
		if st.HeldBy != "" {
			return &heldJSON{By: st.HeldBy, Why: st.HeldWhy}
		}
	}
	return nil
}

type uncertainJSON struct {
	Campaign string `json:"campaign"`
	Count    int    `json:"count"`
}

func newStatusCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("status", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		today, err := desk.Today(cmd.Context())
		if err != nil {
			return err
		}
		totals, err := desk.ContactTotals(cmd.Context())
		if err != nil {
			return err
		}
		out := statusJSON{
			At: desk.Now().Format(rfc3339), Data: s.settings.Paths.Data, Contacts: totals.Contacts,
			Running: orEmpty(today.Running), Late: orEmpty(today.Late), Waiting: orEmpty(today.Waiting), Uncertain: []uncertainJSON{}, Held: heldOf(&today),
		}
		for _, u := range today.Uncertain {
			out.Uncertain = append(out.Uncertain, uncertainJSON{u.Name, u.Count})
		}
		return s.answer(out, *asCSV, func() error { return s.sayToday(&today, totals.Contacts) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// rfc3339 is the form of a time in JSON.
const rfc3339 = "2006-01-02T15:04:05Z07:00"

func (s *session) sayToday(t *campaigns.Today, contacts int) error {
	p := s.p
	s.say(p.N("cli.status.contacts", contacts))
	if contacts == 0 {
		s.say(p.T("cli.status.empty"))
	}
	if held := heldOf(t); held != nil {
		s.sayHeld(held.By, held.Why)
	}
	for i := range t.Running {
		st := &t.Running[i]
		s.say(s.statusLine(st))
		if st.State == model.Running && !st.Sending {
			s.say("  " + p.T("campaign.resume_with", "name", st.Name))
		}
	}
	for _, l := range t.Late {
		if l.LeavesAt != nil {
			s.say(p.T("cli.campaign.leaves", "name", l.Name, "at", p.Time(*l.LeavesAt)))
			continue
		}
		s.say(p.T("cli.status.late", "name", l.Name))
	}
	for _, l := range t.Waiting {
		if l.LeavesAt != nil {
			s.say(p.T("cli.campaign.leaves", "name", l.Name, "at", p.Time(*l.LeavesAt)))
			continue
		}
		s.say(p.T("cli.status.waiting", "name", l.Name, "state", say.State(p, l.State)))
	}
	for _, u := range t.Uncertain {
		s.say(p.N("cli.status.uncertain", u.Count, "name", u.Name))
	}
	if len(t.Running)+len(t.Late)+len(t.Waiting)+len(t.Uncertain) == 0 {
		s.say(p.T("cli.status.quiet"))
	}
	return nil
}

// statusLine is where a sending stands, in one line.
func (s *session) statusLine(st *model.Status) string {
	if st.Planned == 0 { // a part of nothing is no part
		return s.p.T("cli.status.unplanned", "name", st.Name, "state", say.State(s.p, st.State))
	}
	share := st.Done()
	if st.State == model.Cancelled { // what never left is not done
		share = float64(st.Accepted) / float64(st.Planned)
	}
	return s.p.N("cli.status.line", st.Accepted, "name", st.Name, "state", say.State(s.p, st.State), "planned", st.Planned,
		"share", s.p.Percent(share, 1))
}
