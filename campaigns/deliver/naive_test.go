package deliver_test

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"

	"blanche/model"

	"github.com/emersion/go-smtp"
)

// naive sends as the examples of libraries do: one error, and nil is success.
func naive(address string, e model.Envelope) error {
	c, err := smtp.Dial(address)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // as the examples do
	c.CommandTimeout, c.SubmissionTimeout = quick.Command, quick.Dot
	if err := c.SendMail(e.From, []string{e.To}, bytes.NewReader(e.Data)); err != nil {
		return err
	}
	return c.Quit()
}

// The control: "there was an error, so it failed", as many programs do, must
// get rows of the matrix wrong; else the matrix proves nothing.
func TestNaiveClassifierFailsTheMatrix(t *testing.T) {
	t.Parallel()
	var wrong atomic.Int64
	var rows sync.WaitGroup
	for _, c := range matrix {
		cfg := serve(t, c.alone)
		rows.Go(func() {
			got := model.SendAccepted
			if naive(cfg.Address(), envelope()) != nil {
				got = model.SendRefused
			}
			if got != c.want {
				wrong.Add(1)
			}
			if (got == c.want) != c.naive {
				t.Errorf("%s: the naive classifier says %s, the truth is %s", c.name, got, c.want)
			}
		})
	}
	rows.Wait()
	if n := wrong.Load(); n < 20 {
		t.Errorf("the naive classifier is wrong on %d rows only", n)
	}
}
