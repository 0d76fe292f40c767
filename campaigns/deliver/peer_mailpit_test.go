package deliver_test

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// Mailpit keeps each of five hundred messages once, whatever the way of
// pipelining.
func TestMailpitKeepsEachMessageOnce(t *testing.T) {
	t.Parallel()
	path := os.Getenv("BLANCHE_MAILPIT")
	if path == "" {
		t.Skip("BLANCHE_MAILPIT does not name the program")
	}
	smtp, web := vacant(t), vacant(t)
	cmd := exec.Command(path, "--smtp", smtp, "--listen", web, "--db-file", filepath.Join(t.TempDir(), "mail.db"), "--disable-version-check", "--max", "0")
	if err := cmd.Start(); err != nil {
		t.Skip("Mailpit does not start: ", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	answers(t, web)
	answers(t, smtp)
	host, port, _ := net.SplitHostPort(smtp)
	sent := 0
	for _, mode := range []deliver.Mode{deliver.Auto, deliver.Strict, deliver.Grouped, deliver.Streamed} {
		cfg := deliver.Config{Host: host, Port: port, Security: deliver.None, Connections: 4, Mode: mode}
		for who, r := range sendEach(t, cfg, crowd(string(mode), 125), letterTo) {
			if r.Result != model.SendAccepted {
				t.Errorf("%s: %s: %+v", mode, who, r)
			}
		}
		sent += 125
	}
	var box struct {
		Total    int
		Messages []struct{ To []struct{ Address string } }
	}
	r, err := http.Get("http://" + web + "/api/v1/messages?limit=1000")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close() //nolint:errcheck // read to its end
	if err := json.NewDecoder(r.Body).Decode(&box); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, m := range box.Messages {
		got[m.To[0].Address]++
	}
	if box.Total != sent || len(got) != sent {
		t.Errorf("%d messages for %d people, want %d", box.Total, len(got), sent)
	}
}

// answers waits until somebody listens at an address.
func answers(t *testing.T, address string) {
	t.Helper()
	for range 12_000 {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond) // polling a condition
	}
	t.Fatalf("nobody listens at %s", address)
}
