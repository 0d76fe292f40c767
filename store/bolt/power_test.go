package bolt

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	noSyncEnv = "BLANCHE_STORE_NOSYNC" // the control: the writer never syncs
	limitEnv  = "BLANCHE_STORE_LIMIT"  // the writer ends after so many acknowledgements
	fuseEnv   = "BLANCHE_STORE_FUSE"   // be a recorder: folder, mount and log, by ':'
	verifyEnv = "BLANCHE_STORE_VERIFY" // verify folders, by ':'
	cutsEnv   = "BLANCHE_POWER_CUTS"   // how many power cuts to make, for a long night
)

// powerPeople are in the plan of a recorded writer: a few pages.
const powerPeople = 2500

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
	cmd.Env = append(append(os.Environ(), childEnv+"="+filepath.Join(mount, "data"), limitEnv+"=120", peopleEnv+"="+strconv.Itoa(powerPeople)), env...)
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
// left verified, until something is found: a quarter of the points before the
// first acknowledgement, while the folder is made. It returns how many cuts were
// made, how many of those in the making, and what was found.
func cutEverywhere(t *testing.T, events []event, cuts int) (n, early int, err error) {
	t.Helper()
	c := cutter{dir: t.TempDir(), found: make(chan error, 1)}
	c.found <- nil
	d, acked, acksInode, first := newDisk(), "", uint64(0), firstAck(events)
	for i, e := range events {
		if e.Kind == "create" && e.Name == "acks" {
			acksInode = e.Inode
		}
		d.apply(e)
		if e.Kind == "write" && e.Inode == acksInode {
			acked += string(e.Data)
		}
		left, over := cuts-n, len(events)-i
		if i < first {
			left, over = cuts/4-n, first-i
		}
		for range share(left, over) {
			if err := c.add(t, d, acked); err != nil {
				return n, early, err
			}
			if n++; i < first {
				early = n
			}
		}
	}
	return n, early, errors.Join(c.flush(t), <-c.found)
}

// firstAck is the event at which something is acknowledged for the first time.
func firstAck(events []event) int {
	inode := uint64(0)
	for i, e := range events {
		switch {
		case e.Kind == "create" && e.Name == "acks":
			inode = e.Inode
		case e.Kind == "write" && e.Inode == inode:
			return i
		}
	}
	return 0
}

// cutter collects images; a hundred of them are verified while the next hundred
// are made.
type cutter struct {
	dir    string
	images []string
	made   int
	found  chan error // of the images before
}

func (c *cutter) add(t *testing.T, d *disk, acked string) error {
	t.Helper()
	image := filepath.Join(c.dir, strconv.Itoa(c.made))
	if err := errors.Join(d.cut(image), os.WriteFile(image+".acks", []byte(acked), 0o600)); err != nil {
		t.Fatal(err)
	}
	c.made++
	if c.images = append(c.images, image); len(c.images) < 100 {
		return nil
	}
	return c.flush(t)
}

// flush waits for the images before, and has those collected verified.
func (c *cutter) flush(t *testing.T) error {
	t.Helper()
	if err := <-c.found; err != nil {
		c.found <- nil
		return err
	}
	images := c.images
	c.images = nil
	go func() { c.found <- verified(t.Context(), images) }()
	return nil
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
func verified(ctx context.Context, images []string) error {
	if len(images) == 0 {
		return nil
	}
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=verify", verifyEnv+"="+strings.Join(images, ":"))
	out, err := cmd.CombinedOutput()
	if string(out) != "ok\n" {
		err = errors.Join(err, fmt.Errorf("%.600s", out))
	}
	for _, image := range images {
		err = errors.Join(err, os.RemoveAll(image), os.Remove(image+".acks"))
	}
	return err
}

// verifyImages is the child of cutEverywhere.
func verifyImages(images []string) error {
	for _, image := range images {
		said := newAcked(powerPeople)
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

// recorded is the recording of a writer that syncs, for all who cut it.
var recorded struct {
	sync.Mutex
	events []event
}

func shared(t *testing.T) []event {
	t.Helper()
	recorded.Lock()
	defer recorded.Unlock()
	if recorded.events == nil {
		recorded.events = recording(t)
	}
	return recorded.events
}

func TestWhatWasAcknowledgedSurvivesPowerCuts(t *testing.T) {
	t.Parallel()
	events := shared(t)
	cuts, err := strconv.Atoi(os.Getenv(cutsEnv))
	if err != nil {
		cuts = oftenEnough
	}
	n, early, err := cutEverywhere(t, events, cuts)
	if err != nil {
		t.Error(err)
	}
	if n != cuts || early < cuts/5 {
		t.Errorf("%d cuts, want %d; %d while the folder was made", n, cuts, early)
	}
	t.Logf("%d cuts in %d events, %d of them while the folder was made", n, len(events), early)
}

// The control: a writer that never syncs loses what it acknowledged.
func TestThePowerCutFindsAWriterThatNeverSyncs(t *testing.T) {
	t.Parallel()
	events := recording(t, noSyncEnv+"=1")
	n, _, err := cutEverywhere(t, events, 60)
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
	for _, e := range shared(t) {
		if e.Kind != "syncdir" {
			events = append(events, e)
		}
	}
	if n, _, err := cutEverywhere(t, events, 60); err == nil {
		t.Errorf("%d cuts, and nothing was lost", n)
	}
}
