package cli

import (
	"context"
	"strconv"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newCampaignCmd(s *session) *cobra.Command {
	return s.group("campaign",
		newCampaignNewCmd(s), newCampaignEditCmd(s), newCampaignListCmd(s), newCampaignShowCmd(s), newCampaignPreviewCmd(s),
		newCampaignCheckCmd(s), newCampaignTestCmd(s), newCampaignApproveCmd(s), newCampaignScheduleCmd(s), newCampaignStartCmd(s),
		newCampaignHoldCmd(s), newCampaignChooseCmd(s), newCampaignPauseCmd(s), newCampaignResumeCmd(s), newCampaignRateCmd(s), newCampaignCancelCmd(s), newCampaignCloneCmd(s),
		newCampaignWatchCmd(s), newCampaignStatusCmd(s), newCampaignMissingCmd(s), newCampaignUncertainCmd(s), newCampaignAgainCmd(s))
}

// campaignJSON is `campaign show --json`: what the file says, and where the
// campaign stands.
type campaignJSON struct {
	Name       string               `json:"name"`
	Title      string               `json:"title"`
	Kind       string               `json:"kind"`
	State      model.CampaignState  `json:"state"`
	Version    int                  `json:"version"`
	Audience   string               `json:"audience"`
	Subject    string               `json:"subject"`
	From       string               `json:"from"`
	Lang       string               `json:"lang"`
	B2BPurpose bool                 `json:"b2b_purpose"`
	Topic      string               `json:"topic,omitempty"` // among the subjects that people choose from
	Holdout    campaignHoldoutJSON  `json:"holdout"`
	WindowDays int                  `json:"window_days"`
	Margin     float64              `json:"margin"`
	Fixed      model.Cents          `json:"fixed_cents"`
	PerMessage model.Cents          `json:"per_message_cents"`
	Start      *time.Time           `json:"start"`
	Rate       float64              `json:"rate"`
	Hours      *campaignHoursJSON   `json:"hours"`
	Days       []string             `json:"days"` // mon…sun; empty: every day
	AB         *campaignTestJSON    `json:"ab"`
	Created    *time.Time           `json:"created_at"`
	External   bool                 `json:"external"`
	Quotas     []model.StratumQuota `json:"strata"`
	NotSent    map[string]int       `json:"not_sent"`
	Status     model.Status         `json:"status"`
	Source     string               `json:"source"`
}

type campaignHoldoutJSON struct {
	Share  float64  `json:"share"`
	Auto   bool     `json:"auto"`
	Strata []string `json:"strata"`
	Unit   string   `json:"unit,omitempty"` // field whose values are drawn as one; empty: each person alone

	MailUniversal bool `json:"mail_universal,omitempty"`
}

func asCampaign(d *campaigns.CampaignDetail) campaignJSON {
	c, spec := &d.Campaign, &d.Campaign.Spec
	out := campaignJSON{
		Name: c.Name, Title: spec.Title, Kind: spec.Kind, State: d.Status.State, Version: d.Status.Version,
		Audience: spec.Audience, Subject: spec.Subject, From: spec.From, Lang: spec.Lang, B2BPurpose: spec.B2BPurpose, Topic: spec.Topic,
		Holdout:    campaignHoldoutJSON{spec.Share, spec.ShareAuto, orEmpty(spec.Strata), spec.Unit, spec.MailUniversal},
		WindowDays: spec.WindowDays, Margin: spec.Margin, Fixed: spec.FixedCents, PerMessage: spec.PerMessageCents,
		Start: instant(spec.Start), Rate: c.Rate, Hours: asHours(spec.Hours), Days: asDays(spec.Hours), AB: asTest(c), Created: instant(c.Created), External: c.External,
		Quotas: orEmpty(c.Quotas), NotSent: c.NotSent, Status: d.Status,
	}
	if len(c.Versions) > 0 {
		out.Source = c.Current().Source
	}
	return out
}

// instant is a time for JSON: null for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// sayCampaign is where a campaign stands after a command, and what comes next.
func (s *session) sayCampaign(ctx context.Context, desk campaigns.Desk, name, next string) error {
	st, err := desk.Status(ctx, name)
	if err != nil {
		return err
	}
	if s.global.json {
		return s.json(st)
	}
	s.say(s.p.T("cli.campaign.now", "name", st.Name, "state", say.State(s.p, st.State), "version", st.Version))
	if next != "" {
		s.note(next)
	}
	return nil
}

func newCampaignListCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("campaign list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		all, err := desk.Campaigns(cmd.Context())
		if err != nil {
			return err
		}
		p := s.p
		g := &grid{columns: []column{
			left(p.T("cli.campaign.name"), "name"), left(p.T("cli.campaign.kind"), "kind"), left(p.T("cli.campaign.state"), "state"),
			right(p.T("cli.campaign.planned"), "planned"), right(p.T("cli.campaign.accepted"), "accepted"),
			right(p.T("cli.campaign.held_out"), "held_out"), left(p.T("cli.campaign.started"), "started_at"),
		}}
		for _, l := range all {
			started, iso := "–", ""
			if l.StartedAt != nil {
				started, iso = p.DateTime(*l.StartedAt), l.StartedAt.Format(rfc3339)
			}
			g.addBoth([]string{l.Name, say.Kind(p, l.Kind), say.State(p, l.State), p.Int(l.Planned), p.Int(l.Accepted), p.Int(l.HeldOut), started},
				[]string{l.Name, l.Kind, l.State.String(), number(l.Planned), number(l.Accepted), number(l.HeldOut), iso})
		}
		return s.show(orEmpty(all), *asCSV, g)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func newCampaignShowCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("campaign show", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		d, err := desk.Campaign(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.answer(asCampaign(&d), *asCSV, func() error { return s.sayDetail(&d) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// sayDetail is what the file of a campaign says, and where it stands.
func (s *session) sayDetail(d *campaigns.CampaignDetail) error {
	p, spec := s.p, &d.Campaign.Spec
	g := &grid{columns: []column{left("", ""), left("", "")}}
	g.add(p.T("cli.campaign.name"), d.Campaign.Name)
	g.add(p.T("cli.campaign.title"), spec.Title)
	g.add(p.T("cli.campaign.kind"), say.Kind(p, spec.Kind))
	g.add(p.T("cli.campaign.state"), say.State(p, d.Status.State))
	g.add(p.T("cli.campaign.audience"), say.Rule(p, spec.Audience))
	g.add(p.T("cli.campaign.subject"), spec.Subject)
	g.add(p.T("cli.campaign.from"), spec.From)
	g.add(p.T("cli.campaign.share"), p.Percent(spec.Share, 1))
	g.add(p.T("cli.campaign.window"), p.N("cli.days", spec.WindowDays))
	g.add(p.T("cli.campaign.margin"), p.Percent(spec.Margin, 0))
	g.add(p.T("cli.campaign.cost"), p.T("cli.campaign.costs", "fixed", spec.FixedCents, "each", spec.PerMessageCents))
	s.addPlans(g, &d.Campaign)
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("")
	return s.sayStatus(&d.Status)
}

func newCampaignRateCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("campaign rate", []string{"NAME", "N"}, func(cmd *cobra.Command, args []string) error {
		rate, err := strconv.ParseFloat(args[1], 64)
		if err != nil || !(rate >= 0) {
			return model.Invalid("cli.bad_rate", "value", args[1])
		}
		return s.step(cmd.Context(), args[0], *dry, func(ctx context.Context, desk campaigns.Desk) error { return desk.SetRate(ctx, args[0], rate) })
	})
	dry = s.dryFlag(cmd)
	return cmd
}
