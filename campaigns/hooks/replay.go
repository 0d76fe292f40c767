package hooks

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxReplays bounds the memory: more requests than that in ten minutes are not
// told apart, and those that came first are forgotten.
const maxReplays = 1 << 16

// Replays remembers the signatures that were accepted, for as long as one of
// them would be again. The zero value is ready; it is safe for concurrent use.
type Replays struct {
	mu   sync.Mutex
	seen map[[32]byte]time.Time
	line [][32]byte // in the order of arrival
}

// Take remembers a signature, and reports whether it is new.
func (r *Replays) Take(signature string, now time.Time) bool {
	key := sha256.Sum256([]byte(signature))
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, known := r.seen[key]; known && now.Sub(at) < 2*Window {
		return false
	}
	if r.seen == nil {
		r.seen = map[[32]byte]time.Time{}
	}
	for len(r.line) > 0 && (len(r.line) >= maxReplays || now.Sub(r.seen[r.line[0]]) >= 2*Window) {
		delete(r.seen, r.line[0])
		r.line = r.line[1:]
	}
	r.seen[key], r.line = now, append(r.line, key)
	return true
}

// Forgive forgets a signature whose request was not heeded, so that it may come
// again as it is.
func (r *Replays) Forgive(signature string) {
	key := sha256.Sum256([]byte(signature))
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
