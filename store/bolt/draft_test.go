package bolt

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"blanche/model"
)

// What is drafted of somebody new is what merging the row into nobody gives.
func TestADraftIsWhatMergingGives(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pen, now := drafter{now: kept(start)}, kept(start)
	for n := range 2000 {
		row := model.Contact{Email: fmt.Sprint("a", n, "@x.example"), City: oneOf(r, "ville %d", 3), Tracking: model.Tracking(r.IntN(3)), Basis: model.Basis(r.IntN(4)), BasisSource: oneOf(r, "s%d", 3)}
		if r.IntN(2) == 0 {
			row.BasisAt = start
		}
		for k := range r.IntN(4) {
			row.Tags, row.Attrs = append(row.Tags, fmt.Sprint("t", k)), append(row.Attrs, model.Attr{Name: fmt.Sprint("a", k), Value: "1"})
		}
		want, clean := model.Contact{Created: now, Updated: now, Version: 1}, row
		clean.BasisAt = kept(row.BasisAt)
		want.Merge(&clean)
		var got model.Contact
		if _, err := decodeContact(&got, pen.draft(&row)[envelopeSize:]); err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Fatalf("%v\ndrafted %+v\nmerged  %+v", err, got, want)
		}
		if first := firstStance(&row); first != want.Stance() {
			t.Fatalf("drafted %+v, merged %+v", first, want.Stance())
		}
	}
}
