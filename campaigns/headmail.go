package campaigns

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// mailHead sends the end of the audit to the mailbox of the settings: a message
// of data, without a sentence, which `audit verify --heads` reads back. From a
// disarmed folder nothing leaves, this no more than anything.
func (s *Service) mailHead(ctx context.Context, head model.AuditHead) error {
	if s.cfg.AuditMail == "" || s.cfg.Sender.From == "" || s.disarmed(ctx) != nil {
		return nil
	}
	cfg, err := s.relay()
	if err != nil {
		return err
	}
	pool, err := deliver.New(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	from := envelopeFrom(s.cfg.Sender.From)
	r := pool.Send(ctx, model.Envelope{From: from, To: s.cfg.AuditMail, Data: headMessage(head, from, s.cfg.AuditMail, s.Now())}, func() bool { return true })
	switch {
	case r.Result == model.SendAccepted:
		return nil
	case r.Err != nil:
		return r.Err
	}
	return model.Busy("campaign.test_refused", "address", s.cfg.AuditMail, "code", r.Reason(), "text", r.Text)
}

// headMessage is the message, ASCII in every byte.
func headMessage(head model.AuditHead, from, to string, now time.Time) []byte {
	hash := hex.EncodeToString(head.Hash[:])
	var b bytes.Buffer
	for _, line := range []string{
		"From: blanche <" + from + ">",
		"To: <" + to + ">",
		fmt.Sprintf("Subject: blanche audit %d %s", head.Seq, hash[:16]),
		"Date: " + now.Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <audit.%d.%s@%s>", head.Seq, hash[:16], model.Domain(from)),
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=us-ascii",
		"Auto-Submitted: auto-generated", // RFC 3834: nobody answers it
		"",
		fmt.Sprintf(`{"seq":%d,"hash":"%s","at":"%s"}`, head.Seq, hash, head.At.Format(time.RFC3339)),
	} {
		b.WriteString(line + "\r\n")
	}
	return b.Bytes()
}
