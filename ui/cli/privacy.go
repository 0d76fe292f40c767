package cli

import (
	"cmp"
	"errors"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newPrivacyCmd(s *session) *cobra.Command {
	return s.group("privacy",
		newPrivacyAccessCmd(s), newPrivacyEraseCmd(s), newPrivacyRetentionCmd(s), newPrivacyRegisterCmd(s), newPrivacyRulesCmd(s))
}

func newPrivacyEraseCmd(s *session) *cobra.Command {
	var confirm, reason *string
	var dry *bool
	cmd := s.command("privacy erase", []string{"EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		ctx := s.rehearsal(cmd.Context(), *dry)
		if *reason != "" {
			ctx = campaigns.Because(ctx, *reason)
		}
		r, err := desk.Erase(ctx, args[0], campaigns.EraseRequest{Confirm: *confirm})
		if err != nil && model.KindOf(err) != model.KindPartial {
			return err
		}
		if shown := s.sayErased(&r, *dry); shown != nil {
			return shown
		}
		return err
	})
	confirm, reason, dry = s.textFlag(cmd, "confirm", ""), s.textFlag(cmd, "reason", ""), s.dryFlag(cmd)
	return cmd
}

// sayErased tells what is gone, and what could not go.
func (s *session) sayErased(r *campaigns.EraseReport, dry bool) error {
	if s.global.json {
		return s.json(r)
	}
	p := s.p
	if dry {
		s.say(p.T("privacy.said.would_erase", "id", r.ID, "orders", r.Orders, "messages", r.Messages))
		s.wouldChange(true)
		return nil
	}
	s.say(p.T("privacy.said.erased", "id", r.ID, "orders", r.Orders, "messages", r.Messages))
	if r.Compacted {
		s.say(p.T("privacy.said.bytes_gone"))
	}
	for key, names := range map[string][]string{"privacy.said.cleaned": r.Cleaned, "privacy.said.removed": r.Removed, "privacy.said.left": r.Left} {
		if len(names) > 0 {
			s.say(p.T(key, "files", strings.Join(names, ", ")))
		}
	}
	s.say(p.T("privacy.said.backups", "n", len(r.Backups)))
	return nil
}

func newPrivacyRetentionCmd(s *session) *cobra.Command {
	var preview, asCSV, dry *bool
	var confirm *int
	cmd := s.command("privacy retention", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if *preview || *confirm == campaigns.Unset {
			r, err := desk.Retention(cmd.Context())
			if err != nil {
				return err
			}
			return s.showRetention(&r, *asCSV)
		}
		r, err := desk.RunRetention(s.rehearsal(cmd.Context(), *dry), *confirm)
		var refused *campaigns.ConfirmError
		if errors.As(err, &refused) || err != nil && r.Erased == 0 {
			return err
		}
		if s.global.json {
			return errors.Join(s.json(r), err)
		}
		s.say(s.p.N("privacy.said.retired", r.Erased))
		s.wouldChange(*dry)
		return err
	})
	preview, asCSV, dry = s.boolFlag(cmd, "preview"), s.csvFlag(cmd), s.dryFlag(cmd)
	confirm = s.intFlag(cmd, "confirm", campaigns.Unset)
	return cmd
}

// showRetention lists who is over the limit, and why.
//
//i18n:keys privacy.sign.*
//i18n:keys privacy.status.*
func (s *session) showRetention(r *campaigns.RetentionReport, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("cli.contact.id"), "id"), left(p.T("cli.contact.email"), "email"), left(p.T("privacy.column.status"), "status"),
		left(p.T("privacy.column.last_active"), "last_active"), left(p.T("privacy.column.by"), "by"),
	}}
	for _, l := range r.People {
		g.addBoth([]string{l.ID.String(), l.Email, p.T("privacy.status." + l.Status), p.Date(l.LastActive), p.T("privacy.sign." + l.By)},
			[]string{l.ID.String(), l.Email, l.Status, l.LastActive.Format(rfc3339), l.By})
	}
	if err := s.show(r, asCSV, g); err != nil || s.global.json || asCSV {
		return err
	}
	s.say(p.T("privacy.said.prospects", "n", p.Int(r.Prospects.Over), "months", r.Prospects.Months, "date", p.Date(r.Prospects.Before)))
	s.say(p.T("privacy.said.customers", "n", p.Int(r.Customers.Over), "months", r.Customers.Months, "date", p.Date(r.Customers.Before)))
	s.say(p.T("privacy.said.responses", "months", r.Responses.Months, "n", len(r.Responses.Over)))
	s.note(p.T("privacy.said.opens"))
	return nil
}

func newPrivacyRulesCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("privacy rules", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		rules, err := desk.Rules(cmd.Context())
		if err != nil {
			return err
		}
		p := s.p
		g := &grid{columns: []column{
			left(p.T("rules.column.rule"), "code"), left(p.T("rules.column.value"), "value"), left("", "unit"), left(p.T("rules.column.since"), "since"),
			left(p.T("rules.column.in_force"), "in_force"), left(p.T("rules.column.source"), "source"), left(p.T("rules.column.reviewed"), "reviewed"),
		}}
		for i := range rules {
			r := &rules[i]
			force := ""
			if r.InForce {
				force = p.T("rules.in_force")
			}
			g.addBoth([]string{say.RuleName(p, r.Code), say.RuleValue(p, r.Value, r.Unit), "", p.Day(r.Since), force, cutText(r.Source, 90), p.Day(r.Reviewed)},
				[]string{r.Code, decimal(r.Value), r.Unit, r.Since.String(), boolText(r.InForce), r.Source, r.Reviewed.String()})
		}
		if err := s.show(rules, *asCSV, g); err != nil || s.global.json || *asCSV {
			return err
		}
		s.note(p.T("privacy.help_only"))
		return nil
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func newPrivacyRegisterCmd(s *session) *cobra.Command {
	return s.command("privacy register", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		r, err := desk.Register(cmd.Context())
		if err != nil {
			return err
		}
		if s.global.json {
			return s.json(r)
		}
		s.sayRegister(&r)
		return nil
	})
}

// sayRegister words the draft of the record.
//
//i18n:keys privacy.register.*
func (s *session) sayRegister(r *campaigns.Register) {
	p := s.p
	controller := []string{cmp.Or(r.Shop, p.T("privacy.register.unnamed"))}
	if r.Address != "" {
		controller = append(controller, r.Address)
	}
	s.say(p.T("privacy.register.title"))
	s.sayPage(p.T("privacy.register.controller", "who", strings.Join(controller, ", ")))
	s.say("")
	words := func(kind string, codes []string) string {
		out := make([]string, len(codes))
		for i, c := range codes {
			out[i] = c
			if key := "privacy.register." + kind + "." + c; p.Has(key) {
				out[i] = p.T(key)
			}
		}
		return strings.Join(out, ", ")
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		kept := p.T("privacy.register.no_limit")
		if e.Months > 0 {
			kept = p.N("privacy.register.months", e.Months)
		}
		g := &grid{columns: []column{left("", ""), left("", "")}}
		line := func(text string) { g.add("", text) }
		line(p.T("privacy.register.ground." + e.Purpose))
		line(p.T("privacy.register.people", "n", p.Int(e.People)))
		line(p.T("privacy.register.categories", "list", words("category", e.Categories)))
		if len(e.Free) > 0 {
			line(p.T("privacy.register.free", "list", strings.Join(e.Free, ", ")))
		}
		line(p.T("privacy.register.recipients", "list", words("recipient", e.Recipients)))
		line(p.T("privacy.register.kept", "time", kept))
		if len(e.Security) > 0 {
			line(p.T("privacy.register.security", "list", words("measure", e.Security)))
		}
		s.say(p.T("privacy.register.purpose." + e.Purpose))
		_ = g.wrap(s.page()).write(s.Out)
		s.say("")
	}
	s.say(p.T("privacy.register.draft"), p.T("privacy.help_only"))
}
