package cli

import "time"

// longEnough is how long a test waits for what must come: far more than anything
// takes on a slow machine with other work, so that it ends only what hangs.
const longEnough = 2 * time.Minute

// atMost is the most that something may take: ten times as long beside everything
// that runs under the race detector at the same time.
func atMost(d time.Duration) time.Duration {
	if raceDetector {
		return 10 * d
	}
	return d
}
