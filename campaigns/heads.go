package campaigns

import (
	"context"
	"errors"
	"sync"
	"time"

	"blanche/model"
)

// How often the end of the audit goes outside, and how soon again after a
// failure: later each time.
const (
	headsEvery = 24 * time.Hour
	headsFirst = time.Minute
	headsLast  = time.Hour
	headsWait  = 20 * time.Second // for the outside to take one
)

// heads is what of the audit is known outside.
type heads struct {
	mu   sync.Mutex
	sent model.AuditHead
}

// keepHeads sends the end of the audit outside when the process starts and then
// every day. A failure is told once and tried again.
func (s *Service) keepHeads(ctx context.Context) {
	if s.opt.Heads == nil {
		return
	}
	for delay, failing := time.Duration(0), false; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(float64(delay) / max(s.opt.Speed, 1))):
		}
		err := s.sendHead(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && failing:
			s.worker.Note("", model.LevelOK, "audit.heads_back")
		case err != nil && !failing:
			s.worker.Note("", model.LevelWarn, "audit.heads_failed", "why", err)
		}
		switch failing = err != nil; {
		case !failing:
			delay = headsEvery
		case delay == headsEvery || delay == 0:
			delay = headsFirst
		default:
			delay = min(2*delay, headsLast)
		}
	}
}

// sendHead sends the end of the audit outside, unless it is known there.
func (s *Service) sendHead(ctx context.Context) error {
	if s.opt.Heads == nil {
		return nil
	}
	s.heads.mu.Lock()
	defer s.heads.mu.Unlock()
	head, err := s.store.Audit().Head(ctx)
	if err != nil || head.Seq == 0 || head.Seq == s.heads.sent.Seq && head.Hash == s.heads.sent.Hash {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, headsWait)
	defer cancel()
	if err := errors.Join(s.opt.Heads(ctx, head), s.mailHead(ctx, head)); err != nil {
		return err
	}
	s.heads.sent = head
	return nil
}
