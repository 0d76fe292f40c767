package deliver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/model"

	"github.com/emersion/go-smtp"
)

// archive is a backend of go-smtp's server that keeps what it takes.
type archive struct {
	mu   sync.Mutex
	kept map[string][]byte
	mail map[string]smtp.MailOptions
}

func (a *archive) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{archive: a}, nil }

type visit struct {
	*archive
	to   string
	opts smtp.MailOptions
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }

func (v *visit) Mail(_ string, opts *smtp.MailOptions) error {
	v.opts = *opts
	return nil
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "no") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	v.to = to
	return nil
}

func (v *visit) Data(in io.Reader) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, twice := v.kept[v.to]; twice {
		return errors.New("twice")
	}
	v.kept[v.to], v.mail[v.to] = data, v.opts
	return nil
}

// library is go-smtp's server with all that it offers.
func library(t *testing.T) (*archive, deliver.Config) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{kept: map[string][]byte{}, mail: map[string]smtp.MailOptions{}}
	s := smtp.NewServer(a)
	s.EnableSMTPUTF8, s.MaxMessageBytes = true, 1<<20
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); _ = l.Close(); <-done })
	host, port, _ := net.SplitHostPort(l.Addr().String())
	return a, deliver.Config{Host: host, Port: port, Security: deliver.None}
}

// oddTexts are bodies that a client may spoil.
var oddTexts = []string{
	"plain\r\n", ".\r\n", "..\r\n.\r\n...\r\n", ".hidden\r\nMAIL FROM:<x@y.example>\r\n.\r\nRCPT TO:<z@y.example>\r\n",
	"", "\r\n", "no end", "bare\nline\nends\n.\n", "élodie et zoé\r\n", strings.Repeat("long ", 190) + "\r\n",
	strings.Repeat("a line like any other, and a dot at the end of it.\r\n", 4000), "BDAT 10 LAST\r\n",
}

// asWired is what must arrive: line ends are CR LF, and there is one at the end.
func asWired(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
	if !strings.HasSuffix(s, "\r\n") {
		s += "\r\n"
	}
	return s
}

func TestTextsArriveByteForByteInEveryMode(t *testing.T) {
	t.Parallel()
	for _, mode := range append([]deliver.Mode{deliver.Auto}, modes...) {
		a, cfg := library(t)
		cfg.Mode, cfg.Connections = mode, 3
		p := newPool(t, cfg)
		var all sync.WaitGroup
		for i := range 600 {
			all.Go(func() {
				e := model.Envelope{From: "bonjour@boutique.example", To: fmt.Sprintf("p%d@clients.example", i)}
				e.Data = []byte("Subject: x\r\n\r\n" + oddTexts[i%len(oddTexts)])
				if i%5 == 4 {
					e.To = "no" + e.To
				}
				if i%7 == 0 {
					e.To = "é" + e.To
				}
				r := p.Send(context.Background(), e, nil)
				if want := map[bool]model.SendResult{true: model.SendRefused, false: model.SendAccepted}[strings.HasPrefix(e.To, "no")]; r.Result != want {
					t.Errorf("%s, %s: %+v", mode, e.To, r)
					return
				}
				a.mu.Lock()
				defer a.mu.Unlock()
				got, want := a.kept[e.To], asWired(string(e.Data))
				if r.Result == model.SendAccepted && !bytes.Equal(got, []byte(want)) {
					t.Errorf("%s, text %d: got %.80q, want %.80q", mode, i%len(oddTexts), got, want)
				}
				if o := a.mail[e.To]; r.Result == model.SendAccepted &&
					(o.UTF8 != strings.HasPrefix(e.To, "é") || (o.Body == smtp.Body8BitMIME) != strings.Contains(want, "é") || o.Size != int64(len(want))) {
					t.Errorf("%s, text %d: declared %+v", mode, i%len(oddTexts), o)
				}
			})
		}
		all.Wait()
		if m, why := p.Mode(); m != mode {
			t.Errorf("%s became %s: %s", mode, m, why)
		}
	}
}

func TestMessageLargerThanTheRelayTakesIsRefusedHere(t *testing.T) {
	t.Parallel()
	a, cfg := library(t)
	e := envelope()
	e.Data = bytes.Repeat([]byte("Subject: too large for the relay\r\n"), 40_000)
	if r := newPool(t, cfg).Send(context.Background(), e, nil); r.Result != model.SendRefused || r.Reason() != "552 5.3.4" || len(a.kept) > 0 {
		t.Errorf("%+v", r)
	}
}
