package cli

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"blanche/campaigns/deliver/relay"
	"blanche/ui/logs/logstest"
)

// A service is asked about people, changes them and sends to them: none of
// them is in its log, nor in one that lies in its folders.
func TestTheLogOfAServiceNamesNobody(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{})
	p := newProgram(s)
	var people strings.Builder
	people.WriteString("email,first_name,city\n")
	for i := range 20 {
		fmt.Fprintf(&people, "canary.%d@client-%d.example,Canary,evry\n", i, i)
	}
	p.write("people.csv", []byte(people.String()))
	x := p.serve("--http", "127.0.0.1:0")
	p.must("import", "contacts", "people.csv", "--basis", "consent", "--source", "canary.source@shop.example")
	p.must("contact", "set", "canary.1@client-1.example", "company=Canary")
	if a := p.ask("contact", "show", "canary.none@shop.example"); a.Code == 0 {
		t.Error("nobody is found")
	}
	p.write("noel.md", []byte(killCampaign))
	p.must("campaign", "new", "noel.md")
	p.must("campaign", "start", "noel-15", "--confirm", "18")
	until(t, "the messages to be kept", func() bool { return len(r.Kept()) == 18 })
	p.ask("doctor", "--json")
	_ = x.sessions()
	x.signal(syscall.SIGTERM)
	x.ends()
	if lines := strings.Count(x.err.String(), "level="); lines < 10 {
		t.Errorf("only %d lines\n%s", lines, x.err.String())
	}
	if strings.Contains(strings.ToLower(x.err.String()), "canary") {
		t.Errorf("somebody is named\n%s", x.err.String())
	}
	logstest.Search(t, p.dir)
}
