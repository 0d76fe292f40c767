package worker_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

// The crash test: a process that really sends (worker, store on disk, SMTP over
// TCP) is killed again and again at random moments while the relay defers,
// refuses and drops. The relay lives in the parent and sees everything.
const (
	crashPeople = 4000
	crashKills  = 20
	crashWindow = 32
	crashLines  = 8
	// crashEnv holds "folder address mode" and makes this test binary the child.
	crashEnv = "BLANCHE_TEST_CRASH_CHILD"
)

func TestKilledAgainAndAgainNobodyIsLostAndNobodyGetsTwo(t *testing.T) {
	t.Parallel()
	c := newCrash(t, "before")
	c.killMany()
	c.finish()
	if faults := c.faults(); len(faults) > 0 {
		t.Errorf("%d faults: %s", len(faults), strings.Join(faults[:min(len(faults), 10)], "; "))
	}
	t.Logf("%d kept by the relay, %d uncertain after %d kills, at most %d in one kill (W = %d)",
		c.relay.Total(), c.uncertain(), crashKills, c.worst, crashWindow)
}

// The control: announced after it has left, a message is sent again by the
// next life. The same check must find it.
func TestAnnouncedAfterItLeftAMessageIsSentTwice(t *testing.T) {
	t.Parallel()
	c := newCrash(t, "after")
	c.killMany()
	c.finish()
	twice := 0
	for _, n := range c.relay.Kept() {
		if n > 1 {
			twice++
		}
	}
	if faults := c.faults(); len(faults) == 0 || twice == 0 {
		t.Error("the check does not see that intents came too late")
	}
	t.Logf("%d people got two", twice)
}

// crash is one run of the test.
type crash struct {
	t      *testing.T
	dir    string
	mode   string
	relay  *relay.Relay
	addr   string
	random *mrand.Rand
	doubts int // uncertain by the relay's own doing, and by kills, so far
	worst  int
}

func newCrash(t *testing.T, mode string) *crash {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shares := relay.Shares{Defer: 0.05, Refuse: 0.01, Policy: 0.01, Drop: 0.01, Early: 0.005}
	c := &crash{
		t: t, dir: t.TempDir(), mode: mode, addr: l.Addr().String(), random: mrand.New(mrand.NewPCG(7, 11)),
		relay: relay.Start(l, relay.Options{Behave: shares.Behave(42), Latency: time.Millisecond}),
	}
	t.Cleanup(c.relay.Close)
	st := openStore(t, c.dir)
	plan(t, st, crashPeople)
	_ = st.Close()
	return c
}

// killMany runs lives that each end by SIGKILL after some messages, spread so
// that about a tenth of the campaign is left for the last life. Two of them are
// paused and resumed on the way.
func (c *crash) killMany() {
	for k := range crashKills {
		child := c.spawn()
		goal := c.relay.Begun() + 1 + c.random.IntN(2*crashPeople*9/10/crashKills)
		if k == 4 || k == 11 {
			child.until(goal/2 + c.relay.Begun()/2)
			child.pauseAndResume()
		}
		child.until(goal)
		time.Sleep(time.Duration(c.random.IntN(3000)) * time.Microsecond) // the random moment
		child.kill()
		c.count(k)
	}
}

// count checks the law and the window after a kill.
func (c *crash) count(k int) {
	t := c.t
	st, err := open.Open(context.Background(), open.Options{Dir: c.dir, Rand: rand.Reader, Now: time.Now, Command: "count"})
	if err != nil {
		t.Fatalf("after kill %d: %v", k+1, err)
	}
	tally, err := st.Ledger().Tally(context.Background(), campaign)
	if err != nil || !tally.Balanced() {
		t.Fatalf("after kill %d: %v, %+v", k+1, err, tally)
	}
	interrupted := 0
	err = st.Ledger().Lines(context.Background(), campaign, []model.State{model.StateUncertain}, func(r model.Recipient) error {
		if r.Code == "interrupted" {
			interrupted++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := interrupted - c.doubts; n > crashWindow && c.mode == "before" {
		t.Errorf("kill %d left %d uncertain, W is %d", k+1, n, crashWindow)
	} else {
		c.worst = max(c.worst, n)
	}
	c.doubts = interrupted
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}

// finish lets a last life run to the end.
func (c *crash) finish() {
	child := c.spawn()
	child.hear("finished")
	_ = child.in.Close()
	if err := child.cmd.Wait(); err != nil {
		c.t.Fatalf("the last life: %v\n%s", err, child.errs)
	}
}

// faults compares the mailboxes with the ledger, name by name.
func (c *crash) faults() []string {
	st := openStore(c.t, c.dir)
	defer st.Close() //nolint:errcheck // read only
	kept := c.relay.Kept()
	var faults []string
	people := 0
	err := st.Ledger().Lines(context.Background(), campaign, every(), func(r model.Recipient) error {
		who := address(r.Contact)
		n := kept[who]
		people++
		delete(kept, who)
		switch want := map[model.State]int{model.StateAccepted: 1}[r.State]; {
		case r.State == model.StateUncertain && n <= 1:
		case r.State == model.StateAccepted || r.State == model.StateRefused || r.State == model.StateExcluded:
			if n != want {
				faults = append(faults, fmt.Sprintf("%s is %s and got %d", who, r.State, n))
			}
		default:
			faults = append(faults, fmt.Sprintf("%s is %s at the end and got %d", who, r.State, n))
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if people != crashPeople || len(kept) > 0 {
		faults = append(faults, fmt.Sprintf("%d people in the ledger, %d strangers in the mailboxes", people, len(kept)))
	}
	return faults
}

func (c *crash) uncertain() int {
	st := openStore(c.t, c.dir)
	defer st.Close() //nolint:errcheck // read only
	tally, err := st.Ledger().Tally(context.Background(), campaign)
	if err != nil {
		c.t.Fatal(err)
	}
	return tally.ByState[model.StateUncertain]
}

// life is one child process.
type life struct {
	c    *crash
	cmd  *exec.Cmd
	in   *os.File
	out  *bufio.Scanner
	errs *strings.Builder
}

func (c *crash) spawn() *life {
	c.t.Helper()
	l := &life{c: c, errs: &strings.Builder{}}
	l.cmd = exec.Command(os.Args[0], "-test.run=^$")
	l.cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %s", crashEnv, c.dir, c.addr, c.mode))
	l.cmd.Stderr = l.errs
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	l.cmd.Stdin, l.in, l.out = theirs, ours, bufio.NewScanner(out)
	if err := l.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	_ = theirs.Close()
	l.hear("started")
	return l
}

func (l *life) say(word string) { _, _ = fmt.Fprintln(l.in, word) }

func (l *life) hear(word string) {
	l.c.t.Helper()
	for l.out.Scan() {
		if l.out.Text() == word {
			return
		}
	}
	l.c.t.Fatalf("the child ended before it said %q\n%s", word, l.errs)
}

// until waits until the relay has begun so many transactions, or until there
// is nothing left to send for now.
func (l *life) until(begun int) {
	deadline := time.Now().Add(20 * time.Second)
	for l.c.relay.Begun() < begun && time.Now().Before(deadline) {
		time.Sleep(200 * time.Microsecond) // polling a condition
	}
}

// pauseAndResume checks that a paused child starts nothing.
func (l *life) pauseAndResume() {
	l.say("pause")
	l.hear("paused") // said when nothing flies any more
	before := l.c.relay.Begun()
	l.say("still?")
	l.hear("still")
	if n := l.c.relay.Begun() - before; n != 0 {
		l.c.t.Errorf("%d transactions began during a pause", n)
	}
	l.say("resume")
}

func (l *life) kill() {
	_ = l.cmd.Process.Kill()
	_ = l.cmd.Wait()
	_ = l.in.Close()
}

// beChild is the life of the process that gets killed.
func beChild(spec string) int {
	parts := strings.Fields(spec)
	if err := sendAsChild(parts[0], parts[1], parts[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func sendAsChild(dir, addr, mode string) error {
	ctx := context.Background()
	st, err := open.Open(ctx, open.Options{Dir: dir, Rand: rand.Reader, Now: time.Now, Command: "child"})
	if err != nil {
		return err
	}
	defer st.Close() //nolint:errcheck // the end of the process
	cfg, err := deliver.ParseURL("smtp://" + addr + "?tls=none")
	if err != nil {
		return err
	}
	cfg.Connections = crashLines
	pool, err := deliver.New(cfg)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // never fails
	finished := make(chan struct{})
	w := worker.New(worker.Options{
		Ledger: st.Ledger(), Sender: pool, Render: letter, Now: time.Now,
		Window: crashWindow, Connections: crashLines, Random: mrand.Float64,
		Retry: worker.Retry{First: 50 * time.Millisecond, Max: 200 * time.Millisecond, GiveUp: time.Minute},
		Guard: worker.Guard{Unknown: -1, Refused: -1, Uncertain: -1},
		Publish: func(n worker.Notice) {
			if n.Kind == worker.NoticeFinished {
				close(finished)
			}
		},
	})
	if mode == "after" {
		w.LateIntent()
	}
	return obey(ctx, w, st, finished)
}

// obey does what the parent says, until the end of the campaign.
func obey(ctx context.Context, w *worker.Worker, st store.Store, finished <-chan struct{}) error {
	if err := w.Start(ctx, worker.Job{ID: campaign, Name: "noel-15", Version: 1}); err != nil {
		return err
	}
	fmt.Println("started")
	orders := make(chan string)
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			orders <- in.Text()
		}
	}()
	for {
		select {
		case <-finished:
			fmt.Println("finished")
			return w.Stop(ctx)
		case o := <-orders:
			if err := follow(ctx, w, st, o); err != nil {
				return err
			}
		}
	}
}

func follow(ctx context.Context, w *worker.Worker, st store.Store, order string) error {
	switch order {
	case "pause":
		w.Pause(campaign)
		for {
			t, err := st.Ledger().Tally(ctx, campaign)
			if err != nil {
				return err
			}
			if t.ByState[model.StateClaimed]+t.ByState[model.StateIntended] == 0 {
				break
			}
			time.Sleep(time.Millisecond) // polling a condition
		}
		fmt.Println("paused")
	case "still?":
		fmt.Println("still")
	case "resume":
		w.Resume(campaign)
	default:
		return errors.New("unknown order " + order)
	}
	return nil
}
