package hooks

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxReplays bounds the memory: more requests than that in ten minutes are not
// told apart, and those that came first are forgotten.
const maxReplays = 1 << 16

// Telling is one signed request: its moment and its body, however its signature is
// spelled, and by whichever of the secrets it was made.
type Telling [32]byte

// TellingOf is that of a genuine signature.
func TellingOf(timestamp string, body []byte) Telling {
	h := sha256.New()
	_, _ = h.Write([]byte(timestamp + ".")) // never fails
	_, _ = h.Write(body)
	return Telling(h.Sum(nil))
}

// Replays remembers the requests that were accepted, for as long as one of
// them would be again. The zero value is ready; it is safe for concurrent use.
type Replays struct {
	mu   sync.Mutex
	seen map[Telling]time.Time
	line []Telling // in the order of arrival
}

// Take remembers a request, and reports whether it is new.
func (r *Replays) Take(key Telling, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, known := r.seen[key]; known && now.Sub(at) < 2*Window {
		return false
	}
	if r.seen == nil {
		r.seen = map[Telling]time.Time{}
	}
	for len(r.line) > 0 && (len(r.line) >= maxReplays || now.Sub(r.seen[r.line[0]]) >= 2*Window) {
		delete(r.seen, r.line[0])
		r.line = r.line[1:]
	}
	r.seen[key], r.line = now, append(r.line, key)
	return true
}

// Forgive forgets a request that was not heeded, so that it may come again as it
// is.
func (r *Replays) Forgive(key Telling) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, key)
	for i := len(r.line) - 1; i >= 0; i-- {
		if r.line[i] == key {
			r.line = append(r.line[:i:i], r.line[i+1:]...)
			return
		}
	}
}
