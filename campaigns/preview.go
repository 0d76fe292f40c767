package campaigns

import (
	"context"

	"blanche/campaigns/compose"
	"blanche/campaigns/deliver"
	"blanche/model"
	"blanche/store"
)

// Preview is the message as a person would get it: of a test, every wording.
func (s *Service) Preview(ctx context.Context, name, ref string) (Preview, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return Preview{}, err
	}
	who, err := s.reader(ctx, &c, ref)
	if err != nil {
		return Preview{}, err
	}
	all, err := readings(&c, "")
	if err != nil {
		return Preview{}, err
	}
	read := make([]Preview, 0, len(all))
	for i := range all {
		m, err := compose.Compile(all[i].spec, s.sender())
		if err != nil {
			return Preview{}, err
		}
		p, err := m.Preview(compose.Person{Contact: &who}, compose.Headers{MessageID: s.messageID(&c, who.ID), Date: s.Now()})
		if err != nil {
			return Preview{}, err
		}
		read = append(read, Preview{Variant: all[i].variant, To: who.Email, Subject: p.Subject, HTML: compose.PreviewPage(p.HTML), Text: p.Text, EML: p.EML})
	}
	out := read[0]
	if len(read) > 1 {
		out.Variants = read
	}
	return out, nil
}

// readingOf is what one variant of a campaign says; no name without a test.
type readingOf struct {
	variant string
	spec    model.CampaignSpec
}

// readings are those of a campaign: of all the variants of its test, or of the
// one named.
func readings(c *model.Campaign, variant string) ([]readingOf, error) {
	test := c.Spec.AB.Variants
	if len(test) == 0 {
		if variant != "" {
			return nil, model.Refused("campaign.no_test", "name", c.Name)
		}
		return []readingOf{{spec: c.Spec}}, nil
	}
	var out []readingOf
	for i, v := range test {
		if variant == "" || v.Name == variant {
			out = append(out, readingOf{v.Name, compose.SpecOfVariant(c.Spec, model.Cell(i+1))})
		}
	}
	if len(out) == 0 {
		return nil, model.Invalid("campaign.unknown_variant", "variant", variant, "choices", variantNames(&c.Spec))
	}
	return out, nil
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
// person of the audience would read. Of a test it is a copy of each variant,
// named before its subject, or of the one asked for.
func (s *Service) TestSend(ctx context.Context, name, variant, address string) error {
	if !model.ValidEmail(address) {
		return model.Invalid("campaign.bad_address", "address", address)
	}
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	copies, err := s.copies(ctx, &c, variant, address)
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
	for _, data := range copies {
		r := pool.Send(ctx, model.Envelope{From: envelopeFrom(c.Spec.From), To: address, Data: data}, func() bool { return true })
		switch {
		case r.Result == model.SendAccepted:
		case r.Err != nil:
			return r.Err
		default:
			return model.Busy("campaign.test_refused", "address", address, "code", r.Reason(), "text", r.Text)
		}
	}
	return nil
}

// copies are the messages of a test copy, finished.
func (s *Service) copies(ctx context.Context, c *model.Campaign, variant, address string) ([][]byte, error) {
	all, err := readings(c, variant)
	if err != nil {
		return nil, err
	}
	who, err := s.reader(ctx, c, "")
	if err != nil {
		return nil, err
	}
	if deed, known := store.DeedOf(ctx); known && !deed.Actor.Role.May(model.ReadContacts) {
		who = model.Contact{ID: who.ID, FirstName: "Camille", LastName: "Exemple"} // who may not see people gets nobody's message
	}
	var out [][]byte
	for i := range all {
		spec := &all[i].spec
		if len(all) > 1 {
			spec.Subject = "[" + all[i].variant + "] " + spec.Subject
		}
		m, err := compose.Compile(*spec, s.sender())
		if err != nil {
			return nil, err
		}
		once, err := s.newSalt() // an identity of its own: a mailbox drops what it has seen already
		if err != nil {
			return nil, err
		}
		id := compose.MessageID([]byte(once), model.Domain(envelopeFrom(c.Spec.From)), c.ID, who.ID)
		data, err := m.Build(compose.Person{Contact: &who}, compose.Headers{To: address, MessageID: id, Date: s.Now()})
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
