package bolt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// The test binary starts itself as a child that writes to a folder and says on
// its standard output what has been acknowledged; the parent kills it.
const (
	childEnv = "BLANCHE_STORE_CHILD" // the folder
	earlyEnv = "BLANCHE_STORE_EARLY" // the control: says it before it is written

	peopleEnv = "BLANCHE_STORE_PEOPLE" // how many are in the plan
)

const crashPeople = 50_000

// child is what the test binary does as a child: by default it writes until it
// is killed.
func child() {
	switch what := os.Getenv(childEnv); what {
	case "fuse":
		part := strings.Split(os.Getenv(fuseEnv), ":")
		if err := serveRecorder(part[0], part[1], part[2]); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	case "verify":
		if err := verifyImages(strings.Split(os.Getenv(verifyEnv), ":")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ok")
	case "compact":
		compactChild(os.Getenv(folderEnv))
	case "flips":
		flipChild(os.Getenv(folderEnv))
	default:
		if do := children[what]; do == nil {
			write()
		} else if err := do(os.Getenv(folderEnv)); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("ok")
		}
	}
}

// children are those that only some systems know, by name: each is given a folder.
var children = map[string]func(dir string) error{}

func write() {
	o := options(os.Getenv(childEnv))
	o.noSync = os.Getenv(noSyncEnv) != ""
	e, err := Open(context.Background(), o)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	w := &writer{e: e, ctx: context.Background(), early: os.Getenv(earlyEnv) != ""}
	w.limit, _ = strconv.ParseInt(os.Getenv(limitEnv), 10, 64)
	if w.people, err = strconv.Atoi(os.Getenv(peopleEnv)); err != nil {
		w.people = crashPeople
	}
	failed := make(chan error)
	go func() { failed <- w.contacts() }()
	go func() { failed <- w.ledger() }()
	fmt.Println("error", <-failed)
}

type writer struct {
	e     *Engine
	ctx   context.Context
	early bool
	limit int64 // of acknowledgements; 0 none
	done  atomic.Int64

	people int
}

// acknowledge does something durable and says so, line by line.
func (w *writer) acknowledge(lines string, do func() error) error {
	if w.early {
		fmt.Print(lines)
	}
	err := do()
	if !w.early && err == nil {
		fmt.Print(lines)
	}
	if n := w.done.Add(1); n == w.limit {
		os.Exit(0)
	}
	return err
}

// contacts writes ever higher numbers as the city of twenty people, and edits
// one of them.
func (w *writer) contacts() error {
	c, err := w.e.Contacts().ByEmail(w.ctx, "p0@mail.example")
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	last, _ := strconv.Atoi(c.City)
	for n := last + 1; ; n++ {
		rows := make([]model.Contact, 20)
		for i := range rows {
			rows[i] = model.Contact{Email: fmt.Sprintf("p%d@mail.example", i), City: strconv.Itoa(n)}
		}
		err := w.acknowledge(fmt.Sprintf("city %d\n", n), func() error {
			_, err := w.e.Contacts().Merge(w.ctx, rows, start)
			return err
		})
		if err != nil {
			return err
		}
		err = w.acknowledge(fmt.Sprintf("edit %d\n", n), func() error {
			c, err := w.e.Contacts().Get(w.ctx, 3)
			if err == nil {
				_, err = w.e.Contacts().Edit(answered(w.ctx), 3, c.Version, start, func(c *model.Contact) error {
					c.Points = int64(n)
					return nil
				})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
}

// answered is a context in which somebody answers for what is written.
func answered(ctx context.Context) context.Context {
	return store.Witnessed(ctx, model.Deed{Actor: model.Actor{Name: "ines"}, Act: "contact.edit", At: start})
}

// ledger sends, in words only: each commit holds the results of one group and
// the intents of the next. The groups are of some lanes, then of others.
func (w *writer) ledger() error {
	l := w.e.Ledger()
	if has, err := l.HasPlan(w.ctx, 1); err != nil || !has {
		if err := errors.Join(err, l.Plan(w.ctx, 1, lanesPlan(w.people))); err != nil {
			return err
		}
	}
	var results []model.Outcome
	for group := 0; ; group++ {
		claims, err := l.Claim(w.ctx, 1, groupRequest(group), start)
		if err != nil || len(claims) == 0 {
			return errors.Join(err, errors.New("nobody left"))
		}
		lines, intents := "", []model.Intent{}
		for _, r := range results {
			lines += fmt.Sprintf("%s %d\n", r.State, r.Ordinal)
		}
		for _, c := range claims {
			lines += fmt.Sprintf("intent %d\n", c.Ordinal)
			intents = append(intents, model.Intent{Campaign: 1, Ordinal: c.Ordinal, Email: "a@mail.example", Version: 1, At: start})
		}
		err = w.acknowledge(lines, func() error {
			_, err := l.Commit(w.ctx, results, intents)
			return err
		})
		if err != nil {
			return err
		}
		results = results[:0]
		for _, c := range claims {
			results = append(results, groupResult(c))
		}
	}
}

// groupRequest asks for seven people: of all lanes, of the large ones, of one
// alone, of the tested cells.
func groupRequest(group int) model.ClaimRequest {
	r := model.Claims(7)
	switch group % 4 {
	case 1:
		r.Lanes = [model.Lanes]int{model.LaneGmail: 4, model.LaneMicrosoft: 3}
	case 2:
		r.Lanes = [model.Lanes]int{model.LaneOther: 1, model.LaneOrange: 2}
	case 3:
		r.Cells = 1<<1 | 1<<2
	}
	return r
}

// groupResult defers one in five until tomorrow.
func groupResult(c model.Claim) model.Outcome {
	o := model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateAccepted, At: start, Attempts: 1}
	if c.Ordinal%5 == 0 {
		o.State, o.NextTry, o.Code, o.Text = model.StateDeferred, start.Add(24*time.Hour), "451", "later"
	}
	return o
}

func plan(n int) (p model.Plan) {
	for i := range n {
		p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(i + 1)})
	}
	return p
}

func lanesPlan(n int) model.Plan {
	p := plan(n)
	for i := range p.Planned {
		p.Planned[i].Lane, p.Planned[i].Cell = model.Lane(i%model.Lanes), model.Cell(i%model.Cells)
	}
	return p
}

// acked is what children have said so far.
type acked struct {
	people     int // in the plan
	city, edit int
	intents    map[int]bool
	results    map[int]model.State
}

func newAcked(people int) *acked {
	return &acked{people: people, intents: map[int]bool{}, results: map[int]model.State{}}
}

// note takes one line; an intent twice is a recipient given twice.
func (a *acked) note(line string) error {
	var what string
	var n int
	if _, err := fmt.Sscanf(line, "%s %d", &what, &n); err != nil {
		return errors.New(line)
	}
	switch what {
	case "city":
		a.city = n
	case "edit":
		a.edit = n
	case "accepted":
		a.results[n] = model.StateAccepted
	case "deferred":
		a.results[n] = model.StateDeferred
	case "intent":
		if a.intents[n] {
			return fmt.Errorf("recipient %d was given twice", n)
		}
		a.intents[n] = true
	}
	return nil
}

// life starts a child, kills it after some lines, and notes what it said.
func (a *acked) life(t *testing.T, dir string, lines int, env ...string) error {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childEnv+"="+dir), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(out)
	var wrong error
	for n := 0; ; n++ {
		line, err := in.ReadString('\n')
		if err != nil {
			break // a line cut by the kill was not said
		}
		wrong = errors.Join(wrong, a.note(line))
		if n == lines {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	return wrong
}

// verify opens what a child left and looks for everything that was said.
func (a *acked) verify(dir string) error {
	o := options(dir)
	o.noSync = true // what is looked at is not written for long
	e, err := Open(context.Background(), o)
	if err != nil {
		return err
	}
	defer func() { _ = e.Close() }()
	return errors.Join(a.verifyContacts(e), verifyAudit(e), a.verifyLedger(e), verifyCheck(e))
}

func verifyCheck(e *Engine) error {
	h, err := e.Check(context.Background())
	if err != nil || len(h.Damaged) > 0 {
		return fmt.Errorf("check: %+v, %w", h.Damaged, err)
	}
	return nil
}

// verifyAudit looks for the lines of the last edit, in the audit and in the ledger
// of points: they are there if and only if the edit is.
func verifyAudit(e *Engine) error {
	ctx := context.Background()
	c, err := e.Contacts().Get(ctx, 3)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	noted := int64(0)
	err = errors.Join(err, e.Audit().About(ctx, "contact:3", func(l *model.AuditLine) bool {
		noted, _ = strconv.ParseInt(l.Entry.Changes[0].After, 10, 64)
		return false
	}))
	moves, err3 := e.Points().Of(ctx, 3)
	if n := len(moves); err3 != nil || n > 0 && moves[n-1].Total != c.Points || n == 0 && c.Points != 0 {
		return fmt.Errorf("edit %d, the ledger of points has %+v, %w", c.Points, moves, err3)
	}
	if p, err2 := e.Audit().Verify(ctx); err != nil || err2 != nil || !p.Intact || noted != c.Points {
		return fmt.Errorf("edit %d, the audit has %d: %+v, %w", c.Points, noted, p, errors.Join(err, err2))
	}
	return nil
}

func (a *acked) verifyContacts(e *Engine) error {
	if a.city == 0 {
		return nil
	}
	for i := range 20 {
		c, err := e.Contacts().ByEmail(context.Background(), fmt.Sprintf("p%d@mail.example", i))
		if err != nil {
			return err
		}
		if n, _ := strconv.Atoi(c.City); n < a.city {
			return fmt.Errorf("city of %d is %d, %d was acknowledged", i, n, a.city)
		}
		if c.ID == 3 && c.Points < int64(a.edit) {
			return fmt.Errorf("edit %d was acknowledged, not %d", a.edit, c.Points)
		}
	}
	return nil
}

func (a *acked) verifyLedger(e *Engine) error {
	tally, err := e.Ledger().Tally(context.Background(), 1)
	if err != nil || tally.Planned == 0 && len(a.intents) == 0 {
		return err
	}
	if !tally.Balanced() || tally.Planned != a.people || tally.ByState[model.StateClaimed]+tally.ByState[model.StateIntended] != 0 {
		return fmt.Errorf("tally: %+v", tally)
	}
	all := []model.State{model.StatePlanned, model.StateUncertain, model.StateAccepted, model.StateDeferred}
	return e.Ledger().Lines(context.Background(), 1, all, func(r model.Recipient) error {
		n := int(r.Ordinal)
		want, settled := a.results[n]
		if settled && r.State != want || a.intents[n] && r.State == model.StatePlanned {
			return fmt.Errorf("recipient %d is %v; acknowledged: intent %v, result %v %v", n, r.State, a.intents[n], settled, want)
		}
		return nil
	})
}

func TestWhatWasAcknowledgedSurvivesKills(t *testing.T) {
	t.Parallel()
	const kills = 60
	dir, said := filepath.Join(t.TempDir(), "data"), newAcked(crashPeople)
	for kill := range kills {
		lines := rand.IntN(250)
		if err := errors.Join(said.life(t, dir, lines), said.verify(dir)); err != nil {
			t.Fatalf("kill %d after %d lines: %v", kill, lines, err)
		}
	}
	e := openTest(t, dir)
	h, err := e.Check(t.Context())
	if err != nil || len(h.Damaged) != 0 || h.Contacts != 20 {
		t.Errorf("Check: %+v, %v", h, err)
	}
	tally, err := e.Ledger().Tally(t.Context(), 1)
	if err != nil || tally.ByState[model.StateUncertain] > 2*7*kills {
		t.Errorf("uncertain: %d, %v", tally.ByState[model.StateUncertain], err)
	}
	t.Logf("%d kills: %d intents, %d results, %d imports acknowledged; %d uncertain", kills, len(said.intents), len(said.results), said.city, tally.ByState[model.StateUncertain])
}

// The control: a child that says it before it is written is caught.
func TestTheKillTestFindsAnEarlyAcknowledgement(t *testing.T) {
	t.Parallel()
	dir, said := filepath.Join(t.TempDir(), "data"), newAcked(crashPeople)
	for range 300 {
		if errors.Join(said.life(t, dir, rand.IntN(100), earlyEnv+"=1"), said.verify(dir)) != nil {
			return
		}
	}
	t.Error("300 kills, and no early acknowledgement was found")
}
