package cli

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// smallDisk is a file system of little room, seen by who is brought there alone.
type smallDisk struct {
	t   *testing.T
	dir string
	pid int
}

// newSmallDisk mounts one over a folder.
func newSmallDisk(t *testing.T, dir string, megabytes int) *smallDisk {
	t.Helper()
	for _, tool := range []string{"unshare", "nsenter"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool, " is not installed (Debian package util-linux)")
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	script := fmt.Sprintf("mount -t tmpfs -o size=%dm,mode=700 none %q && echo mounted && exec cat", megabytes, dir)
	cmd := exec.Command("unshare", "-m", "--propagation", "private", "sh", "-c", script)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "mounted\n" {
		t.Skipf("no small disk can be mounted here: %q, %v", line, err)
	}
	return &smallDisk{t: t, dir: dir, pid: cmd.Process.Pid}
}

// path is how a file on it is reached from outside.
func (d *smallDisk) path(name string) string {
	return filepath.Join("/proc", strconv.Itoa(d.pid), "root", d.dir, name)
}

// fill leaves no room at all.
func (d *smallDisk) fill() {
	d.t.Helper()
	f, err := os.Create(d.path("ballast"))
	if err != nil {
		d.t.Fatal(err)
	}
	for block := bytes.Repeat([]byte("x"), 64<<10); err == nil; {
		_, err = f.Write(block)
	}
	_ = f.Close()
}

func (d *smallDisk) free() { _ = os.Remove(d.path("ballast")) }

// The disk of the data is full while a campaign is sent: sending stops in sight
// and says why, commands still answer, and once there is room it goes on by
// itself; everybody gets one message, and the sum is right all the while.
func TestFullDiskStopsSendingInSightUntilThereIsRoom(t *testing.T) {
	t.Parallel()
	s := newShop(t, "[retry]\nfirst = \"1s\"\nmax = \"2s\"\n")
	data := s.env["BLANCHE_DATA"]
	disk := newSmallDisk(t, data, 96)
	k := &killing{people: 3000, random: mrand.New(mrand.NewPCG(3, 5))}
	k.relay = s.listen(relay.Options{Latency: 10 * time.Millisecond})
	k.program = newProgram(s)
	s.mkcontacts("people.csv", k.people)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	copyAll(t, data, disk.path("."))
	k.by = []string{"nsenter", "-t", strconv.Itoa(disk.pid), "-m", "--wd=" + s.dir}
	c := k.start("campaign", "start", "noel-15", "--confirm", strconv.Itoa(k.planned()), "--wait")
	for range 2 {
		k.reach(c, k.relay.Begun()+200)
		disk.fill()
		k.stops(c)
		st := k.asked(c)
		if st.Waiting+st.Deferred == 0 || st.Uncertain > 0 || !st.adds() {
			t.Errorf("while the disk is full: %+v", st)
		}
		if st.HeldBy != "disk" && st.HeldBy != "store" {
			t.Errorf("the status does not say why nothing leaves: %+v", st)
		}
		begun := k.relay.Begun()
		disk.free()
		until(t, "the first message after there is room", func() bool { return k.relay.Begun() > begun || c.gone() })
	}
	k.finish(c)
	copyAll(t, disk.path("."), data)
	if faults := k.faults(); len(faults) > 0 {
		t.Errorf("%d faults: %v", len(faults), faults[:min(len(faults), 10)])
	}
	s.run(0, "verify")
}

// stops waits until nothing begins any more.
func (k *killing) stops(c *child) {
	k.t.Helper()
	until(k.t, "the end of the sending", func() bool {
		before := k.relay.Begun()
		time.Sleep(time.Second) // nothing began in a second
		if c.gone() {
			k.t.Fatalf("the program ended\n%s%s", c.out.Bytes(), c.errs.Bytes())
		}
		return k.relay.Begun() == before
	})
}

// asked is where the campaign stands, by a second process.
func (k *killing) asked(c *child) sent {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	cmd := k.command(ctx, "campaign", "status", "noel-15", "--json")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		k.t.Fatalf("status while the disk is full: %v\n%s\n%s", err, errs.Bytes(), c.errs.Bytes())
	}
	docs := answers[sent](k.t, out)
	return docs[len(docs)-1]
}

// copyAll copies what lies in a folder.
func copyAll(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from+"/.", to).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v\n%s", err, out)
	}
}
