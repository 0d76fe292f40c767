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
		"-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=120", "-o", "LogLevel=ERROR",
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
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
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

// A forwarding of ssh leads nowhere, whichever way; the control is a connection
// without ssh.
func TestSSHForwardsNothing(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, newProgram(newShop(t, "")), map[string]model.Role{"anne": model.Admin})
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
	at := target.Addr().(*net.TCPAddr)
	n.knock("-L", ":"+at.String(), []byte("hello"))
	n.knock("-D", "", []byte{5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, byte(at.Port >> 8), byte(at.Port)}) // SOCKS 5
	if reached.Load() > 0 {
		t.Errorf("%d connections went through", reached.Load())
	}
	if c, err := net.Dial("tcp", at.String()); err == nil {
		_ = c.Close()
		until(t, "the control", func() bool { return reached.Load() == 1 })
	}
	if a := n.sshWith(nil, n.to("anne", []string{"-o", "ExitOnForwardFailure=yes", "-R", "0:" + at.String()}, "status")...); a.Code != 255 {
		t.Errorf("-R: %+v", a)
	}
}

// knock connects to the near end of a forwarding, and waits until that is cut.
func (n *network) knock(flag, to string, greeting []byte) {
	n.t.Helper()
	at := vacant(n.t)
	x := beside(n.t, n.client(context.Background(), "ssh", n.to("anne", []string{"-N", flag, at + to})...))
	defer x.kill()
	var c net.Conn
	until(n.t, "the client's end of the forwarding", func() (open bool) {
		var err error
		c, err = net.Dial("tcp", at)
		return err == nil
	})
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(longEnough))
	_, _ = c.Write(greeting)
	_, _ = io.Copy(io.Discard, c)
}

// No file goes over ssh by itself: neither protocol of scp, nor sftp.
func TestSSHCopiesNoFiles(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	n := newNetwork(t, p, map[string]model.Role{"anne": model.Admin})
	copied := filepath.Join(n.home, "copied")
	config := filepath.Join(p.env["BLANCHE_DATA"], "config.toml")
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	defer cancel()
	if _, err := exec.LookPath("scp"); err != nil {
		t.Skip("scp is not on this machine: ", err)
	}
	for _, flags := range [][]string{{"-O"}, {"-s"}} {
		for _, way := range [][]string{{"127.0.0.1:" + config, copied}, {n.key("anne") + ".pub", "127.0.0.1:" + copied}} {
			a := outcome(t, ctx, n.client(ctx, "scp", append(append(append(n.options("anne"), flags...), "-P", n.port), way...)...))
			if _, err := os.Stat(copied); a.Code == 0 || err == nil {
				t.Errorf("scp %v %v: %+v", flags, way, a)
			}
		}
	}
	if _, err := exec.LookPath("sftp"); err != nil {
		t.Skip("sftp is not on this machine: ", err)
	}
	cmd := n.client(ctx, "sftp", append(n.options("anne"), "-P", n.port, "127.0.0.1")...)
	cmd.Stdin = strings.NewReader("ls /\nget " + config + " " + copied + "\n")
	if a := outcome(t, ctx, cmd); a.Code == 0 || strings.Contains(a.Out, "etc") {
		t.Errorf("sftp: %+v", a)
	}
}

// No shell, and of the environment of the client only what describes a terminal
// and a language.
func TestSSHRunsOurCommandsOnly(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, newProgram(newShop(t, "")), map[string]model.Role{"anne": model.Admin})
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	defer cancel()
	env := n.client(ctx, "ssh", n.to("anne", []string{"-A", "-X", "-o", "SetEnv=BLANCHE_DATA=/nowhere BLANCHE_LANG=fr HOME=/nowhere PATH=/nowhere EDITOR=/bin/sh LD_PRELOAD=/nowhere"}, "paths", "--json")...)
	env.Env = append(env.Env, "SSH_AUTH_SOCK=/nowhere/agent", "DISPLAY=:0")
	if a := outcome(t, ctx, env); a.Code != 0 || strings.Contains(a.Out, "nowhere") || !strings.Contains(a.Out, n.env["BLANCHE_DATA"]) {
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

// No file of the machine of the service is named over ssh.
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
}

// A backup goes to the client as a stream, whole.
func TestABackupOverSSHIsWhole(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.people(50)
	n := newNetwork(t, p, map[string]model.Role{"anne": model.Admin})
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
}

// What comes on standard input is imported, and a command with a terminal is a
// command.
func TestImportOverSSH(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, newProgram(newShop(t, "")), map[string]model.Role{"anne": model.Admin})
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
