package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"blanche/model"
	"blanche/ui/ssh"
)

// patienceOfHeir is how long the process that takes over gets to open its
// doors: it waits for the lock, then settles what was left open.
const patienceOfHeir = 15 * time.Second

// handOver releases the data, starts `blanche serve` in the background, and
// waits until it answers: a send goes on there. It survives the terminal, and
// writes its log in the folder of states.
func (s *session) handOver(ctx context.Context) error {
	set := s.settings
	if err := s.close(); err != nil {
		return err
	}
	log := filepath.Join(set.Paths.State, "serve.log")
	if err := os.MkdirAll(set.Paths.State, 0o700); err != nil {
		return model.Failed(err, "cli.serve.hand_failed", "file", log)
	}
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return model.Failed(err, "cli.serve.hand_failed", "file", log)
	}
	defer func() { _ = out.Close() }()
	heir, err := s.startHeir(set.Paths.Data, out)
	if err != nil {
		return model.Failed(err, "cli.serve.hand_failed", "file", log)
	}
	died := make(chan error, 1)
	go func() { died <- heir.Wait() }() // it ends with the heir, or with this process
	for end := time.Now().Add(patienceOfHeir); time.Now().Before(end); {
		c, err := s.Reach(ctx, set.Paths.Data, ssh.Attach)
		if err == nil {
			_ = c.Close()
			s.heir = heir.Process.Pid
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-died:
			return model.Failed(err, "cli.serve.hand_failed", "file", log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return model.Failed(context.DeadlineExceeded, "cli.serve.hand_failed", "file", log)
}

// startHeir starts the program again, in a session of its own: closing the
// terminal ends nothing of it.
func (s *session) startHeir(data string, out *os.File) (*exec.Cmd, error) {
	c := exec.Command(s.Self, "serve", "--data", data, "--lang", s.p.Lang())
	c.Args[0] = os.Args[0]
	c.Stdout, c.Stderr, c.Dir = out, out, "/"
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c, c.Start()
}
