package ssh

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

// socketFolder is where the sockets are, in the data folder.
const socketFolder = "run"

// Door is the socket of a folder that somebody knocks at, by its name.
type Door string

// A process that stays and sends opens Attach. One that holds the folder for as
// long as its own command lasts opens Passing: commands may come in that send
// nothing and stay no longer.
const (
	Attach  Door = "attach.sock"
	Passing Door = "passing.sock"
)

// ErrHeld is a socket that somebody answers.
var ErrHeld = errors.New("another process answers on the socket of this folder")

// Listen opens a door of a folder, DIR/run/attach.sock: the folder 0700, the socket 0600 from its
// first moment. A socket that nobody answers is replaced; so the caller must
// hold the lock of the data folder. Closing the listener removes the socket.
func Listen(dir string, at Door) (net.Listener, error) {
	run := filepath.Join(dir, socketFolder)
	if err := os.Mkdir(run, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	folder, err := os.Open(run)
	if err != nil {
		return nil, err
	}
	l, err := listenIn(folder, at)
	if err != nil {
		_ = folder.Close()
		return nil, err
	}
	return l, nil
}

func listenIn(folder *os.File, at Door) (net.Listener, error) {
	if err := makePrivate(folder); err != nil {
		return nil, err
	}
	if err := removeStale(folder, at); err != nil {
		return nil, err
	}
	// On Linux the mode of a socket before bind is that of its file after: no
	// moment in which others could reach it, and no umask, which is everybody's.
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var chmod error
		err := raw.Control(func(fd uintptr) { chmod = syscall.Fchmod(int(fd), 0o600) })
		return errors.Join(err, chmod)
	}}
	l, err := config.Listen(context.Background(), "unix", socketIn(folder, at))
	if err != nil {
		return nil, err
	}
	u := l.(*net.UnixListener)
	u.SetUnlinkOnClose(false) // by a name that closing the folder takes away
	path := filepath.Join(folder.Name(), string(at))
	info, err := os.Lstat(path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		_ = u.Close()
		return nil, err
	}
	return &socket{UnixListener: u, folder: folder, path: path, made: info}, nil
}

// makePrivate makes a folder of ours 0700, and refuses one of somebody else:
// its owner could put a socket of his own in it.
func makePrivate(folder *os.File) error {
	info, err := folder.Stat()
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(owner.Uid) != os.Geteuid() {
		return &fs.PathError{Op: "listen", Path: folder.Name(), Err: fs.ErrPermission}
	}
	if info.Mode().Perm() == 0o700 {
		return nil
	}
	return folder.Chmod(0o700)
}

// removeStale removes the socket of a process that is dead.
func removeStale(folder *os.File, at Door) error {
	path := filepath.Join(folder.Name(), string(at))
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is no socket: %w", path, fs.ErrExist)
	}
	nc, err := net.Dial("unix", socketIn(folder, at))
	if err == nil {
		_ = nc.Close()
		return ErrHeld
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}

// maxSocketPath is what fits into the address of a socket, everywhere.
const maxSocketPath = 100

// socketIn is the address of the socket of an open folder. A path that is too
// long for an address is reached through the folder's descriptor.
func socketIn(folder *os.File, at Door) string {
	path := filepath.Join(folder.Name(), string(at))
	if len(path) <= maxSocketPath {
		return path
	}
	return "/proc/self/fd/" + strconv.Itoa(int(folder.Fd())) + "/" + string(at)
}

// socket is the listener of a folder.
type socket struct {
	*net.UnixListener
	folder *os.File
	path   string
	made   fs.FileInfo
	once   sync.Once
	err    error
}

// Close removes the socket, where it is still ours, and closes it.
func (s *socket) Close() error {
	s.once.Do(func() {
		if now, err := os.Lstat(s.path); err == nil && os.SameFile(now, s.made) {
			s.err = os.Remove(s.path)
		}
		s.err = errors.Join(s.err, s.UnixListener.Close(), s.folder.Close())
	})
	return s.err
}
