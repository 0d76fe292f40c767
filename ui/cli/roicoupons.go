package cli

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newROICouponsCmd(s *session) *cobra.Command {
	var targets, campaign, customer *string
	var asCSV *bool
	cmd := s.command("roi coupons", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		switch {
		case *targets == "":
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--targets"))
		case *targets == "-" && args[0] == "-":
			return s.seeHelp(cmd, model.Invalid("cli.one_of_two", "a", "-", "b", "--targets -"))
		}
		redemptions, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = redemptions.close() }()
		lists, err := s.openInput(cmd.Context(), *targets)
		if err != nil {
			return err
		}
		defer func() { _ = lists.close() }()
		doc, err := campaigns.CheckCoupons(redemptions, lists, campaigns.CouponSpec{Campaign: *campaign, Customer: *customer})
		if err != nil {
			return err
		}
		return s.answer(doc, *asCSV, func() error { return s.sayCoupons(&doc) })
	}))
	targets, campaign, customer = s.textFlag(cmd, "targets", ""), s.textFlag(cmd, "campaign", ""), s.textFlag(cmd, "customer", "")
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) sayCoupons(doc *campaigns.CouponLeak) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.coupons.campaign"), "campaign_id"), right(p.T("cli.coupons.targeted"), "targeted_households"), right(p.T("cli.coupons.redeeming"), "redeeming_households"),
		right(p.T("cli.coupons.rate"), "redemption_rate"), right(p.Percent(0.95, 0), "wilson95"), right(p.T("cli.coupons.redemptions"), "redemptions"), right(p.T("cli.coupons.leaked"), "leaked_redemptions"),
	}}
	for _, c := range doc.Campaigns {
		rate, ci := say.Unknown, say.Unknown
		if c.Rate.Known() {
			rate = p.Percent(float64(c.Rate), 1)
			ci = p.Interval(p.Percent(float64(c.Wilson[0]), 1), p.Percent(float64(c.Wilson[1]), 1))
		}
		g.add(c.Campaign, p.Int(c.Targeted), p.Int(c.Redeeming), rate, ci, p.Int(c.Redemptions), p.Int(c.LeakedRedemptions))
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.N("cli.coupons.total", doc.Redemptions, "leaked", doc.Leaked), p.T("cli.coupons.trace"))
	return nil
}
