package store

import (
	"context"

	"blanche/model"
)

// Mappings keeps how files are read, by name.
type Mappings interface {
	// Save writes one, in place of the one of its name.
	Save(ctx context.Context, m model.FileMapping) error
	// Get is the one of a name; ErrNotFound.
	Get(ctx context.Context, name string) (model.FileMapping, error)
	// List is all of them, by name.
	List(ctx context.Context) ([]model.FileMapping, error)
	Delete(ctx context.Context, name string) error
}
