package audience

import (
	"fmt"
	"strings"
	"testing"

	"blanche/model"
)

// A file of any program gives the draw of its ids; an id that a number cannot
// be written back to is a name, and is drawn as it stands.
func TestADrawReadsTheFilesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	rows := func(comma string, ids ...string) string {
		return "id" + comma + "ville\n" + strings.Join(ids, comma+"x\n") + comma + "x\n"
	}
	for _, c := range []struct{ file, want string }{
		{rows(",", "2", "10", "1"), "[1 2 10]"},
		{rows(";", "2", "10", "1"), "[1 2 10]"},
		{rows("\t", "2", "10", "1"), "[1 2 10]"},
		{"\xef\xbb\xbf" + rows(";", "2", "10", "1"), "[1 2 10]"},
		{rows(",", "02", "10", "1"), "[02 1 10]"},
		{rows(",", "b", "a"), "[a b]"},
		{"id,ville\n", "[]"},
	} {
		r, err := DrawFile(strings.NewReader(c.file), "id", "s", 1, []string{"ville"})
		if err != nil || fmt.Sprint(r.StratifiedFirst) != c.want || r.FirstBuckets == nil {
			t.Errorf("%q: %+v %v", c.file, r, err)
		}
	}
}

// Equal remainders fall as the same sum in double precision makes them fall;
// a draw of before, which broke them by name alone, still stands.
func TestTiesOfQuotasFallAlikeEverywhere(t *testing.T) {
	t.Parallel()
	sizes := map[string]int{"a": 13, "b": 23, "c": 64} // a tenth: 1.3, 2.3 and 6.4
	quotas := quotasOf(0.1, sizes)
	if fmt.Sprint(quotas[0].HeldOut, quotas[1].HeldOut, quotas[2].HeldOut) != "1 2 7" {
		t.Error(quotas)
	}
	sizes = map[string]int{"a": 23, "b": 13, "c": 64 - 1, "d": 1} // 2.3, 1.3, 6.3, 0.1: one seat for three thirds
	quotas = quotasOf(0.1, sizes)
	if quotas[1].HeldOut != 2 {
		t.Error(quotas)
	}
	other := []model.StratumQuota{{Stratum: "a", Size: 23, HeldOut: 3}, {Stratum: "b", Size: 13, HeldOut: 1}, {Stratum: "c", Size: 63, HeldOut: 6}, {Stratum: "d", Size: 1}}
	if !sharedOut(0.1, quotas, 100) || !sharedOut(0.1, other, 100) {
		t.Error("a fair rounding is doubted")
	}
	other[0].HeldOut, other[3].HeldOut = 2, 1
	if sharedOut(0.1, other, 100) {
		t.Error("a seat for the smallest remainder is believed")
	}
}
