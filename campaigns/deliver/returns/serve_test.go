package returns_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"blanche/campaigns/deliver/returns"
)

const ours = "retours+abc@boutique.example"

// serving is a server on this machine, and what it took.
func serving(t *testing.T, take func([]byte) error) (address string, taken func() []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all []string
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- returns.Serve(ctx, l, returns.Options{
			Domain: "boutique.example", Now: time.Now, Ours: func(_ context.Context, a string) bool { return a == ours },
			Take: func(_ context.Context, m []byte, to []string) error {
				if err := take(m); err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				all = append(all, strings.Join(to, ","))
				return nil
			},
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), all...)
	}
}

func send(t *testing.T, address, to, message string) (code int) {
	t.Helper()
	c, err := smtp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	err = c.SendMail("", []string{to}, strings.NewReader(message))
	var said *smtp.SMTPError
	if errors.As(err, &said) {
		return said.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return 250
}

func TestOnlyAnAddressOfOursTakesAReportAndOnlyOnceItIsKept(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	address, taken := serving(t, func(m []byte) error {
		if strings.Contains(string(m), "full") {
			return full
		}
		return nil
	})
	for _, c := range []struct {
		name, to, message string
		want              int
	}{
		{"a report", ours, "Subject: x\r\n\r\nhello\r\n", 250},
		{"a token of nobody", "retours+zzz@boutique.example", "Subject: x\r\n\r\n", 550},
		{"another address of the house", "bonjour@boutique.example", "Subject: x\r\n\r\n", 550},
		{"a stranger, to be relayed to", "max@ailleurs.example", "Subject: x\r\n\r\n", 550},
		{"what cannot be kept now", ours, "Subject: full\r\n\r\n", 451},
		{"too large", ours, "Subject: x\r\n\r\n" + strings.Repeat("a line\r\n", 200_000), 552},
	} {
		if got := send(t, address, c.to, c.message); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if got := taken(); len(got) != 1 || got[0] != ours {
		t.Errorf("took %v", got)
	}
}

func TestOneAddressHoldsNeitherAllConnectionsNorAllTheTime(t *testing.T) {
	t.Parallel()
	address, _ := serving(t, func([]byte) error { return nil })
	c, err := smtp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	often := 0
	for range 150 {
		err := c.SendMail("", []string{ours}, strings.NewReader("Subject: x\r\n\r\n"))
		var said *smtp.SMTPError
		if errors.As(err, &said) && said.Code == 451 {
			often++
			_ = c.Reset()
		}
	}
	if often == 0 || often > 60 { // the minute may have ended meanwhile
		t.Errorf("%d of 150 messages in a row were put off", often)
	}
	_ = c.Close()
	var held []*smtp.Client
	refused := 0
	for range 12 {
		c, err := smtp.Dial(address)
		if err != nil {
			refused++
			continue
		}
		if c.Hello("x.example") != nil {
			refused++
		}
		held = append(held, c)
	}
	if refused < 6 {
		t.Errorf("%d of 12 connections at once were refused", refused)
	}
	for _, c := range held {
		_ = c.Close()
	}
}
