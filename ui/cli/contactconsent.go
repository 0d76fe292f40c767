package cli

import (
	"cmp"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

// newContactConsentCmd lists what a person said, or writes down one thing more.
func newContactConsentCmd(s *session) *cobra.Command {
	var f consentFlags
	var campaign *string
	var asCSV, dry *bool
	cmd := s.command("contact consent", []string{"EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		entry, asked, bad := f.entry()
		if bad != nil {
			return bad // its hint names the choices
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if f.day {
			entry.At = model.DateOf(entry.At, time.UTC).In(desk.Now().Location())
		}
		if !asked {
			r, err := desk.Consents(cmd.Context(), args[0], *campaign)
			if err != nil {
				return err
			}
			return s.showConsents(&r, *asCSV)
		}
		r, err := desk.RecordConsent(s.rehearsal(cmd.Context(), *dry), args[0], entry)
		if err != nil && model.KindOf(err) != model.KindPartial {
			return err
		}
		if *dry {
			s.wouldChange(true)
			return nil
		}
		if shown := s.showConsents(&r, *asCSV); shown != nil {
			return shown
		}
		return err
	})
	f = s.consentFlags(cmd)
	campaign = s.textFlag(cmd, "campaign", "")
	asCSV, dry = s.csvFlag(cmd), s.dryFlag(cmd)
	return cmd
}

// consentFlags say what a person said.
type consentFlags struct {
	grant, refuse, withdraw, inform *string
	basis, channel, source          *string
	wording, ip, at                 *string
	frequency, subjects             *string
	day                             bool // at is a day, of the shop
}

func (s *session) consentFlags(cmd *cobra.Command) consentFlags {
	return consentFlags{
		grant: s.textFlag(cmd, "grant", ""), refuse: s.textFlag(cmd, "refuse", ""), withdraw: s.textFlag(cmd, "withdraw", ""),
		inform: s.textFlag(cmd, "inform", ""), basis: s.textFlag(cmd, "basis", ""), channel: s.textFlag(cmd, "channel", "email"),
		source: s.textFlag(cmd, "source", ""), wording: s.textFlag(cmd, "wording", ""), ip: s.textFlag(cmd, "ip", ""), at: s.textFlag(cmd, "at", ""),
		frequency: s.textFlag(cmd, "frequency", ""), subjects: s.textFlag(cmd, "subjects", ""),
	}
}

// entry is the act that the flags describe; false when they describe none.
func (f *consentFlags) entry() (e campaigns.ConsentEntry, asked bool, bad *model.Error) {
	given := 0
	for choice, purpose := range map[model.Choice]string{
		model.Granted: *f.grant, model.Declined: *f.refuse, model.Withdrawn: *f.withdraw, model.Informed: *f.inform,
	} {
		if purpose == "" {
			continue
		}
		p, ok := model.ParsePurpose(purpose)
		if !ok || p.IsWish() {
			return e, true, model.Invalid("consent.unknown_purpose", "value", purpose)
		}
		e.Purpose, e.Choice = p, choice
		given++
	}
	for purpose, wish := range map[model.Purpose]string{model.HowOften: *f.frequency, model.AboutWhat: *f.subjects} {
		if wish != "" {
			e.Purpose, e.Choice, e.Wish = purpose, model.Chosen, wish
			given++
		}
	}
	if given != 1 {
		if given > 1 {
			return e, true, model.Invalid("consent.one_act")
		}
		return e, false, nil
	}
	ok := true
	if e.Basis, ok = model.ParseBasis(cmp.Or(*f.basis, "none")); !ok {
		return e, true, model.Invalid("cli.bad_basis", "value", *f.basis).Hint("cli.basis_choices")
	}
	if e.Channel, ok = model.ParseChannel(*f.channel); !ok {
		return e, true, model.Invalid("consent.unknown_channel", "value", *f.channel)
	}
	e.Source, e.Wording, e.IP = *f.source, *f.wording, *f.ip
	if *f.at != "" {
		var err error
		if e.At, err = time.Parse(time.RFC3339, *f.at); err != nil {
			if e.At, err = time.Parse(time.DateOnly, *f.at); err != nil {
				e.At, err = time.Parse("02/01/2006", *f.at)
			}
			f.day = true
		}
		if err != nil {
			return e, true, model.Invalid("consent.bad_time", "value", *f.at)
		}
	}
	return e, true, nil
}

// showConsents is what a person said, and what follows.
//
//i18n:keys consent.purpose.*
//i18n:keys consent.channel.*
func (s *session) showConsents(r *campaigns.ConsentReport, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("consent.column.at"), "at"), left(p.T("consent.column.purpose"), "purpose"), left(p.T("consent.column.act"), "act"),
		left(p.T("consent.column.basis"), "basis"), left(p.T("consent.column.channel"), "channel"), left(p.T("consent.column.source"), "source"),
		left(p.T("consent.column.wording"), "wording"), left(p.T("consent.column.operator"), "operator"), left("", "recorded"),
	}}
	for i := range r.Acts {
		l := &r.Acts[i]
		g.addBoth(
			[]string{
				s.actTime(l), p.T("consent.purpose." + l.Purpose.String()), actOf(p, l), say.Basis(p, l.Basis), p.T("consent.channel." + l.Channel.String()),
				cutText(say.Source(p, l.Source), 40), cutText(readOf(l), 40), l.Operator, "",
			},
			[]string{rfcOrEmpty(l.At), l.Purpose.String(), l.Act.String(), l.Basis.String(), l.Channel.String(), l.Source, l.Wording, l.Operator, rfcOrEmpty(l.Recorded)},
		)
	}
	if s.global.json || asCSV {
		return s.show(r, asCSV, g)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say(p.T("consent.said.send", "reason", say.Reason(p, r.SendReason)))
	s.say(p.T("consent.said.track", "reason", say.Track(p, r.TrackReason)))
	if r.Basis == model.BasisCustomer {
		offered := p.T("consent.said.unknown_date")
		if r.RefusalOffered != nil {
			offered = p.Date(*r.RefusalOffered)
		}
		s.say(p.T("consent.said.refusal_offered", "date", offered))
	}
	if r.Suppressed != nil && r.Basis != model.BasisNone {
		s.note(p.T("consent.said.still_opposed"))
	}
	s.note(p.T("privacy.help_only"))
	return nil
}

func rfcOrEmpty(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(rfc3339)
}

func (s *session) actTime(l *campaigns.ConsentLine) string {
	switch {
	case l.Known && l.At != nil:
		return s.p.T("consent.said.known_since", "date", s.p.Date(*l.At))
	case l.Known:
		return s.p.T("consent.said.known")
	case l.At == nil:
		return say.Unknown
	}
	return s.p.DateTime(*l.At)
}

// actOf is what was said: of a wish what was chosen.
func actOf(p *i18n.Printer, l *campaigns.ConsentLine) string {
	if l.Purpose.IsWish() {
		return say.Wish(p, l.Purpose, l.Wording)
	}
	return say.Choice(p, l.Act.String(), l.Reason)
}

// readOf is what the person read.
func readOf(l *campaigns.ConsentLine) string {
	if l.Purpose.IsWish() {
		return ""
	}
	return l.Wording
}
