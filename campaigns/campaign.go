package campaigns

import (
	"context"
	"errors"
	"strings"

	"blanche/campaigns/compose"
	"blanche/model"
	"blanche/store"
)

// campaign reads a record, with the sentence a person needs when there is none.
func (s *Service) campaign(ctx context.Context, name string) (model.Campaign, error) {
	c, err := s.store.Campaigns().Get(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return c, model.NotFound("campaign.unknown", "name", name).Hint("campaign.list_them")
	}
	return c, err
}

// Campaigns lists all campaigns, the newest first.
func (s *Service) Campaigns(ctx context.Context) ([]CampaignLine, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	lines := make([]CampaignLine, 0, len(all))
	for i := range all {
		l, err := s.summary(ctx, &all[i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func (s *Service) summary(ctx context.Context, c *model.Campaign) (CampaignLine, error) {
	st, err := s.status(ctx, c)
	if err != nil {
		return CampaignLine{}, err
	}
	l := CampaignLine{
		Name: c.Name, Title: c.Spec.Title, Kind: c.Spec.Kind, State: st.State, Version: st.Version,
		Target: st.Target, HeldOut: st.HeldOut, Planned: st.Planned, Accepted: st.Accepted, Done: st.Done(),
		Share: c.Spec.Share, StartedAt: st.StartedAt, Start: instant(c.Spec.Start),
	}
	if !c.State.Launched() {
		l.Done = 0
		return l, nil
	}
	if m, ok := s.measured.last(c.Name); ok {
		l.Verdict, l.ROI, l.NetCents = string(m.Verdict), m.Money.ROI, m.Money.Net
		if m.Money.ROICI != nil {
			low, high := m.Money.ROICI.Low(), m.Money.ROICI.High()
			l.ROILow, l.ROIHigh = &low, &high
		}
	}
	return l, nil
}

// Campaign is all about one campaign.
func (s *Service) Campaign(ctx context.Context, name string) (CampaignDetail, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return CampaignDetail{}, err
	}
	st, err := s.status(ctx, &c)
	return CampaignDetail{Campaign: c, Status: st}, err
}

// NewCampaign keeps a campaign file under the name that it says.
func (s *Service) NewCampaign(ctx context.Context, source []byte, read ReadFile) (model.Campaign, error) {
	spec, whole, err := s.parse(source, read)
	if err != nil {
		return model.Campaign{}, err
	}
	now := s.Now()
	c, err := s.store.Campaigns().Create(ctx, model.Campaign{
		Name: spec.Name, State: model.Draft, Spec: spec, Rate: spec.Rate, Created: now,
		Versions: []model.CampaignVersion{{Number: 1, At: now, Source: whole}},
	})
	if errors.Is(err, store.ErrExists) {
		return c, model.Refused("campaign.exists", "name", spec.Name).Hint("campaign.edit_instead", "name", spec.Name)
	}
	s.changed()
	return c, err
}

// parse reads a campaign file, fills in the defaults of the settings and
// checks the rule, so that what is kept can be used.
func (s *Service) parse(source []byte, read ReadFile) (model.CampaignSpec, string, error) {
	spec, err := compose.Defaults{Lang: s.cfg.Lang, WindowDays: s.cfg.WindowDays, Margin: s.cfg.Margin}.ParseFile(source, "", read)
	if err != nil {
		return spec, "", err
	}
	if spec.WindowDays == 0 {
		spec.WindowDays = s.cfg.WindowDays
	}
	if spec.Margin == 0 {
		spec.Margin = s.cfg.Margin
	}
	if spec.From == "" {
		spec.From = s.cfg.Sender.From
	}
	if spec.Lang == "" {
		spec.Lang = s.cfg.Lang
	}
	return spec, string(source), nil
}

// EditCampaign gives a campaign a new wording. Before the launch everything
// may change and the checks start again; after it, while paused, the message
// may, and the rest of the people get the new version.
func (s *Service) EditCampaign(ctx context.Context, name string, source []byte, read ReadFile) (model.Campaign, error) {
	spec, whole, err := s.parse(source, read)
	if err != nil {
		return model.Campaign{}, err
	}
	if spec.Name != name {
		return model.Campaign{}, model.Refused("campaign.renamed", "name", name, "new", spec.Name)
	}
	if _, err := s.campaign(ctx, name); err != nil {
		return model.Campaign{}, err
	}
	now := s.Now()
	c, err := s.store.Campaigns().Update(ctx, name, func(c *model.Campaign) error {
		if err := mayReword(c, &spec); err != nil {
			return err
		}
		if c.Current().Source == whole {
			return nil
		}
		c.Versions = append(c.Versions, model.CampaignVersion{Number: c.Current().Number + 1, At: now, Source: whole})
		c.Spec = spec
		if !c.State.Launched() {
			c.State, c.Rate = model.Draft, spec.Rate
		}
		return nil
	})
	s.changed()
	return c, err
}

// mayReword guards what the launch has frozen: the audience, the draw and the
// terms of the measure.
func mayReword(c *model.Campaign, spec *model.CampaignSpec) error {
	if !c.State.Launched() {
		return nil
	}
	if c.State != model.Paused {
		return model.Refused("campaign.pause_first", "name", c.Name).Hint("campaign.pause_it", "name", c.Name)
	}
	old := &c.Spec
	if spec.Audience != old.Audience || spec.Share != old.Share || strings.Join(spec.Strata, ",") != strings.Join(old.Strata, ",") ||
		spec.WindowDays != old.WindowDays || spec.Margin != old.Margin || spec.FixedCents != old.FixedCents || spec.PerMessageCents != old.PerMessageCents {
		return model.Refused("campaign.frozen", "name", c.Name)
	}
	return nil
}

// CloneCampaign copies the current wording under another name.
func (s *Service) CloneCampaign(ctx context.Context, name, as string) (model.Campaign, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return c, err
	}
	spec := c.Spec
	spec.Name = as
	return s.NewCampaign(ctx, compose.FormatFile(spec), nil)
}

// DraftFile is a campaign file with these values.
func (s *Service) DraftFile(spec model.CampaignSpec) []byte { return compose.FormatFile(spec) }
