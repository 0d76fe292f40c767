package campaigns

// The doors to what came back from outside.

import (
	"context"

	"blanche/model"
)

// ResponseDesk shows what came back from outside.
type ResponseDesk interface {
	// Responses is what came back of a campaign, in figures.
	Responses(ctx context.Context, name string) (model.ResponseCounts, error)
	// LatestResponses are the last n of a campaign, or of all without a name, the
	// latest first. Their details are words of others: they go through the
	// sanitizer before a screen.
	LatestResponses(ctx context.Context, name string, n int) ([]model.Response, error)
}

func (d door) Responses(ctx context.Context, name string) (model.ResponseCounts, error) {
	return ask(ctx, d, "Responses", func(ctx context.Context) (model.ResponseCounts, error) { return d.s.Responses(ctx, name) })
}

func (d door) LatestResponses(ctx context.Context, name string, n int) ([]model.Response, error) {
	return ask(ctx, d, "LatestResponses", func(ctx context.Context) ([]model.Response, error) { return d.s.LatestResponses(ctx, name, n) })
}
