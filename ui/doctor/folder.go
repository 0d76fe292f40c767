package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// others are the permissions of everybody but the owner.
const others = 0o077

func mode(info fs.FileInfo) string { return fmt.Sprintf("%04o", info.Mode().Perm()) }

// owner is the number of the account that a file belongs to.
func owner(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

func (e *exam) dataFolder(context.Context) Result {
	dir := e.Paths.Data
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return warn("missing", "dir", dir)
	case err != nil:
		return fail("unreadable", "dir", dir, "why", err)
	case !info.IsDir():
		return fail("no_folder", "dir", dir)
	case info.Mode().Perm()&others != 0:
		return fail("open", "dir", dir, "mode", mode(info))
	case owner(info) != e.Probes.UID:
		return warn("foreign", "dir", dir, "owner", fmt.Sprint(owner(info)))
	}
	return ok("ok", "dir", dir)
}

// dataFiles looks at the files of the data, not at those of the settings.
func (e *exam) dataFiles(context.Context) Result {
	entries, err := os.ReadDir(e.Paths.Data)
	if err != nil {
		return skip("none")
	}
	n := 0
	var open []string
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || filepath.Join(e.Paths.Data, entry.Name()) == e.Paths.Config {
			continue
		}
		n++
		if info.Mode().Perm()&others != 0 {
			open = append(open, filepath.Join(e.Paths.Data, entry.Name()))
		}
	}
	switch {
	case n == 0:
		return skip("none")
	case len(open) > 0:
		return fail("open", "files", strings.Join(open, " "))
	}
	return ok("ok", "n", n)
}

func runFolder(data string) string  { return filepath.Join(data, "run") }
func socketPath(data string) string { return filepath.Join(runFolder(data), "attach.sock") }

func (e *exam) runFolder(context.Context) Result {
	dir := runFolder(e.Paths.Data)
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return skip("none")
	case err != nil:
		return fail("unreadable", "dir", dir, "why", err)
	case !info.IsDir() || info.Mode().Perm()&others != 0 || owner(info) != e.Probes.UID:
		return fail("open", "dir", dir, "mode", mode(info))
	}
	if s, err := os.Lstat(socketPath(e.Paths.Data)); err == nil && s.Mode().Perm()&others != 0 {
		return fail("open_socket", "file", socketPath(e.Paths.Data), "mode", mode(s))
	}
	return ok("ok", "dir", dir)
}

func (e *exam) logFolder(context.Context) Result {
	dir := e.Paths.State
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return skip("none", "dir", dir)
	case err == nil:
		err = e.Probes.Writable(dir)
	}
	switch {
	case err != nil:
		return fail("closed", "dir", dir, "why", err)
	case info.Mode().Perm()&0o022 != 0:
		return warn("open", "dir", dir, "mode", mode(info))
	}
	return ok("ok", "dir", dir)
}
