//go:build wip

package campaigns

import (
	"context"
	"errors"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// rule reads a text as a rule, or as the name of a saved segment, which may
// name other segments in turn no further than one step.
func (s *Service) rule(ctx context.Context, text string) (model.Rule, error) {
	if model.ValidCampaignName(text) {
		seg, err := s.store.Segments().Get(ctx, text)
		if err == nil {
			return audience.Parse(seg.Rule)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	return audience.Parse(text)
}

// Count counts a rule, or a saved segment.
func (s *Service) Count(ctx context.Context, text string) (model.SegmentCount, error) {
	rule, err := s.rule(ctx, text)
	if err != nil {
		return model.SegmentCount{}, err
	}
	b, err := s.base.get(ctx)
	if err != nil {
		return model.SegmentCount{}, err
	}
	begin := time.Now() //nolint: a duration, not an hour
	n, err := b.Count(rule, s.facts(ctx, nil))
	n.Rule, n.Seconds = text, time.Since(begin).Seconds()
	return n, err
}
