package doctor

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blanche/model"
)

// ports looks at every address that the settings say to listen at. One in use
// is good where this process, or the one that holds the data, uses it.
func (e *exam) ports(ctx context.Context) Result {
	if e.Settings == nil {
		return skip("unknown")
	}
	var asked []string
	for _, a := range []string{e.Settings.Doors.SSH, e.Settings.Doors.HTTP, e.Settings.Public.Listen} {
		if a != "" {
			asked = append(asked, a)
		}
	}
	if len(asked) == 0 {
		return skip("none")
	}
	if h := e.Settings.Doors.HTTP; h != "" && !loopback(h) {
		return fail("exposed", "address", h)
	}
	for _, a := range asked {
		if slices.Contains(e.Listening, a) || e.Before.Locked {
			continue
		}
		if err := e.Probes.Listen(ctx, a); err != nil {
			return fail("taken", "address", a, "why", err)
		}
	}
	return ok("ok", "addresses", strings.Join(asked, ", "))
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

func (e *exam) hostKey(context.Context) Result {
	file := e.HostKey
	if file == "" {
		file = filepath.Join(e.Paths.Data, "ssh", "host_ed25519")
	}
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return skip("none")
	case err != nil:
		return fail("unreadable", "file", file, "why", err)
	case !info.Mode().IsRegular() || info.Mode().Perm()&others != 0:
		return fail("open", "file", file, "mode", mode(info))
	}
	if folder, err := os.Stat(filepath.Dir(file)); err == nil && folder.Mode().Perm()&0o022 != 0 {
		return fail("open", "file", filepath.Dir(file), "mode", mode(folder))
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return fail("unreadable", "file", file, "why", err)
	}
	print := fingerprint(raw)
	if print == "" {
		return fail("foreign", "file", file)
	}
	return ok("ok", "fingerprint", print)
}

// fingerprint is that of the public half of a private key in the form of
// OpenSSH (PROTOCOL.key: magic, cipher, kdf, kdf options, count, public key…),
// as ssh-keygen -l writes it; empty for anything else.
func fingerprint(raw []byte) string {
	block, _ := pem.Decode(raw)
	if block == nil {
		return ""
	}
	rest, is := bytes.CutPrefix(block.Bytes, []byte("openssh-key-v1\x00"))
	next := func() (field []byte) {
		if len(rest) < 4 || uint64(binary.BigEndian.Uint32(rest)) > uint64(len(rest)-4) {
			is, rest = false, nil
			return nil
		}
		n := binary.BigEndian.Uint32(rest)
		field, rest = rest[4:4+n], rest[4+n:]
		return field
	}
	next()
	next()
	next()
	if len(rest) < 4 {
		return ""
	}
	rest = rest[4:] // how many keys: one
	public := next()
	if !is {
		return ""
	}
	sum := sha256.Sum256(public)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// users: who may come in over SSH.
func (e *exam) users(ctx context.Context) Result {
	if e.Desk == nil || e.Settings == nil {
		return skip("unknown")
	}
	people, err := e.Desk.Operators(ctx)
	if err != nil {
		return skip("refused", "why", err)
	}
	n, admins := 0, 0
	for _, p := range people {
		if len(p.Keys) == 0 {
			continue
		}
		n++
		if p.Role == model.Admin {
			admins++
		}
	}
	switch {
	case n == 0 && e.Settings.Doors.SSH != "":
		return fail("nobody", "address", e.Settings.Doors.SSH)
	case n == 0:
		return skip("none")
	case admins == 0:
		return warn("no_admin", "n", n)
	}
	return ok("ok", "n", n, "admins", admins)
}
