package storetest

import (
	"cmp"
	"slices"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"blanche/model"
	"blanche/store"
)

// claim asks for some people and compares whom it is given with the lines.
func (m *machine) claim(t *rapid.T) {
	c, r := m.some(t), request(t)
	got, err := m.f.Ledger().Claim(ctx, c, r, m.now)
	m.checkClaims(t, c, r, must(t, got, err))
	for _, one := range got {
		line := &m.lines[c][one.Ordinal]
		line.State, line.Version, line.At, line.NextTry = model.StateClaimed, 0, m.now, time.Time{}
	}
}

// request draws what a worker may ask for: everybody, or some lanes and cells.
func request(t *rapid.T) model.ClaimRequest {
	r := model.Claims(rapid.OneOf(rapid.IntRange(1, 8), rapid.SampledFrom([]int{995, 3000})).Draw(t, "most"))
	if rapid.Bool().Draw(t, "by lane") {
		for l := range r.Lanes {
			r.Lanes[l] = rapid.SampledFrom([]int{0, 0, 1, 2, 40, 1200}).Draw(t, "quota")
		}
	}
	if rapid.Bool().Draw(t, "by cell") {
		r.Cells = model.CellSet(rapid.IntRange(1, 1<<model.Cells-1).Draw(t, "cells"))
	}
	return r
}

// checkClaims: in each lane the deferred by when they were due, then the planned
// by their place in the plan, as many as was asked for, and the deferred of all
// lanes before the planned of any.
func (m *machine) checkClaims(t *rapid.T, c model.CampaignID, r model.ClaimRequest, got []model.Claim) {
	var byLane [model.Lanes][]model.Claim
	planned := 0
	for _, one := range got {
		line := m.lines[c][one.Ordinal]
		if line.State == model.StatePlanned {
			planned++
		} else if planned > 0 {
			t.Fatalf("%+v is deferred and comes after one who is planned", one)
		}
		byLane[one.Lane] = append(byLane[one.Lane], one)
	}
	total := 0
	for l := range model.Lanes {
		due, want := m.claimable(c, model.Lane(l), r.Cells)
		total += min(r.Lanes[l], len(want))
		n := len(byLane[l])
		if n > r.Lanes[l] || n > len(want) {
			t.Fatalf("lane %d: %d claims of %d, %d were asked for", l, n, len(want), r.Lanes[l])
		}
		if diff := gocmp.Diff(want[:n], byLane[l], cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("lane %d (-want +got):\n%s", l, diff)
		}
		if planned > 0 && n < min(due, r.Lanes[l]) {
			t.Fatalf("lane %d: %d of %d due were passed over for who is planned", l, due-n, due)
		}
	}
	if want := min(total, r.Most, store.MaxClaim); len(got) != want {
		t.Fatalf("claimed %d, want %d", len(got), want)
	}
}

// claimable are those of a lane that may be handed out, in order, and how many
// of them are deferred.
func (m *machine) claimable(c model.CampaignID, l model.Lane, cells model.CellSet) (due int, out []model.Claim) {
	lines := slices.DeleteFunc(slices.Clone(m.lines[c]), func(r model.Recipient) bool {
		due := r.State == model.StateDeferred && !r.NextTry.After(m.now)
		return r.Lane != l || !cells.Has(r.Cell) || r.State != model.StatePlanned && !due
	})
	slices.SortStableFunc(lines, func(a, b model.Recipient) int {
		return cmp.Or(cmp.Compare(b.State, a.State), a.NextTry.Compare(b.NextTry), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	for _, r := range lines {
		if r.State == model.StateDeferred {
			due++
		}
		out = append(out, model.Claim{Campaign: c, Ordinal: r.Ordinal, Contact: r.Contact, Lane: r.Lane, Cell: r.Cell, Attempts: r.Attempts})
	}
	return due, out
}
