package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"blanche/model"
	"blanche/store/open"

	"github.com/google/go-cmp/cmp"
)

// The numbers of the kill test of an import.
const (
	importPeople = 100_000
	importOrders = 40_000
)

// importKills are twenty where there is time for them, and two where only the
// comparison runs under the race detector: the program is built without it.
func importKills() int {
	if os.Getenv("BLANCHE_LONG") != "" {
		return 20
	}
	if raceDetector {
		return 2
	}
	return 5
}

// brought is the report of an import, but for what tells one run from another.
type brought struct {
	Rows, Created, Updated, Unchanged, Rejected, Opposed, Unmatched int
	OpposedKept                                                     int `json:"opposed_kept"`
	Resumed                                                         int
	Interrupted                                                     bool
}

// The real program brings people, then orders, and is killed at random moments
// of it, again and again, and started again: store and report are those of
// an import that nobody killed. The control goes on under another name, so that
// it knows nothing of the life before: its report must differ.
func TestBinaryKilledWhileImporting(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the program many times")
	}
	i := &bringer{program: newProgram(newShop(t, "")), random: mrand.New(mrand.NewPCG(3, 14))}
	i.write("people.csv", peopleWithFaults())
	i.write("orders.csv", ordersOfPeople())
	whole := i.into("whole", -1)
	kills, rounds, resumed, wanted := 0, 0, 0, importKills()
	for ; (kills < wanted || resumed == 0) && rounds < 10*wanted; rounds++ { // a kill may come before the first step
		cut := i.into(fmt.Sprint("cut-", rounds), max(1, wanted-kills))
		kills += cut.kills
		resumed += cut.people.Resumed + cut.orders.Resumed
		cut.people.Resumed, cut.orders.Resumed = 0, 0
		if d := cmp.Diff(whole.people, cut.people); d != "" {
			t.Fatalf("after %d kills, people (-whole +cut):\n%s", cut.kills, d)
		}
		if d := cmp.Diff(whole.orders, cut.orders); d != "" {
			t.Fatalf("after %d kills, orders (-whole +cut):\n%s", cut.kills, d)
		}
		if a, b := whole.lines, cut.lines; !slices.Equal(a, b) {
			for n := range min(len(a), len(b)) {
				if a[n] != b[n] {
					t.Fatalf("after %d kills, line %d:\n%s\n%s", cut.kills, n, a[n], b[n])
				}
			}
			t.Fatalf("after %d kills: %d lines, %d without", cut.kills, len(b), len(a))
		}
	}
	t.Logf("%d kills in %d folders, %d rows passed over", kills, rounds, resumed)
	if kills < wanted || resumed == 0 {
		t.Errorf("%d kills, %d rows passed over", kills, resumed)
	}

	i.control(whole)
}

// bringer is a program that brings files in.
type bringer struct {
	*program
	random *mrand.Rand
	took   [2]time.Duration // of the imports that nobody killed
}

// broughtIn is what a folder and the reports say in the end.
type broughtIn struct {
	people, orders brought
	kills          int
	lines          []string
}

// into brings both files into a folder of their own, killed at most so many
// times; below 0, it is the one that nobody kills.
func (i *bringer) into(name string, kills int) (out broughtIn) {
	dir := filepath.Join(i.dir, name)
	for n, what := range [...]string{"contacts", "orders"} {
		args := []string{"import", what, map[string]string{"contacts": "people.csv", "orders": "orders.csv"}[what], "--data", dir}
		if what == "contacts" {
			args = append(args, "--basis", "consent", "--source", "form")
		}
		for lives := 0; ; lives++ {
			begun := time.Now()
			c := i.start(args...)
			if kills > out.kills && lives < 4 {
				most := i.took[n]
				if lives%2 == 0 { // the random moments of a whole life come too early, or when it has ended
					wrote(c, dir)
					most = most/8 + 1
				}
				select {
				case <-time.After(time.Duration(i.random.Int64N(int64(most)))): // the random moment
				case <-c.ended:
				}
				if !c.gone() {
					c.kill()
					out.kills++
					if len(c.out.Bytes()) == 0 { // else it had ended, and said so
						continue
					}
				}
			}
			if code := c.wait(); code != exitOK && code != exitPartial && len(c.out.Bytes()) == 0 {
				i.t.Fatalf("import %s: exit code %d\n%s", what, code, c.errs.Bytes())
			}
			docs := answers[brought](i.t, c.out.Bytes())
			if i.took[n] == 0 {
				i.took[n] = time.Since(begun)
			}
			*[]*brought{&out.people, &out.orders}[n] = docs[len(docs)-1]
			break
		}
	}
	out.lines = i.dump(dir)
	return out
}

// wrote waits until an import has a step on the disk, or has ended.
func wrote(c *child, dir string) {
	for !c.gone() {
		var file syscall.Stat_t
		if syscall.Stat(filepath.Join(dir, "crm.db"), &file) == nil && file.Blocks*512 > firstStep {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// firstStep is more than a folder has on the disk, in bytes, before anybody is in it.
const firstStep = 2 << 20

// control is an import that is killed once and goes on as if it were another.
func (i *bringer) control(whole broughtIn) {
	i.write("other.csv", peopleWithFaults())
	for n := range 20 {
		dir := filepath.Join(i.dir, fmt.Sprint("control-", n))
		c := i.start("import", "contacts", "people.csv", "--data", dir, "--basis", "consent", "--source", "form")
		wrote(c, dir)
		time.Sleep(time.Duration(n) * 20 * time.Millisecond) // a little longer each time
		if c.gone() {
			continue
		}
		c.kill()
		c = i.start("import", "contacts", "other.csv", "--data", dir, "--basis", "consent", "--source", "form")
		if code := c.wait(); code != exitPartial {
			i.t.Fatalf("exit code %d\n%s", code, c.errs.Bytes())
		}
		docs := answers[brought](i.t, c.out.Bytes())
		again := docs[len(docs)-1]
		if again.Created == whole.people.Created {
			continue // it had committed nothing yet
		}
		return
	}
	i.t.Error("an import that does not know of the life before makes the same report: the check sees nothing")
}

// dump is everything that a folder holds of people, orders and oppositions, with
// the moment of the import taken out.
func (i *bringer) dump(dir string) (lines []string) {
	i.t.Helper()
	s, err := open.Open(context.Background(), open.Options{Dir: dir, Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		i.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if h, err := s.Check(context.Background()); err != nil || len(h.Damaged) > 0 {
		i.t.Fatalf("%v %+v", err, h.Damaged[:min(3, len(h.Damaged))])
	}
	of, _, err := s.Suppressions().Lookup(context.Background())
	if err != nil {
		i.t.Fatal(err)
	}
	var moment time.Time
	plain := func(at time.Time) time.Time {
		if moment.IsZero() {
			moment = at
		}
		if at.Equal(moment) {
			return time.Time{}
		}
		return at
	}
	err = s.Contacts().Scan(context.Background(), 1, func(c *model.Contact) error {
		reason, _ := of(c.Email)
		c.Created, c.Updated, c.BasisAt = plain(c.Created), plain(c.Updated), plain(c.BasisAt)
		lines = append(lines, fmt.Sprintf("%+v %v", *c, reason))
		return nil
	})
	if err == nil {
		err = s.Orders().Each(context.Background(), func(o *model.Order) error {
			lines = append(lines, fmt.Sprintf("%+v", *o))
			return nil
		})
	}
	if err != nil {
		i.t.Fatal(err)
	}
	return lines
}

// peopleWithFaults is a file in which some come twice, some refuse, some are
// misspelt and some share a card.
func peopleWithFaults() []byte {
	var b strings.Builder
	b.WriteString("email;prenom;ville;carte;points;statut\n")
	for n := range importPeople {
		h := uint64(n) * 0x9e3779b97f4a7c15
		status, email := "actif", fmt.Sprintf("%x@boutique%d.example", h>>20, h%9)
		switch n % 1000 {
		case 17:
			status = "désabonné"
		case 18:
			email = "faux"
		case 19:
			h = uint64(n-900) * 0x9e3779b97f4a7c15
			email = fmt.Sprintf("%x@boutique%d.example", h>>20, h%9)
		}
		fmt.Fprintf(&b, "%s;Zoé;Évry;N%d;%d;%s\n", email, n%(importPeople-500), h%5000, status)
	}
	return []byte(b.String())
}

func ordersOfPeople() []byte {
	var b strings.Builder
	b.WriteString("id;date;total;email\n")
	for n := range importOrders {
		h := uint64(n*7%(importPeople*2)) * 0x9e3779b97f4a7c15
		fmt.Fprintf(&b, "O%d;%02d/10/2026;%d,50;%x@boutique%d.example\n", n, n%28+1, n%900, h>>20, h%9)
	}
	return []byte(b.String())
}
