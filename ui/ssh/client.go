package ssh

import (
	"context"
	"errors"
	"io"
	"os"
)

// What an attaching process may find.
var (
	ErrNobody = errors.New("nobody holds the folder")            // no socket, or one whose process is dead
	ErrSilent = errors.New("the holder does not answer")         // it accepts and says nothing
	ErrLost   = errors.New("the holder went away in the middle") // no exit code came
)

// Client is a connection to the holder of a data folder.
type Client struct{}

// Dial reaches the holder of a data folder.
func Dial(ctx context.Context, dir string) (*Client, error) { return nil, nil }

// Call is one command, or the screens, run inside the holder.
type Call struct {
	Argv     []string // nil: the screens
	In       io.Reader
	Out, Err io.Writer
	Env      []string // "NAME=value"; only what a session keeps is sent
	PTY      bool     // the terminal is drawn on by the other side: put it in raw mode first
	Term     string
	Size     Size
	Resized  <-chan Size
	TTY      [3]bool
	Files    Files
	Signals  <-chan os.Signal
}

// Run runs a call and returns its exit code.
func (c *Client) Run(ctx context.Context, call Call) (int, error) { return 0, nil }

// Close leaves.
func (c *Client) Close() error { return nil }
