package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// The doors to the pace and to the moment of leaving. Each passes the guard once.

func (d door) StartIn(ctx context.Context, name string, confirm int, grace time.Duration) error {
	return tell(ctx, d, "StartIn", func(ctx context.Context) error {
		return d.s.startIn(ctx, name, confirm, grace, func() error { return d.may(model.Launch) })
	})
}

func (d door) Hold(ctx context.Context, name string) error {
	return tell(ctx, d, "Hold", func(ctx context.Context) error { return d.s.Hold(ctx, name) })
}

func (d door) ChooseVariant(ctx context.Context, name, variant string) error {
	return tell(ctx, d, "ChooseVariant", func(ctx context.Context) error { return d.s.ChooseVariant(ctx, name, variant) })
}

func (d door) Complain(ctx context.Context, ref, campaign string) error {
	return tell(ctx, d, "Complain", func(ctx context.Context) error { return d.s.Complain(ctx, ref, campaign) })
}

func (d door) Lanes(ctx context.Context) (LaneReport, error) {
	return ask(ctx, d, "Lanes", func(ctx context.Context) (LaneReport, error) { return d.s.Lanes(ctx) })
}

// SetLane is under the right to hold back, as SetRate is: to let more through
// takes the right to launch as well.
func (d door) SetLane(ctx context.Context, lane string, c LaneChange) (LaneReport, error) {
	return ask(ctx, d, "SetLane", func(ctx context.Context) (LaneReport, error) {
		if opens, err := d.s.opens(ctx, lane, c); err == nil && opens {
			if err := d.may(model.Launch); err != nil {
				return LaneReport{}, err
			}
		}
		return d.s.SetLane(ctx, lane, c)
	})
}

func (d door) SetWarmUp(ctx context.Context, first int, growth float64) (LaneReport, error) {
	return ask(ctx, d, "SetWarmUp", func(ctx context.Context) (LaneReport, error) { return d.s.SetWarmUp(ctx, first, growth) })
}
