//go:build !wip

package cli

import (
	"context"
	"errors"

	"blanche/campaigns"
)

func openDesk(context.Context, Wiring) (campaigns.Desk, func(context.Context) error, error) {
	return nil, nil, errors.New("not wired yet")
}
