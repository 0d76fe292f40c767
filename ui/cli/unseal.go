package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// unsealing is what opens a sealed backup: the text of a file of identities, or
// a passphrase. Empty for a backup that is open.
type unsealing struct{ identities, passphrase string }

// unsealing reads the files that the flags name.
func (s *session) unsealing(ctx context.Context, f sealFlags) (u unsealing, err error) {
	if u.identities, err = s.secret(ctx, *f.identity); err == nil {
		u.passphrase, err = s.secret(ctx, *f.passphraseFile)
	}
	return u, err
}

// handTo gives the secrets to a child that is not started yet, each by a pipe of
// its own: a file of the caller may be out of its reach, and a command line is
// there for everybody to read. The function returned is called when the child
// has ended.
func (u unsealing) handTo(c *exec.Cmd) (done func(), err error) {
	done = func() {
		for _, r := range c.ExtraFiles {
			_ = r.Close() // whoever still writes hears of it
		}
	}
	for _, secret := range []struct{ flag, text string }{{"--identity", u.identities}, {"--passphrase-file", u.passphrase}} {
		if secret.text == "" {
			continue
		}
		r, w, pipeErr := os.Pipe()
		if pipeErr != nil {
			return done, pipeErr
		}
		c.Args = append(c.Args, secret.flag, "/dev/fd/"+strconv.Itoa(firstExtra+len(c.ExtraFiles)))
		c.ExtraFiles = append(c.ExtraFiles, r)
		go func() {
			_, _ = io.WriteString(w, secret.text)
			_ = w.Close()
		}()
	}
	return done, nil
}

// firstExtra is the descriptor, in a child, of the first of its ExtraFiles.
const firstExtra = 3
