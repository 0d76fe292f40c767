// Package ssh is the doors of the process that holds the data folder: a Unix
// socket for the other processes of the same person, and TCP for everybody
// else. Both speak SSH and serve the same thing, one session after another,
// through the one function that it is given (Serve): it knows neither the
// commands nor the screens.
//
// It promises that who comes by TCP has proved a key that Options.Authorize
// lets in, asked again in every session; that nothing but our own words runs
// (no shell, no forwarding, no agent, no SFTP); that what a caller may cost is
// bounded (Limits): connections, sessions, memory, time, speed of input; that a
// caller who stops reading, floods, panics or vanishes ends his own session and
// no other; that Close always returns, and leaves no goroutine behind.
//
// It refuses to decide what a person may do: the roles are the desk's matter.
// It also refuses a host key that others may read, and a peer of the socket
// that is neither us nor root.
//
// The other end of the socket is here too: Dial and Client.Run. What a caller
// names on his command line is on his side of the door: Files reads and writes
// there, over channels of the same connection.
//
// Read next: session.go (what a handler gets), server.go (the doors), gate.go
// (who gets as far as a session), client.go, files.go.
package ssh
