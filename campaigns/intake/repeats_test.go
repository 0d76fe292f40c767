package intake

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRepeatedHashesAreThoseOfOneList(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 5000, hashRun + 7} {
		var s hashes
		want := map[uint64]int32{}
		for range n {
			h := r.Uint64()
			if r.IntN(50) == 0 {
				h = uint64(r.IntN(100)) << 57
			}
			s.add(h)
			want[h]++
		}
		for h, times := range want {
			if times == 1 {
				delete(want, h)
			}
		}
		if d := cmp.Diff(want, s.repeated()); d != "" {
			t.Errorf("%d hashes (-want +got):\n%s", n, d)
		}
	}
}
