package campaigns

import (
	"context"
	"encoding/binary"
	"io"
	"net/mail"
	"os"
	"sync"

	"blanche/campaigns/audience"
	"blanche/campaigns/compose"
	"blanche/campaigns/deliver"
	"blanche/campaigns/worker"
	"blanche/model"
)

// sender is who speaks, as the messages want it.
func (s *Service) sender() compose.Sender {
	c := s.cfg.Sender
	return compose.Sender{Name: c.Name, Address: c.Address, From: c.From, UnsubscribeMailto: c.Unsubscribe}
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
	if s.cfg.Relay.CAFile != "" {
		if cfg.CA, err = os.ReadFile(s.cfg.Relay.CAFile); err != nil {
			return cfg, model.Failed(err, "relay.no_ca", "file", s.cfg.Relay.CAFile)
		}
	}
	return cfg, nil
}

// newWorker makes the worker of a process that sends.
func (s *Service) newWorker() *worker.Worker {
	return worker.New(worker.Options{
		Ledger: s.store.Ledger(), Sender: s.wire, Render: s.messages.render, Now: s.Now,
		Window: s.cfg.Relay.Window, Connections: s.cfg.Relay.Connections, Speed: s.opt.Speed,
		Retry:  worker.Retry{First: s.cfg.Retry.First, Max: s.cfg.Retry.Max, GiveUp: s.cfg.Retry.GiveUp},
		Random: s.random, Publish: s.heard, Suppress: s.suppress, Guard: s.opt.Guard,
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

// send hands a launched campaign to the worker.
func (s *Service) send(ctx context.Context, name string) error {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	return s.worker.Start(ctx, worker.Job{ID: c.ID, Name: c.Name, Rate: c.Rate, Version: c.Current().Number, Resend: c.Spec.Resend})
}

// heard notes what happened to a campaign by itself.
func (s *Service) heard(n worker.Notice) {
	ctx := context.Background()
	switch n.Kind {
	case worker.NoticePaused:
		_ = s.step(ctx, n.Name, func(c *model.Campaign) error {
			c.State, c.PausedWhy = model.Paused, n.Why
			return nil
		})
	case worker.NoticeFinished:
		_ = s.step(ctx, n.Name, func(c *model.Campaign) error {
			if c.State == model.Running {
				c.State, c.FinishedAt = model.Done, s.Now()
			}
			return nil
		})
	}
}

// suppress keeps an address that does not exist from being tried again.
func (s *Service) suppress(ctx context.Context, email, reason string) error {
	err := s.store.Suppressions().Add(ctx, email, model.Suppression{Reason: model.SuppressBounced, At: s.Now(), Source: reason})
	s.base.stale()
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
	defer l.mu.Unlock()
	if l.pool != nil {
		_ = l.pool.Close()
		l.pool = nil
	}
}

// messages keeps the compiled wordings of the campaigns under way.
type messages struct {
	s  *Service
	mu sync.RWMutex
	by map[wording]*written
}

type wording struct {
	campaign model.CampaignID
	version  uint16
}

// written is one wording, compiled, with the record it belongs to.
type written struct {
	campaign model.Campaign
	message  *compose.Message
	from     string
	terms    audience.Terms
}

func newMessages(s *Service) *messages { return &messages{s: s, by: map[wording]*written{}} }

// render writes the message of one person, who is looked at once more: what
// was true at the launch may not be any longer.
func (m *messages) render(ctx context.Context, id model.CampaignID, who model.ContactID, version uint16) (worker.Message, error) {
	w, err := m.get(ctx, wording{id, version})
	if err != nil {
		return worker.Message{}, err
	}
	people, err := m.s.store.Contacts().Many(ctx, []model.ContactID{who})
	if err != nil {
		return worker.Message{}, err
	}
	if len(people) == 0 {
		return worker.Message{Exclude: model.ExclUnknown}, nil
	}
	c := &people[0]
	if reason := audience.MaySend(audience.PersonOf(c, 0), w.terms); reason != "" {
		return worker.Message{Exclude: reason}, nil
	}
	data, err := w.message.Build(compose.Person{Contact: c}, compose.Headers{MessageID: m.s.messageID(&w.campaign, who), Date: w.campaign.StartedAt})
	if model.KindOf(err) == model.KindRefused {
		return worker.Message{Exclude: model.ExclInvalid}, nil
	}
	return worker.Message{From: w.from, To: c.Email, Data: data}, err
}

// get compiles a wording once.
func (m *messages) get(ctx context.Context, key wording) (*written, error) {
	m.mu.RLock()
	w, ok := m.by[key]
	m.mu.RUnlock()
	if ok {
		return w, nil
	}
	w, err := m.compile(ctx, key)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by[key] = w
	return w, nil
}

func (m *messages) compile(ctx context.Context, key wording) (*written, error) {
	all, err := m.s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ID != key.campaign {
			continue
		}
		spec, err := m.s.wordingSpec(&c, key.version)
		if err != nil {
			return nil, err
		}
		message, err := compose.Compile(spec, m.s.sender())
		if err != nil {
			return nil, err
		}
		return &written{campaign: c, message: message, from: envelopeFrom(spec.From), terms: audience.Terms{B2BPurpose: spec.B2BPurpose}}, nil
	}
	return nil, model.NotFound("campaign.unknown", "name", key.campaign)
}

// wordingSpec is what one version of a campaign says.
func (s *Service) wordingSpec(c *model.Campaign, version uint16) (model.CampaignSpec, error) {
	if version == c.Current().Number || version == 0 {
		return c.Spec, nil
	}
	for _, v := range c.Versions {
		if v.Number == version {
			spec, _, err := s.parse([]byte(v.Source), nil)
			return spec, err
		}
	}
	return c.Spec, model.NotFound("campaign.unknown_version", "name", c.Name, "version", version)
}

// envelopeFrom is the bare address of a From.
func envelopeFrom(from string) string {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return from
	}
	return a.Address
}

// messageID is the same for a person and a campaign whenever it is asked.
func (s *Service) messageID(c *model.Campaign, who model.ContactID) string {
	return compose.MessageID([]byte(c.Salt), model.Domain(envelopeFrom(c.Spec.From)), c.ID, who)
}

// maySend is why a contact may not be written to by an ordinary campaign.
func maySend(c *model.Contact, suppressed model.SuppressReason) string {
	return audience.MaySend(audience.PersonOf(c, suppressed), audience.Terms{})
}
