package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
)

// accessJSON is everything that is held about a person.
type accessJSON struct {
	At       string                   `json:"at"`
	Due      string                   `json:"due"`
	Contact  contactJSON              `json:"contact"`
	Consents *campaigns.ConsentReport `json:"consents"`
	Opposed  *oppositionJSON          `json:"opposition"`
	History  []model.HistoryLine      `json:"history"`
	Segments []string                 `json:"segments"`
	Audit    []auditJSON              `json:"audit"`
}

// oppositionJSON is why an address is not written to.
type oppositionJSON struct {
	Reason model.SuppressReason `json:"reason"`
	At     string               `json:"at"`
	Source string               `json:"source"`
}

func newPrivacyAccessCmd(s *session) *cobra.Command {
	return s.command("privacy access", []string{"EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		f, err := desk.Access(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if !s.global.json {
			return s.sayAccess(&f)
		}
		out := accessJSON{
			At: f.At.Format(rfc3339), Due: f.Due.Format(rfc3339), Contact: asCard(&f.Card), Consents: &f.Consents, History: orEmpty(f.History), Segments: orEmpty(f.Segments), Audit: []auditJSON{},
		}
		if f.Opposed != nil {
			out.Opposed = &oppositionJSON{f.Opposed.Reason, f.Opposed.At.Format(rfc3339), f.Opposed.Source}
		}
		for i := range f.Audit {
			out.Audit = append(out.Audit, toAuditJSON(&f.Audit[i]))
		}
		return s.json(out)
	})
}

// sayAccess is the file to give to the person, as text that can be printed.
func (s *session) sayAccess(f *campaigns.AccessFile) error {
	p := s.p
	s.say(p.T("privacy.access.title"))
	s.sayPage(p.T("privacy.access.due", "date", p.Date(f.Due)))
	s.say("")
	if err := s.heldFields(&f.Card).wrap(s.page()).write(s.Out); err != nil {
		return err
	}
	s.say("", p.N("privacy.access.orders", len(f.Card.OrderList)))
	if err := s.heldOrders(&f.Card).wrap(s.page()).write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("privacy.access.consents"))
	if err := s.heldActs(&f.Consents).wrap(s.page()).write(s.Out); err != nil {
		return err
	}
	s.sayPage(p.T("consent.said.send", "reason", say.Reason(p, f.Consents.SendReason)))
	s.sayPage(p.T("consent.said.track", "reason", say.Track(p, f.Consents.TrackReason)))
	if f.Opposed != nil {
		s.sayPage(p.T("privacy.access.opposed", "reason", say.Reason(p, f.Opposed.Reason.String()), "date", p.Date(f.Opposed.At), "source", f.Opposed.Source))
	}
	s.say("", p.T("privacy.access.history"))
	g := &grid{columns: []column{left("", ""), left("", ""), left("", "")}}
	for _, l := range f.History {
		g.add(say.When(p, l), say.Fact(p, l), joined(l.Campaign, say.Detail(p, l)))
	}
	if err := g.wrap(s.page()).write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("privacy.access.segments", "n", len(f.Segments)))
	s.say(f.Segments...)
	s.say("", p.T("privacy.access.audit"))
	g = &grid{columns: []column{left("", ""), left("", ""), left("", "")}}
	for i := range f.Audit {
		e := &f.Audit[i].Entry
		g.add(p.DateTime(e.At), e.Who, joined(say.Act(p, e.Act), e.From, s.changes(&f.Audit[i])))
	}
	if err := g.wrap(s.page()).write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("privacy.help_only"))
	return nil
}

// joined is what there is of some texts, with a dot between.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), " · ")
}

// heldFields is everything that the record has, free attributes too.
//
//i18n:keys import.field.*
func (s *session) heldFields(card *campaigns.ContactCard) *grid {
	p, c := s.p, &card.Contact
	g := &grid{columns: []column{left("", ""), left("", "")}}
	field := func(label, value string) {
		if value != "" {
			g.add(label, value)
		}
	}
	known := func(name, value string) { field(p.T("import.field."+name), value) }
	known("name", c.DisplayName())
	known("email", c.Email)
	field(p.T("cli.contact.id"), c.ID.String())
	known("company", c.Company)
	known("kind", p.T("contact.kind."+c.Kind.String()))
	known("phone", c.Phone)
	known("postcode", c.Postcode)
	known("city", c.City)
	known("country", c.Country)
	if !c.Birth.IsZero() {
		known("birth", p.Day(c.Birth))
	}
	known("lang", c.Lang)
	known("external_id", c.ExternalID)
	known("card", c.Card)
	if c.Card != "" || c.Points != 0 {
		known("points", p.Int(int(c.Points)))
	}
	known("tier", c.Tier)
	known("tags", strings.Join(c.Tags, ", "))
	known("origin", c.Origin)
	known("basis", joined(say.Basis(p, c.Basis), c.BasisSource))
	known("consent_tracking", p.T("contact.tracking."+c.Tracking.String()))
	for _, a := range c.Attrs {
		field(say.Free(p, a.Name, a.Value))
	}
	return g
}

// heldOrders are all orders: those that do not count are held too.
//
//i18n:keys privacy.order.*
func (s *session) heldOrders(card *campaigns.ContactCard) *grid {
	p := s.p
	g := &grid{columns: []column{left("", ""), right("", ""), left("", ""), left("", "")}}
	for i := range card.OrderList {
		o := &card.OrderList[i]
		g.add(p.Day(o.Day), say.Amount(p, o.Total, o.Currency), o.ID, joined(p.T("privacy.order."+o.Status.String()), o.Channel, strings.ReplaceAll(o.Category, model.CategoryBar, ", "), o.Code))
	}
	return g
}

// heldActs is the ledger of what the person said, each act with its proof.
//
//i18n:keys consent.purpose.*
//i18n:keys consent.channel.*
func (s *session) heldActs(r *campaigns.ConsentReport) *grid {
	p := s.p
	g := &grid{columns: []column{left("", ""), left("", "")}}
	for i := range r.Acts {
		l := &r.Acts[i]
		said := p.T("privacy.access.said", "purpose", p.T("consent.purpose."+l.Purpose.String()), "choice", actOf(p, l))
		basis, read, by := "", "", ""
		if l.Basis != model.BasisNone {
			basis = say.Basis(p, l.Basis)
		}
		if readOf(l) != "" {
			read = p.T("consent.said.read", "wording", l.Wording)
		}
		if l.Operator != "" {
			by = p.T("contact.consents.by", "who", l.Operator)
		}
		g.add(s.actTime(l), joined(said, basis, p.T("consent.channel."+l.Channel.String()), l.Source, l.IP, read, by))
	}
	return g
}
