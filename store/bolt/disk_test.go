package bolt

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// sector is what a disk writes whole.
const sector = 512

// content is a file, up to its last byte that was written.
type content struct {
	size int64
	data []byte
}

// disk is what a power cut leaves: what was synced, and by chance some of what
// was not, in sectors and in no order. Names come in the order in which they
// were made, up to some point after the last sync of a folder.
type disk struct {
	synced  map[uint64]*content
	pending map[uint64][]event // since the last sync of the file
	names   map[string]uint64  // since the last sync of a folder
	renames []event            // and after
}

func newDisk() *disk {
	return &disk{synced: map[uint64]*content{}, pending: map[uint64][]event{}, names: map[string]uint64{}}
}

func (d *disk) apply(e event) {
	switch e.Kind {
	case "write", "size":
		d.pending[e.Inode] = append(d.pending[e.Inode], e)
	case "sync":
		for _, w := range d.pending[e.Inode] {
			d.synced[e.Inode].apply(w, nil)
		}
		delete(d.pending, e.Inode)
	case "syncdir":
		for _, r := range d.renames {
			rename(d.names, r)
		}
		d.renames = nil
	case "create":
		d.synced[e.Inode] = &content{}
		delete(d.pending, e.Inode)
		fallthrough
	default:
		d.renames = append(d.renames, e)
	}
}

func rename(names map[string]uint64, e event) {
	switch e.Kind {
	case "create", "link", "mkdir":
		names[e.Name] = e.Inode
	case "rename":
		names[e.To] = names[e.Name]
		delete(names, e.Name)
	case "unlink":
		delete(names, e.Name)
	}
}

// apply writes; each sector only if chance says so (nil: certainly).
func (c *content) apply(e event, chance func() bool) {
	if e.Kind == "size" {
		if chance == nil || chance() {
			c.size = e.Offset
			c.data = c.data[:min(int64(len(c.data)), c.size)]
		}
		return
	}
	for done := int64(0); done < int64(len(e.Data)); {
		at := e.Offset + done
		n := min(sector-at%sector, int64(len(e.Data))-done)
		if chance == nil || chance() {
			if more := at + n - int64(len(c.data)); more > 0 {
				c.data = append(c.data, make([]byte, more)...)
			}
			copy(c.data[at:], e.Data[done:done+n])
			c.size = max(c.size, at+n)
		}
		done += n
	}
}

// cut writes to a folder what a power cut would leave now.
func (d *disk) cut(dir string) error {
	names := maps.Clone(d.names)
	for _, r := range d.renames[:rand.IntN(len(d.renames)+1)] {
		rename(names, r)
	}
	err := os.Mkdir(dir, 0o700)
	if _, made := names["data"]; made {
		err = errors.Join(err, os.Mkdir(filepath.Join(dir, "data"), 0o700))
	}
	odds := rand.Float64()
	for name, inode := range names {
		if name == "acks" || d.synced[inode] == nil {
			continue
		}
		c := &content{size: d.synced[inode].size, data: bytes.Clone(d.synced[inode].data)}
		for _, e := range d.pending[inode] {
			c.apply(e, func() bool { return rand.Float64() < odds })
		}
		err = errors.Join(err, c.write(filepath.Join(dir, name)))
	}
	return err
}

func (c *content) write(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(c.data)
	return errors.Join(err, f.Truncate(c.size), f.Close())
}
