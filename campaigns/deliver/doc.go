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
// On a connection the text of a message and the envelope of the next leave in
// one write, where the relay offers it: one round trip a message. Each reply is
// judged all the same, and a relay that falls out of step is spoken to more
// slowly (mode.go).
//
// Read next: config.go (where messages go), post.go (how they come in, and who is
// told what became of them), pool.go and serve.go (who sends what over which
// connection), exchange.go (one message), reply.go (what is read, and its
// bounds), classify.go (what a reply means), mode.go, connect.go and auth.go,
// check.go (what a relay offers); relay/ is a server for tests and the
// demonstration.
package deliver

// Points are the moments at which Config.At is called: before a connection is
// opened, before each command is written (in BDAT, data is the chunk), before
// the text is written, when text and final dot are written and unanswered, when
// that answer was read, before QUIT. In a mode that writes commands together,
// their points come one after the other before that write.
var Points = []string{
	"connect", "hello", "starttls", "auth", "mail", "rcpt", "data", "content", "dot", "reply", "quit",
}
