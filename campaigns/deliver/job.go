package deliver

import (
	"context"

	"blanche/model"
)

// job is one message on its way through the pool: in the queue, or in the hands
// of a connection. Once settled it serves for another message.
type job struct {
	env    model.Envelope
	shape  shape
	letter Letter          // nil: settled, and free
	ctx    context.Context //nolint:containedctx // the job lives as long as the call

	said  bool // the envelope is on the line, its replies are to be read
	tail  bool // and it went behind the text of another message
	reset bool // with a RSET in front
	nth   int  // which message of its connection it is
	tries int  // how often it was put back in the queue

	// Under the pool's mutex.
	line   *session // the connection that works for this message first of all
	queued bool
	cut    bool // the caller has given up
	next   *job
}

// mostTries is how often a message of which nothing was heard goes back in the
// queue before that is its result.
const mostTries = 3

// text is what follows DATA, without the final dot; for BDAT nothing is
// stuffed.
func (j *job) text(chunk bool) []byte {
	if j.shape.dots && !chunk {
		return stuffed(j.env.Data)
	}
	return j.env.Data
}

// utf8 reports whether the transaction needs SMTPUTF8.
func (j *job) utf8() bool { return !ascii(j.env.To) || !ascii(j.env.From) }
