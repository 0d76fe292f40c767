package audience

import (
	"fmt"
	"strings"

	"blanche/model"
)

// Apart is the universal zone blanche: everybody whose bucket under the salt is
// below the share, whatever campaign asks. It says nothing about who may be
// written to, and is asked last.
type Apart struct {
	Salt  string
	Share float64 // of all people; 0: nobody
	Unit  string  // as in Ask
}

// apart are the rows of the universal zone blanche; nil without one. b.mu is
// held for reading.
func (b *Base) apart(f Facts) (rowset, error) {
	a := f.Apart
	if !(a.Share > 0) {
		return nil, nil
	}
	u, err := b.unit(a.Unit, f)
	if model.KindOf(err) == model.KindInvalid { // a column that nobody has: everybody is alone
		u, err = unit{}, nil
	}
	if err != nil {
		return nil, err
	}
	return cached(b, &b.cache.apart, fmt.Sprintf("%s %g %s", a.Salt, a.Share, u.field), func() rowset {
		set := make(rowset, words(b.rows))
		for row := range b.rows {
			if Bucket(a.Salt, drawnAs(model.ContactID(row+1), u.key(row))) < a.Share {
				set.add(row)
			}
		}
		return set
	}), nil
}

// apartByUnit reports that an edit of somebody may move them between units that are
// apart and units that are not.
func (b *Base) apartByUnit() bool {
	for key := range b.cache.apart {
		if !strings.HasSuffix(key, " ") {
			return true
		}
	}
	return false
}

// Has reports whether somebody is in the universal zone blanche; key is that of
// their unit, empty for a person drawn alone.
func (a Apart) Has(id model.ContactID, key string) bool {
	return a.Share > 0 && Bucket(a.Salt, drawnAs(id, key)) < a.Share
}
