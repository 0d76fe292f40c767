package campaigns

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// halfYear names the time for which a universal zone blanche stands: it is drawn
// anew on 1 January and on 1 July, in the zone of the instant.
func halfYear(at time.Time) string {
	half := 1
	if at.Month() >= time.July {
		half = 2
	}
	return fmt.Sprintf("%d-H%d", at.Year(), half)
}

// universal is the universal zone blanche of now; a share of 0 where the shop has
// none. Its salt is of the shop and the half-year, and tells nothing of the next.
func (s *Service) universal(ctx context.Context) (model.UniversalDraw, error) {
	if !(s.cfg.Holdout.Universal > 0) {
		return model.UniversalDraw{}, nil
	}
	u := model.UniversalDraw{Period: halfYear(s.Now()), Share: s.cfg.Holdout.Universal, Unit: s.cfg.Holdout.Household}
	secret, err := s.store.Secret(ctx, "universal holdout "+u.Period)
	if err == nil {
		u.Salt = hex.EncodeToString(secret[:16])
	}
	return u, err
}

// apartOf is who a universal zone blanche takes out of a target.
func apartOf(u *model.UniversalDraw) audience.Apart {
	if u.Mailed {
		return audience.Apart{}
	}
	return audience.Apart{Salt: u.Salt, Share: u.Share, Unit: u.Unit}
}

// unitOf is the field whose values a campaign draws by; empty: each person alone.
func (s *Service) unitOf(spec *model.CampaignSpec) string {
	if spec.Unit != model.UnitHousehold || s.cfg.Holdout.Household == "" {
		return spec.Unit
	}
	return s.cfg.Holdout.Household
}

type insisting struct{}

// MailUniversal is a context under which a start, or a schedule, confirms that
// the universal zone blanche is written to, as the file of the campaign says.
func MailUniversal(ctx context.Context) context.Context {
	return context.WithValue(ctx, insisting{}, true)
}

// actInsist notes who had the universal zone blanche written to.
const actInsist = "campaign.insist"

// insist lets a campaign that writes to the universal zone blanche leave only
// when somebody has confirmed that wording; its turn is taken.
func (s *Service) insist(ctx context.Context, c *model.Campaign) error {
	asked := ctx.Value(insisting{}) != nil
	switch {
	case asked && !c.Spec.MailUniversal:
		return model.Refused("holdout.insist_in_file", "name", c.Name)
	case !c.Spec.MailUniversal || !(s.cfg.Holdout.Universal > 0):
		return nil
	case !c.Insisted.At.IsZero() && !c.Insisted.At.Before(c.Current().At):
		return nil
	case !asked:
		return model.Refused("holdout.insist", "name", c.Name)
	}
	by := model.Insistence{At: s.Now(), By: actorName(ctx)}
	c.Insisted = by
	return s.step(acting(ctx, actInsist), c.Name, func(c *model.Campaign) error {
		c.Insisted = by
		return nil
	})
}

// universalLine tells, before the launch, that some are left out for the whole
// half-year, or that they are not.
func (s *Service) universalLine(c *model.Campaign, e model.Exclusions, list *model.Checklist) {
	share, period := s.cfg.Holdout.Universal, halfYear(s.Now())
	if c.Universal.Share > 0 { // of its freeze
		share, period = c.Universal.Share, c.Universal.Period
	}
	switch {
	case e.Universal > 0:
		list.Lines = append(list.Lines, model.CheckLine{Code: "universal", Level: model.LevelOK, Args: []any{"count", e.Universal, "period", period}})
	case share > 0 && c.Spec.MailUniversal:
		list.Lines = append(list.Lines, model.CheckLine{Code: "universal_mailed", Level: model.LevelWarn, Args: []any{"period", period}})
	}
}
