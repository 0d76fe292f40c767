// Package deliver hands one message to a relay and says truthfully what became
// of it.
//
// What is promised:
//
//   - five results and no sixth: accepted, deferred, refused, not started,
//     uncertain. A dropped line is never called a failure: before the final dot
//     it is "not started", after it "uncertain", because the relay may have
//     kept the message;
//   - a relay, however broken or hostile, costs bounded memory and bounded time:
//     every reply line, reply and session has a size limit, every command an
//     absolute deadline;
//   - nothing goes in clear text except to this very machine, certificates are
//     verified, and there is no switch to forgo it;
//   - only a definite 5.1.x about the address says that a person is unknown.
//
// What is refused: to decide when to try again, how fast to go, or who gets
// what. That is the worker's.
//
// Read next: config.go (where messages go), guard.go (limits), session.go (one
// connection), classify.go (what a reply means), pool.go (several connections),
// check.go (what a relay offers); relay/ is a server for tests and the
// demonstration.
package deliver
