package cli

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
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

// sayAccess is the file to give to the person, as text.
func (s *session) sayAccess(f *campaigns.AccessFile) error {
	p := s.p
	s.whole = true
	s.say(p.T("privacy.access.title"), p.T("privacy.access.due", "date", p.Date(f.Due)), "")
	if err := s.sayCard(&f.Card); err != nil {
		return err
	}
	if err := s.sayHeld(&f.Card); err != nil {
		return err
	}
	s.say("", p.T("privacy.access.consents"))
	if err := s.showConsents(&f.Consents, false); err != nil {
		return err
	}
	if f.Opposed != nil {
		s.say(p.T("privacy.access.opposed", "reason", say.Reason(p, f.Opposed.Reason.String()), "date", p.Date(f.Opposed.At), "source", f.Opposed.Source))
	}
	s.say("", p.T("privacy.access.history"))
	g := &grid{columns: []column{left(p.T("cli.history.at"), ""), left(p.T("cli.history.kind"), ""), left(p.T("cli.history.campaign"), ""), left(p.T("cli.history.detail"), "")}}
	for _, l := range f.History {
		g.add(p.DateTime(l.At), say.Fact(p, l), l.Campaign, say.Detail(p, l))
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("privacy.access.segments", "n", len(f.Segments)))
	s.say(f.Segments...)
	s.say("", p.T("privacy.access.audit"))
	return s.showAudit(f.Audit, false)
}

// sayHeld is what a card leaves out: the person is told all of it. Orders that
// do not count are held too.
//
//i18n:keys import.field.*
//i18n:keys privacy.order.*
func (s *session) sayHeld(card *campaigns.ContactCard) error {
	p, c := s.p, &card.Contact
	g := &grid{columns: []column{left("", ""), left("", "")}}
	for _, f := range [][2]string{
		{"birth", p.Day(c.Birth)}, {"external_id", c.ExternalID}, {"country", c.Country}, {"lang", c.Lang}, {"points", p.Int(int(c.Points))}, {"tier", c.Tier}, {"origin", c.Origin},
	} {
		if f[1] != "" && (f[0] != "birth" || !c.Birth.IsZero()) {
			g.add(p.T("import.field."+f[0]), f[1])
		}
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.N("privacy.access.orders", len(card.OrderList)))
	g = &grid{columns: []column{left("", ""), left("", ""), right("", ""), left("", ""), left("", ""), left("", "")}}
	for i := range card.OrderList {
		o := &card.OrderList[i]
		g.add(o.ID, p.Day(o.Day), p.Money(o.Total), p.T("privacy.order."+o.Status.String()), o.Channel, o.Code)
	}
	return g.write(s.Out)
}
