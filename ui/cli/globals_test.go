package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is read before the tree of commands exists is read as the tree will:
// --read-only=1 must not be a session that may change everything.
func TestAFlagMeansTheSameInEachOfItsForms(t *testing.T) {
	t.Parallel()
	all := globals{json: true, yes: true, noColor: true, readOnly: true}
	for _, value := range []string{"", "=true", "=1", "=T", "=TRUE", "=t"} {
		got := scanGlobals([]string{"status", "--json" + value, "--yes" + value, "--no-color" + value, "--read-only" + value})
		if d := cmp.Diff(all, got, cmp.AllowUnexported(globals{})); d != "" {
			t.Errorf("%q: %s", value, d)
		}
	}
	for _, value := range []string{"=false", "=0", "=F"} {
		got := scanGlobals([]string{"status", "--json" + value, "--read-only" + value})
		if got != (globals{}) {
			t.Errorf("%q: %+v", value, got)
		}
	}
}
