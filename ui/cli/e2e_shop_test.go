package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	mrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/ui/ssh"
)

// shop is a data folder, the clock of its commands and the relay they send to.
// Its commands run in this process, through the tree that the program runs.
type shop struct {
	t     *testing.T
	dir   string // files lie here, the data below
	env   map[string]string
	begin time.Time
	now   time.Time // what the clock says at begin
	rand  io.Reader
}

// shopConfig is the settings of a shop that may send.
const shopConfig = `timezone = "Europe/Paris"
[sender]
name = "La Boutique"
address = "12 rue des Lilas, 44000 Nantes"
from = "La Boutique <bonjour@boutique.example>"
unsubscribe = "desabo@boutique.example"
`

// newShop opens a shop on a Sunday morning; more is added to its settings.
func newShop(t *testing.T, more string) *shop {
	t.Helper()
	s := &shop{t: t, dir: t.TempDir(), begin: time.Now(), rand: &lockedReader{r: mrand.NewChaCha8([32]byte{7})}}
	s.env = map[string]string{"HOME": s.dir, "BLANCHE_DATA": filepath.Join(s.dir, "data"), "LANG": "C"}
	s.at("2026-11-22T09:00:00+01:00")
	if err := os.Mkdir(s.env["BLANCHE_DATA"], 0o700); err != nil {
		t.Fatal(err)
	}
	s.write("data/config.toml", []byte(shopConfig+more))
	return s
}

// at sets the clock of the commands that follow.
func (s *shop) at(when string) {
	s.t.Helper()
	now, err := time.Parse(time.RFC3339, when)
	if err != nil {
		s.t.Fatal(err)
	}
	s.begin, s.now = time.Now(), now
}

func (s *shop) write(name string, data []byte) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// run runs one command line with --json and wants its exit code. It returns
// what came on standard output.
func (s *shop) run(want int, args ...string) []byte {
	s.t.Helper()
	var out, errs bytes.Buffer
	begin, now := s.begin, s.now
	a := App{
		In: strings.NewReader(""), Out: &out, Err: &errs, Dir: s.dir, Files: ssh.OSFiles(s.dir), Rand: s.rand, Local: time.UTC, Width: 80, Open: openDesk,
		Env: func(name string) (string, bool) { v, ok := s.env[name]; return v, ok },
		Now: func() time.Time { return now.Add(time.Since(begin)) },
	}
	if code := a.Run(context.Background(), append(args, "--json")); code != want {
		s.t.Fatalf("blanche %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, errs.Bytes(), out.Bytes())
	}
	return out.Bytes()
}

// answer is the last JSON document of a command that succeeds.
func answer[T any](s *shop, args ...string) T {
	s.t.Helper()
	docs := answers[T](s.t, s.run(0, args...))
	return docs[len(docs)-1]
}

// answers are all JSON documents of an output; there is one at least.
func answers[T any](t *testing.T, out []byte) (docs []T) {
	t.Helper()
	in := json.NewDecoder(bytes.NewReader(out))
	for {
		var doc T
		err := in.Decode(&doc)
		if err == io.EOF && len(docs) > 0 {
			return docs
		}
		if err != nil {
			t.Fatalf("%v in %.300s", err, out)
		}
		docs = append(docs, doc)
	}
}

// listen starts a relay and points the commands of the shop at it.
func (s *shop) listen(o relay.Options) *relay.Relay {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	r := relay.Start(l, o)
	s.t.Cleanup(r.Close)
	s.env["BLANCHE_RELAY_URL"] = "smtp://" + l.Addr().String() + "?tls=none"
	return r
}

// lockedReader lets several goroutines read one source.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

// imported is what an import says of itself.
type imported struct {
	Encoding, Delimiter, Decimal                           string
	Rows, Created, Updated, Unchanged, Rejected, Unmatched int
}

// sent is where a sending stands.
type sent struct {
	Name, State                                                                                  string
	Matched, Target, HeldOut, Planned, Accepted, Refused, Excluded, Uncertain, Deferred, Waiting int
	Balanced                                                                                     bool
	HeldBy                                                                                       string
}

// UnmarshalJSON reads the field whose name has two words.
func (s *sent) UnmarshalJSON(b []byte) error {
	type plain sent
	x := struct {
		*plain
		Held int    `json:"held_out"`
		By   string `json:"held_by"`
	}{plain: (*plain)(s)}
	err := json.Unmarshal(b, &x)
	s.HeldOut, s.HeldBy = x.Held, x.By
	return err
}

// adds reports whether the law of a campaign holds, from its figures alone.
func (s *sent) adds() bool {
	return s.Balanced && s.Target == s.HeldOut+s.Planned &&
		s.Planned == s.Accepted+s.Refused+s.Excluded+s.Uncertain+s.Deferred+s.Waiting
}
