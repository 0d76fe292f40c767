package compose

import (
	"strings"
	"testing"
)

func TestAValueThatStandsAsItIsIsWhatTheRulesWrite(t *testing.T) {
	t.Parallel()
	long, taken := strings.Repeat("https://mail.boutique.example/c/AbC-_019", 5), 0
	for n := 1; n < len(long); n++ {
		for _, v := range []string{long[:n], long[len(long)-n:], long[:n/2] + " " + long[:n/2], long[:n/2] + "=" + long[n/2:n], long[:n/2] + "." + long[:n/2]} {
			for _, s := range []slot{inText, inHTML, inRaw} {
				if !standsAsItIs(v, s) {
					continue
				}
				taken++
				want := softBreak(appendQuoted(nil, escapers[s].escape(nil, v)))
				if got := appendAsItIs(nil, v); string(got) != string(want) {
					t.Fatalf("%q in %d is written\n%q, not\n%q", v, s, got, want)
				}
			}
		}
	}
	if address := long[:76]; !standsAsItIs(address, inHTML) || !standsAsItIs(address, inText) || taken < 500 {
		t.Errorf("the address of a link is written by the rules; %d are not", taken)
	}
}
