//go:build !linux

package doctor

import (
	"context"
	"errors"
	"net"
	"os"
)

// Where the system is not known, the checks that need it are skipped.
func machineProbes() Probes {
	return Probes{
		Disk:        func(string) (Disk, error) { return Disk{}, errors.ErrUnsupported },
		Writable:    func(path string) error { _, err := os.Stat(path); return err },
		Alive:       func(int) bool { return true },
		Locked:      func(string) bool { return false },
		Descriptors: func() (uint64, error) { return 0, errors.ErrUnsupported },
	}
}

func dialSocket(ctx context.Context, socket string) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	return c.Close()
}
