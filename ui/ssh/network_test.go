package ssh_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gossh "golang.org/x/crypto/ssh"

	"blanche/model"
	"blanche/ui/ssh"
)

func TestSshRunsACommandWithItsStreamsAndExitCode(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	sessions := make(chan ssh.Session, 1)
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: func(_ context.Context, s *ssh.Session) int {
		in, _ := io.ReadAll(s.In)
		_, _ = fmt.Fprintf(s.Out, "%q %s\n", s.Argv, in)
		_, _ = fmt.Fprint(s.Err, "apart\n")
		sessions <- *s
		return 7
	}})
	cmd := openSSH(t, address, anne, "--", "campaign", "status", "'noël 15'", "--json")
	cmd.Stdin = strings.NewReader("from stdin")
	got := answered(t, cmd)
	want := said{`["campaign" "status" "noël 15" "--json"] from stdin` + "\n", "apart\n", 7}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	s := <-sessions
	if s.Local || s.UID != -1 || s.From != "127.0.0.1" || s.User != "anne" || s.Files != nil || s.PTY {
		t.Errorf("%+v", s)
	}
	if s.Key == nil || s.Key.Fingerprint != anne.fingerprint || s.Key.Authorized != anne.line {
		t.Errorf("the key is %+v", s.Key)
	}
}

func TestSshWithATerminalAndACommandRunsTheCommand(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	got := answered(t, openSSH(t, address, anne, "-tt", "--", "campaign", "list"))
	if got.code != 0 || got.out != `["campaign" "list"] pty=true size={80 24} tty=[true true true]`+"\r\n" {
		t.Errorf("%+v", got)
	}
	got = answered(t, openSSH(t, address, anne, "-tt"))
	if got.code != 0 || !strings.HasPrefix(got.out, "[] pty=true") {
		t.Errorf("without a command: %+v", got)
	}
}

func TestACommandWithATerminalAsksAndHearsCtrlC(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: func(ctx context.Context, s *ssh.Session) int {
		_, _ = fmt.Fprint(s.Out, "how many? ")
		answer := make([]byte, 100)
		n, _ := s.In.Read(answer)
		_, _ = fmt.Fprintf(s.Out, "<%s>\n", strings.TrimSpace(string(answer[:n])))
		<-ctx.Done()
		if !errors.Is(context.Cause(ctx), ssh.ErrInterrupted) {
			return 1
		}
		return 130
	}})
	cmd := openSSH(t, address, anne, "-tt", "--", "campaign", "send")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out := newScreen()
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.sees("how many?")
	_, _ = io.WriteString(in, "13\x7f2\x1b[D84\r")
	out.sees("<1284>")
	_, _ = io.WriteString(in, "\x03")
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(out.String(), "13\b \b284\r\n<1284>\r\n^C\r\n") {
		t.Errorf("%q", out.String())
	}
}

func TestNothingButAProvedKeyOpensTheDoor(t *testing.T) {
	t.Parallel()
	anne, eve := newKey(t, "anne"), newKey(t, "eve")
	address, s := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	for name, c := range map[string]struct {
		key   aKey
		flags []string
		in    bool
	}{
		"an unknown key":                {eve, nil, false},
		"no key at all (none)":          {eve, []string{"-o", "PreferredAuthentications=none", "-o", "PubkeyAuthentication=no"}, false},
		"a password":                    {eve, []string{"-o", "PreferredAuthentications=password"}, false},
		"keyboard-interactive":          {eve, []string{"-o", "PreferredAuthentications=keyboard-interactive"}, false},
		"the control: a key that is in": {anne, nil, true},
	} {
		got := answered(t, openSSH(t, address, c.key, append(c.flags, "--", "x")...))
		if c.in != (got.code == 0) || !c.in && (got.code != 255 || !strings.Contains(got.err, "(publickey)")) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	until(t, "no session", func() bool { return s.Sessions() == 0 })
}

func TestTheIdentityIsTheKeyThatWasProvedNotOneThatWasOffered(t *testing.T) {
	t.Parallel()
	eve, anne := newKey(t, "eve"), newKey(t, "anne")
	keys := make(chan *ssh.Key, 2)
	serve := func(_ context.Context, s *ssh.Session) int { keys <- s.Key; return 0 }
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: serve})
	got := answered(t, openSSH(t, address, eve, "-i", anne.file, "--", "x"))
	if got.code != 0 {
		t.Fatalf("two keys, the second may: %+v", got)
	}
	if k := <-keys; k.Fingerprint != anne.fingerprint {
		t.Errorf("the first key counts: %+v", k)
	}
	// Both may enter; the first is offered only, its private half withheld
	// (CVE-2024-45337).
	address, _ = abroad(t, ssh.Options{Authorize: letIn(anne, eve).may, Serve: serve})
	stolen := aKey{file: filepath.Join(t.TempDir(), "anne.pub")}
	if err := os.WriteFile(stolen.file, []byte(anne.line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got = answered(t, openSSH(t, address, stolen, "-i", eve.file, "-v", "-o", "LogLevel=DEBUG1", "--", "x"))
	if got.code != 0 || !strings.Contains(got.err, "Server accepts key: "+stolen.file) {
		t.Fatalf("%+v", got)
	}
	if k := <-keys; k.Fingerprint != eve.fingerprint {
		t.Errorf("an offered key counts: %+v", k)
	}
}

func TestAKeyThatIsTakenAwayLosesTheNextSession(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	g := letIn(anne)
	address, _ := abroad(t, ssh.Options{Authorize: g.may, Serve: echo})
	c := mustDialAs(t, address, anne)
	if err := mustSession(t, c).Run("x"); err != nil {
		t.Fatalf("the control: %v", err)
	}
	g.forget(anne)
	s := mustSession(t, c)
	var errs strings.Builder
	s.Stderr = &errs
	_ = s.Setenv("LANG", "fr_FR.UTF-8")
	err := s.Run("x")
	var exit *gossh.ExitError
	if !errors.As(err, &exit) || exit.ExitStatus() != 1 || !strings.Contains(errs.String(), "Votre clé n’a pas") {
		t.Errorf("%v %q", err, errs.String())
	}
}

func TestTheDoorDoesNotOpenForNobody(t *testing.T) {
	t.Parallel()
	host := filepath.Join(t.TempDir(), "host")
	for name, opt := range map[string]ssh.Options{
		"no word about keys": {Serve: echo, HostKey: host},
		"no key":             {Serve: echo, HostKey: host, Authorize: letIn().may, Keys: func() int { return 0 }},
		"no host key":        {Serve: echo, Authorize: letIn().may},
	} {
		s := serving(t, opt)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ServeNetwork(l); err == nil {
			t.Errorf("%s: it opened", name)
		}
		if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
			t.Errorf("%s: the port is open", name)
		}
	}
}

func TestTheHostKeyIsMadeOnceAndKeptSecret(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ssh", "host_ed25519")
	first := serving(t, ssh.Options{Serve: echo, HostKey: path})
	for at, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(at); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s is %v (%v)", at, info.Mode(), err)
		}
	}
	if again := serving(t, ssh.Options{Serve: echo, HostKey: path}); again.Fingerprint() != first.Fingerprint() || !strings.HasPrefix(first.Fingerprint(), "SHA256:") {
		t.Errorf("%s, then %s", first.Fingerprint(), again.Fingerprint())
	}
	for what, spoil := range map[string]func(){
		"readable by the group":     func() { _ = os.Chmod(path, 0o640) },
		"in a folder open to write": func() { _ = os.Chmod(path, 0o600); _ = os.Chmod(filepath.Dir(path), 0o770) },
	} {
		spoil()
		var e *model.Error
		if _, err := ssh.New(ssh.Options{Serve: echo, HostKey: path}); !errors.As(err, &e) || e.Key != "door.host_key_open" {
			t.Errorf("a host key %s: %v", what, err)
		}
		_ = os.Chmod(filepath.Dir(path), 0o700)
	}
	_ = os.Chmod(path, 0o600)
	_ = os.WriteFile(path, []byte("spoilt"), 0o600)
	if _, err := ssh.New(ssh.Options{Serve: echo, HostKey: path}); err == nil {
		t.Error("a spoilt host key is replaced in silence")
	}
}

func TestOnlyModernAlgorithmsAreSpoken(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	got := answered(t, openSSH(t, address, anne, "-vvv", "-o", "LogLevel=DEBUG3", "--", "x"))
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	theirs := got.err[strings.Index(got.err, "peer server KEXINIT proposal"):]
	offered := func(what string) []string {
		_, rest, _ := strings.Cut(theirs, what+": ")
		line, _, _ := strings.Cut(rest, "\n")
		return strings.Split(strings.TrimSpace(line), ",")
	}
	for what, want := range map[string][]string{
		"KEX algorithms":      {"mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "kex-strict-s-v00@openssh.com"},
		"host key algorithms": {"ssh-ed25519"},
		"ciphers ctos":        {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr"},
		"MACs ctos":           {"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"},
		"compression ctos":    {"none"},
	} {
		if diff := cmp.Diff(want, offered(what)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	if !strings.Contains(got.err, "strict KEX ordering") {
		t.Error("the key exchange is not strict")
	}
	for _, old := range [][]string{
		{"-o", "KexAlgorithms=diffie-hellman-group14-sha1"},
		{"-o", "Ciphers=aes128-cbc"},
		{"-o", "Ciphers=aes256-ctr", "-o", "MACs=hmac-sha1"},
		{"-o", "HostKeyAlgorithms=rsa-sha2-256"},
	} {
		if got := answered(t, openSSH(t, address, anne, append(old, "--", "x")...)); got.code != 255 {
			t.Errorf("%v: %+v", old, got)
		}
	}
}

func TestTheDoorIsNoTunnelNoShellAndNoFileServer(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	c := mustDialAs(t, address, anne)
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "x11", "forwarded-tcpip", "auth-agent@openssh.com", "tun@openssh.com", "file@blanche"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("a channel %s opens", kind)
		}
	}
	for _, what := range []string{"tcpip-forward", "streamlocal-forward@openssh.com"} {
		if ok, _, _ := c.SendRequest(what, true, nil); ok {
			t.Errorf("%s is granted", what)
		}
	}
	s := mustSession(t, c)
	for _, what := range []string{"subsystem", "auth-agent-req@openssh.com", "x11-req", "terminal@blanche"} {
		if ok, _ := s.SendRequest(what, true, gossh.Marshal(struct{ Name string }{"sftp"})); ok {
			t.Errorf("%s is granted", what)
		}
	}
	out, err := s.Output("sh -c 'id; ls' > /tmp/x | cat `id` $(id)")
	if err != nil || !strings.HasPrefix(string(out), `["sh" "-c" "id; ls" ">" "/tmp/x" "|" "cat" "`+"`id`"+`" "$(id)"]`) {
		t.Errorf("%q %v", out, err)
	}
}

func TestSshForwardsNothing(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	secret, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = secret.Close() }()
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	remote := answered(t, openSSH(t, address, anne, "-o", "ExitOnForwardFailure=yes", "-R", "0:"+secret.Addr().String(), "--", "x"))
	if remote.code != 255 {
		t.Errorf("-R: %+v", remote)
	}
	through := answered(t, openSSH(t, address, anne, "-W", secret.Addr().String()))
	if through.code != 255 || through.out != "" {
		t.Errorf("-W, which -L and -D do for each connection: %+v", through)
	}
	sftp := answered(t, openSSH(t, address, anne, "-s", "--", "sftp"))
	if sftp.code == 0 || sftp.out != "" {
		t.Errorf("sftp: %+v", sftp)
	}
}

func TestTheEnvironmentOfASessionIsReduced(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: func(_ context.Context, s *ssh.Session) int {
		for _, name := range []string{"LC_TIME", "LANG", "COLORTERM", "NO_COLOR", "TERM", "TMUX", "EDITOR", "LD_PRELOAD", "PATH"} {
			v, ok := s.Env(name)
			_, _ = fmt.Fprintf(s.Out, "%s=%s %v\n", name, v, ok)
		}
		return 0
	}})
	got := answered(t, openSSH(t, address, anne, "-tt", "-o", "SetEnv=LC_TIME=fr LANG=fr_FR.UTF-8 COLORTERM=truecolor NO_COLOR=1 TMUX=x EDITOR=vi LD_PRELOAD=/x PATH=/x", "--", "x"))
	want := "LC_TIME=fr true\nLANG=fr_FR.UTF-8 true\nCOLORTERM=truecolor true\nNO_COLOR=1 true\nTERM=xterm-256color true\nTMUX= false\nEDITOR= false\nLD_PRELOAD= false\nPATH= false\n"
	if diff := cmp.Diff(want, strings.ReplaceAll(got.out, "\r", "")); diff != "" {
		t.Error(diff, got.err)
	}
}

func TestABrokenCommandLineIsTold(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	got := answered(t, openSSH(t, address, anne, "--", "campaign", "'noël"))
	if got.code != 2 || !strings.Contains(got.err, "hint: ") || got.out != "" {
		t.Errorf("%+v", got)
	}
}
