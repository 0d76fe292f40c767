package cli

import (
	"errors"
	"io/fs"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newROIPoolCmd(s *session) *cobra.Command {
	var name, effect, stderr *string
	var alpha *float64
	var asCSV *bool
	cmd := s.command("roi pool", []string{"NAME-OR-FILE", "[NAME…]"}, func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			for _, flag := range []string{"name", "effect", "error"} {
				if cmd.Flags().Changed(flag) {
					return s.seeHelp(cmd, model.Invalid("cli.only_with", "flag", "--"+flag, "other", s.p.T("cli.arg.file")))
				}
			}
			return s.poolCampaigns(cmd, args, *alpha, *asCSV)
		}
		return s.atHome(func(cmd *cobra.Command, args []string) error {
			in, err := s.openInput(cmd.Context(), args[0])
			switch {
			case errors.Is(err, fs.ErrNotExist) && model.ValidCampaignName(args[0]):
				return model.Invalid("roi.pool_of_one", "n", 1).Hint("roi.pool_hint")
			case err != nil:
				return err
			}
			defer func() { _ = in.close() }()
			doc, err := campaigns.PoolFile(in, campaigns.PoolSpec{Name: *name, Effect: *effect, Error: *stderr, Alpha: alpha})
			if err != nil {
				return err
			}
			return s.answer(doc, *asCSV, func() error { return s.sayPool(&doc, nil, *alpha) })
		})(cmd, args)
	})
	name, effect, stderr = s.textFlag(cmd, "name", ""), s.textFlag(cmd, "effect", ""), s.textFlag(cmd, "error", "")
	alpha, asCSV = s.floatFlag(cmd, "alpha", 0.05), s.csvFlag(cmd)
	return cmd
}

// poolCampaigns pools campaigns by name.
func (s *session) poolCampaigns(cmd *cobra.Command, names []string, alpha float64, asCSV bool) error {
	if !(alpha > 0 && alpha < 1) {
		return model.Invalid("roi.bad_alpha", "value", alpha).Hint("roi.alpha_hint")
	}
	desk, err := s.use(cmd.Context(), false)
	if err != nil {
		return err
	}
	all, seen := make([]model.Statement, 0, len(names)), map[string]bool{}
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		st, err := desk.ROI(cmd.Context(), name)
		if err != nil {
			return err
		}
		all = append(all, st)
	}
	doc, err := campaigns.PoolStatements(all, alpha)
	for _, out := range doc.LeftOut {
		s.note(s.leftOut(out.Campaign, out.Why))
	}
	if err != nil {
		return err
	}
	return s.answer(doc, asCSV, func() error { return s.sayPool(&doc.Pooled, &doc, alpha) })
}

// leftOut says why a campaign does not enter.
//
//i18n:keys cli.pool.out.*
func (s *session) leftOut(campaign, why string) string {
	return s.p.T("cli.pool.out."+why, "campaign", campaign)
}

// sayPool shows the effects ranked, each beside what may be expected of it
// again, then what they say together; the money of campaigns last.
func (s *session) sayPool(doc *campaigns.Pooled, all *campaigns.PooledCampaigns, alpha float64) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.pool.name"), "name"), right(p.T("cli.pool.diff"), "diff"), right(s.level(alpha), "ci_z"), right(p.T("cli.pool.shrunk"), "shrunk_diff"),
	}}
	if all != nil {
		g.columns = append(g.columns, right(p.T("cli.pool.roi"), "roi"), right(p.T("cli.pool.shrunk_roi"), "shrunk_roi"))
	}
	amount, between := s.signed, s.between
	if all != nil { // campaigns are in euros, a file in its own unit
		amount, between = func(x *float64) string { return eurosOf(s, x) }, s.betweenEuros
	}
	for i, row := range doc.Ranked {
		cells := []string{row.Name, amount(row.Diff.Ptr()), between(row.CI.Ptr()), amount(row.Shrunk.Ptr())}
		if all != nil {
			cells = append(cells, s.percentage(all.Campaigns[i].ROI), s.percentage(all.Campaigns[i].ShrunkROI))
		}
		g.add(cells...)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	mean := "cli.pool.mean"
	if all != nil {
		mean = "cli.pool.mean_euros"
	}
	s.say("", p.T(mean, "mean", i18n.Raw(amount(doc.Random.Ptr())), "range", i18n.Raw(between(doc.RandomCI.Ptr()))))
	if doc.Next.Known() {
		s.say(p.T("cli.pool.next", "range", i18n.Raw(between(doc.Next.Ptr()))))
	}
	alike := "cli.pool.alike"
	if float64(doc.P) < 0.05 {
		alike = "cli.pool.unlike"
	}
	s.say(p.T(alike, "p", i18n.Raw(s.equals(doc.P.Ptr())), "share", i18n.Raw(p.Percent(float64(doc.I2), 0))))
	if all != nil && all.Money.ROI != nil {
		m := &all.Money
		s.say(p.T("cli.pool.money", "net", i18n.Raw(p.SignedMoneyShort(*m.Net)), "low", i18n.Raw(p.SignedMoneyShort(m.NetCI[0])), "high", i18n.Raw(p.SignedMoneyShort(m.NetCI[1])),
			"cost", i18n.Raw(p.MoneyShort(m.Cost)), "roi", i18n.Raw(p.SignedPercent(*m.ROI, 0)), "roi_low", i18n.Raw(p.SignedPercent(m.ROICI.Low(), 0)), "roi_high", i18n.Raw(p.SignedPercent(m.ROICI.High(), 0))))
	}
	return nil
}

// betweenEuros is a range of euros by customer.
func (s *session) betweenEuros(ci *model.Interval) string {
	if ci == nil {
		return say.Unknown
	}
	return s.p.Interval(s.p.SignedEuros(ci.Low(), 2), s.p.SignedEuros(ci.High(), 2))
}

func (s *session) percentage(x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return s.p.SignedPercent(*x, 0)
}

// equals is a p value behind its sign: « = 0,51 ».
func (s *session) equals(p *float64) string {
	if p == nil || *p < 0.0001 {
		return s.small(p)
	}
	return "= " + s.small(p)
}
