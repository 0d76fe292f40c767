package campaigns

import (
	"context"

	"blanche/campaigns/compose"
	"blanche/campaigns/deliver"
	"blanche/model"
	"blanche/store"
)

// Preview is the message as a person would get it.
func (s *Service) Preview(ctx context.Context, name, ref string) (Preview, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return Preview{}, err
	}
	who, err := s.reader(ctx, &c, ref)
	if err != nil {
		return Preview{}, err
	}
	m, err := compose.Compile(c.Spec, s.sender())
	if err != nil {
		return Preview{}, err
	}
	p, err := m.Preview(compose.Person{Contact: &who}, compose.Headers{MessageID: s.messageID(&c, who.ID), Date: s.Now()})
	if err != nil {
		return Preview{}, err
	}
	return Preview{To: who.Email, Subject: p.Subject, HTML: compose.PreviewPage(p.HTML), Text: p.Text, EML: p.EML}, nil
}

// reader is who a preview is for: the person named, else the first of the
// audience, else anybody.
func (s *Service) reader(ctx context.Context, c *model.Campaign, ref string) (model.Contact, error) {
	if ref != "" {
		return s.person(ctx, ref)
	}
	if d, err := s.audience(ctx, c); err == nil && len(d.plan.Planned) > 0 {
		return s.store.Contacts().Get(ctx, d.plan.Planned[0].Contact)
	}
	who, err := s.store.Contacts().Get(ctx, 1)
	if err != nil {
		return who, model.Refused("campaign.nobody_to_preview", "name", c.Name).Hint("contact.import_some")
	}
	return who, nil
}

// TestSend sends one copy to an address, outside the ledger: what the first
// person of the audience would read.
func (s *Service) TestSend(ctx context.Context, name, address string) error {
	if !model.ValidEmail(address) {
		return model.Invalid("campaign.bad_address", "address", address)
	}
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	who, err := s.reader(ctx, &c, "")
	if err != nil {
		return err
	}
	if deed, known := store.DeedOf(ctx); known && !deed.Actor.Role.May(model.ReadContacts) {
		who = model.Contact{ID: who.ID, FirstName: "Camille", LastName: "Exemple"} // who may not see people gets nobody's message
	}
	m, err := compose.Compile(c.Spec, s.sender())
	if err != nil {
		return err
	}
	// An identity of its own: a mailbox drops what it has seen already.
	once, err := s.newSalt()
	if err != nil {
		return err
	}
	id := compose.MessageID([]byte(once), model.Domain(envelopeFrom(c.Spec.From)), c.ID, who.ID)
	data, err := m.Build(compose.Person{Contact: &who}, compose.Headers{To: address, MessageID: id, Date: s.Now()})
	if err != nil {
		return err
	}
	cfg, err := s.relay()
	if err != nil {
		return err
	}
	if rehearsed(ctx) {
		_, err := deliver.Check(ctx, cfg)
		return err
	}
	if err := s.disarmed(ctx); err != nil {
		return err
	}
	// Before the message: what has left cannot be taken back.
	if err := s.note(ctx, objectCampaign(name), "domain", model.Domain(address)); err != nil {
		return err
	}
	pool, err := deliver.New(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	r := pool.Send(ctx, model.Envelope{From: envelopeFrom(c.Spec.From), To: address, Data: data}, func() bool { return true })
	if r.Result == model.SendAccepted {
		return nil
	}
	if r.Err != nil {
		return r.Err
	}
	return model.Busy("campaign.test_refused", "address", address, "code", r.Reason(), "text", r.Text)
}
