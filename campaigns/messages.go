package campaigns

import (
	"context"
	"errors"
	"maps"
	"net/mail"
	"sync"

	"blanche/campaigns/audience"
	"blanche/campaigns/compose"
	"blanche/campaigns/public"
	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// messages keeps the compiled wordings of the campaigns under way.
type messages struct {
	s  *Service
	mu sync.RWMutex
	by map[wording]*written

	people  sync.Pool // of *model.Contact: the memory of who is being written to
	spare   spare
	spacing spacing
	recycle func([]byte) // takes memory back
}

// wording is what a person gets: a version of the file, and in a test the
// variant of a cell.
type wording struct {
	campaign model.CampaignID
	version  uint16
	cell     model.Cell
}

// written is one wording, compiled, with the record it belongs to.
type written struct {
	campaign model.Campaign
	message  *compose.Message
	pictured *compose.Message // with the picture of the wording; nil where opens are not counted
	from     string
	terms    audience.Terms
	key      *public.Key // of the tokens; nil without a public part
	numbers  []uint16    // of its links, in the campaign
}

func newMessages(s *Service) *messages {
	m := &messages{s: s, by: map[wording]*written{}}
	m.people.New = func() any { return new(model.Contact) }
	m.recycle = m.spare.put
	return m
}

// render writes the message of one person, who is looked at once more: what
// was true at the launch may not be any longer.
func (m *messages) render(ctx context.Context, claim model.Claim, version uint16) (worker.Message, error) {
	c := m.people.Get().(*model.Contact)
	defer m.people.Put(c)
	var err error
	*c, err = m.s.store.Contacts().Get(ctx, claim.Contact)
	if errors.Is(err, store.ErrNotFound) {
		return m.nobody(ctx, claim)
	}
	if err != nil {
		return worker.Message{}, err
	}
	return m.write(ctx, c, claim, version)
}

// together does so for several people, who are read in one transaction.
func (m *messages) together(ctx context.Context, claims []model.Claim) worker.Render {
	ids := make([]model.ContactID, len(claims))
	for i := range claims {
		ids[i] = claims[i].Contact
	}
	people, err := m.s.store.Contacts().Many(ctx, ids)
	return func(ctx context.Context, claim model.Claim, version uint16) (worker.Message, error) {
		if err != nil {
			return worker.Message{}, err
		}
		for i := range people {
			if people[i].ID == claim.Contact {
				return m.write(ctx, &people[i], claim, version)
			}
		}
		return m.nobody(ctx, claim)
	}
}

// nobody is the answer about a number without a record: erased, or one person
// with somebody else.
func (m *messages) nobody(ctx context.Context, claim model.Claim) (worker.Message, error) {
	merged, err := m.s.mergedAway(ctx, claim.Campaign, claim.Contact)
	if merged || err != nil {
		return worker.Message{Exclude: model.ExclMerged}, err
	}
	return worker.Message{Exclude: model.ExclUnknown}, nil
}

// write writes the message of one person, as they were just read.
func (m *messages) write(ctx context.Context, c *model.Contact, claim model.Claim, version uint16) (worker.Message, error) {
	w, err := m.get(ctx, wording{claim.Campaign, version, claim.Cell})
	if err != nil {
		return worker.Message{}, err
	}
	who := audience.PersonOf(c, 0)
	if who.Own, err = m.spacing.gotOne(ctx, m.s, c, who.Wish, claim.Campaign); err != nil {
		return worker.Message{}, err
	}
	if reason := audience.MaySend(who, w.terms); reason != "" {
		return worker.Message{Exclude: reason}, nil
	}
	if merged, err := m.s.mergedAway(ctx, claim.Campaign, claim.Contact); merged || err != nil {
		return worker.Message{Exclude: model.ExclMerged}, err
	}
	person, err := m.s.readerOf(w, c, version, claim.Cell)
	if err != nil {
		return worker.Message{}, err
	}
	marks, err := m.s.marks(ctx, claim.Campaign, c.ID)
	if err != nil {
		return worker.Message{}, err
	}
	message := w.message
	if w.pictured != nil && audience.MayBePictured(c.Tracking) {
		message = w.pictured
	}
	data, err := message.AppendTo(m.spare.take(), person, compose.Headers{MessageID: m.s.messageID(&w.campaign, c.ID), Date: w.campaign.StartedAt, Marks: marks})
	if err != nil && model.KindOf(err) == model.KindRefused {
		return worker.Message{Exclude: model.ExclInvalid}, nil
	}
	if err != nil {
		return worker.Message{}, err
	}
	from, err := m.s.returnPath(ctx, w.from, claim.Campaign, c.ID)
	return worker.Message{From: from, To: c.Email, Data: data, Clean: true, Recycle: m.recycle}, err
}

// spare is the memory of messages that have left. The last that came back is
// used again first: the processor still has it at hand.
type spare struct {
	mu   sync.Mutex
	kept [][]byte
	size int // of all of them
}

// keptMemory is how many bytes wait to be used again, at most.
const keptMemory = 16 << 20

// take is memory for a message; nil when there is none.
func (s *spare) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.kept) - 1
	if last < 0 {
		return nil
	}
	b := s.kept[last]
	s.kept[last], s.kept = nil, s.kept[:last]
	s.size -= cap(b)
	return b
}

// put takes the memory of a message back, as far as there is not enough.
func (s *spare) put(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size+cap(b) <= keptMemory {
		s.kept = append(s.kept, b[:0])
		s.size += cap(b)
	}
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

// drop forgets the wordings of a campaign that has ended.
func (m *messages) drop(id model.CampaignID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.by, func(k wording, _ *written) bool { return k.campaign == id })
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
		cell, err := cellOf(&c, key.cell)
		if err != nil {
			return nil, err
		}
		message, err := compose.Compile(compose.SpecOfVariant(spec, cell), m.s.sender())
		if err != nil {
			return nil, err
		}
		w := &written{campaign: c, message: message, from: envelopeFrom(spec.From), terms: audience.Terms{B2BPurpose: spec.B2BPurpose, Topic: spec.Topic}}
		if err := m.s.open(ctx, w); err != nil {
			return nil, err
		}
		if picture := m.s.openPicture(w, key.version); picture != "" {
			sender := m.s.sender()
			sender.Picture = picture
			w.pictured, err = compose.Compile(compose.SpecOfVariant(spec, cell), sender)
		}
		return w, err
	}
	return nil, model.NotFound("campaign.unknown", "name", key.campaign)
}

// cellOf is the cell whose variant somebody gets: their own, and for the rest
// that of the winner. While there is none, nobody of the rest gets anything.
func cellOf(c *model.Campaign, cell model.Cell) (model.Cell, error) {
	if cell != 0 || len(c.Spec.AB.Variants) == 0 {
		return cell, nil
	}
	if c.AB.Winner == 0 {
		return 0, model.Refused("campaign.test_running", "name", c.Name)
	}
	return c.AB.Winner, nil
}

// envelopeFrom is the bare address of a From.
func envelopeFrom(from string) string {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return from
	}
	return a.Address
}

// messageID is the same for a person and a campaign whenever it is asked; the
// messages of another tool have none that we know.
func (s *Service) messageID(c *model.Campaign, who model.ContactID) string {
	if c.External {
		return ""
	}
	domain := c.Domain
	if domain == "" {
		domain = model.Domain(envelopeFrom(c.Spec.From))
	}
	return compose.MessageID([]byte(c.Salt), domain, c.ID, who)
}

// maySend is why a contact may not be written to by an ordinary campaign.
func maySend(c *model.Contact, suppressed model.SuppressReason) string {
	return audience.MaySend(audience.PersonOf(c, suppressed), audience.Terms{})
}
