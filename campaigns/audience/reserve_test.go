package audience

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"blanche/model"
)

// numberedFolder knows its last number, or believes so.
type numberedFolder struct {
	*folder
	last model.ContactID
	err  error
}

func (f numberedFolder) Last(context.Context) (model.ContactID, error) { return f.last, f.err }

func TestRoomMadeInAdvanceChangesNoAnswer(t *testing.T) {
	t.Parallel()
	f := shop()
	want, err := f.build(t).Select(model.RuleFlag{Field: "sendable"}, Facts{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, last := range []model.ContactID{0, 3, 9, 5000} { // contacts may come while it is read
		why := func(email string) (model.SuppressReason, bool) { r, ok := f.why[email]; return r, ok }
		b, err := Build(t.Context(), numberedFolder{f, last, nil}, folderOrders{f}, why, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Select(model.RuleFlag{Field: "sendable"}, Facts{Now: now})
		if err != nil || !slices.Equal(got, want) || b.Len() != len(f.contacts) {
			t.Errorf("last %d: %v %v, want %v", last, got, err, want)
		}
	}
	broken := errors.New("disk")
	if _, err := Build(t.Context(), numberedFolder{f, 0, broken}, folderOrders{f}, nil, time.UTC); !errors.Is(err, broken) {
		t.Errorf("a store that cannot be read: %v", err)
	}
}
