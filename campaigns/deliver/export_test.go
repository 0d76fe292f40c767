package deliver

// Queued is how many messages wait for a connection.
func (p *Pool) Queued() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queued
}

// Plain, Wired and Stuffed are what a text and an address go through.
var (
	Plain   = plain
	Wired   = wired
	Stuffed = stuffed
)

// Look is what is known of a text.
func Look(b []byte) (loose, dots, eight, bad bool) {
	s := look(b)
	return s.loose, s.dots, s.eight, s.bad
}
