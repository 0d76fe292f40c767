package ssh

import "time"

// How a client sees that a holder it waits for has stopped: it asks aliveEvery,
// and gives up when aliveTries waits of aliveWait have brought no answer. More
// than one, since a client that was stopped itself finds the first one over.
const (
	aliveEvery = 3 * time.Second
	aliveWait  = 3 * time.Second
	aliveTries = 2
)

// whileAlive cuts the connection when the holder says nothing any more. The
// returned function ends that, and tells whether it happened.
func (c *Client) whileAlive() (silent func() bool) {
	over, cut := make(chan struct{}), make(chan struct{})
	go func() {
		tick := time.NewTicker(aliveEvery)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			if !c.answers(over) {
				close(cut)
				_ = c.nc.Close()
				return
			}
		}
	}()
	return func() bool {
		close(over)
		select {
		case <-cut:
			return true
		default:
			return false
		}
	}
}

// answers asks the holder for a sign of life; any will do, its end too.
func (c *Client) answers(over <-chan struct{}) bool {
	answered := make(chan struct{})
	go func() {
		_, _, _ = c.conn.SendRequest(askAlive, true, nil)
		close(answered)
	}()
	for range aliveTries {
		wait := time.NewTimer(aliveWait)
		select {
		case <-answered:
			wait.Stop()
			return true
		case <-over:
			wait.Stop()
			return true
		case <-wait.C:
		}
	}
	return false
}
