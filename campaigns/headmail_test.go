package campaigns_test

import (
	"context"
	"encoding/hex"
	"io"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

func TestTheEndOfTheAuditGoesToAMailboxThatIsNotBlanches(t *testing.T) {
	var mu sync.Mutex
	var got []string
	inShop(t, nil, func(s *shop) {
		s.opt.Config.AuditMail = "dpo@boutique.example"
		s.opt.Heads = func(context.Context, model.AuditHead) error { return nil }
		s.keep = func(_, to string, data []byte) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, to+"\n"+string(data))
		}
	}, func(s *shop) {
		_, err := s.as(ines).Arrived(s.ctx, "screens")
		s.must(err)
		time.Sleep(25 * time.Hour)
		mu.Lock()
		defer mu.Unlock()
		if len(got) != 1 {
			s.Fatalf("%d messages: %q", len(got), got)
		}
		to, data, _ := strings.Cut(got[0], "\n")
		m, err := mail.ReadMessage(strings.NewReader(data))
		s.must(err)
		lines, err := s.as(owner).AuditLines(s.ctx, campaigns.AuditQuery{})
		s.must(err)
		want := lines[0]
		body := new(strings.Builder)
		_, err = io.Copy(body, m.Body)
		s.must(err)
		if to != "dpo@boutique.example" || m.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(body.String(), hex.EncodeToString(want.Hash[:])) {
			s.Errorf("to %s: %s\n%s", to, m.Header, body)
		}
		for _, r := range data {
			if r > 126 {
				s.Errorf("%q is not ASCII", r)
			}
		}
	})
}
