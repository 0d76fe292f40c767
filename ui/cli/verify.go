package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"

	"blanche/model"
	"blanche/ui/doctor"
	"blanche/ui/safe"
	"blanche/ui/ssh"

	"github.com/spf13/cobra"
)

// A damaged file can end the process that reads it: a page of a mapped file
// that is not there any more is a fatal fault, not an error. So `verify` reads
// in a process of its own (--here), and this one says what became of it.
func newVerifyCmd(s *session) *cobra.Command {
	var f sealFlags
	var asCSV, here *bool
	cmd := s.command("verify", []string{"[FILE]"}, func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		switch {
		case len(args) == 1 && s.inside != nil:
			return notHere(cmd) // it would be unpacked and opened here, whoever sent it
		case len(args) == 1 && *here:
			return s.verifyBackup(ctx, args[0], f, *asCSV)
		case len(args) == 1:
			files, err := s.files(args[0])
			if args[0] == "-" {
				return s.verifyBackup(ctx, args[0], f, *asCSV)
			}
			if err != nil {
				return err
			}
			return s.inChildOf(ctx, files, args[0], f)
		case s.inside != nil:
			return s.verifyHeld(ctx)
		case *here || s.Self == "":
			return s.verifyFolder(ctx, *asCSV)
		}
		if err := s.elsewhere(ctx); err != nil {
			return err
		}
		return s.child(ctx, nil, s.Out, unsealing{}, "verify", "--here", "--data", s.settings.Paths.Data)
	})
	asCSV, here = s.csvFlag(cmd), s.boolFlag(cmd, "here")
	f.identity, f.passphraseFile = s.textFlag(cmd, "identity", ""), s.textFlag(cmd, "passphrase-file", "")
	_ = cmd.Flags().MarkHidden("here")
	return cmd
}

// verifyFolder reads every record of the folder, in this process.
func (s *session) verifyFolder(ctx context.Context, asCSV bool) error {
	s.Reach = nil // a folder that another process holds is its own matter
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	h, err := desk.Check(ctx)
	if err != nil {
		return err
	}
	s.noted(func(p *doctor.Past) { p.Verify = doctor.Outcome{At: s.Now(), Faults: len(h.Damaged)} })
	return s.sayHealth(&h, asCSV)
}

// sayHealth says what is stored, and what of it is damaged.
func (s *session) sayHealth(h *model.Health, asCSV bool) error {
	h.Damaged = orEmpty(h.Damaged)
	err := s.answer(h, asCSV, func() error {
		s.say(s.p.T("cli.verify.read", "contacts", h.Contacts, "orders", h.Orders, "schema", h.Schema))
		for _, d := range h.Damaged {
			s.say(safe.Text(d))
		}
		s.say(s.p.N("cli.verify.damaged", len(h.Damaged)))
		return nil
	})
	if err == nil && len(h.Damaged) > 0 {
		return ended(exitFailure)
	}
	return err
}

// verifyHeld reads a copy of the folder that this process holds.
func (s *session) verifyHeld(ctx context.Context) error {
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "blanche-verify-*")
	if err != nil {
		return model.Failed(err, "cli.no_temporary")
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := desk.CopyTo(ctx, dir); err != nil {
		return err
	}
	err = s.child(ctx, nil, s.Out, unsealing{}, "verify", "--here", "--data", dir)
	if last := doctor.Noted(dir).Verify; !last.At.IsZero() { // of the copy
		s.noted(func(p *doctor.Past) { p.Verify = last })
	}
	return err
}

// verifyBackup restores a backup into a temporary folder and reads it.
func (s *session) verifyBackup(ctx context.Context, file string, f sealFlags, asCSV bool) error {
	r := restoring{rand: s.Rand, now: s.Now, command: s.doing}
	var err error
	if r.unsealing, err = s.unsealing(ctx, f); err != nil {
		return err
	}
	in, err := s.openInput(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = in.close() }()
	h, err := r.prove(ctx, in)
	if err != nil {
		return err
	}
	return s.sayHealth(&h, asCSV)
}

// inChildOf verifies a backup of the caller in a process of its own.
func (s *session) inChildOf(ctx context.Context, files ssh.Files, name string, f sealFlags) error {
	if s.Self == "" {
		return s.verifyBackup(ctx, name, f, false)
	}
	u, err := s.unsealing(ctx, f)
	if err != nil {
		return err
	}
	in, err := files.Open(name)
	if err != nil {
		return fileError(err, name)
	}
	defer func() { _ = in.Close() }()
	return s.child(ctx, in, s.Out, u, "verify", "--here", "-")
}

// testBackup tells whether a backup can be restored and is whole.
func (s *session) testBackup(ctx context.Context, files ssh.Files, name string, u unsealing) (bool, error) {
	if s.Self == "" {
		return true, nil
	}
	in, err := files.Open(name)
	if err != nil {
		return false, fileError(err, name)
	}
	defer func() { _ = in.Close() }()
	err = s.child(ctx, in, io.Discard, u, "verify", "--here", "-", "--json")
	if err != nil {
		return false, model.Failed(err, "cli.backup.test_failed", "file", name)
	}
	return true, nil
}

// child runs this program again, with what opens a backup, and ends as it did.
func (s *session) child(ctx context.Context, in io.Reader, out io.Writer, u unsealing, args ...string) error {
	c := exec.CommandContext(ctx, s.Self, append(args, "--lang", s.p.Lang())...)
	c.Args[0] = os.Args[0]
	c.Stdin, c.Stdout, c.Stderr = in, out, s.Err
	if s.global.json && out == s.Out {
		c.Args = append(c.Args, "--json")
	}
	done, err := u.handTo(c)
	defer done()
	if err == nil {
		err = c.Run()
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.Exited():
		return ended(exit.ExitCode())
	case errors.As(err, &exit):
		return model.Failed(err, "cli.verify.died")
	}
	return model.Failed(err, "cli.verify.no_child")
}
