package ssh

import (
	"context"
	"net"
	"time"
)

// For tests from outside.
var (
	Join  = join
	Split = split
)

// DialWithin is Dial with another patience.
func DialWithin(ctx context.Context, dir string, patience time.Duration) (*Client, error) {
	return dial(ctx, dir, Attach, patience, peerOf)
}

// DialHolderOf is Dial to a holder who runs as another user.
func DialHolderOf(ctx context.Context, dir string, uid int) (*Client, error) {
	return dial(ctx, dir, Attach, patience, func(net.Conn) (int, error) { return uid, nil })
}
