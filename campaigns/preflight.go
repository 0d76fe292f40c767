package campaigns

import (
	"context"
	"iter"
	"slices"
	"strings"

	"blanche/campaigns/compose"
	"blanche/campaigns/deliver"
	"blanche/model"
)

// CheckCampaign is the preflight: the message, the audience, the zone blanche
// and the relay. A campaign without a blocking line becomes checked.
func (s *Service) CheckCampaign(ctx context.Context, name string) (model.Checklist, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return model.Checklist{}, err
	}
	list, err := s.inspect(ctx, &c)
	if err != nil {
		return list, err
	}
	list.Lines = append(append(list.Lines, s.checkRelayLine(ctx)), s.publicLines(ctx)...)
	if err := s.approvalLine(ctx, &c, &list); err != nil {
		return list, err
	}
	repaired(&list)
	if c.State != model.Draft || list.Blocked() {
		return list, nil
	}
	return list, s.step(acting(ctx, actCheck), name, func(now *model.Campaign) error {
		if now.State == model.Draft && now.Revision == c.Revision {
			now.State, now.CheckedAt = model.Checked, s.Now()
		}
		return nil
	})
}

// approvalLine tells that somebody must approve the campaign before it leaves:
// no reason not to check it.
func (s *Service) approvalLine(ctx context.Context, c *model.Campaign, list *model.Checklist) error {
	company, err := s.company(ctx)
	if err == nil && !c.State.Launched() && s.needsApproval(c, list.Planned, company) {
		list.Lines = append(list.Lines, model.CheckLine{Code: "approval", Level: model.LevelWarn, Args: []any{"above", s.cfg.Approval}})
	}
	return err
}

// inspect is everything that can be checked without leaving the machine, and
// changes nothing.
func (s *Service) inspect(ctx context.Context, c *model.Campaign) (model.Checklist, error) {
	list := model.Checklist{Campaign: c.Name}
	d, err := s.audience(ctx, c)
	if err != nil {
		return list, err
	}
	list.Matched, list.Excluded = d.sum.Matched, d.sum.Excluded
	list.Target, list.HeldOut, list.Planned = d.sum.Target, d.sum.HeldOut, d.sum.Planned
	in := compose.LintInput{Spec: c.Spec, Sender: s.sender(), People: s.everybody(ctx, d.ids(), &err), BodyLine: 1}
	if v := c.Current(); v.Body == "" {
		in.BodyLine = compose.BodyLine([]byte(v.Source))
	}
	list.Lines = append(compose.Lint(ctx, in), s.audienceLine(&list, c.Spec.MaxPeople))
	if err != nil {
		return list, err
	}
	s.universalLine(c, d.sum.Excluded, &list)
	s.topicLine(&c.Spec, &list)
	list.Lines = append(list.Lines, s.testLines(&c.Spec, list.Planned)...)
	lines, err := s.holdoutLines(ctx, c, &d)
	list.Lines = append(list.Lines, lines...)
	if err == nil {
		err = ctx.Err()
	}
	return list, err
}

// topicLine tells when people could choose among subjects, and the campaign has
// none of them: whoever left its subject out would get it.
func (s *Service) topicLine(spec *model.CampaignSpec, list *model.Checklist) {
	all := s.cfg.Public.Subjects
	known := slices.ContainsFunc(all, func(one string) bool { return strings.EqualFold(one, spec.Topic) })
	switch {
	case len(all) == 0 && spec.Topic == "" || known:
	case spec.Topic == "":
		list.Lines = append(list.Lines, model.CheckLine{Code: "topic_none", Level: model.LevelWarn, Args: []any{"topics", strings.Join(all, ", ")}})
	default:
		list.Lines = append(list.Lines, model.CheckLine{Code: "topic_unknown", Level: model.LevelWarn, Args: []any{"topic", spec.Topic, "topics", strings.Join(all, ", ")}})
	}
}

// people visits people by number, some at a time; what went wrong is in err.
func (s *Service) people(ctx context.Context, ids []model.ContactID, err *error) iter.Seq[*model.Contact] {
	return func(yield func(*model.Contact) bool) {
		for chunk := range slices.Chunk(ids, atOnce) {
			var people []model.Contact
			if people, *err = s.store.Contacts().Many(ctx, chunk); *err != nil {
				return
			}
			for i := range people {
				if !yield(&people[i]) {
					return
				}
			}
		}
	}
}

// audienceLine says how many people would get the campaign, and blocks where they
// are none, or more than its file allows (0: no bound).
func (s *Service) audienceLine(list *model.Checklist, most int) model.CheckLine {
	args := []any{"planned", list.Planned, "held_out", list.HeldOut, "matched", list.Matched, "excluded", list.Excluded.Total()}
	if list.Planned == 0 {
		return model.CheckLine{Code: "empty_audience", Level: model.LevelStop, Args: args}
	}
	if most > 0 && list.Planned > most {
		return model.CheckLine{Code: "too_many", Level: model.LevelStop, Args: append(args, "most", most)}
	}
	return model.CheckLine{Code: "audience", Level: model.LevelOK, Args: args}
}

// holdoutLines say what the zone blanche could show, from what the same people
// bought over past windows of the same length, and whether that is enough to see
// what is expected.
func (s *Service) holdoutLines(ctx context.Context, c *model.Campaign, d *drawn) ([]model.CheckLine, error) {
	if d.sum.HeldOut == 0 {
		return []model.CheckLine{{Code: "no_holdout", Level: model.LevelWarn}}, nil
	}
	p, err := s.past(ctx, d.plan, c.Spec.WindowDays)
	if err != nil {
		return nil, err
	}
	buyers := p.rate * float64(d.sum.HeldOut)
	args := []any{"held_out", d.sum.HeldOut, "buyers", int(buyers + 0.5), "rate", p.rate, "days", c.Spec.WindowDays}
	if p.rate == 0 {
		return []model.CheckLine{{Code: "holdout_unknown", Level: model.LevelWarn, Args: args}}, nil
	}
	args = append(args, "points", p.visibleRate(d.sum.HeldOut, d.sum.Planned)*100, "euros", p.visibleSpend(d.sum.HeldOut, d.sum.Planned))
	lines := []model.CheckLine{{Code: "holdout", Level: model.LevelOK, Args: args}}
	if buyers < enoughBuyers {
		lines[0].Code, lines[0].Level = "holdout_small", model.LevelWarn
	}
	f := c.Foreseen
	if f.MDE == 0 {
		if f, err = s.foresight(ctx, p, d); err != nil {
			return lines, err
		}
	}
	if f.LowPower() {
		lines = append(lines, model.CheckLine{Code: "low_power", Level: model.LevelWarn, Args: []any{"euros", f.MDE, "expected", f.Expected}})
	}
	return lines, nil
}

// checkRelayLine says whether messages could leave now.
func (s *Service) checkRelayLine(ctx context.Context) model.CheckLine {
	r, err := s.CheckRelay(ctx)
	if err == nil {
		err = r.Problem
	}
	if err != nil {
		return model.CheckLine{Code: "relay_down", Level: model.LevelStop, Args: []any{"relay", r.Address, "why", err}}
	}
	return model.CheckLine{Code: "relay", Level: model.LevelOK, Args: []any{"relay", r.Address}}
}

// CheckRelay says what the relay offers and what is wrong with it.
func (s *Service) CheckRelay(ctx context.Context) (RelayReport, error) {
	cfg, err := s.relay()
	if err != nil {
		return RelayReport{}, err
	}
	offer, err := deliver.Check(ctx, cfg)
	r := RelayReport{Address: offer.Relay, TLS: offer.TLS, Extensions: offer.Extensions, Auth: offer.Auth, Problem: err}
	for _, f := range offer.Findings {
		r.Findings = append(r.Findings, model.CheckLine{Code: f.Key, Level: f.Level, Args: f.Args})
	}
	return r, nil
}

// blockedBy is the refusal that names the first blocking line.
func blockedBy(list *model.Checklist) error {
	n := 0
	first := ""
	for _, l := range list.Lines {
		if l.Level == model.LevelStop {
			if n++; n == 1 {
				first = l.Code
			}
		}
	}
	return model.Refused("campaign.blocked", "name", list.Campaign, "n", n, "first", first).Hint("campaign.check_it", "name", list.Campaign)
}
