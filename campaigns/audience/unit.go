package audience

import (
	"context"
	"strconv"

	"blanche/model"
)

// unit is what a draw draws: people one by one, or all those who have the same
// value in a field (a household) at once.
type unit struct {
	field string // canonical; empty: people one by one
	of    column
}

// unit reads the field of a draw.
func (b *Base) unit(name string, f Facts) (unit, error) {
	if name == "" {
		return unit{}, nil
	}
	c, canonical, err := b.field(name, f)
	return unit{canonical, c}, err
}

// key is the value of a row, folded, so that it hashes the same however it was
// typed; empty for somebody without one, who is drawn alone.
func (u unit) key(row int) string {
	if u.of == nil {
		return ""
	}
	return Fold(u.of.show(row))
}

// drawnAs is the text of a person that is hashed: the key of the unit, else the
// number in decimal.
func drawnAs(id model.ContactID, key string) string {
	if key != "" {
		return key
	}
	return strconv.FormatUint(uint64(id), 10)
}

// Units gives the key of the unit of each person as they are now, under a field,
// canonical or not; empty for those who are drawn alone. Without a field all are.
func (b *Base) Units(field string, f Facts) (func(model.ContactID) string, error) {
	if field == "" {
		return func(model.ContactID) string { return "" }, nil
	}
	if err := b.load(context.Background(), columnsNamed(field)); err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	u, err := b.unit(field, f)
	if err != nil {
		return nil, err
	}
	keys := make([]string, b.rows)
	for row := range keys {
		keys[row] = u.key(row)
	}
	return func(id model.ContactID) string {
		if row := int(id) - 1; row >= 0 && row < len(keys) {
			return keys[row]
		}
		return ""
	}, nil
}
