package chromium

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// patience is how long the browser may take for one answer.
const patience = 60 * time.Second

// Browser is one process. Its pages may be used by several goroutines.
type Browser struct {
	in *os.File

	mu      sync.Mutex
	next    int
	waiting map[int]chan message
	pages   map[string]*Page
	gone    chan struct{} // nothing more is said
}

// message is one of the protocol: an answer with its number, or what happened.
type message struct {
	ID      int             `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *problem        `json:"error,omitempty"`
	Session string          `json:"sessionId,omitempty"`
}

type problem struct {
	Message string `json:"message"`
}

// Start starts a browser that ends with the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium: apt-get install chromium")
	}
	asked, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, told, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{asked, told} // 3 and 4, as it wants them
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = asked.Close(), told.Close()
	b := &Browser{in: in, waiting: map[int]chan message{}, pages: map[string]*Page{}, gone: make(chan struct{})}
	go b.listen(out)
	t.Cleanup(func() {
		_, _ = b.ask("", "Browser.close", nil)
		select {
		case <-b.gone:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
		}
		_ = in.Close()
		_ = cmd.Wait()
		<-b.gone
	})
	return b
}

// listen hears the browser until it ends.
func (b *Browser) listen(out *os.File) {
	defer close(b.gone)
	defer func() { _ = out.Close() }()
	in := bufio.NewReader(out)
	for {
		raw, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(raw[:len(raw)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		answer, page := b.waiting[m.ID], b.pages[m.Session]
		delete(b.waiting, m.ID)
		b.mu.Unlock()
		switch {
		case m.ID != 0 && answer != nil:
			answer <- m
		case m.ID == 0 && page != nil:
			page.heard(&m)
		}
	}
}

// ask does one thing, of a page or, without a session, of the browser.
func (b *Browser) ask(session, method string, params any) (json.RawMessage, error) {
	raw, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	if params == nil {
		raw = []byte("{}")
	}
	answer := make(chan message, 1)
	b.mu.Lock()
	b.next++
	m, err := json.Marshal(message{ID: b.next, Method: method, Params: raw, Session: session})
	if err == nil {
		b.waiting[b.next] = answer
		_, err = b.in.Write(append(m, 0))
	}
	b.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return nil, errors.New(method + ": " + m.Error.Message)
		}
		return m.Result, nil
	case <-b.gone:
		return nil, errors.New(method + ": the browser has ended")
	case <-time.After(patience):
		return nil, errors.New(method + ": no answer")
	}
}
