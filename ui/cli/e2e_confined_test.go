//go:build linux && (amd64 || arm64)

package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"blanche/campaigns/deliver/relay"
)

// Where the environment says so, this program confines itself as systemd
// confines the service, then becomes the program named.
func init() {
	filter, err := hex.DecodeString(os.Getenv("BLANCHE_TEST_FILTER"))
	if err != nil || len(filter) == 0 {
		return
	}
	runtime.LockOSThread()
	confine(filter)
	path := os.Getenv("BLANCHE_TEST_PROGRAM")
	panic(syscall.Exec(path, append([]string{path}, os.Args[1:]...), os.Environ()))
}

// Options of prctl, as linux/prctl.h has them.
const (
	prSetSeccomp    = 22
	prSetNoNewPrivs = 38
	prSetMDWE       = 65 // memory that was written is never run (Linux 6.3)
)

// confine takes from this thread, and from what it becomes, new privileges,
// memory that is written and run, and the calls that a filter does not allow.
func confine(filter []byte) {
	prctl := func(option, a, b uintptr) syscall.Errno {
		_, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, option, a, b, 0, 0, 0)
		return e
	}
	if e := prctl(prSetNoNewPrivs, 1, 0); e != 0 {
		panic(e)
	}
	_ = prctl(prSetMDWE, 1, 0) // EINVAL on an older kernel
	program := struct {
		length uint16
		code   *byte
	}{uint16(len(filter) / 8), &filter[0]}
	if e := prctl(prSetSeccomp, 2, uintptr(unsafe.Pointer(&program))); e != 0 {
		panic(e)
	}
}

// filterOf is the program for the kernel (seccomp(2)) that lets these calls
// through and answers EPERM to others.
func filterOf(numbers []uint32) []byte {
	var code bytes.Buffer
	step := func(op uint16, yes, no uint8, k uint32) {
		_ = binary.Write(&code, binary.NativeEndian, struct {
			Op      uint16
			Yes, No uint8
			K       uint32
		}{op, yes, no, k})
	}
	const load, equal, answer, allow, refuse = 0x20, 0x15, 0x06, 0x7fff0000, 0x00050000 | 1
	step(load, 0, 0, 0) // the number of the call
	for _, n := range numbers {
		step(equal, 0, 1, n)
		step(answer, 0, 0, allow)
	}
	step(answer, 0, 0, refuse)
	return code.Bytes()
}

// callsOf are the names of the calls that the unit of the package allows.
func callsOf(t *testing.T) []string {
	t.Helper()
	unit, err := os.ReadFile("../../.ci/package/blanche.service")
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, line := range regexp.MustCompile(`(?m)^SystemCallFilter=(~?)(.*)$`).FindAllStringSubmatch(string(unit), -1) {
		for word := range strings.FieldsSeq(line[2]) {
			for _, call := range group(t, word) {
				if line[1] == "" {
					calls = append(calls, call)
					continue
				}
				calls = slices.DeleteFunc(calls, func(c string) bool { return c == call })
			}
		}
	}
	return append(calls, group(t, "@default")...)
}

// group is the calls of a word of a filter: of a group, those of its groups too.
func group(t *testing.T, word string) (calls []string) {
	t.Helper()
	if !strings.HasPrefix(word, "@") {
		return []string{word}
	}
	out, err := exec.Command("systemd-analyze", "--no-pager", "syscall-filter", word).Output()
	if err != nil {
		t.Fatalf("%s: %v", word, err)
	}
	for line := range strings.Lines(string(out)) {
		if name := strings.TrimSpace(line); name != "" && name != word && !strings.HasPrefix(name, "#") {
			calls = append(calls, group(t, name)...)
		}
	}
	return calls
}

// numbersOf are the numbers of calls on this machine, from the tables of Go.
func numbersOf(t *testing.T, calls []string) (numbers []uint32) {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Skip("the tables of golang.org/x/sys are not on this machine")
	}
	table, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "unix", "zsysnum_linux_"+runtime.GOARCH+".go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`SYS_(\w+)\s+= (\d+)`).FindAllStringSubmatch(string(table), -1) {
		if slices.Contains(calls, strings.ToLower(m[1])) {
			n := uint32(0)
			for _, d := range m[2] {
				n = n*10 + uint32(d-'0')
			}
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// confined makes a command run under the filter.
func (p *program) confined(filter []byte, args ...string) *exec.Cmd {
	cmd := p.command(context.Background(), args...)
	cmd.Env = append(cmd.Env, "BLANCHE_TEST_PROGRAM="+cmd.Path, "BLANCHE_TEST_FILTER="+hex.EncodeToString(filter))
	cmd.Path = "/proc/self/exe"
	return cmd
}

// The service works under the calls and the memory that its unit leaves it: it
// says that it is ready, feeds the watchdog, sends a campaign that another
// process launches, and ends. The control is the same filter without openat.
func TestServiceWorksUnderTheFilterOfItsUnit(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not on this machine")
	}
	calls := callsOf(t)
	s := newShop(t, "")
	r := s.listen(relay.Options{})
	p := newProgram(s)
	s.mkcontacts("people.csv", 200)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")

	without := slices.DeleteFunc(slices.Clone(calls), func(c string) bool { return c == "openat" })
	if err := p.confined(filterOf(numbersOf(t, without)), "status").Run(); err == nil {
		t.Error("control: a program that may open no file works")
	}

	words := listenToNotices(t, s.env)
	cmd := p.confined(filterOf(numbersOf(t, calls)), "serve")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	hear := func(word string) {
		t.Helper()
		for {
			select {
			case w := <-words:
				if w == word {
					return
				}
			case err := <-ended:
				t.Fatalf("ended before %s: %v\n%s", word, err, errs.Bytes())
			case <-time.After(longEnough):
				t.Fatalf("no %s\n%s", word, errs.Bytes())
			}
		}
	}
	hear("READY=1")
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "status"))
	if err != nil || !bytes.Contains(status, []byte("Seccomp:\t2\n")) || !bytes.Contains(status, []byte("NoNewPrivs:\t1\n")) {
		t.Fatalf("the service is not confined: %v\n%s", err, status)
	}
	hear("WATCHDOG=1")
	if out, err := p.command(t.Context(), "campaign", "start", "noel-15", "--confirm", "180").CombinedOutput(); err != nil {
		t.Fatalf("start: %v\n%s", err, out)
	}
	for end := time.Now().Add(longEnough); r.Total() < 180; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d messages, want 180\n%s", r.Total(), errs.Bytes())
		}
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	hear("STOPPING=1")
	if err := <-ended; err != nil {
		t.Errorf("the end: %v\n%s", err, errs.Bytes())
	}
}

// listenToNotices is what a service says to systemd.
func listenToNotices(t *testing.T, env map[string]string) <-chan string {
	t.Helper()
	dir, err := os.MkdirTemp("", "n") // the name of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	at := filepath.Join(dir, "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: at, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	env["NOTIFY_SOCKET"], env["WATCHDOG_USEC"] = at, "4000000"
	words := make(chan string, 100)
	go func() {
		for b := make([]byte, 256); ; {
			n, err := c.Read(b)
			if err != nil {
				return
			}
			words <- string(b[:n])
		}
	}()
	return words
}
