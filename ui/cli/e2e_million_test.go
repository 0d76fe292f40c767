package cli

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// multitude is how many people the measures of the list have.
const multitude = 1_000_000

// million is a shop with a crowd, of which a city of five thousand is to be
// written to; BLANCHE_CROWD names a folder that has one already, copied.
func million(t *testing.T) (*program, *relay.Relay) {
	t.Helper()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	if from := os.Getenv("BLANCHE_CROWD"); from != "" {
		for _, name := range []string{"crm.db", "send.db"} {
			if out, err := exec.Command("cp", filepath.Join(from, name), filepath.Join(p.env["BLANCHE_DATA"], name)).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		p.must("status") // a folder of an older program is upgraded, with a copy of it: once, and not each morning
		return p, r
	}
	p.crowd(multitude)
	p.must("import", "contacts", "crowd.csv", "--basis", "consent", "--source", "form")
	return p, r
}

// crowd writes a file of so many people, everybody of the two hundredth in Évry.
func (p *program) crowd(n int) {
	p.t.Helper()
	f, err := os.Create(filepath.Join(p.dir, "crowd.csv"))
	if err != nil {
		p.t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 11))
	syllables := strings.Fields("ba be bi bo bu da de di do du fa fe fi la le li lo lu ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to va ve vi")
	cities := strings.Fields("Paris Lyon Marseille Nantes Lille Toulouse Nice Rennes Angers Brest Dijon Metz Tours Reims Caen")
	var b strings.Builder
	b.WriteString("email,first_name,last_name,city,postcode,birth,card,points,tags\n")
	for i := range n {
		name := syllables[random.IntN(40)] + syllables[random.IntN(40)] + syllables[random.IntN(40)]
		city := cities[random.IntN(len(cities))]
		if i%200 == 0 {
			city = "Évry"
		}
		fmt.Fprintf(&b, "%s.%d@clients.example,Zoé,%s,%s,%05d,1980-01-%02d,C%d,%d,%s\n", name, i, strings.ToUpper(name[:1])+name[1:], city, 1000+i%90000, 1+i%28, i, i%900, []string{"", "vip", "club"}[i%3])
		if b.Len() > 1<<20 || i == n-1 {
			if _, err := f.WriteString(b.String()); err != nil {
				p.t.Fatal(err)
			}
			b.Reset()
		}
	}
	if err := f.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// How long the screens of a folder with a million people take, beside a campaign
// that is sent: the first frame, and each key of the list.
func TestMeasureAMillionPeople(t *testing.T) {
	onRequest(t)
	p, r := million(t)
	for range 2 { // the second time there are numbers of last time
		for i := range 5 {
			begin := time.Now()
			x := p.openTerminal(120, 36, "--lang", "fr")
			first := x.reach().Sub(begin)
			if i == 0 {
				t.Logf("first frame:\n%s", x.text())
			}
			t.Logf("first frame after %s (%s)", first.Round(time.Millisecond), load())
			x.write("q")
			x.leaves()
		}
		x := p.openTerminal(120, 36, "--lang", "fr")
		x.reach()
		x.write("é")
		begin := time.Now()
		x.see("▸")
		t.Logf("the list after %s:\n%s", time.Since(begin).Round(time.Millisecond), x.text())
		for !strings.Contains(x.text(), "── tri\u00a0: nom") && time.Since(begin) < 30*time.Second {
			time.Sleep(5 * time.Millisecond)
		}
		t.Logf("sorted by name after %s, %d MB:\n%s", time.Since(begin).Round(time.Millisecond), counted(x.cmd.Process.Pid).holds(), x.text())
		x.write("q")
		x.leaves()
	}
	p.write("noel.md", []byte(killCampaign))
	p.must("campaign", "new", "noel.md")
	p.must("campaign", "rate", "noel-15", "40")
	planned := answer[struct {
		Planned int `json:"planned"`
	}](p.shop, "campaign", "check", "noel-15").Planned
	x := p.openTerminal(120, 36, "--lang", "fr")
	x.reach()
	x.write("é")
	x.see("▸")
	p.must("campaign", "start", "noel-15", "--confirm", strconv.Itoa(planned))
	more(t, r, 20)
	x.see("── tri\u00a0: nom")
	x.keys("hold j", "j", 400, 33*time.Millisecond)
	x.keys("hold PgDn", "\x1b[6~", 100, 33*time.Millisecond)
	x.keys("hold PgUp", "\x1b[5~", 100, 33*time.Millisecond)
	x.keys("End / Home", "\x1b[F|\x1b[H", 60, 120*time.Millisecond)
	before := r.Total()
	x.keys("filter, a letter", "-/|m|a|r|t|-\x7f|-\x7f|-\x7f|-\x7f|-\x1b", 240, 200*time.Millisecond)
	t.Logf("%d messages while filtering, %d MB (%s)", r.Total()-before, counted(x.cmd.Process.Pid).holds(), load())
	t.Log(x.text())
	x.write("q")
}

// keys types keys one after the other at a pace, whether or not they were
// answered, and says how long each took to be on the screen; a key after "-" is
// typed and not counted.
func (x *terminal) keys(what, keys string, n int, pace time.Duration) {
	x.t.Helper()
	all := strings.Split(keys, "|")
	var took []time.Duration
	for i := range n {
		key, aside := strings.CutPrefix(all[i%len(all)], "-")
		begin, before := time.Now(), x.came()
		x.write(key)
		for time.Since(begin) < time.Second && x.came() == before {
			time.Sleep(200 * time.Microsecond)
		}
		if !aside {
			took = append(took, time.Since(begin))
		}
		time.Sleep(pace - time.Since(begin)%pace)
	}
	p50, p99 := spread(took)
	x.t.Logf("%-18s p50 %6s p99 %6s of %d (%s), slowest %s", what, p50, p99, len(took), load(), slowest(took, 5))
}

// slowest are the longest of some times, each with its place: whether the slow
// ones are the first, which are cold, or any.
func slowest(took []time.Duration, n int) string {
	at := make([]int, len(took))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(took[b], took[a]) })
	var said []string
	for _, i := range at[:min(n, len(at))] {
		said = append(said, fmt.Sprintf("%.1f ms (#%d)", took[i].Seconds()*1000, i+1))
	}
	return strings.Join(said, ", ")
}
