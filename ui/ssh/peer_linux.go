package ssh

import (
	"errors"
	"net"
	"syscall"
)

// peerOf asks the kernel who opened the other end of a Unix socket.
func peerOf(nc net.Conn) (uid int, err error) {
	raw, ok := nc.(syscall.Conn)
	if !ok {
		return -1, errors.New("not a socket")
	}
	control, err := raw.SyscallConn()
	if err != nil {
		return -1, err
	}
	uid = -1
	var cred *syscall.Ucred
	var asked error
	err = control.Control(func(fd uintptr) {
		cred, asked = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err = errors.Join(err, asked); err != nil {
		return -1, err
	}
	return int(cred.Uid), nil
}
