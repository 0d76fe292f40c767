package campaigns

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"blanche/campaigns/compose"
	"blanche/campaigns/deliver"
	"blanche/campaigns/worker"
	"blanche/model"
)

// sender is who speaks, as the messages want it.
func (s *Service) sender() compose.Sender {
	c := s.cfg.Sender
	return compose.Sender{Name: c.Name, Address: c.Address, From: c.From, UnsubscribeMailto: c.Unsubscribe, Public: s.cfg.Public.URL, Sign: s.cfg.DKIM.signer}
}

// relay is where messages go, as the settings say.
func (s *Service) relay() (deliver.Config, error) {
	if s.cfg.Relay.URL == "" {
		return deliver.Config{}, model.Refused("relay.none").Hint("relay.set_it")
	}
	cfg, err := deliver.ParseURL(s.cfg.Relay.URL)
	if err != nil {
		return cfg, err
	}
	cfg.Password, cfg.Connections, cfg.Dial = s.cfg.Relay.Password, s.cfg.Relay.Connections, s.opt.Dial
	cfg.At = s.opt.At
	if s.cfg.Relay.CAFile != "" {
		if cfg.CA, err = os.ReadFile(s.cfg.Relay.CAFile); err != nil {
			return cfg, model.Failed(err, "relay.no_ca", "file", s.cfg.Relay.CAFile)
		}
	}
	return cfg, nil
}

// newWorker makes the worker of a process that sends.
func (s *Service) newWorker(pacing model.Pacing) *worker.Worker {
	return worker.New(worker.Options{
		Ledger: s.store.Ledger(), Sender: s.wire, Render: s.messages.render, Together: s.messages.together, Now: s.Now,
		Window: s.cfg.Relay.Window, Connections: s.cfg.Relay.Connections, Speed: s.opt.Speed,
		Retry:  worker.Retry{First: s.cfg.Retry.First, Max: s.cfg.Retry.Max, GiveUp: s.cfg.Retry.GiveUp},
		Random: s.random, Publish: s.heard, Suppress: s.suppress, Guard: s.opt.Guard,
		Pacing: pacing, SentToday: s.sentToday, Room: s.opt.Room, At: s.opt.At, Shut: s.watchesDoor(),
	})
}

// random is a number in [0, 1) from the entropy of the service.
func (s *Service) random() float64 {
	var b [8]byte
	s.entropy.Lock()
	defer s.entropy.Unlock()
	if _, err := io.ReadFull(s.opt.Rand, b[:]); err != nil {
		return 0.5
	}
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}

// send hands a launched campaign to the worker, and whom its file says to send
// to again when in doubt.
func (s *Service) send(ctx context.Context, name string) error { return s.handOver(ctx, name, true) }

// handOver gives a launched campaign to the worker: nothing else does.
func (s *Service) handOver(ctx context.Context, name string, doubts bool) error {
	if err := s.disarmed(ctx); err != nil {
		return err
	}
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	return s.worker.Start(ctx, worker.Job{
		ID: c.ID, Name: c.Name, Rate: c.Rate, Version: c.Current().Number, Resend: doubts && c.Spec.Resend, Hours: c.Spec.Hours, Cells: allowed(&c),
		Complaints: c.Complaints, Said: c.Said,
	})
}

// sends reports whether the worker of this process has a campaign in hand.
func (s *Service) sends(id model.CampaignID) bool {
	if s.worker == nil {
		return false
	}
	_, known := s.worker.Progress(id)
	return known
}

// heard notes what happened to a campaign by itself. What the store does not
// take now it is asked to take again.
func (s *Service) heard(n worker.Notice) {
	s.tellNotice(&n)
	s.unheard.note(n, s.hear(&n))
}

// hear notes it in the campaign. It is told a moment later: what a person decided
// meanwhile stands.
func (s *Service) hear(n *worker.Notice) error {
	ctx := impatient(context.Background())
	switch n.Kind {
	case worker.NoticePaused:
		return s.guarded(ctx, n)
	case worker.NoticeFinished:
		return errors.Join(s.finish(ctx, n.Name), s.takeUp(ctx, n))
	case worker.NoticeFirst:
		return s.firstAccepted(ctx, n.Name, n.Event.At)
	case worker.NoticeCells:
		return s.tested(ctx, n.Name)
	}
	return nil
}

// guarded notes that a guard paused a campaign, if it still is.
func (s *Service) guarded(ctx context.Context, n *worker.Notice) error {
	return s.inTurn(ctx, n.Name, func() error {
		why, paused := s.worker.Paused(n.ID)
		if !paused {
			return nil
		}
		return s.step(s.byItself(ctx, actGuard), n.Name, func(c *model.Campaign) error {
			if c.State == model.Running {
				c.State, c.PausedWhy = model.Paused, why
			}
			if said, known := s.worker.Said(n.ID); known {
				c.Said = said
			}
			return nil
		})
	})
}

// firstAccepted notes, once, when the relay took the first message. A process
// that died before it could note it left the hour in the ledger.
func (s *Service) firstAccepted(ctx context.Context, name string, at time.Time) error {
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil || !c.FirstAcceptedAt.IsZero() {
			return err
		}
		if at.IsZero() {
			at = s.Now()
		}
		err = s.store.Ledger().Lines(ctx, c.ID, []model.State{model.StateAccepted}, func(r model.Recipient) error {
			if at.Sub(r.At) > time.Second { // the ledger keeps the second
				at = r.At
			}
			return nil
		})
		if err != nil {
			return err
		}
		if at = at.In(s.cfg.Zone); at.Before(c.StartedAt) {
			at = c.StartedAt
		}
		return s.step(ctx, name, func(c *model.Campaign) error {
			c.FirstAcceptedAt = at
			return nil
		})
	})
}

// finish notes, once, that nobody is left to be written to. Whoever looks when
// that is seen did not do it.
func (s *Service) finish(ctx context.Context, name string) error {
	ctx = s.byItself(ctx, actDone)
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil || c.State != model.Running && c.State != model.Paused {
			return err
		}
		t, err := s.store.Ledger().Tally(ctx, c.ID)
		if err != nil || !t.Finished() {
			return err
		}
		s.messages.drop(c.ID)
		return s.step(ctx, name, func(c *model.Campaign) error {
			c.State, c.PausedWhy, c.FinishedAt = model.Done, "", s.Now()
			if len(c.Spec.AB.Variants) > 0 && c.AB.TestedAt.IsZero() {
				c.AB.TestedAt = c.FinishedAt
			}
			return nil
		})
	})
}

// suppress keeps an address that does not exist from being tried again.
func (s *Service) suppress(ctx context.Context, email, reason string) error {
	err := s.store.Suppressions().Add(ctx, email, model.Suppression{Reason: model.SuppressBounced, At: s.Now(), Source: reason})
	if err == nil {
		s.base.suppressed(ctx, email)
	}
	return err
}

// line is the connection to the relay, made when the first message leaves, so
// that a process without a relay can still do everything else.
type line struct {
	s    *Service
	mu   sync.Mutex
	pool *deliver.Pool
}

// Send hands one message to the relay.
func (l *line) Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt {
	pool, err := l.open()
	if err != nil {
		return model.Receipt{Result: model.SendNotStarted, Stage: model.StageConnect, Err: err}
	}
	return pool.Send(ctx, e, still)
}

// Post hands one message to the relay, and does not wait for its answer.
func (l *line) Post(ctx context.Context, e model.Envelope, to worker.Letter) {
	pool, err := l.open()
	if err != nil {
		to.Answered(&model.Receipt{Result: model.SendNotStarted, Stage: model.StageConnect, Err: err})
		return
	}
	pool.Post(ctx, e, to)
}

func (l *line) open() (*deliver.Pool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pool != nil {
		return l.pool, nil
	}
	cfg, err := l.s.relay()
	if err != nil {
		return nil, err
	}
	l.pool, err = deliver.New(cfg)
	return l.pool, err
}

func (l *line) close() {
	l.mu.Lock()
	pool := l.pool
	l.pool = nil
	l.mu.Unlock()
	if pool != nil { // it still answers, and whoever hears that may come here
		_ = pool.Close()
	}
}

// Beat is when the loops that send last proved that they are alive: what a
// watchdog looks at. The zero time in a process that does not send.
func (s *Service) Beat() time.Time {
	if s.worker == nil {
		return time.Time{}
	}
	return s.worker.Beat()
}
