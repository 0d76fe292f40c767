package doctor

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

func machineProbes() Probes {
	return Probes{Disk: diskOf, Writable: mayWrite, Alive: processAlive, Locked: isLocked, Descriptors: descriptorLimit}
}

// remote are the file systems whose files lie elsewhere, or behind a program:
// locks and memory maps need not hold there (statfs(2)).
var remote = map[int64]string{
	0x6969: "nfs", 0x517b: "smb", 0xff534d42: "cifs", 0xfe534d42: "smb2", 0x01021997: "9p", 0x65735546: "fuse", 0x00c36400: "ceph",
}

func diskOf(path string) (Disk, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return Disk{}, err
	}
	const readOnly = 0x1
	return Disk{
		Free: s.Bavail * uint64(s.Bsize), Inodes: s.Files, InodeFree: s.Ffree,
		ReadOnly: s.Flags&readOnly != 0, Network: remote[int64(s.Type)],
	}, nil
}

func mayWrite(path string) error {
	const write = 0x2
	return syscall.Access(path, write)
}

// processAlive also counts a process of another account.
func processAlive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// isLocked tries for the lock that a holder keeps, for an instant and together
// with any other who only looks.
func isLocked(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // closing gives the lock back
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// dialSocket goes by the folder: the path of a socket may be longer than the
// 107 bytes that the address has.
func dialSocket(ctx context.Context, socket string) error {
	folder, err := os.Open(filepath.Dir(socket))
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // only a way
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", filepath.Join("/proc/self/fd", strconv.Itoa(int(folder.Fd())), filepath.Base(socket)))
	if err != nil {
		return err
	}
	return c.Close()
}

func descriptorLimit() (uint64, error) {
	var r syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r)
	return r.Cur, err
}
