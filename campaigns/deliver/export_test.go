package deliver

// Queued is how many messages wait for a connection.
func (p *Pool) Queued() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queued
}
