package measure_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

func ptr[T any](x T) *T { return &x }

func TestAnytimeGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "hillstrom", "anytime") {
		f, err := os.Open(dataFile(t, "hillstrom/hillstrom.csv.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := measure.FollowFile(f, measure.AnytimeSpec{
			Arm: "segment", Treatment: []string{c.Treatment}, Control: c.Control, Outcome: "spend", Alpha: &c.Alpha,
			Looks: []int{64000, 1000, 2000, 5000, 10000, 20000, 40000}, OptimisedFor: 10000, Tau: ptr(0.5),
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Expected["rows"] = 64000.0
		sameFigures(t, got, c.Expected)
	}
}

// Before anybody has bought a look knows nothing, and says so by null; a look
// past the end is that of the end.
func TestALookThatSeesNothingSaysNothing(t *testing.T) {
	t.Parallel()
	const file = "g,y\nt,0\nc,0\nx,oops\nt,3\nc,1\nt,0\nc,0\n"
	got, err := measure.FollowFile(strings.NewReader(file), measure.AnytimeSpec{Arm: "g", Treatment: []string{"t"}, Control: "c", Outcome: "y", Looks: []int{1, 2, 99}, Tau: ptr(1.0)})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), `"ci_prudent":null`); n != 2 || got.Looks[2].CIPrudent.Ptr() == nil || got.Rows != 7 || got.Looks[2].T != 6 || got.Looks[1].P != 1 {
		t.Errorf("%s", raw)
	}
}

func TestALookThatCannotBeTakenIsRefused(t *testing.T) {
	t.Parallel()
	spec := func(change func(*measure.AnytimeSpec)) measure.AnytimeSpec {
		s := measure.AnytimeSpec{Arm: "g", Treatment: []string{"t"}, Control: "c", Outcome: "y"}
		change(&s)
		return s
	}
	const file = "g,y\nt,1\nc,2\n"
	for _, c := range []struct {
		file, key string
		spec      measure.AnytimeSpec
	}{
		{file, "roi.bad_alpha", spec(func(s *measure.AnytimeSpec) { s.Alpha = ptr(0.0) })},
		{file, "roi.bad_tau", spec(func(s *measure.AnytimeSpec) { s.Tau = ptr(0.0) })},
		{file, "roi.bad_look", spec(func(s *measure.AnytimeSpec) { s.Looks = []int{-1} })},
		{file, "roi.bad_planned", spec(func(s *measure.AnytimeSpec) { s.OptimisedFor = -5 })},
		{file, "roi.no_arms", spec(func(s *measure.AnytimeSpec) { s.Treatment = nil })},
		{file, "roi.no_outcome", spec(func(s *measure.AnytimeSpec) { s.Outcome = "" })},
		{file, "roi.same_arm", spec(func(s *measure.AnytimeSpec) { s.Control = "t" })},
		{file, "roi.empty_arm", spec(func(s *measure.AnytimeSpec) { s.Control = "z" })},
		{file, "roi.empty_arm", spec(func(s *measure.AnytimeSpec) { s.Treatment = []string{"z"} })},
		{file, "roi.no_column", spec(func(s *measure.AnytimeSpec) { s.Outcome = "z" })},
		{"g,y\nt,a\n", "roi.not_number", spec(func(*measure.AnytimeSpec) {})},
		{"", "roi.empty_file", spec(func(*measure.AnytimeSpec) {})},
	} {
		if _, err := measure.FollowFile(strings.NewReader(c.file), c.spec); !errors.Is(err, model.Invalid(c.key)) {
			t.Errorf("%v, want %s", err, c.key)
		}
	}
}
