package campaigns

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

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
		st, err := s.status(ctx, &all[i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, s.line(&all[i], &st))
	}
	return lines, nil
}

// line is a campaign in a list, with the last thing measured of it.
func (s *Service) line(c *model.Campaign, st *model.Status) CampaignLine {
	l := CampaignLine{
		Name: c.Name, Title: c.Spec.Title, Kind: c.Spec.Kind, State: st.State, Version: st.Version,
		Target: st.Target, HeldOut: st.HeldOut, Planned: st.Planned, Accepted: st.Accepted, Done: st.Done(),
		Share: c.Spec.Share, StartedAt: st.StartedAt, Start: instant(c.Spec.Start), LeavesAt: st.LeavesAt,
	}
	if !c.State.Launched() {
		l.Done = 0
		return l
	}
	if m, ok := s.measured.last(c.Name); ok {
		l.Verdict, l.ROI, l.NetCents = string(m.Verdict), m.Money.ROI, m.Money.Net
		if m.Money.ROICI != nil {
			low, high := m.Money.ROICI.Low(), m.Money.ROICI.High()
			l.ROILow, l.ROIHigh = &low, &high
		}
	}
	return l
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
	spec, first, err := s.parse(source, read)
	if err != nil {
		return model.Campaign{}, err
	}
	first.Number, first.By = 1, actorName(ctx)
	c := model.Campaign{
		Name: spec.Name, State: model.Draft, Spec: spec, Rate: spec.Rate, Created: first.At, Versions: []model.CampaignVersion{first},
	}
	if rehearsed(ctx) {
		err = s.free(ctx, spec.Name)
	} else {
		c, err = s.store.Campaigns().Create(ctx, c)
	}
	if errors.Is(err, store.ErrExists) {
		return c, model.Refused("campaign.exists", "name", spec.Name).Hint("campaign.edit_instead", "name", spec.Name)
	}
	s.changed()
	return c, err
}

// free is store.ErrExists when a name is that of a campaign.
func (s *Service) free(ctx context.Context, name string) error {
	_, err := s.store.Campaigns().Get(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err == nil:
		return store.ErrExists
	}
	return err
}

// parse reads a campaign file and fills in the defaults of the settings. The
// version keeps what the file names, so that it can be read again without it.
func (s *Service) parse(source []byte, read ReadFile) (model.CampaignSpec, model.CampaignVersion, error) {
	v := model.CampaignVersion{At: s.Now(), Source: string(source)}
	keep, main := read, compose.BodyPath(source)
	if read != nil {
		keep = func(name string) ([]byte, error) {
			body, err := read(name)
			if name == main {
				v.Body = string(body)
				return body, err
			}
			if v.Bodies == nil {
				v.Bodies = map[string]string{}
			}
			v.Bodies[name] = string(body)
			return body, err
		}
	}
	spec, err := compose.Defaults{Lang: s.cfg.Lang, WindowDays: s.cfg.WindowDays, Margin: s.cfg.Margin}.ParseFile(source, "", keep)
	if err == nil && spec.From == "" {
		spec.From = s.cfg.Sender.From
	}
	return spec, v, err
}

// wordingSpec is what one version of a campaign says.
func (s *Service) wordingSpec(c *model.Campaign, version uint16) (model.CampaignSpec, error) {
	if version == c.Current().Number || version == 0 {
		return c.Spec, nil
	}
	for _, v := range c.Versions {
		if v.Number == version {
			spec, _, err := s.parse([]byte(v.Source), func(name string) ([]byte, error) { return []byte(v.File(name)), nil })
			return spec, err
		}
	}
	return c.Spec, model.NotFound("campaign.unknown_version", "name", c.Name, "version", version)
}

// EditCampaign gives a campaign a new wording. Before the launch everything
// may change and the checks start again; after it, while paused, the message
// may, and the rest of the people get the new version. The terms of the measure
// may be decided again for ever, and each time is told (changed.go).
func (s *Service) EditCampaign(ctx context.Context, name string, source []byte, read ReadFile) (model.Campaign, error) {
	spec, next, err := s.parse(source, read)
	if err != nil {
		return model.Campaign{}, err
	}
	if spec.Name != name {
		return model.Campaign{}, model.Refused("campaign.renamed", "name", name, "new", spec.Name)
	}
	release, err := s.turns.take(ctx, name)
	if err != nil {
		return model.Campaign{}, err
	}
	defer release()
	if err := s.leaving(name); err != nil {
		return model.Campaign{}, err
	}
	c, err := s.campaign(ctx, name)
	if err != nil {
		return c, err
	}
	if err := s.mayReword(ctx, &c, &spec); err != nil {
		return c, err
	}
	if rehearsed(ctx) {
		c.Spec = spec
		return c, nil
	}
	if was := c.Current(); was.Source == next.Source && was.Body == next.Body && maps.Equal(was.Bodies, next.Bodies) {
		return c, nil
	}
	next.Number, next.By = c.Current().Number+1, actorName(ctx)
	defer s.changed()
	return s.store.Campaigns().Update(ctx, name, func(c *model.Campaign) error {
		if spec.Rate != c.Spec.Rate {
			c.Rate = spec.Rate
		}
		if c.State.Launched() {
			c.Changes = append(c.Changes, changesOf(&c.Spec, &spec, next.At, next.By)...)
		}
		c.Versions, c.Spec = append(c.Versions, next), spec
		if !c.State.Launched() {
			c.State, c.ApprovedAt, c.ApprovedBy = model.Draft, time.Time{}, ""
		}
		return nil
	})
}

// mayReword guards what the launch has frozen: the audience, the draw and the
// test. What a campaign under way will send must be readable:
// no preflight stands between the edit and the rest of the people.
func (s *Service) mayReword(ctx context.Context, c *model.Campaign, spec *model.CampaignSpec) error {
	frozen, err := s.store.Ledger().HasPlan(ctx, c.ID)
	switch {
	case err != nil:
		return err
	case c.External || (c.State == model.Done || c.State == model.Cancelled) && !onlyTerms(&c.Spec, spec):
		return wrongState(c)
	case c.State == model.Running:
		return model.Refused("campaign.pause_first", "name", c.Name).Hint("campaign.pause_it", "name", c.Name)
	case frozen && frozenOf(spec) != frozenOf(&c.Spec):
		return model.Refused("campaign.frozen", "name", c.Name)
	case c.State == model.Paused:
		_, err = compose.Compile(*spec, s.sender())
	}
	return err
}

// frozenTerms are what may not change once somebody could have been written to.
type frozenTerms struct {
	audience, strata string
	test             string
	share            float64
	unit             string
	auto, b2b        bool
	topic            string
	mailUniversal    bool
}

func frozenOf(s *model.CampaignSpec) frozenTerms {
	return frozenTerms{
		test:     fmt.Sprint(s.AB.Share, s.AB.Metric, s.AB.Delay, variantNames(s)),
		audience: s.Audience, strata: strings.Join(s.Strata, "\x00"), share: s.Share, auto: s.ShareAuto, b2b: s.B2BPurpose, topic: s.Topic,
		unit: s.Unit, mailUniversal: s.MailUniversal,
	}
}

// CloneCampaign copies the current wording under another name. When the copied
// one was asked for, the copy is asked for now: it has a clock of its own.
func (s *Service) CloneCampaign(ctx context.Context, name, as string) (model.Campaign, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return c, err
	}
	spec := c.Spec
	spec.Name = as
	if !spec.Requested.IsZero() {
		spec.Requested = s.Now().Truncate(time.Second)
	}
	return s.NewCampaign(ctx, compose.FormatFile(spec), nil)
}

// DraftFile is a campaign file with these values.
func (s *Service) DraftFile(spec model.CampaignSpec) []byte { return compose.FormatFile(spec) }
