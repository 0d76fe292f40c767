package campaigns

// The doors to segments, seen from all sides. Each passes the guard once.

import (
	"context"

	"blanche/model"
)

func (d door) SegmentLines(ctx context.Context) ([]SegmentLine, error) {
	return ask(ctx, d, "SegmentLines", func(ctx context.Context) ([]SegmentLine, error) { return d.s.SegmentLines(ctx) })
}

func (d door) ReadRule(ctx context.Context, text string) (model.Rule, error) {
	return ask(ctx, d, "ReadRule", func(ctx context.Context) (model.Rule, error) { return d.s.ReadRule(ctx, text) })
}

func (d door) CopySegment(ctx context.Context, name, as string) (model.Segment, error) {
	return ask(ctx, d, "CopySegment", func(ctx context.Context) (model.Segment, error) { return d.s.CopySegment(ctx, name, as) })
}

func (d door) DeleteSegment(ctx context.Context, name string) error {
	return tell(ctx, d, "DeleteSegment", func(ctx context.Context) error { return d.s.DeleteSegment(ctx, name) })
}

func (d door) SegmentOverlap(ctx context.Context, a, b string) (SegmentOverlap, error) {
	return ask(ctx, d, "SegmentOverlap", func(ctx context.Context) (SegmentOverlap, error) { return d.s.SegmentOverlap(ctx, a, b) })
}

func (d door) SegmentGrowth(ctx context.Context, rule string) (SegmentGrowth, error) {
	return ask(ctx, d, "SegmentGrowth", func(ctx context.Context) (SegmentGrowth, error) { return d.s.SegmentGrowth(ctx, rule) })
}

func (d door) RFMGrid(ctx context.Context) (RFMGrid, error) {
	return ask(ctx, d, "RFMGrid", func(ctx context.Context) (RFMGrid, error) { return d.s.RFMGrid(ctx) })
}

func (d door) Freeze(ctx context.Context, name, rule string) (model.Frozen, error) {
	return ask(ctx, d, "Freeze", func(ctx context.Context) (model.Frozen, error) { return d.s.Freeze(ctx, name, rule) })
}

func (d door) FrozenSegments(ctx context.Context) ([]model.Frozen, error) {
	return ask(ctx, d, "FrozenSegments", func(ctx context.Context) ([]model.Frozen, error) { return d.s.FrozenSegments(ctx) })
}

func (d door) FrozenToday(ctx context.Context, name string) (FrozenToday, error) {
	return ask(ctx, d, "FrozenToday", func(ctx context.Context) (FrozenToday, error) { return d.s.FrozenToday(ctx, name) })
}

func (d door) DeleteFrozen(ctx context.Context, name string) error {
	return tell(ctx, d, "DeleteFrozen", func(ctx context.Context) error { return d.s.DeleteFrozen(ctx, name) })
}

func (d door) EachFrozen(ctx context.Context, name string, f func(*ContactRow) error) error {
	return tell(ctx, d, "EachFrozen", func(ctx context.Context) error { return d.s.EachFrozen(ctx, name, f) })
}
