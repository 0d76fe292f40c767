package ssh

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	charm "charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"blanche/model"
	"blanche/ui/i18n"
)

// caller is one session from the first request on its channel to the last.
type caller struct {
	door    *door
	conn    *conn
	ssh     *gossh.ServerConn
	ch      gossh.Channel
	s       Session
	env     map[string]string
	dir     string // the working folder of a local caller
	badArgv error
	started bool
	resized chan Size
	raw     atomic.Bool

	ctx  context.Context
	end  context.CancelCauseFunc
	done chan struct{} // closed when the handler has returned and said so
	late *time.Timer   // cuts who does not begin, and who does not take the end
}

// channel serves one channel of a connection: a session.
func (d *door) channel(_ *charm.Server, sc *gossh.ServerConn, nch gossh.NewChannel, ctx charm.Context) {
	c, _ := ctx.Value(connKey{}).(*conn)
	if c == nil || !c.begin() {
		_ = nch.Reject(gossh.ResourceShortage, "sessions")
		return
	}
	defer c.finish()
	if !d.goIn() {
		_ = nch.Reject(gossh.ResourceShortage, "closing")
		return
	}
	defer d.inside.Done()
	ch, requests, err := nch.Accept()
	if err != nil {
		return
	}
	x := d.newCaller(c, sc, ch)
	defer x.end(ErrDone)
	x.late = time.AfterFunc(d.limits.Linger, func() { _ = c.Close() })
	// A connection that dies ends its sessions even where the requests of one
	// are still being read.
	defer context.AfterFunc(ctx, func() { x.end(ErrGone) })()
	x.requests(requests)
	x.end(ErrGone)
	if x.started {
		<-x.done
	}
	x.late.Stop()
	_ = ch.Close()
}

// goIn counts a handler that Close waits for.
func (s *Server) goIn() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.inside.Add(1)
	return true
}

func (d *door) newCaller(c *conn, sc *gossh.ServerConn, ch gossh.Channel) *caller {
	x := &caller{
		door: d, conn: c, ssh: sc, ch: ch, env: map[string]string{},
		resized: make(chan Size, 1), done: make(chan struct{}),
	}
	x.ctx, x.end = context.WithCancelCause(context.Background())
	x.s = Session{
		Since: d.opt.Now(), Local: d.local, UID: c.uid, User: sc.User(), From: c.from, Resized: x.resized,
		Raw: x.raw.Store,
		Env: func(name string) (string, bool) {
			v, ok := x.env[name]
			return v, ok
		},
	}
	if d.local {
		x.s.User = d.opt.UserName(c.uid)
	}
	return x
}

// start begins the session. What the client asked until now stands.
func (c *caller) start() {
	c.started = true
	c.late.Stop()
	c.s.Out, c.s.Err = c.outlets()
	go func() {
		defer close(c.done)
		code := c.run()
		c.leave(code)
	}()
}

// run serves the session and returns its exit code.
func (c *caller) run() (code int) {
	code = 1
	defer c.farewell()
	defer c.caught()
	if c.badArgv != nil {
		c.say(model.Invalid("door.bad_command"))
		return 2
	}
	if err := c.door.let(c); err != nil {
		c.say(err)
		return 1
	}
	defer c.door.out(c)
	c.door.log.Info("session_begins", "from", c.s.From, "user", c.s.User, "key", c.fingerprint(), "screens", len(c.s.Argv) == 0)
	defer func() {
		c.door.log.Info("session_ends", "from", c.s.From, "key", c.fingerprint(), "code", code, "why", context.Cause(c.ctx))
	}()
	if c.door.local {
		files := newCallerFiles(c.ctx, c.ssh, c.dir)
		defer files.end()
		c.s.Files = files
	}
	c.raw.Store(len(c.s.Argv) == 0)
	stop := c.watch()
	defer stop()
	served := c.s // the handler's own: requests go on reading ours
	return c.door.opt.Serve(c.ctx, &served)
}

func (c *caller) fingerprint() string {
	if c.s.Key == nil {
		return ""
	}
	return c.s.Key.Fingerprint
}

// caught ends a session that panics, and it alone.
func (c *caller) caught() {
	if r := recover(); r != nil {
		c.door.log.Error("panic", "value", r, "stack", string(debug.Stack()))
		c.end(ErrBroken)
		c.say(model.Failed(nil, "door.broken"))
	}
}

// watch starts what reads the caller and what ends his session in time. The
// returned function ends both.
func (c *caller) watch() (stop func()) {
	l := c.door.limits
	in := newInput(c)
	c.s.In = in
	stops := []func(){in.stop}
	if !c.door.local {
		stops = append(stops, c.after(l.Max, ErrTooLong))
		if c.s.PTY {
			in.idle = newIdle(l.Idle, func() { c.shown(ErrIdle) })
			stops = append(stops, in.idle.stop)
		}
	}
	in.start()
	return func() {
		for _, f := range stops {
			f()
		}
	}
}

func (c *caller) after(d time.Duration, cause error) func() {
	t := time.AfterFunc(d, func() { c.shown(cause) })
	return func() { t.Stop() }
}

// shown ends a session that does not want to end, and its connection where it
// does not obey.
func (c *caller) shown(cause error) {
	c.end(cause)
	t := time.NewTimer(c.door.limits.Grace)
	defer t.Stop()
	select {
	case <-c.done:
	case <-t.C:
		_ = c.conn.Close()
	}
}

// farewell tells why a session was ended.
func (c *caller) farewell() {
	switch cause := context.Cause(c.ctx); {
	case errors.Is(cause, ErrIdle):
		c.say(model.Refused("door.idle", "limit", c.door.limits.Idle))
	case errors.Is(cause, ErrTooLong):
		c.say(model.Refused("door.too_long", "limit", c.door.limits.Max))
	}
}

// say writes a sentence to the caller, in the language of his locale.
func (c *caller) say(err error) {
	p := i18n.New(i18n.Match(c.env["LC_ALL"], c.env["LC_MESSAGES"], c.env["LANG"], "en"))
	message, hint := p.Err(err)
	text := "error: " + message + "\n"
	if hint != "" {
		text += "hint: " + hint + "\n"
	}
	_, _ = c.s.Err.Write([]byte(text))
}

// leave gives the exit code and closes the channel. What was written may still
// be on its way: a client has as long to take it as to take any output.
func (c *caller) leave(code int) {
	c.end(ErrDone)
	if stall := c.stall(); stall > 0 {
		c.late = time.AfterFunc(stall, func() { _ = c.conn.Close() })
	}
	_, _ = c.ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{uint32(code)}))
	_ = c.ch.CloseWrite()
	_ = c.ch.Close()
}

// let counts a session in, or says why not: the key is asked about again, and
// it is the one that was proved.
func (d *door) let(c *caller) error {
	if !d.local {
		key, err := provedKey(c.ssh)
		if err != nil || !d.mayEnter(key) {
			return model.Refused("door.not_allowed")
		}
		c.s.Key = newKey(key)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.limits
	switch {
	case d.closing:
		return model.Busy("door.closing")
	case d.local && d.atHome >= l.LocalSessions:
		return model.Busy("door.too_many", "limit", l.LocalSessions)
	case d.local:
		d.atHome++
	case len(d.sessions)-d.atHome >= l.Sessions:
		return model.Busy("door.too_many", "limit", l.Sessions)
	case d.each[c.s.Key.Fingerprint] >= l.SessionsEach:
		return model.Busy("door.too_many_yours", "limit", l.SessionsEach)
	default:
		d.each[c.s.Key.Fingerprint]++
	}
	d.sessions[c] = struct{}{}
	return nil
}

// out counts a session out.
func (d *door) out(c *caller) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, c)
	if d.local {
		d.atHome--
		return
	}
	key := c.s.Key.Fingerprint
	if d.each[key]--; d.each[key] == 0 {
		delete(d.each, key)
	}
}
