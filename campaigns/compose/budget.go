package compose

import (
	"context"
	"errors"
)

// The bounds of one rendering: far above any real message, small enough that a
// hostile template ends at once.
const (
	maxOutput = 1 << 20  // bytes of one part
	maxWork   = 16 << 20 // bytes that filters and captures may handle in all
	maxValue  = 64 << 10 // bytes of one value
	maxSteps  = 20_000   // turns of loops and values printed

	budgetName = "blanche_budget"
)

// Errors of a template that asks too much.
var (
	errOutput = errors.New("more than 1 MB of text")
	errSteps  = errors.New("too many steps")
	errValue  = errors.New("a value of more than 64 KB")
)

// budget counts what one rendering uses. Liquid hands it to our filters and
// tags as the variable budgetName, which no template can name.
type budget struct {
	ctx   context.Context
	steps int
	work  int
	empty func(hole int) // called when a hole prints nothing; may be nil
}

// spend counts one step over n bytes.
func (b *budget) spend(n int) error {
	b.steps++
	b.work += n
	switch {
	case n > maxOutput || b.work > maxWork:
		return errOutput
	case b.steps > maxSteps:
		return errSteps
	case b.steps%64 == 0 && b.ctx.Err() != nil:
		return b.ctx.Err()
	}
	return nil
}

// boundedWriter appends to a buffer and refuses what goes over maxOutput.
type boundedWriter struct {
	buf   *[]byte
	start int
}

func (w boundedWriter) Write(p []byte) (int, error) {
	if len(*w.buf)-w.start+len(p) > maxOutput {
		return 0, errOutput
	}
	*w.buf = append(*w.buf, p...)
	return len(p), nil
}
