package cli

import (
	"blanche/campaigns"

	"github.com/spf13/cobra"
)

func newHoldoutCmd(s *session) *cobra.Command {
	return s.group("holdout", newHoldoutPlanCmd(s), newHoldoutShowCmd(s), newHoldoutVerifyCmd(s))
}

func newHoldoutPlanCmd(s *session) *cobra.Command {
	var margin, fixed, per, expected *float64
	var window *int
	var asCSV *bool
	cmd := s.command("holdout plan", []string{"RULE|NAME"}, func(cmd *cobra.Command, args []string) error {
		var err error
		r := campaigns.HoldoutRequest{Rule: args[0], Margin: *margin, WindowDays: *window}
		if r.Fixed, err = s.cents(cmd, "--cost-fixed", *fixed); err != nil {
			return err
		}
		if r.PerMessage, err = s.cents(cmd, "--cost-per-message", *per); err != nil {
			return err
		}
		if cmd.Flags().Changed("expected") {
			r.Expected = expected
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
	expected = s.floatFlag(cmd, "expected", 0)
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
		right(p.T("cli.plan.profit"), "mde_profit_cents"), right(p.T("cli.plan.cost"), "holdout_cost_cents"), right(p.T("cli.plan.group"), "group_campaigns"),
		left(p.T("cli.plan.advice"), "advised"), left("", "sufficient"), left("", "low_power"),
	}}
	for i := range plan.Rows {
		r := &plan.Rows[i]
		cost, rawCost, group, rawGroup := unknown, "", unknown, ""
		if r.HoldoutCost != nil {
			cost, rawCost = p.Money(*r.HoldoutCost), number(int(*r.HoldoutCost))
		}
		if r.Campaigns != nil {
			group, rawGroup = p.Int(*r.Campaigns), number(*r.Campaigns)
		}
		g.addBoth(
			[]string{p.Percent(r.Share, 0), p.Int(r.HeldOut), p.Decimal(r.Buyers, 0), p.Points(r.MDERate, 2), p.Euros(r.MDESpend, 2), p.Euros(r.BreakEven, 2), p.Money(r.MDEProfit), cost, group, s.advice(r), "", ""},
			[]string{decimal(r.Share), number(r.HeldOut), decimal(r.Buyers), decimal(r.MDERate), decimal(r.MDESpend), decimal(r.BreakEven), number(int(r.MDEProfit)), rawCost, rawGroup, boolean(r.Advised), boolean(r.Sufficient), boolean(r.LowPower)})
	}
	if !s.global.json && !asCSV {
		s.say(p.T("cli.plan.title", "target", plan.Target, "rate", p.Percent(plan.BaseRate, 2), "sd", p.Euros(plan.SD, 2)), s.expectation(plan), "")
	}
	if err := s.show(plan, asCSV, g); err != nil || s.global.json || asCSV {
		return err
	}
	s.note(s.recommendation(plan))
	return nil
}

// unknown stands for what cannot be said.
const unknown = "–"

// advice is the word beside a size: the one to take, or why not to.
func (s *session) advice(r *campaigns.HoldoutPlanRow) string {
	switch p := s.p; {
	case r.Advised && r.LowPower:
		return p.T("cli.plan.advised") + ", " + p.T("cli.plan.low_power")
	case r.Advised:
		return p.T("cli.plan.advised")
	case r.LowPower:
		return p.T("cli.plan.low_power")
	case !r.Sufficient:
		return p.T("cli.plan.few")
	}
	return ""
}

// expectation is the effect that the sizes are compared with, and whose word it is.
func (s *session) expectation(plan *campaigns.HoldoutPlan) string {
	p := s.p
	switch {
	case plan.Expected == nil:
		return p.T("cli.plan.expect_nothing")
	case plan.Past > 0:
		return p.N("cli.plan.expect_past", plan.Past, "euros", p.Euros(*plan.Expected, 2))
	}
	return p.T("cli.plan.expect_given", "euros", p.Euros(*plan.Expected, 2))
}

// recommendation is the size to take, and how many campaigns like this one.
func (s *session) recommendation(plan *campaigns.HoldoutPlan) string {
	p, share := s.p, s.p.Percent(plan.Advised, 0)
	switch {
	case plan.Campaigns == nil && plan.Expected != nil:
		return p.T("cli.plan.never", "share", share)
	case plan.Campaigns == nil:
		return p.T("cli.plan.unknown", "share", share)
	case *plan.Campaigns > 1:
		return p.N("cli.plan.group_with", *plan.Campaigns-1, "share", share, "all", *plan.Campaigns)
	}
	return p.T("cli.plan.alone", "share", share)
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
	if u := h.Universal; u != nil && !u.Mailed {
		s.say("", p.N("cli.holdout.universal", u.Taken, "period", u.Period, "share", p.Percent(u.Share, 1)))
	} else if u != nil {
		s.say("", p.T("cli.holdout.mailed", "period", u.Period, "by", u.By))
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
		err = s.answer(proof, *asCSV, func() error {
			s.sayReplay(&proof)
			return nil
		})
		if err == nil && !proof.Good() {
			return ended(exitFailure)
		}
		return err
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// sayReplay is what a replay of both layers found.
func (s *session) sayReplay(proof *campaigns.HoldoutProof) {
	p := s.p
	switch {
	case proof.Replayed && proof.Touched == 0:
		s.say(p.N("cli.holdout.proved", proof.HeldOut, "campaign", proof.Campaign))
	case proof.Touched > 0:
		s.say(p.N("cli.holdout.touched", proof.Touched, "campaign", proof.Campaign))
	default:
		s.say(p.T("cli.holdout.differs", "campaign", proof.Campaign))
	}
	switch u := proof.Universal; {
	case u == nil:
	case u.Mailed:
		s.say(p.T("cli.holdout.mailed", "period", u.Period, "by", u.By))
	case u.Replayed:
		s.say(p.N("cli.holdout.universal_proved", u.Taken, "period", u.Period))
	default:
		s.say(p.T("cli.holdout.universal_differs", "campaign", proof.Campaign, "period", u.Period))
	}
}
