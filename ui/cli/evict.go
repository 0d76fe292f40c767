package cli

import (
	"context"
	"strings"
	"sync"

	"blanche/model"
	"blanche/ui/ssh"
)

// guests are the sessions over the network that are open, with how each is
// shown out.
type guests struct {
	mu  sync.Mutex
	out map[*ssh.Session]context.CancelCauseFunc
}

// enter notes a session until the function returned is called. Its context ends
// when its key is taken away meanwhile.
func (g *guests) enter(parent context.Context, at *ssh.Session) (context.Context, func()) {
	if at.Local {
		return parent, func() {}
	}
	ctx, out := context.WithCancelCause(parent)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.out == nil {
		g.out = map[*ssh.Session]context.CancelCauseFunc{}
	}
	g.out[at] = out
	return ctx, func() {
		g.mu.Lock()
		delete(g.out, at)
		g.mu.Unlock()
		out(nil)
	}
}

// showOut ends the sessions whose key is nobody's any more.
func (d *doors) showOut(ctx context.Context) {
	d.guests.mu.Lock()
	defer d.guests.mu.Unlock()
	for at, out := range d.guests.out {
		if _, err := d.house.Knows(ctx, at.Key.Fingerprint); model.KindOf(err) == model.KindNotFound {
			out(model.Refused("cli.shown_out"))
		}
	}
}

// keepKeys follows what is done to the team, until ctx ends.
func (d *doors) keepKeys(ctx context.Context) error {
	box := d.house.As(model.System()).Follow(ctx)
	for {
		mail, err := box.Next(ctx)
		if err != nil {
			return nil //nolint:nilerr // the house closes, or the doors do
		}
		again := mail.Resync
		for _, f := range mail.Facts {
			again = again || strings.HasPrefix(f.Act, "team.")
		}
		if again {
			d.showOut(ctx)
		}
	}
}
