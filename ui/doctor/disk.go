package doctor

import (
	"context"
	"os"
	"path/filepath"
)

// Sizes in bytes.
const (
	megabyte = 1 << 20
	gigabyte = 1 << 30
)

// place is the folder whose disk counts: that of the data, or the nearest
// folder above it that exists.
func (e *exam) place() string {
	dir := e.Paths.Data
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func (e *exam) diskWritable(context.Context) Result {
	dir := e.place()
	d, err := e.Probes.Disk(dir)
	switch {
	case err != nil:
		return skip("unknown", "dir", dir, "why", err)
	case d.ReadOnly:
		return fail("read_only", "dir", dir)
	}
	if err := e.Probes.Writable(dir); err != nil {
		return fail("refused", "dir", dir, "why", err)
	}
	if d.Network != "" {
		return warn("network", "dir", dir, "type", d.Network)
	}
	return ok("ok", "dir", dir)
}

// growth is the room that the data may take at once: bbolt doubles a file up
// to 1 GiB, then adds 1 GiB at a time; the copy that compaction makes is as
// long as the file.
func growth(data string) uint64 {
	var largest, step int64 = 0, 32 * megabyte
	files, _ := filepath.Glob(filepath.Join(data, "*.db"))
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			largest = max(largest, info.Size())
			step += min(max(info.Size(), 0), gigabyte)
		}
	}
	return uint64(max(largest, step))
}

func (e *exam) diskFree(context.Context) Result {
	dir := e.place()
	d, err := e.Probes.Disk(dir)
	if err != nil {
		return skip("unknown", "dir", dir, "why", err)
	}
	needed := 2 * growth(e.Paths.Data)
	values := []any{"free", int(d.Free / megabyte), "needed", int(needed / megabyte), "dir", dir}
	switch {
	case d.Free < needed/2:
		return fail("full", values...)
	case d.Free < needed:
		return warn("tight", values...)
	}
	return ok("ok", values...)
}

func (e *exam) diskInodes(context.Context) Result {
	dir := e.place()
	d, err := e.Probes.Disk(dir)
	switch {
	case err != nil:
		return skip("unknown", "dir", dir, "why", err)
	case d.Inodes == 0:
		return skip("unlimited", "dir", dir)
	case d.InodeFree < 100:
		return fail("out", "free", int(d.InodeFree), "dir", dir)
	case d.InodeFree < 1000 || d.InodeFree < d.Inodes/100:
		return warn("low", "free", int(d.InodeFree), "dir", dir)
	}
	return ok("ok", "free", int(d.InodeFree), "dir", dir)
}
