package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// network is a service with a door of the network, and people with keys.
type network struct {
	*program
	service    *process
	port, home string // home holds the keys and what the client knows
}

// newNetwork opens the door for people of these names and roles.
func newNetwork(t *testing.T, p *program, team map[string]model.Role) *network {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("the ssh of OpenSSH is not on this machine")
	}
	n := &network{program: p, home: t.TempDir()}
	for name, role := range team {
		p.must("user", "add", name, "--role", string(role), "--key", n.key(name)+".pub")
	}
	n.service = p.serve("--ssh", "127.0.0.1:0", "--http", "127.0.0.1:0")
	n.port = regexp.MustCompile(`SSH on 127\.0\.0\.1:(\d+)`).FindStringSubmatch(n.service.err.String())[1]
	return n
}

// key makes the key of somebody, once.
func (n *network) key(name string) string {
	n.t.Helper()
	file := filepath.Join(n.home, name)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file).CombinedOutput(); err != nil {
		n.t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	return file
}

// options are those of every client of OpenSSH here: our keys, our list of
// hosts, no settings of the machine.
func (n *network) options(names ...string) []string {
	o := []string{
		"-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + filepath.Join(n.home, "known"),
	}
	for _, name := range names {
		o = append(o, "-i", n.key(name))
	}
	return o
}

// client is a command of OpenSSH.
func (n *network) client(ctx context.Context, tool string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir = n.dir
	cmd.Env = []string{"HOME=" + n.home, "PATH=" + os.Getenv("PATH"), "LANG=C", "TERM=xterm-256color"}
	return cmd
}

// by runs a command line over ssh, as somebody.
func (n *network) by(name string, args ...string) answered {
	n.t.Helper()
	return n.sshWith(nil, append(append(n.options(name), "-p", n.port, "127.0.0.1"), args...)...)
}

func (n *network) sshWith(in io.Reader, args ...string) answered {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := n.client(ctx, "ssh", args...)
	cmd.Stdin = in
	return outcome(n.t, ctx, cmd)
}

// to is a command line of ssh as somebody, with options.
func (n *network) to(name string, options []string, args ...string) []string {
	return append(append(append(n.options(name), options...), "-p", n.port, "127.0.0.1"), args...)
}

// screens opens the dashboard over ssh.
func (n *network) screens(name string, w, h int) *terminal {
	n.t.Helper()
	return openTerminal(n.t, w, h, n.client(context.Background(), "ssh", n.to(name, []string{"-tt", "-o", "SetEnv=COLORTERM=truecolor"})...))
}

// Everybody does over ssh what the table of rights says, and nothing else; who
// is refused reads who may.
func TestRolesOverSSH(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.people(20)
	team := map[string]model.Role{}
	for _, role := range model.Roles() {
		team["x-"+string(role)] = role
	}
	n := newNetwork(t, p, team)
	commands := []struct {
		action model.Action
		line   string
	}{
		{model.ReadFigures, "status --json"},
		{model.ReadContacts, "contact show p1@clients.example --json"},
		{model.EditContacts, "contact set p1@clients.example city=Nantes --dry-run --json"},
		{model.ExportData, "export contacts --json"},
		{model.Approve, "campaign approve noel-15 --dry-run --json"},
		{model.Launch, "campaign start noel-15 --json"},
		{model.ManageTeam, "user role x-viewer admin --dry-run --json"},
		{model.ReadAudit, "audit tail --limit 1 --json"},
		{model.Maintain, "arm --dry-run --json"},
	}
	var wg sync.WaitGroup
	var cells atomic.Int64
	for _, role := range model.Roles() {
		wg.Go(func() {
			for _, c := range commands {
				a := n.by("x-"+string(role), c.line)
				forbidden := a.Code == exitRefused && strings.Contains(a.Err, `"code":"team.forbidden"`)
				if forbidden == role.May(c.action) {
					t.Errorf("%s, %s: %+v", role, c.line, a)
				}
				cells.Add(1)
			}
		})
	}
	wg.Wait()
	t.Logf("%d cells", cells.Load())
	if a := n.by("x-viewer", "campaign start noel-15 --confirm 18"); a.Code != exitRefused || !strings.Contains(a.Err, "manager") || !strings.Contains(a.Err, "hint: ") {
		t.Errorf("the viewer is not told who may: %+v", a)
	}
	if st := p.status("noel-15"); st.State != "draft" {
		t.Errorf("%+v", st)
	}
}

// Who is who: the key that was proved, and no other.
func TestIdentityOverSSH(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, newProgram(newShop(t, "")), map[string]model.Role{"anne": model.Manager, "bob": model.Viewer})
	stranger := n.by("nobody", "status")
	if stranger.Code != 255 || !strings.Contains(stranger.Err, "Permission denied (publickey)") {
		t.Errorf("an unknown key: %+v", stranger)
	}
	// The first key is offered and unknown, the second one is bob's: though the
	// name of the login says anne.
	a := n.sshWith(nil, append(n.options("nobody", "bob"), "-p", n.port, "-l", "anne", "127.0.0.1", "audit", "tail")...)
	if a.Code != exitRefused || !strings.Contains(a.Err, "viewer") {
		t.Errorf("two keys: %+v", a)
	}
	// bob's key is offered without its private half, anne's is proved: it is anne.
	pub, err := os.ReadFile(n.key("bob") + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(n.home, "half.pub")
	if err := os.WriteFile(half, pub, 0o600); err != nil {
		t.Fatal(err)
	}
	a = n.sshWith(nil, append(append(n.options(), "-i", half, "-i", n.key("anne")), "-p", n.port, "127.0.0.1", "audit", "tail", "--json", "--limit", "3")...)
	if a.Code != 0 {
		t.Errorf("a key without its private half, then anne's: %+v", a)
	}
	n.by("bob", "status")
	type line struct{ Who, Role, From, Act string }
	var came []line
	for _, l := range answers[[]line](t, []byte(n.must("audit", "tail", "--limit", "0", "--json")))[0] {
		if strings.HasPrefix(l.Act, "session.") {
			came = append(came, l)
		}
	}
	if len(came) < 3 {
		t.Fatalf("the audit does not know who came: %+v", came)
	}
	for _, l := range came {
		if l.From != "127.0.0.1" || l.Who != "anne" && l.Who != "bob" {
			t.Errorf("%+v", l)
		}
	}
}

// What ssh can do beside running our commands does nothing.
func TestSSHDoesNothingButOurCommands(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	n := newNetwork(t, p, map[string]model.Role{"anne": model.Admin})
	target, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = target.Close() }()
	var reached atomic.Int64
	go func() {
		for {
			c, err := target.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			_ = c.Close()
		}
	}()
	knock := func(flag string, greet []byte) {
		t.Helper()
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		at := free.Addr().String()
		_ = free.Close()
		forward := at
		if flag == "-L" {
			forward += ":" + target.Addr().String()
		}
		x := beside(t, n.client(context.Background(), "ssh", n.to("anne", []string{"-N", flag, forward})...))
		var c net.Conn
		until(t, "the client's end of the forwarding", func() bool {
			c, err = net.Dial("tcp", at)
			return err == nil
		})
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		_, _ = c.Write(greet)
		_, _ = io.Copy(io.Discard, c)
		x.kill()
	}
	knock("-L", []byte("hello"))
	_, port, _ := net.SplitHostPort(target.Addr().String())
	var number int
	_, _ = fmt.Sscan(port, &number)
	knock("-D", []byte{5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, byte(number >> 8), byte(number)})
	if reached.Load() > 0 {
		t.Errorf("%d connections went through", reached.Load())
	}
	if c, err := net.Dial("tcp", target.Addr().String()); err == nil { // the control
		_ = c.Close()
		until(t, "the control", func() bool { return reached.Load() == 1 })
	}
	if a := n.sshWith(nil, n.to("anne", []string{"-o", "ExitOnForwardFailure=yes", "-R", "0:" + target.Addr().String()}, "status")...); a.Code != 255 {
		t.Errorf("-R: %+v", a)
	}
	copied := filepath.Join(n.home, "copied")
	config := filepath.Join(p.env["BLANCHE_DATA"], "config.toml")
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for _, flags := range [][]string{{"-O"}, {"-s"}} {
		if _, err := exec.LookPath("scp"); err != nil {
			t.Log("no scp here")
			break
		}
		for _, way := range [][]string{{"127.0.0.1:" + config, copied}, {n.key("anne") + ".pub", "127.0.0.1:" + copied}} {
			a := outcome(t, ctx, n.client(ctx, "scp", append(append(append(n.options("anne"), flags...), "-P", n.port), way...)...))
			if _, err := os.Stat(copied); a.Code == 0 || err == nil {
				t.Errorf("scp %v %v: %+v", flags, way, a)
			}
		}
	}
	if _, err := exec.LookPath("sftp"); err == nil {
		cmd := n.client(ctx, "sftp", append(n.options("anne"), "-P", n.port, "127.0.0.1")...)
		cmd.Stdin = strings.NewReader("ls /\nget " + config + " " + copied + "\n")
		if a := outcome(t, ctx, cmd); a.Code == 0 || strings.Contains(a.Out, "etc") {
			t.Errorf("sftp: %+v", a)
		}
	}
	env := n.client(ctx, "ssh", n.to("anne", []string{"-A", "-X", "-o", "SetEnv=BLANCHE_DATA=/nowhere BLANCHE_LANG=fr HOME=/nowhere PATH=/nowhere EDITOR=/bin/sh LD_PRELOAD=/nowhere"}, "paths", "--json")...)
	env.Env = append(env.Env, "SSH_AUTH_SOCK=/nowhere/agent", "DISPLAY=:0")
	if a := outcome(t, ctx, env); a.Code != 0 || strings.Contains(a.Out, "nowhere") {
		t.Errorf("the environment of the client: %+v", a)
	}
	if a := n.sshWith(nil, n.to("anne", []string{"-o", "SetEnv=LC_ALL=fr_FR.UTF-8"}, "campain")...); !strings.Contains(a.Err, "ne connaît pas") { // the control
		t.Errorf("LC_ALL is not heard: %+v", a)
	}
	for _, shell := range []string{"/bin/sh -c id", "sh", "$(id)", "`id`", "status; id", "status && id", "campaign list | sh"} {
		if a := n.by("anne", shell); a.Code != exitUsage || strings.Contains(a.Out+a.Err, "uid=") {
			t.Errorf("%s: %+v", shell, a)
		}
	}
}

// Files over ssh are streams of the client, and nothing of the machine of the
// service.
func TestFilesOverSSHAreStreams(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.people(50)
	n := newNetwork(t, p, map[string]model.Role{"anne": model.Admin})
	refused := func(line string) {
		t.Helper()
		if a := n.by("anne", line); a.Code != exitRefused || !strings.Contains(a.Err, "hint: ") {
			t.Errorf("%s: %+v", line, a)
		}
	}
	refused("status --data /tmp")
	refused("import contacts /etc/passwd --basis none")
	refused("campaign new /etc/passwd")
	refused("backup /tmp/b.blb")
	refused("backup " + p.dir)
	refused("roi noel-15 --html /tmp/x.html")
	refused("user add x --role viewer --key /etc/passwd")
	refused("restore /tmp/b.blb")
	refused("serve")
	refused("audit verify --heads /etc/passwd")

	file := filepath.Join(n.home, "copy.blb")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	cmd := n.client(t.Context(), "ssh", n.to("anne", nil, "backup", "-")...)
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	_ = out.Close()
	p.must("verify", file)
	b, err := os.ReadFile(file) // the control: a copy with one byte changed
	if err != nil || len(b) < 1000 {
		t.Fatal(err, len(b))
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if a := p.ask("verify", file); a.Code == 0 {
		t.Errorf("control: a damaged backup is whole: %+v", a)
	}

	var rows bytes.Buffer
	rows.WriteString("email,city\n")
	for i := range 500 {
		_, _ = fmt.Fprintf(&rows, "q%d@clients.example,Évry\n", i)
	}
	if a := n.sshWith(&rows, n.to("anne", nil, "import", "contacts", "-", "--basis", "consent", "--source", "salon", "--json")...); a.Code != 0 || !strings.Contains(a.Out, `"created":500`) {
		t.Errorf("import: %+v", a)
	}
	if a := n.sshWith(strings.NewReader(strings.Replace(killCampaign, "noel-15", "par-ssh", 1)), n.to("anne", nil, "campaign", "new", "-")...); a.Code != 0 {
		t.Errorf("campaign: %+v", a)
	}
	// With a terminal a command is a command.
	if a := n.sshWith(nil, n.to("anne", []string{"-tt"}, "campaign", "status", "par-ssh")...); a.Code != 0 || !strings.Contains(a.Out, "par-ssh") || strings.Contains(a.Out, "\x1b[?1049h") {
		t.Errorf("-tt: %+v", a)
	}
	if a := n.by("anne"); a.Code != exitUsage { // the screens need a terminal
		t.Errorf("the screens without a terminal: %+v", a)
	}
}

// A role that is taken away is gone in the sessions that are open.
func TestARightTakenAwayIsGoneInAnOpenSession(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	p.people(3000)
	p.must("campaign", "rate", "noel-15", "60")
	n := newNetwork(t, p, map[string]model.Role{"bob": model.Manager})
	p.launch(3000)
	x := n.screens("bob", 160, 40)
	x.see("Contacts")
	x.insist("4", "p pause")
	x.write("p") // the control: a manager may
	until(t, "the pause", func() bool { return p.status("noel-15").State == "paused" })
	p.must("campaign", "resume", "noel-15")
	x.see("p pause")
	p.must("user", "role", "bob", "viewer")
	x.insist("p", "viewer")
	if st := p.status("noel-15"); st.State != "running" {
		t.Errorf("who may not, paused: %+v", st)
	}
	p.must("user", "remove", "bob")
	x.see("does not open this door") // the session is over, and says why
	if st := p.status("noel-15"); st.State != "running" {
		t.Errorf("who was removed, paused: %+v", st)
	}
	if a := n.by("bob", "status"); a.Code != 255 {
		t.Errorf("who was removed comes in: %+v", a)
	}
	more(t, r, 5)
}

// Two screens, one by the socket and one by ssh, show the same numbers, and what
// the other one changes, within a second.
func TestTwoScreensShowTheSameWithinASecond(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	p.people(3000)
	p.must("campaign", "rate", "noel-15", "40")
	n := newNetwork(t, p, map[string]model.Role{"bob": model.Manager})
	p.launch(3000)
	here, there := p.openTerminal(160, 40, "--lang", "en"), n.screens("bob", 160, 40)
	for _, x := range []*terminal{here, there} {
		x.insist("4", "p pause")
	}
	accepted := func(x *terminal) string {
		return regexp.MustCompile(`[\d,]+ accepted`).FindString(x.text())
	}
	var worst time.Duration
	for range 5 {
		old := accepted(here)
		until(t, "a new number", func() bool { return accepted(here) != old })
		want := leading(accepted(here))
		begin := time.Now()
		until(t, "the other screen", func() bool { return leading(accepted(there)) >= want })
		worst = max(worst, time.Since(begin))
	}
	t.Logf("the numbers of the other screen are at most %s later", worst.Round(time.Millisecond))
	p.must("campaign", "pause", "noel-15")
	until(t, "the same last number", func() bool { return accepted(here) == accepted(there) })

	for _, x := range []*terminal{here, there} {
		x.insist("2", "p10@clients")
	}
	for name, change := range map[string]func(...string){
		"Aaron": func(args ...string) { p.must(args...) },
		"Abel":  func(args ...string) { n.by("bob", strings.Join(args, " ")) },
	} {
		change("contact", "set", "p10@clients.example", "first_name="+name)
		changed := time.Now()
		here.see(name)
		there.see(name)
		worst = max(worst, time.Since(changed))
		t.Logf("a change of a contact is on both screens %s after it was answered", time.Since(changed).Round(time.Millisecond))
	}
	if worst > time.Second {
		t.Errorf("%s later, want a second at most", worst)
	}
}

// leading is the number that a text begins with.
func leading(text string) (n int) {
	_, _ = fmt.Sscan(strings.ReplaceAll(strings.Fields(text + " 0")[0], ",", ""), &n)
	return n
}

// Four eyes: who wrote a large campaign does not approve it, and nobody launches
// it before somebody did.
func TestFourEyesOverSSH(t *testing.T) {
	t.Parallel()
	s := newShop(t, "[approval]\nabove = 100\n")
	r := s.listen(relay.Options{})
	p := newProgram(s)
	p.mkcontacts("people.csv", 200)
	p.must("import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	n := newNetwork(t, p, map[string]model.Role{"ada": model.Admin, "maud": model.Manager, "paul": model.Approver})
	write := func(name, by string) {
		t.Helper()
		if a := n.sshWith(strings.NewReader(strings.Replace(killCampaign, "noel-15", name, 1)), n.to(by, nil, "campaign", "new", "-")...); a.Code != 0 {
			t.Fatalf("%+v", a)
		}
	}
	refused := func(code, by, line string) {
		t.Helper()
		if a := n.by(by, line+" --json"); a.Code != exitRefused || !strings.Contains(a.Err, code) {
			t.Errorf("%s: %s: %+v", by, line, a)
		}
	}
	good := func(by, line string) {
		t.Helper()
		if a := n.by(by, line); a.Code != 0 {
			t.Errorf("%s: %s: %+v", by, line, a)
		}
	}
	write("grande", "ada")
	refused("campaign.needs_approval", "maud", "campaign start grande --confirm 180")
	refused("campaign.same_eyes", "ada", "campaign approve grande")
	refused("team.forbidden", "maud", "campaign approve grande")
	refused("team.forbidden", "paul", "campaign start grande --confirm 180")
	good("paul", "campaign approve grande")
	good("maud", "campaign start grande --confirm 180 --wait")
	if got := once(t, r.Kept()); got != 180 {
		t.Errorf("%d people got the message", got)
	}
	// A new text wants new eyes.
	write("autre", "maud")
	good("paul", "campaign approve autre")
	if a := n.sshWith(strings.NewReader(strings.NewReplacer("noel-15", "autre", "Bonjour.", "Bonsoir.").Replace(killCampaign)), n.to("maud", nil, "campaign", "edit", "autre", "-")...); a.Code != 0 {
		t.Errorf("%+v", a)
	}
	refused("campaign.needs_approval", "maud", "campaign start autre --confirm 180")
	audit := n.must("audit", "tail", "--act", "campaign.approve", "--json")
	if strings.Count(audit, `"who":"paul"`) != 2 {
		t.Errorf("the audit: %s", audit)
	}
}
