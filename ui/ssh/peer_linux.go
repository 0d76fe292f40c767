package ssh

import (
	"errors"
	"net"
	"syscall"
	"time"
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

// tcpUserTimeout is TCP_USER_TIMEOUT of linux/tcp.h (RFC 5482), in milliseconds.
const tcpUserTimeout = 18

// giveUpAfter ends a TCP connection whose other side has not acknowledged for so
// long what was sent. One that cannot be told so ends when the kernel does it.
func giveUpAfter(nc net.Conn, d time.Duration) {
	raw, ok := nc.(*net.TCPConn)
	if !ok {
		return
	}
	if control, err := raw.SyscallConn(); err == nil {
		_ = control.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(d.Milliseconds()))
		})
	}
}
