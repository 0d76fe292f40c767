package bolt

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	noSyncEnv = "BLANCHE_STORE_NOSYNC" // the control: the writer never syncs
	limitEnv  = "BLANCHE_STORE_LIMIT"  // the writer ends after so many acknowledgements
	fuseEnv   = "BLANCHE_STORE_FUSE"   // be a recorder: folder, mount and log, by ':'
	verifyEnv = "BLANCHE_STORE_VERIFY" // verify folders, by ':'
	cutsEnv   = "BLANCHE_STORE_CUTS"   // how many power cuts to make, for a long night
)

// sector is what a disk writes whole.
const sector = 512

// content is a file by sectors.
type content struct {
	size    int64
	sectors map[int64][]byte
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
		d.synced[e.Inode] = &content{sectors: map[int64][]byte{}}
		delete(d.pending, e.Inode)
		fallthrough
	default:
		d.renames = append(d.renames, e)
	}
}

func rename(names map[string]uint64, e event) {
	switch e.Kind {
	case "create", "link":
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
		}
		return
	}
	for done := int64(0); done < int64(len(e.Data)); {
		at := e.Offset + done
		n := min(sector-at%sector, int64(len(e.Data))-done)
		if chance == nil || chance() {
			old := make([]byte, sector)
			copy(old, c.sectors[at/sector])
			copy(old[at%sector:], e.Data[done:done+n])
			c.sectors[at/sector] = old
			c.size = max(c.size, at+n)
		}
		done += n
	}
}

// cut writes to a folder what a power cut would leave now.
func (d *disk) cut(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		return err
	}
	names := maps.Clone(d.names)
	for _, r := range d.renames[:rand.IntN(len(d.renames)+1)] {
		rename(names, r)
	}
	odds := rand.Float64()
	for name, inode := range names {
		if name == "acks" || d.synced[inode] == nil {
			continue
		}
		c := &content{size: d.synced[inode].size, sectors: maps.Clone(d.synced[inode].sectors)}
		for _, e := range d.pending[inode] {
			c.apply(e, func() bool { return rand.Float64() < odds })
		}
		if err := c.write(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (c *content) write(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	err = f.Truncate(c.size)
	for n, data := range c.sectors {
		if n*sector < c.size {
			_, e := f.WriteAt(data[:min(sector, c.size-n*sector)], n*sector)
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, f.Close())
}

// recording runs a writer on a recorded file system and returns what it asked.
func recording(t *testing.T, env ...string) []event {
	t.Helper()
	if _, err := os.Stat("/dev/fuse"); err != nil {
		t.Skip("no /dev/fuse: the power cut needs a file system that records")
	}
	dir := t.TempDir()
	back, mount, log := filepath.Join(dir, "back"), filepath.Join(dir, "mount"), filepath.Join(dir, "log")
	if err := errors.Join(os.Mkdir(back, 0o700), os.Mkdir(mount, 0o700)); err != nil {
		t.Fatal(err)
	}
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), childEnv+"=fuse", fuseEnv+"="+back+":"+mount+":"+log)
	server.Stderr = os.Stderr
	stop, err := server.StdinPipe()
	out, err2 := server.StdoutPipe()
	if err := errors.Join(err, err2, server.Start()); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "ready\n" {
		_ = server.Wait()
		t.Skipf("cannot mount a recorder here: %q %v", line, err)
	}
	runWriter(t, mount, env)
	if err := errors.Join(stop.Close(), server.Wait()); err != nil {
		t.Fatal(err)
	}
	return readLog(t, log)
}

func runWriter(t *testing.T, mount string, env []string) {
	t.Helper()
	acks, err := os.Create(filepath.Join(mount, "acks"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), childEnv+"="+filepath.Join(mount, "data"), limitEnv+"=120"), env...)
	cmd.Stdout, cmd.Stderr = acks, os.Stderr
	cmd.WaitDelay = time.Second
	if err := errors.Join(cmd.Run(), acks.Close()); err != nil {
		t.Errorf("writer: %v", err)
	}
}

func readLog(t *testing.T, path string) (events []event) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	in := gob.NewDecoder(bufio.NewReader(f))
	for {
		var e event
		if err := in.Decode(&e); errors.Is(err, io.EOF) {
			return events
		} else if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
}

// cutEverywhere cuts the power at so many points of a recording and has what is
// left verified, until something is found. It returns how many cuts were made,
// and what was found.
func cutEverywhere(t *testing.T, events []event, cuts int) (n int, err error) {
	t.Helper()
	dir, acked, acksInode := t.TempDir(), "", uint64(0)
	d, images := newDisk(), []string{}
	for i, e := range events {
		if e.Kind == "create" && e.Name == "acks" {
			acksInode = e.Inode
		}
		d.apply(e)
		if e.Kind == "write" && e.Inode == acksInode {
			acked += string(e.Data)
		}
		last := i == len(events)-1
		for range share(cuts-n, len(events)-i) {
			image := filepath.Join(dir, fmt.Sprint(n))
			if err := errors.Join(d.cut(image), os.WriteFile(image+".acks", []byte(acked), 0o600)); err != nil {
				t.Fatal(err)
			}
			images = append(images, image)
			n++
		}
		if len(images) >= 100 || last && len(images) > 0 {
			if err := verified(t, images); err != nil {
				return n, err
			}
			images = images[:0]
		}
	}
	return n, nil
}

// share is the cuts at one event when so many are left over so many events,
// rounded by chance.
func share(left, events int) int {
	n := left / events
	if rand.IntN(events) < left%events {
		n++
	}
	return n
}

// verified has a child verify some folders, since a torn file can kill who maps
// it, and removes them.
func verified(t *testing.T, images []string) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=verify", verifyEnv+"="+strings.Join(images, ":"))
	out, err := cmd.CombinedOutput()
	if string(out) != "ok\n" {
		err = errors.Join(err, fmt.Errorf("%.600s", out))
	}
	for _, image := range images {
		err = errors.Join(err, os.RemoveAll(image))
	}
	return err
}

// verifyImages is the child of cutEverywhere.
func verifyImages(images []string) error {
	for _, image := range images {
		said := newAcked()
		acks, err := os.ReadFile(image + ".acks")
		whole := string(acks[:bytes.LastIndexByte(acks, '\n')+1]) // a line may come in two writes
		for line := range strings.Lines(whole) {
			err = errors.Join(err, said.note(line))
		}
		if err = errors.Join(err, said.verify(filepath.Join(image, "data")), checkPages(filepath.Join(image, "data"))); err != nil {
			return fmt.Errorf("cut %s: %w", filepath.Base(image), err)
		}
	}
	return nil
}

// checkPages has bbolt look at its own pages.
func checkPages(dir string) error {
	for _, name := range []string{"crm.db", "send.db"} {
		db, err := bolt.Open(filepath.Join(dir, name), 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: time.Second})
		if err != nil {
			return err
		}
		err = db.View(func(tx *bolt.Tx) (err error) {
			for e := range tx.Check() {
				err = errors.Join(err, e)
			}
			return err
		})
		if err = errors.Join(err, db.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func TestWhatWasAcknowledgedSurvivesPowerCuts(t *testing.T) {
	t.Parallel()
	events := recording(t)
	cuts, err := strconv.Atoi(os.Getenv(cutsEnv))
	if err != nil {
		cuts = 400
	}
	n, err := cutEverywhere(t, events, cuts)
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d cuts in %d events", n, len(events))
}

// The control: a writer that never syncs loses what it acknowledged.
func TestThePowerCutFindsAWriterThatNeverSyncs(t *testing.T) {
	t.Parallel()
	events := recording(t, noSyncEnv+"=1")
	n, err := cutEverywhere(t, events, 60)
	if err == nil {
		t.Errorf("%d cuts, and nothing was lost", n)
	}
	t.Logf("found: %.300v", err)
}

// The other control: names that nobody synced may be gone. A folder whose file
// was linked and not synced is empty again, and what was acknowledged is lost.
func TestThePowerCutFindsAFolderThatNobodySynced(t *testing.T) {
	t.Parallel()
	var events []event
	for _, e := range recording(t) {
		if e.Kind != "syncdir" {
			events = append(events, e)
		}
	}
	if n, err := cutEverywhere(t, events, 60); err == nil {
		t.Errorf("%d cuts, and nothing was lost", n)
	}
}
