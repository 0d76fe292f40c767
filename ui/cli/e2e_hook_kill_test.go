package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	mrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// outsideKills is how often a program is killed that serves the outside; ten
// times as often by BLANCHE_LONG.
func outsideKills(n int) int {
	if os.Getenv("BLANCHE_LONG") != "" {
		return 10 * n
	}
	return n
}

// hookPoints are the moments around a letter at which the program may die: before
// it leaves, once it was taken, once that is kept, and around a commit of either
// file.
var hookPoints = []string{"hook.before", "hook.told", "hook.done", "send.commit.before", "send.commit.after", "crm.commit.before", "crm.commit.after"}

// teller is a program that is told: it counts the events by their id. One that
// is hasty says that it was told before it is, and loses what it had not yet
// counted when the other end dies: as a program does that notes a letter as told
// before the call.
type teller struct {
	mu     sync.Mutex
	hasty  bool
	count  map[string]int    // by id
	who    map[string]string // id → address
	unsaid map[string]string // of a hasty one
}

func (e *teller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		ID   string
		Data struct{ Email string }
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(raw, &body) != nil || body.ID != r.Header.Get("X-Blanche-Event-Id") {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.hasty {
		e.unsaid[body.ID] = body.Data.Email
		return
	}
	e.count[body.ID]++
	e.who[body.ID] = body.Data.Email
}

// died is told that the other end did: who answered too soon forgets the last
// three, and has counted the others.
func (e *teller) died() {
	e.mu.Lock()
	defer e.mu.Unlock()
	ids := slices.Sorted(maps.Keys(e.unsaid))
	for i, id := range ids {
		if i >= 3 {
			e.count[id], e.who[id] = 1, e.unsaid[id]
		}
	}
	clear(e.unsaid)
}

// faults compares what was told with what happened: everybody once or more under
// one id, and nobody else.
func (e *teller) faults(people int) (all []string, repeats int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ids := map[string]int{}
	for id, email := range e.who {
		ids[email]++
		repeats += e.count[id] - 1
	}
	for i := range people {
		email := fmt.Sprintf("p%d@clients.example", i)
		if n := ids[email]; n != 1 {
			all = append(all, fmt.Sprintf("%s was told under %d ids", email, n))
		}
		delete(ids, email)
	}
	for email := range ids {
		all = append(all, "invented: "+email)
	}
	return all, repeats
}

// outsider calls the public part of a program that dies and lives again.
type outsider struct {
	*program
	at    string // of the public part
	token string
	now   *process
	named int // deaths at a named point
}

var publicAt = regexp.MustCompile(`Public part at ([0-9.]+:[0-9]+)`)

// live starts the program, to die at a point; empty: not by itself.
func (o *outsider) live(fault string, more ...string) {
	o.t.Helper()
	o.env["BLANCHE_FAULT"] = fault
	defer delete(o.env, "BLANCHE_FAULT")
	o.now = beside(o.t, o.command(o.t.Context(), append([]string{"serve", "--public", "127.0.0.1:0"}, more...)...))
	var m []string
	until(o.t, "the public part", func() bool {
		m = publicAt.FindStringSubmatch(o.now.err.String())
		return m != nil || o.now.gone()
	})
	if m != nil {
		o.at = "http://" + m[1]
	}
}

// die ends a life: by itself within a time, else from outside.
func (o *outsider) die(fault string, within time.Duration) {
	select {
	case <-o.now.ended:
		if fault == "" || !strings.Contains(o.now.cmd.ProcessState.String(), "killed") {
			o.t.Fatalf("%q: ended by itself: %s\n%s", fault, o.now.cmd.ProcessState, o.now.err.String())
		}
		o.named++
	case <-time.After(within):
		o.now.kill()
	}
}

func (x *process) gone() bool {
	select {
	case <-x.ended:
		return true
	default:
		return false
	}
}

// opposes tells that somebody has left, and reports whether that was heard.
func (o *outsider) opposes(n int) bool {
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, o.at+"/v1/events",
		strings.NewReader(fmt.Sprintf(`{"event_id":"e%d","type":"unsubscribe","email":"p%d@clients.example"}`, n, n)))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+o.token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}

// The real program tells another one who has left, and is killed with -9 at named
// moments and at random ones: everybody is told of at least once, always under
// one id, and nobody is invented. The control is told by who notes a letter as
// told before the call. BLANCHE_LONG kills ten times as often.
func TestBinaryKilledWhileTellingOthers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the program many times")
	}
	path, err := builtWithFaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, hasty := range []bool{false, true} {
		t.Run(map[bool]string{false: "told", true: "control"}[hasty], func(t *testing.T) {
			t.Parallel()
			e := &teller{hasty: hasty, count: map[string]int{}, who: map[string]string{}, unsaid: map[string]string{}}
			kills := outsideKills(14)
			if hasty {
				kills = 2
			}
			people, named := tellAndDie(t, path, e, kills)
			faults, repeats := e.faults(people)
			if hasty {
				if len(faults) == 0 {
					t.Error("a receiver that forgets is not seen: the check sees nothing")
				}
				return
			}
			if len(faults) > 0 {
				t.Errorf("%d faults: %s", len(faults), strings.Join(faults[:min(len(faults), 10)], "; "))
			}
			if repeats == 0 {
				t.Error("nobody was told twice: no death was between the call and its note")
			}
			if named < kills/3 {
				t.Errorf("%d deaths at a named point", named)
			}
			t.Logf("%d kills, %d of them at named points: %d people told of under one id each, %d letters repeated", kills, named, people, repeats)
		})
	}
}

// tellAndDie lets people leave while the program dies, and returns how many, and
// how often that was at a named point.
func tellAndDie(t *testing.T, path string, e *teller, kills int) (people, named int) {
	erp := httptest.NewServer(e)
	t.Cleanup(erp.Close)
	o := &outsider{program: newProgram(newShop(t, fmt.Sprintf("[[hooks.out]]\nname = \"erp\"\nurl = %q\nevents = [\"contact.unsubscribed\"]\npeople = true\n", erp.URL)))}
	o.path = path
	o.mkcontacts("people.csv", 12*kills)
	o.must("import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	o.token = strings.TrimSpace(o.must("token", "add", "till", "--scope", "events"))
	random := mrand.New(mrand.NewPCG(5, uint64(kills)))
	waiting := 0 // was not heard
	for life := range kills {
		fault := ""
		if life%4 != 3 {
			fault = fmt.Sprintf("%s:%d", hookPoints[(life-life/4)%len(hookPoints)], 1+random.IntN(4))
		}
		o.live(fault)
		for range 6 + random.IntN(6) {
			if !o.opposes(waiting) {
				break
			}
			waiting++
		}
		most := time.Duration(random.IntN(30)) * time.Millisecond // the random moment
		if fault != "" {
			most = 500 * time.Millisecond // in which the death that was ordered comes, if it does
			if o.named < kills/3 {
				most = 5 * time.Second
			}
		}
		o.die(fault, most)
		e.died()
	}
	o.live("")
	if !o.opposes(waiting) {
		t.Fatal("the last life does not hear")
	}
	until(t, "everything to be told", func() bool { return strings.TrimSpace(o.must("hook", "list", "--json")) == "[]" })
	o.now.kill()
	e.died()
	return waiting + 1, o.named
}
