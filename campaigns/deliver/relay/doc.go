// Package relay is an SMTP server inside the process: the other side of the
// demonstration and of the tests. It really speaks SMTP, over the network or
// over a pipe that cannot leave the process, and behaves as told: takes,
// defers, refuses, drops the line, is slow.
//
// What is promised: it counts what it kept, by recipient, so that a test can
// compare name by name; the same seed and recipient give the same behaviour,
// whatever the order of arrival.
//
// What is refused: to forward anything to anybody.
//
// Read next: relay.go, behave.go, pipe.go.
package relay
