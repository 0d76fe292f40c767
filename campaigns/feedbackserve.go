package campaigns

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"time"

	"blanche/campaigns/deliver/returns"
	"blanche/model"
)

const (
	actFeedback = "feedback.take"

	maildirEvery = 5 * time.Second
	maildirMost  = 500 // messages at a look
)

// Returns takes reports on a listener until ctx ends: mail to the addresses that
// messages come from, and to no other. A server is told "taken" once what it says
// is durable.
func (s *Service) Returns(ctx context.Context, l net.Listener) error {
	return returns.Serve(ctx, l, returns.Options{
		Domain: model.Domain(s.cfg.Sender.Bounces), Ours: s.ReturnAddress, Now: s.Now,
		Take: func(ctx context.Context, message []byte, to []string) error {
			_, err := s.Feedback(s.byItself(ctx, actFeedback), message, to)
			return err
		},
	})
}

// keepMaildir takes what comes into the folder of mail of the settings, while the
// process serves. Trouble is told once, and tried again: a message stays in "new"
// until what it says is durable.
func (s *Service) keepMaildir(ctx context.Context) {
	for failing := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(maildirEvery):
		}
		err := s.takeMaildir(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			s.worker.Note("", model.LevelWarn, "feedback.folder_failed", "folder", s.cfg.Maildir, "why", err)
		}
		if err == nil && failing {
			s.worker.Note("", model.LevelOK, "feedback.folder_back", "folder", s.cfg.Maildir)
		}
		failing = err != nil
	}
}

// takeMaildir takes the messages of "new", and moves each to "cur", as seen. A
// message that makes trouble does not hold up the others.
func (s *Service) takeMaildir(ctx context.Context) error {
	root, err := os.OpenRoot(s.cfg.Maildir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	folder, err := root.Open("new")
	if err != nil {
		return err
	}
	entries, err := folder.ReadDir(maildirMost)
	_ = folder.Close()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var trouble error
	for _, e := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.Type()&fs.ModeType != 0 || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := s.takeFile(ctx, root, e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			trouble = err
		}
	}
	return trouble
}

func (s *Service) takeFile(ctx context.Context, root *os.Root, name string) error {
	f, err := root.Open("new/" + name)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(f, 1<<20))
	_ = f.Close()
	if err != nil {
		return err
	}
	if _, err := s.Feedback(s.byItself(ctx, actFeedback), raw, nil); err != nil {
		return err
	}
	seen := name
	if !strings.Contains(name, ":2,") {
		seen += ":2,S"
	}
	return root.Rename("new/"+name, "cur/"+seen)
}
