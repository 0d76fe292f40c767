package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// The doors of other programs. Each passes the guard once.

func (d door) Tokens(ctx context.Context) ([]model.Token, error) {
	return ask(ctx, d, "Tokens", func(ctx context.Context) ([]model.Token, error) { return d.s.Tokens(ctx) })
}

func (d door) AddToken(ctx context.Context, name string, scope []model.Scope, expires time.Time) (secret string, t model.Token, err error) {
	err = tell(ctx, d, "AddToken", func(ctx context.Context) error {
		secret, t, err = d.s.AddToken(ctx, name, scope, expires)
		return err
	})
	return secret, t, err
}

func (d door) RevokeToken(ctx context.Context, name string) error {
	return tell(ctx, d, "RevokeToken", func(ctx context.Context) error { return d.s.RevokeToken(ctx, name) })
}

func (d door) TakeItems(ctx context.Context, r ItemRequest) ([]ItemResult, error) {
	return ask(ctx, d, "TakeItems", func(ctx context.Context) ([]ItemResult, error) { return d.s.TakeItems(ctx, r) })
}
