package campaigns

// The doors by which the ledgers leave, whole.

import (
	"context"

	"blanche/model"
)

func (d door) EachConsent(ctx context.Context, rule string, f func(*ActOf) error) error {
	show := d.may(model.Privacy) == nil
	return tell(ctx, d, "EachConsent", func(ctx context.Context) error {
		return d.s.EachConsent(ctx, rule, func(l *ActOf) error {
			if !show {
				l.Act.IP = ""
			}
			return f(l)
		})
	})
}

func (d door) EachPoints(ctx context.Context, rule string, f func(*PointsOf) error) error {
	return tell(ctx, d, "EachPoints", func(ctx context.Context) error { return d.s.EachPoints(ctx, rule, f) })
}

func (d door) EachMessage(ctx context.Context, rule string, f func(*MessageLine) error) error {
	return tell(ctx, d, "EachMessage", func(ctx context.Context) error { return d.s.EachMessage(ctx, rule, f) })
}

func (d door) EachResponse(ctx context.Context, rule string, f func(*ResponseLine) error) error {
	return tell(ctx, d, "EachResponse", func(ctx context.Context) error { return d.s.EachResponse(ctx, rule, f) })
}

func (d door) EachCampaign(ctx context.Context, f func(*model.Campaign) error) error {
	return tell(ctx, d, "EachCampaign", func(ctx context.Context) error { return d.s.EachCampaign(ctx, f) })
}

func (d door) EachSegment(ctx context.Context, f func(*model.Segment) error) error {
	return tell(ctx, d, "EachSegment", func(ctx context.Context) error { return d.s.EachSegment(ctx, f) })
}

func (d door) EachMerge(ctx context.Context, f func(*MergeLine) error) error {
	return tell(ctx, d, "EachMerge", func(ctx context.Context) error { return d.s.EachMerge(ctx, f) })
}
