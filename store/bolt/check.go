package bolt

import (
	"context"

	"blanche/store"
)

func (e *Engine) Check(ctx context.Context) (store.Health, error) {
	return store.Health{Schema: schema}, ctx.Err()
}
