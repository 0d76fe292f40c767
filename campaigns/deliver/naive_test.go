package deliver_test

import (
	"bytes"
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

// naiveErrors counts the rows of the matrix that "err != nil means failed"
// records wrongly. Rows that it survives by chance of memory are left out.
func naiveErrors(t *testing.T) int {
	t.Helper()
	wrong := 0
	for _, c := range matrix {
		if c.stage == model.StageConnect {
			continue
		}
		cfg := serve(t, c.script)
		got := model.SendAccepted
		if naive(cfg.Address(), envelope()) != nil {
			got = model.SendRefused
		}
		if got != c.want {
			wrong++
		}
		if (got == c.want) != c.naive {
			t.Logf("%s: the naive classifier says %s, the truth is %s", c.name, got, c.want)
		}
	}
	return wrong
}
