package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"blanche/model"
	"blanche/ui/logs"

	"github.com/spf13/cobra"
)

// atHome is a command that runs in a process of its own, never inside the one
// that holds the data: it would make another of those, or spend the memory and
// the time of everybody on a file that has nothing to do with the data.
func (s *session) atHome(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if s.inside != nil {
			return notHere(cmd)
		}
		return run(cmd, args)
	}
}

func notHere(cmd *cobra.Command) error {
	return model.Refused("cli.at_home", "command", cmd.CommandPath()).Hint("cli.at_home_hint", "command", cmd.CommandPath())
}

func newServeCmd(s *session) *cobra.Command {
	var ssh, http, public, bounces *string
	cmd := s.command("serve", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		return s.serve(cmd.Context(), *ssh, *http, *public, *bounces)
	}))
	ssh, http, public = s.textFlag(cmd, "ssh", ""), s.textFlag(cmd, "http", ""), s.textFlag(cmd, "public", "")
	bounces = s.textFlag(cmd, "bounces", "")
	return cmd
}

// serve holds the data, sends, and lets others in, until it is told to end. It
// outlives the terminal it was started from.
func (s *session) serve(ctx context.Context, sshAt, httpAt, publicAt, bouncesAt string) error {
	signal.Ignore(syscall.SIGHUP)
	set, err := s.config()
	if err != nil {
		return err
	}
	if sshAt == "" {
		sshAt = set.Doors.SSH
	}
	if httpAt == "" {
		httpAt = set.Doors.HTTP
	}
	if publicAt == "" {
		publicAt = set.Public.Listen
	}
	if bouncesAt == "" {
		bouncesAt = set.Doors.Bounces
	}
	s.logger = s.newLogger()
	w := s.wiring(set, true)
	w.Resumes = true
	house, err := s.hold(ctx, w)
	if errors.Is(err, errElsewhere) {
		_ = s.holder.Close()
		return model.Busy("cli.already_served", "dir", w.Data).Hint("cli.already_served_hint")
	}
	if err != nil {
		return err
	}
	s.desk = house.As(s.owner())
	if sshAt != "" {
		if err := s.serveNetwork(ctx, house, sshAt); err != nil {
			return err
		}
	}
	site, err := s.site(house, set)
	if err != nil {
		return err
	}
	if httpAt != "" {
		if err := s.serveHealth(ctx, house, httpAt, site); err != nil {
			return err
		}
	}
	if bouncesAt != "" {
		if err := s.serveReturns(ctx, house, set, bouncesAt); err != nil {
			return err
		}
	}
	if publicAt != "" {
		if err := s.servePublic(ctx, site, set, publicAt); err != nil {
			return err
		}
	}
	return s.untilTold(ctx, house)
}

// serveNetwork opens the door of the network, to those who have a key.
func (s *session) serveNetwork(ctx context.Context, house House, address string) error {
	keys, err := house.Keys(ctx)
	if err != nil {
		return err
	}
	if keys == 0 {
		return model.Refused("cli.no_keys").Hint("cli.no_keys_hint")
	}
	at, err := s.listen(address)
	if err != nil {
		return err
	}
	s.note(s.p.T("cli.serve.ssh", "address", at.String(), "fingerprint", s.doors.server.Fingerprint()))
	return nil
}

// untilTold stays until ctx ends, and tells the system how it goes.
func (s *session) untilTold(ctx context.Context, house House) error {
	s.note(s.p.T("cli.serve.ready", "dir", s.settings.Paths.Data))
	tell := s.notifier()
	tell.ready()
	tell.watch(ctx, house.Beat)
	<-ctx.Done()
	tell.stopping()
	if errors.Is(context.Cause(ctx), errInterrupted) {
		s.sayInterrupted()
		return ended(exitInterrupted)
	}
	return nil
}

// newLogger is the log of a process in the background: its standard error, in
// the form that the journal of the system wants where that is what reads it.
func (s *session) newLogger() *slog.Logger {
	format := logs.Text
	if logs.ToJournal(s.Env.Get("JOURNAL_STREAM"), os.Stderr) {
		format = logs.Journal
	}
	return logs.New(logs.Options{Writer: s.Err, Format: format, Now: s.Now})
}
