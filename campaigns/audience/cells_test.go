package audience

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"blanche/model"
)

func planOf(n int) []model.Planned {
	plan := make([]model.Planned, n)
	for i := range plan {
		plan[i] = model.Planned{Contact: model.ContactID(3*i + 7), Lane: model.Lane(i % model.Lanes)}
	}
	return plan
}

func sizes(plan []model.Planned) (n [model.Cells]int) {
	for _, p := range plan {
		n[p.Cell]++
	}
	return n
}

func TestCellsHaveExactlyTheirSizeAndAreTheSameForTheSameSalt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(0, 500).Draw(t, "planned"), rapid.IntRange(2, model.Cells-1).Draw(t, "variants")
		share, salt := rapid.Float64Range(0, 1).Draw(t, "share"), rapid.String().Draw(t, "salt")
		plan := planOf(n)
		DrawCells(salt, share, k, plan)
		want := int(math.Floor(share*float64(n)/float64(k) + 1e-9))
		got := sizes(plan)
		for c := 1; c <= k; c++ {
			if got[c] != want {
				t.Fatalf("cell %d has %d people, want %d", c, got[c], want)
			}
		}
		if got[0] != n-k*want {
			t.Fatalf("the rest are %d", got[0])
		}
		again := planOf(n)
		slices.Reverse(again)
		DrawCells(salt, share, k, again)
		slices.Reverse(again)
		if !slices.Equal(plan, again) {
			t.Fatal("another order gives other cells")
		}
	})
}

func TestEveryonesCellIsAsLikelyAsAnothers(t *testing.T) {
	t.Parallel()
	const people, draws, k, share = 60, 4000, 3, 0.3
	in := make([][model.Cells]int, people)
	for d := range draws {
		plan := planOf(people)
		DrawCells(fmt.Sprintf("%032x", d), share, k, plan)
		for i, p := range plan {
			in[i][p.Cell]++
		}
	}
	chi := 0.0
	for i := range in {
		for c := range k + 1 {
			want := draws * share / k
			if c == 0 {
				want = draws * (1 - share)
			}
			d := float64(in[i][c]) - want
			chi += d * d / want
		}
	}
	if df := float64(people * k); chi > df+5*math.Sqrt(2*df) {
		t.Errorf("χ² = %.0f for %d cells of a table", chi, people*k)
	}
}

func TestTheCellsDoNotFollowTheZoneBlanche(t *testing.T) {
	t.Parallel()
	// Who fell next to the zone blanche would be in cell 1 were the draws one.
	const n = 20_000
	target := make([]Member, n)
	for i := range target {
		target[i] = Member{ID: model.ContactID(i + 1), Stratum: "x"}
	}
	_, ids, _ := Draw("salt", 0.1, target)
	plan := make([]model.Planned, len(ids))
	for i, id := range ids {
		plan[i].Contact = id
	}
	DrawCells("salt", 0.2, 2, plan)
	low, first := 0, 0
	for _, p := range plan {
		if Bucket("salt", p.Contact.String()) < 0.2 {
			low++
			if p.Cell == 1 {
				first++
			}
		}
	}
	if got := float64(first) / float64(low); math.Abs(got-0.1) > 0.03 {
		t.Errorf("%.3f of those beside the zone blanche are in cell 1, want 0.1", got)
	}
}
