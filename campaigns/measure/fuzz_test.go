package measure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"blanche/campaigns/measure"
)

// Whatever a file holds, a reader of files answers with JSON, where what is
// unknown is null, or with an error of its own: it never panics, and NaN and
// infinity never get out.
func FuzzFilesNeverGiveNaN(f *testing.F) {
	for _, file := range []string{
		"", "g,y\n", "g,y\nt,1\nc,2\n", "g;y\nt;1,5\nc;2\nt;0\nc;0\n", "\xef\xbb\xbfg,y\nt,1e300\nc,-1e300\nt,2\nc,3\n", "g,y\nt,0\nc,0\n",
		"diff,se\n1,2\n3,4\n", "effect\terror\n1\t1e-300\n-1\t1e300\n", "diff,se\n1e308,1\n-1e308,1\n", "c,h\n1,a\n1,b\nx,a\n", "\x1f\x8b", "g,y\n\"t,1\n",
	} {
		f.Add(file, 0.05, 0.5, 1)
	}
	f.Fuzz(func(t *testing.T, file string, alpha, tau float64, look int) {
		sound := func(answer any, err error) {
			if err == nil {
				if _, err := json.Marshal(answer); err != nil {
					t.Fatalf("%v: %+v", err, answer)
				}
			}
		}
		read := func() *strings.Reader { return strings.NewReader(file) }
		sound(measure.FollowFile(read(), measure.AnytimeSpec{
			Arm: "g", Treatment: []string{"t"}, Control: "c", Outcome: "y", Alpha: &alpha, Tau: &tau, Looks: []int{look, 2, 1000},
		}))
		sound(measure.PoolFile(read(), measure.PoolSpec{Alpha: &alpha}))
		sound(measure.CheckCoupons(read(), read(), measure.CouponSpec{Campaign: "c", Customer: "h"}))
		sound(measure.Adjust([]string{"a", "b"}, []float64{alpha, tau}))
	})
}
