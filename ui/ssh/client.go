package ssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// What an attaching process may find.
var (
	ErrNobody = errors.New("nobody holds the folder")            // no socket, or one whose process is dead
	ErrSilent = errors.New("the holder does not answer")         // it accepts and says nothing
	ErrLost   = errors.New("the holder went away in the middle") // no exit code came
)

// patience is how long a holder may take to say who it is: a machine under full
// load needs a tenth of it.
const patience = 5 * time.Second

// Client is a connection to the holder of a data folder.
type Client struct {
	nc     net.Conn
	conn   gossh.Conn
	files  atomic.Pointer[Files]
	trusts bool // the holder is us or root: it may have our files
}

// Dial reaches the holder of a data folder at one of its doors. ErrNobody: the folder may be taken
// over; ErrSilent: it may not.
func Dial(ctx context.Context, dir string, at Door) (*Client, error) {
	return dial(ctx, dir, at, patience, peerOf)
}

func dial(ctx context.Context, dir string, at Door, patience time.Duration, peer func(net.Conn) (int, error)) (*Client, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, ErrSilent)
	defer cancel()
	nc, err := reach(ctx, filepath.Join(dir, socketFolder), at)
	if err != nil {
		return nil, err
	}
	cut := context.AfterFunc(ctx, func() { _ = nc.Close() })
	conn, channels, requests, err := gossh.NewClientConn(nc, string(at), &gossh.ClientConfig{
		User:          "local",
		ClientVersion: "SSH-2.0-blanche",
		// The rights of the socket are the proof of who listens.
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
	})
	if !cut() && err == nil { // it came too late
		_ = conn.Close()
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = nc.Close()
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, fmt.Errorf("%w: %w", ErrNobody, err) // closed before it began
	}
	c := &Client{nc: nc, conn: conn}
	uid, err := peer(nc)
	c.trusts = err == nil && (uid == 0 || uid == os.Geteuid())
	go gossh.DiscardRequests(requests)
	go c.serveFiles(channels)
	return c, nil
}

// reach connects to the socket of a folder.
func reach(ctx context.Context, run string, at Door) (net.Conn, error) {
	folder, err := os.Open(run)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, ErrNobody
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	for {
		var d net.Dialer
		nc, err := d.DialContext(ctx, "unix", socketIn(folder, at))
		switch {
		case err == nil:
			return nc, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
			return nil, ErrNobody
		case !errors.Is(err, syscall.EAGAIN): // its queue is full: it accepts nobody
			return nil, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (c *Client) serveFiles(channels <-chan gossh.NewChannel) {
	for nch := range channels {
		if nch.ChannelType() != fileChannel {
			_ = nch.Reject(gossh.UnknownChannelType, "")
			continue
		}
		var files Files
		if p := c.files.Load(); p != nil {
			files = *p
		}
		go serveFile(nch, files)
	}
}

// Close leaves.
func (c *Client) Close() error { return c.conn.Close() }

// Call is one command, or the screens, run inside the holder.
type Call struct {
	Argv     []string // nil: the screens
	In       io.Reader
	Out, Err io.Writer
	Env      []string // "NAME=value"; only what a session keeps is sent
	PTY      bool     // the other side draws the terminal: the caller has put it in raw mode
	Term     string
	Size     Size // of the terminal, also without a PTY; zero without any
	Resized  <-chan Size
	TTY      [3]bool
	Files    Files // nil: the session sees none

	// Signals that arrive are passed on: interrupt, terminate and hang up.
	Signals <-chan os.Signal
}

// Run runs a call and returns its exit code; -1 with an error where there is
// none: ErrLost where the connection died first, ErrSilent where the holder
// stopped answering, the cause of ctx, or what Out or Err refused. One call at a time. Nothing is read from In any more once it
// has returned, where In is a terminal or a pipe of this process; a read of
// anything else stays behind until it gives something.
func (c *Client) Run(ctx context.Context, call Call) (int, error) {
	late := time.AfterFunc(patience, func() { _ = c.nc.Close() })
	defer late.Stop()
	stop := context.AfterFunc(ctx, func() { _ = c.nc.Close() })
	defer stop()
	if call.Files != nil && c.trusts {
		c.files.Store(&call.Files)
		defer c.files.Store(nil)
	}
	r, err := c.begin(call)
	if err == nil && !late.Stop() {
		err = ErrSilent
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return -1, err
	}
	silent := c.whileAlive()
	code, err := r.finish()
	if silent() && err != nil {
		err = ErrSilent
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return code, err
}
