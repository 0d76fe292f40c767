package cli

import (
	"blanche/campaigns"

	"github.com/spf13/cobra"
)

func newHoldoutCmd(s *session) *cobra.Command {
	return s.group("holdout", newHoldoutPlanCmd(s), newHoldoutShowCmd(s), newHoldoutVerifyCmd(s))
}

func newHoldoutPlanCmd(s *session) *cobra.Command {
	var margin, fixed, per *float64
	var window *int
	var asCSV *bool
	cmd := s.command("holdout plan", []string{"RULE|NAME"}, func(cmd *cobra.Command, args []string) error {
		set, err := s.config()
		if err != nil {
			return err
		}
		r := campaigns.HoldoutRequest{Rule: args[0], Margin: *margin, WindowDays: *window}
		if r.Fixed, err = s.cents(cmd, "--cost-fixed", *fixed); err != nil {
			return err
		}
		if r.PerMessage, err = s.cents(cmd, "--cost-per-message", *per); err != nil {
			return err
		}
		if r.Margin == 0 {
			r.Margin = set.Config.Margin
		}
		if r.WindowDays == 0 {
			r.WindowDays = set.Config.WindowDays
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		plan, err := desk.PlanHoldout(cmd.Context(), r)
		if err != nil {
			return err
		}
		plan.Rows = orEmpty(plan.Rows)
		return s.showPlan(&plan, *asCSV)
	})
	margin, fixed, per = s.floatFlag(cmd, "margin", 0), s.floatFlag(cmd, "cost-fixed", 0), s.floatFlag(cmd, "cost-per-message", 0)
	window = s.intFlag(cmd, "window-days", 0)
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) showPlan(plan *campaigns.HoldoutPlan, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("cli.plan.share"), "share"), right(p.T("cli.plan.held_out"), "held_out"), right(p.T("cli.plan.buyers"), "expected_buyers"),
		right(p.T("cli.plan.mde_rate"), "mde_rate"), right(p.T("cli.plan.mde_spend"), "mde_spend"), right(p.T("cli.plan.break_even"), "break_even_delta"),
		left(p.T("cli.plan.sufficient"), "sufficient"),
	}}
	for _, r := range plan.Rows {
		g.addBoth(
			[]string{p.Percent(r.Share, 0), p.Int(r.HeldOut), p.Decimal(r.Buyers, 0), p.Points(r.MDERate, 2), p.Euros(r.MDESpend, 2), p.Euros(r.BreakEven, 2), s.yesNo(r.Sufficient)},
			[]string{decimal(r.Share), number(r.HeldOut), decimal(r.Buyers), decimal(r.MDERate), decimal(r.MDESpend), decimal(r.BreakEven), boolean(r.Sufficient)})
	}
	if !s.global.json && !asCSV {
		s.say(p.T("cli.plan.title", "target", plan.Target, "rate", p.Percent(plan.BaseRate, 2), "sd", p.Euros(plan.SD, 2)), "")
	}
	return s.show(plan, asCSV, g)
}

func newHoldoutShowCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("holdout show", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		h, err := desk.Holdout(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		h.Strata, h.Members = orEmpty(h.Strata), orEmpty(h.Members)
		p := s.p
		g := &grid{columns: []column{right(p.T("cli.contact.id"), "id"), left(p.T("cli.contact.email"), "email"), left(p.T("cli.holdout.stratum"), "stratum")}}
		for _, m := range h.Members {
			g.add(m.ID.String(), m.Email, m.Stratum)
		}
		if s.global.json || *asCSV {
			return s.show(h, *asCSV, g)
		}
		return s.sayHoldout(&h)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// sayHoldout is the draw: its sizes by stratum, and where the list is.
func (s *session) sayHoldout(h *campaigns.Holdout) error {
	p := s.p
	s.say(p.T("cli.holdout.title", "campaign", h.Campaign, "held", h.HeldOut, "target", h.Target, "share", p.Percent(h.Share, 1)), p.T("cli.holdout.salt", "salt", h.Salt), "")
	g := &grid{columns: []column{left(p.T("cli.holdout.stratum"), "stratum"), right(p.T("cli.holdout.size"), "size"), right(p.T("cli.plan.held_out"), "held_out")}}
	for _, q := range h.Strata {
		g.add(q.Stratum, p.Int(q.Size), p.Int(q.HeldOut))
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.note(p.T("cli.holdout.list", "campaign", h.Campaign))
	return nil
}

func newHoldoutVerifyCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("holdout verify", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		proof, err := desk.VerifyHoldout(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		good := proof.Replayed && proof.Touched == 0
		err = s.answer(proof, *asCSV, func() error {
			switch {
			case good:
				s.say(s.p.N("cli.holdout.proved", proof.HeldOut, "campaign", proof.Campaign))
			case proof.Touched > 0:
				s.say(s.p.N("cli.holdout.touched", proof.Touched, "campaign", proof.Campaign))
			default:
				s.say(s.p.T("cli.holdout.differs", "campaign", proof.Campaign))
			}
			return nil
		})
		if err == nil && !good {
			return ended(exitFailure)
		}
		return err
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}
