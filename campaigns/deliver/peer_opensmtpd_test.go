package deliver_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// openSMTPDScript runs a server that was unpacked and never installed, in mounts
// of its own: its accounts, its helpers and its queue are there alone.
const openSMTPDScript = `set -e
at=$1 conf=$2
mkdir -p "$conf.d"
cp /etc/passwd /etc/group "$conf.d"
for n in 1:d 2:q; do
  echo "opensmtp${n#*:}:x:6100${n%:*}:6100${n%:*}::/var/lib/opensmtpd/empty:/usr/sbin/nologin" >>"$conf.d/passwd"
  echo "opensmtp${n#*:}:x:6100${n%:*}:" >>"$conf.d/group"
done
mount --make-rprivate /
mount --bind "$conf.d/passwd" /etc/passwd
mount --bind "$conf.d/group" /etc/group
for dir in /usr/libexec /var/spool /var/lib /run; do mount -t tmpfs -o mode=755 none $dir; done
mkdir -p /usr/libexec/opensmtpd /var/lib/opensmtpd/empty
mkdir -m 711 /var/spool/smtpd
cp -a "$at/usr/libexec/opensmtpd/." /usr/libexec/opensmtpd/
exec "$at/usr/sbin/smtpd" -d -f "$conf"
`

// OpenSMTPD, which takes no pipelining and hangs up on who tries, gets each
// message command by command, and passes it on once.
func TestOpenSMTPDPassesEachMessageOnOnce(t *testing.T) {
	t.Parallel()
	at := os.Getenv("BLANCHE_OPENSMTPD")
	if at == "" {
		t.Skip("BLANCHE_OPENSMTPD does not name a folder with Debian's package opensmtpd, unpacked")
	}
	if _, err := exec.LookPath("unshare"); err != nil || os.Geteuid() != 0 {
		t.Skip("a server in mounts of its own takes unshare, and root")
	}
	got := &letters{by: map[string][]string{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inbox := relay.Start(l, relay.Options{Keep: got.keep})
	t.Cleanup(inbox.Close)
	cfg, log := startOpenSMTPD(t, at, l.Addr().String())
	people := append(crowd("open", 200), "stranger@elsewhere.example")
	for who, r := range sendEach(t, cfg, people, letterTo) {
		want := model.SendAccepted
		if who == "stranger@elsewhere.example" {
			want = model.SendRefused
		}
		if r.Result != want || r.UserUnknown {
			t.Errorf("%s: %+v", who, r)
		}
	}
	for until := time.Now().Add(2 * time.Minute); inbox.Total() < 200 && time.Now().Before(until); {
		time.Sleep(20 * time.Millisecond) // polling a condition
	}
	for _, who := range crowd("open", 200) {
		_, body, _ := strings.Cut(letterTo(who), "\r\n\r\n")
		if all := got.to(who); len(all) != 1 || !strings.HasSuffix(all[0], "\r\n\r\n"+body) {
			t.Fatalf("%s has %d: %q\n%s", who, len(all), all, log.Bytes())
		}
	}
}

// startOpenSMTPD starts it, to pass everything on to another server.
func startOpenSMTPD(t *testing.T, at, to string) (deliver.Config, *bytes.Buffer) {
	t.Helper()
	dir, err := os.MkdirTemp("", "opensmtpd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	address := vacant(t)
	host, port, _ := net.SplitHostPort(address)
	conf := filepath.Join(dir, "smtpd.conf")
	text := "listen on " + host + " port " + port + "\naction \"on\" relay host smtp://" + to + "\nmatch from any for domain \"clients.example\" action \"on\"\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	cmd := exec.Command("unshare", "-m", "sh", "-c", openSMTPDScript, "sh", at, conf)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() })
	for range 12_000 {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return deliver.Config{Host: host, Port: port, Security: deliver.None, Connections: 6}, log
		}
		time.Sleep(10 * time.Millisecond) // polling a condition
	}
	_ = cmd.Process.Kill()
	t.Skipf("OpenSMTPD does not start here")
	return deliver.Config{}, log
}
