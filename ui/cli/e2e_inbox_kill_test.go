package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/store/open"
)

// inboxPoints are the moments around a file at which the program may die: before
// and after it is imported, once it is moved, and around a commit of either file.
var inboxPoints = []string{"inbox.before", "crm.commit.before", "inbox.imported", "crm.commit.after", "inbox.moved", "send.commit.before", "send.commit.after"}

// The numbers of the kill test of the folder of files.
const (
	inboxRows    = 3000 // of a file of orders: three steps
	inboxRefused = 2    // of them
)

// dropping is a shop whose till leaves files while the program dies.
type dropping struct {
	*outsider
	inbox  string
	left   map[string]string // name → content
	random *mrand.Rand
}

// The real program takes files that are left in a folder, and is killed with -9 at
// named moments and at random ones: each file is taken once, its orders count
// once, what is refused lies in rejects/ with its reason. The control moves files
// before they are committed. BLANCHE_LONG kills ten times as often.
func TestBinaryKilledWhileTakingFiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the program many times")
	}
	path, err := builtWithFaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, hasty := range []bool{false, true} {
		t.Run(map[bool]string{false: "taken", true: "control"}[hasty], func(t *testing.T) {
			t.Parallel()
			d := newDropping(t, path)
			kills := outsideKills(14)
			if hasty {
				kills = 2
			}
			for life := range kills {
				if len(d.names(".")) < 6 { // what short lives leave is for the next
					d.drop(life)
				}
				d.dieTaking(life, hasty)
			}
			d.live("")
			until(t, "every file to be taken", func() bool { return len(d.names(".")) == 0 })
			d.now.kill()
			faults := d.faults()
			if hasty {
				if len(faults) == 0 {
					t.Error("files that were moved and never imported are not seen: the check sees nothing")
				}
				return
			}
			if len(faults) > 0 {
				t.Errorf("%d faults: %s", len(faults), strings.Join(faults[:min(len(faults), 10)], "; "))
			}
			if d.named < kills/3 {
				t.Errorf("%d deaths at a named point", d.named)
			}
			t.Logf("%d kills, %d of them at named points: %d files taken once", kills, d.named, len(d.left))
		})
	}
}

func newDropping(t *testing.T, path string) *dropping {
	d := &dropping{outsider: &outsider{program: newProgram(newShop(t, "[inbox]\ndir = \"inbox\"\n"))}, left: map[string]string{}, random: mrand.New(mrand.NewPCG(6, 6))}
	d.path = path
	d.env["BLANCHE_SPEED"] = "100" // ten seconds of calm are a tenth of one
	d.inbox = filepath.Join(d.env["BLANCHE_DATA"], "inbox")
	if err := os.Mkdir(d.inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	d.mkcontacts("people.csv", 50)
	d.must("import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	return d
}

// drop leaves the files of a life: orders, of which some rows cannot be read, and
// every third time one that nobody can tell what it is.
func (d *dropping) drop(life int) {
	var b strings.Builder
	b.WriteString("id;email;date;total\n")
	for n := range inboxRows {
		total := "1,00"
		if n%(inboxRows/inboxRefused) == 7 {
			total = "beaucoup"
		}
		fmt.Fprintf(&b, "L%d-%d;p%d@clients.example;2026-11-02;%s\n", life, n, n%50, total)
	}
	d.leave(fmt.Sprintf("commandes-%d.csv", life), b.String())
	if life%3 == 0 {
		d.leave(fmt.Sprintf("quoi-%d.csv", life), fmt.Sprintf("a;b\n1;%d\n", life))
	}
}

// leave puts a file there whole, as programs do that know how.
func (d *dropping) leave(name, text string) {
	d.t.Helper()
	d.left[name] = text
	d.write("whole", []byte(text))
	if err := os.Rename(filepath.Join(d.dir, "whole"), filepath.Join(d.inbox, name)); err != nil {
		d.t.Fatal(err)
	}
}

// dieTaking lives until the death that was ordered, or a random one. A hasty
// program moves what it has before it is imported.
func (d *dropping) dieTaking(life int, hasty bool) {
	fault, most := "", time.Duration(100+d.random.IntN(400))*time.Millisecond
	if life%4 != 3 {
		fault, most = fmt.Sprintf("%s:%d", inboxPoints[(life-life/4)%len(inboxPoints)], 1+d.random.IntN(2)), 4*time.Second
	}
	if hasty {
		fault = "inbox.before:1"
	}
	d.live(fault)
	d.die(fault, most)
	if hasty {
		for _, name := range d.names(".") {
			if err := os.Rename(filepath.Join(d.inbox, name), filepath.Join(d.inbox, "done", name)); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// names are the files of a folder of the inbox.
func (d *dropping) names(folder string) (all []string) {
	d.t.Helper()
	entries, err := os.ReadDir(filepath.Join(d.inbox, folder))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all
}

// faults compares what was left with what lies in done/ and rejects/, and with the
// orders that the store has.
func (d *dropping) faults() (faults []string) {
	d.t.Helper()
	places, reasons, rows := map[string][]string{}, map[string]bool{}, map[string]bool{}
	for _, folder := range []string{"done", "rejects"} {
		for _, name := range d.names(folder) {
			raw, err := os.ReadFile(filepath.Join(d.inbox, folder, name))
			if err != nil {
				d.t.Fatal(err)
			}
			text := string(raw)
			reasons[folder+"/"+strings.TrimSuffix(name, ".txt")] = strings.HasSuffix(name, ".txt") && len(text) > 20 || reasons[folder+"/"+name]
			places[text] = append(places[text], folder+"/"+name)
			for line := range strings.Lines(text) {
				if strings.Contains(name, "-rejets") && strings.Contains(line, "beaucoup") {
					rows[strings.SplitN(line, ";", 2)[0]] = true
				}
			}
		}
	}
	orders := 0
	for name, text := range d.left {
		folder := "done/"
		if strings.HasPrefix(name, "quoi") {
			folder = "rejects/"
		} else {
			orders += inboxRows - inboxRefused
		}
		if at := places[text]; len(at) != 1 || !strings.HasPrefix(at[0], folder) {
			faults = append(faults, fmt.Sprintf("%s lies in %v", name, at))
		} else if folder == "rejects/" && !reasons[at[0]] {
			faults = append(faults, name+" is refused without a reason")
		}
	}
	return append(faults, d.sums(orders, len(rows))...)
}

// sums compares the orders of the store with those of the files.
func (d *dropping) sums(orders, refused int) (faults []string) {
	d.t.Helper()
	s, err := open.Open(context.Background(), open.Options{Dir: d.env["BLANCHE_DATA"], Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ids, people, spend := map[string]bool{}, 0, model.Cents(0)
	err = s.Orders().Each(context.Background(), func(o *model.Order) error { ids[o.ID] = true; return nil })
	if err == nil {
		err = s.Contacts().Scan(context.Background(), 1, func(c *model.Contact) error {
			people, spend = people+int(c.Orders), spend+c.Spend
			return nil
		})
	}
	if err != nil {
		d.t.Fatal(err)
	}
	if len(ids) != orders || people != orders || spend != model.Cents(100*orders) {
		faults = append(faults, fmt.Sprintf("%d orders, %d of people, %d cents: want %d", len(ids), people, spend, orders))
	}
	if files := orders / (inboxRows - inboxRefused); refused != files*inboxRefused {
		faults = append(faults, fmt.Sprintf("%d rows refused of %d files", refused, files))
	}
	return faults
}
