package tuitest

import (
	"context"

	"blanche/campaigns"
	"blanche/model"
)

// SegmentLines is one saved segment.
func (s *Shop) SegmentLines(context.Context) ([]campaigns.SegmentLine, error) {
	return []campaigns.SegmentLine{{
		Segment: model.Segment{Name: "clients", Rule: "customer"}, Count: model.SegmentCount{Rule: "customer", Matched: 8421, Sendable: 8009},
	}}, nil
}

// SegmentGrowth is of today alone.
func (s *Shop) SegmentGrowth(context.Context, string) (campaigns.SegmentGrowth, error) {
	return campaigns.SegmentGrowth{}, nil
}
