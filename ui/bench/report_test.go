package bench

import (
	"strings"
	"testing"
	"time"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

func TestMediansAndRatiosLeaveOutTheRunsOfADisturbedMachine(t *testing.T) {
	t.Parallel()
	mib := func(n int64) *int64 { n <<= 20; return &n }
	r := Report{Runs: []Run{
		{Who: ours, Round: 1, Rate: 8000, CPU: 40, Anonymous: mib(30)},
		{Who: "smtp-source", Round: 1, Rate: 4000, CPU: 80},
		{Who: ours, Round: 2, Rate: 900, CPU: 60, Anonymous: mib(90), Discarded: true},
		{Who: "smtp-source", Round: 2, Rate: 1000, CPU: 90, Discarded: true},
		{Who: ours, Round: 3, Rate: 9000, CPU: 42, Anonymous: mib(31)},
		{Who: "smtp-source", Round: 3, Rate: 3000, CPU: 84},
		{Who: ours, Round: 4, Rate: 6000, CPU: 44, Anonymous: mib(29)},
		{Who: "smtp-source", Round: 4, Rate: 5000, CPU: 88},
	}}
	r.sum([]string{ours, "smtp-source"})
	want := []Sum{
		{Who: ours, Runs: 3, Rate: Spread{8000, 6000, 9000}, CPU: Spread{42, 40, 44}, Anonymous: mib(31)},
		{Who: "smtp-source", Runs: 3, Rate: Spread{4000, 3000, 5000}, CPU: Spread{84, 80, 88}, Ratio: &Ratio{Rate: 2, Min: 1.2, Max: 3, CPU: 0.5}},
	}
	if diff := cmp.Diff(want, r.Sums); diff != "" {
		t.Error(diff)
	}
	if r.Discarded() != 1 {
		t.Errorf("%d rounds discarded", r.Discarded())
	}
}

func TestPeopleAreDifferentAndNobodyIsReal(t *testing.T) {
	t.Parallel()
	seen, lanes := map[string]bool{}, map[model.Lane]int{}
	for _, first := range []int{0, 500} {
		for _, c := range people(first, 500, time.Now()) {
			seen[c.Email] = true
			lanes[model.LaneOf(c.Email)]++
			if !strings.HasSuffix(c.Email, ".example") {
				t.Errorf("%s may be somebody", c.Email)
			}
		}
	}
	if len(seen) != 1000 || len(lanes) != model.Lanes {
		t.Errorf("%d addresses in %d lanes", len(seen), len(lanes))
	}
}

func TestALetterIsAsLongAsAsked(t *testing.T) {
	t.Parallel()
	short := len(page(0))
	if more := len(page(10_000)) - short; more < 4000 || more > 6000 { // once in the page, once in the text
		t.Errorf("the page is %d bytes longer", more)
	}
	if n := strings.Count(string(page(0)), "{{"); n < 9 {
		t.Errorf("%d places for what is known of a person", n)
	}
	if n := strings.Count(string(page(0)), "href="); n < 9 {
		t.Errorf("%d links", n)
	}
}
