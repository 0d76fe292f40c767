package cli

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/ssh"
	"blanche/ui/tui"
)

// doors are where others come in while this process holds the data.
type doors struct {
	app      App // of this process
	house    House
	settings config.Loaded
	server   *ssh.Server
	closing  atomic.Bool // it is we who end the sessions
	guests   guests
	thrift   thrift
	stop     context.CancelFunc // of what follows the house
	until    context.Context    // of the command, in a process that is passing; nil in one that stays
}

// inside is what a command line gets that runs in the process that holds the
// data, for somebody else.
type inside struct {
	house    House
	settings config.Loaded
	actor    model.Actor
	local    bool // by the socket: the same machine and account
	session  *ssh.Session
	crowded  func() bool // so many sessions that pictures come half as often
	gone     <-chan struct{}
}

// crowd is how many sessions make the pictures come half as often, and the
// garbage be collected sooner.
const crowd = 20

// open opens the doors of a process that stays, or takes its time: the socket,
// over which every other command line of this machine comes.
func (s *session) open(ctx context.Context, house House, w Wiring) error {
	if !w.Sends && !s.long || s.Reach == nil {
		return nil
	}
	at := ssh.Attach
	if !w.Sends {
		at = ssh.Passing
	}
	d := &doors{app: s.App, house: house, settings: w.Set}
	logger := s.logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	var err error
	d.server, err = ssh.New(ssh.Options{
		Serve: d.serve, Authorize: d.authorize, Log: logger,
		HostKey: filepath.Join(w.Data, "ssh", "host_ed25519"),
		Limits:  ssh.Limits{Idle: w.Set.Doors.Idle, Sessions: w.Set.Doors.Sessions},
	})
	if err != nil {
		return err
	}
	local, err := ssh.Listen(w.Data, at)
	if err != nil {
		return model.Failed(err, "cli.no_socket", "dir", w.Data)
	}
	s.doors = d
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	if at == ssh.Passing {
		d.until = ctx
	}
	s.behind(func() error { return d.keepKeys(follow) })
	s.behind(func() error { return d.server.ServeLocal(local) })
	return nil
}

// behind runs one of the doors until the session closes.
func (s *session) behind(serve func() error) {
	s.background.Add(1)
	go func() {
		defer s.background.Done()
		if err := serve(); err != nil && s.logger != nil {
			s.logger.Error("door_closed", "error", err)
		}
	}()
}

// listen opens the door of the network.
func (s *session) listen(address string) (net.Addr, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, model.Failed(err, "cli.no_listen", "address", address)
	}
	s.behind(func() error { return s.doors.server.ServeNetwork(l) })
	return l.Addr(), nil
}

// leaving is how long the sessions of others get to end when this process does.
const leaving = 5 * time.Second

// courtesy is how long a process that is passing waits for what others do in it.
const courtesy = time.Minute

// closeDoors ends the sessions of others. Commands that came into a process that
// is passing end by themselves, unless it is told to end itself.
func (s *session) closeDoors() error {
	if s.doors == nil {
		return nil
	}
	if until := s.doors.until; until != nil {
		ctx, cancel := context.WithTimeout(until, courtesy)
		s.doors.server.Drain(ctx)
		cancel()
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaving)
	defer cancel()
	s.doors.closing.Store(true)
	s.doors.stop()
	err := s.doors.server.Close(ctx)
	s.background.Wait()
	return err
}

// authorize tells whether a key may come in at all.
func (d *doors) authorize(_ string, fingerprint string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), leaving)
	defer cancel()
	_, err := d.house.Knows(ctx, fingerprint)
	return err == nil
}

// serve serves one session at a door.
func (d *doors) serve(ctx context.Context, at *ssh.Session) int {
	ctx, leave := d.guests.enter(ctx, at) // before it is known who came: whoever goes meanwhile is seen by one or the other
	defer leave()
	who, err := d.actor(ctx, at)
	a := d.app
	a.In, a.Out, a.Err = at.In, at.Out, at.Err
	a.Env, a.Dir, a.Files, a.User = at.Env, "", at.Files, at.User
	a.InTerminal, a.OutTerminal, a.ErrTerminal = at.TTY[0], at.TTY[1], at.TTY[2]
	a.Width = max(at.Size.Width, 0)
	if a.Width == 0 {
		a.Width = 80
	}
	a.Reach, a.Open = nil, nil
	a.inside = &inside{
		house: d.house, settings: d.settings, actor: who, local: at.Local, session: at,
		crowded: func() bool { return d.server.Sessions() > crowd }, gone: ctx.Done(),
	}
	if err != nil {
		s := newSession(a, at.Argv)
		return s.exit(ctx, err)
	}
	if !at.Local || at.PTY { // the commands of this machine's owner say what they do themselves
		left, err := d.house.As(who).Arrived(ctx, how(at))
		if err != nil {
			s := newSession(a, at.Argv)
			return s.exit(ctx, err)
		}
		if asksScreens(at.Argv) { // a command ends with what it did
			defer left()
			defer d.thrift.enter()()
		}
	}
	return a.Run(d.causes(ctx), at.Argv)
}

// how is what somebody came for, for the audit.
func how(at *ssh.Session) string {
	if asksScreens(at.Argv) {
		return "screens"
	}
	return commandOf(at.Argv)
}

// actor is who came: at the socket the account that owns the folder, over the
// network the operator whose key was proved.
func (d *doors) actor(ctx context.Context, at *ssh.Session) (model.Actor, error) {
	if at.Local {
		return model.Actor{Name: at.User, Role: model.Admin, From: at.From}, nil
	}
	o, err := d.house.Knows(ctx, at.Key.Fingerprint)
	if err != nil {
		return model.Actor{}, err
	}
	return model.Actor{Name: o.Name, Role: o.Role, From: at.From}, nil
}

// causes is the context of a session with the causes that a command line knows.
func (d *doors) causes(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent)) // a child has the cause of its parent
	context.AfterFunc(parent, func() {
		switch {
		case context.Cause(parent) == ssh.ErrInterrupted:
			cancel(errInterrupted)
		case d.closing.Load():
			cancel(tui.Ended())
		case model.KindOf(context.Cause(parent)) == model.KindRefused:
			cancel(context.Cause(parent)) // shown out, with a reason
		default:
			cancel(errTerminated)
		}
	})
	return ctx
}

// commandOf is the first words of a command line, at most two: what was asked,
// not of whom. A word that could not be that of a command (an address, a path,
// a page of text) is not kept: nothing of the audit can be taken back.
func commandOf(argv []string) string {
	var words []string
	argv = commandWords(argv)
	for _, word := range argv[:min(2, len(argv))] {
		if !commandWord.MatchString(word) {
			break
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

var commandWord = regexp.MustCompile(`^\pL{1,16}$`)
