package cli

import (
	"bytes"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/report"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newROICmd(s *session) *cobra.Command {
	var html *string
	var asCSV, plain *bool
	cmd := s.command("roi", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		st, err := desk.ROI(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		say.Statement(s.p, &st)
		st.Arms, st.Guards, st.Curve = orEmpty(st.Arms), orEmpty(st.Guards), orEmpty(st.Curve)
		if *html != "" {
			if err := s.writeReport(*html, &st, desk.Now()); err != nil {
				return err
			}
		}
		switch {
		case s.global.json:
			return s.json(st)
		case *asCSV:
			return s.writeExcel(desk, toStandardOutput, flatStatement(&st))
		case *html == toStandardOutput:
			return nil
		}
		if *plain {
			return s.sayPlainROI(&st)
		}
		return s.sayROI(&st)
	})
	html = s.textFlag(cmd, "html", "")
	asCSV, plain = s.csvFlag(cmd), s.boolFlag(cmd, "plain")
	cmd.AddCommand(newROICSVCmd(s), newROISRMCmd(s), newROIPowerCmd(s), newROIDrawCmd(s), newROIRFMCmd(s),
		newROIAnytimeCmd(s), newROIAdjustCmd(s), newROIPoolCmd(s), newROICouponsCmd(s))
	return cmd
}

// writeReport writes the page of a statement; "-" is standard output.
func (s *session) writeReport(file string, st *model.Statement, at time.Time) error {
	var page bytes.Buffer
	if err := report.Statement(&page, s.p, st, at); err != nil {
		return err
	}
	return s.writePage(file, page.Bytes())
}

// writePage writes a page where it was asked for, and says so.
func (s *session) writePage(file string, page []byte) error {
	if file == "-" {
		_, err := s.Out.Write(page)
		return err
	}
	if err := s.writeFile(file, page); err != nil {
		return err
	}
	s.note(s.p.T("cli.roi.page", "file", file))
	return nil
}

// sayROI is the statement for a person: arms, difference, money, guards, and
// the sentence last, where the eye rests.
func (s *session) sayROI(st *model.Statement) error {
	p := s.p
	s.say(s.statementTitle(st), "")
	if err := s.armsTable(st).write(s.Out); err != nil {
		return err
	}
	s.say("")
	if err := s.moneyTable(st).write(s.Out); err != nil {
		return err
	}
	for _, g := range st.Guards {
		if g.Level == model.LevelWarn || g.Level == model.LevelStop || g.Guard == model.GuardProvisional {
			s.say("", p.T("cli.roi.guard", "level", p.T("cli.level."+g.Level.String()), "message", g.Message))
		}
	}
	for _, c := range st.Changes {
		s.say("  " + say.Change(p, c))
	}
	if late := say.SinceClose(p, st); late != "" {
		s.say("", late)
	}
	s.say("", say.Verdict(p, st.Verdict), st.Sentence)
	return nil
}

// statementTitle is the campaign, what its figures are worth as a proof, and
// where its window stands.
//
//i18n:keys cli.roi.label.*
func (s *session) statementTitle(st *model.Statement) string {
	p := s.p
	key := "cli.roi.title"
	switch {
	case st.Window.Closed && st.Provisional:
		key = "cli.roi.title_provisional"
	case st.Window.Closed:
		key = "cli.roi.title_closed"
	}
	return p.T(key, "campaign", st.Campaign, "label", p.T("cli.roi.label."+string(st.Label)),
		"start", p.Date(st.Window.Start), "end", p.Date(st.Window.End), "day", st.Day, "days", st.Window.Days)
}

// armsTable sets the two arms side by side, and their difference with its
// range.
//
//i18n:keys cli.arm.*
func (s *session) armsTable(st *model.Statement) *grid {
	p := s.p
	g := &grid{columns: []column{
		left("", "arm"), right(p.T("cli.roi.customers"), "customers"), right(p.T("cli.roi.buyers"), "buyers"), right(p.T("cli.roi.rate"), "rate"),
		right(p.T("cli.roi.revenue"), "revenue_cents"), right(p.T("cli.roi.mean"), "mean"),
	}}
	for _, a := range st.Arms {
		if a.Customers == 0 && a.Arm == model.ArmHoldout {
			continue
		}
		rate, mean := say.Unknown, say.Unknown
		if a.Rate != nil {
			rate = p.Percent(*a.Rate, 2)
		}
		if a.Mean != nil {
			mean = p.Euros(*a.Mean, 2)
		}
		name := string(a.Arm)
		if a.Arm == model.ArmHoldout && st.Method == model.MethodTwins {
			name = "twins"
		}
		g.add(p.T("cli.arm."+name), p.Int(a.Customers), p.Int(a.Buyers), rate, p.MoneyShort(a.Revenue), mean)
	}
	if st.Buyers.Diff == nil && st.Spend.Diff == nil {
		return g
	}
	difference := "cli.roi.difference"
	if st.Method == model.MethodTwins || st.Method == model.MethodBefore {
		difference = "cli.roi.adjusted"
	}
	g.add(p.T(difference), "", "", pointsOf(s, st.Buyers.Diff), "", eurosOf(s, st.Spend.Diff))
	if st.Buyers.CI != nil {
		g.add(p.T("cli.roi.range"), "", "", p.Interval(p.SignedDecimal(st.Buyers.CI.Low()*100, 2), p.SignedDecimal(st.Buyers.CI.High()*100, 2)), "", s.spendRange(st))
	}
	return g
}

func (s *session) spendRange(st *model.Statement) string {
	if st.Spend.CI == nil {
		return say.Unknown
	}
	return s.p.Interval(s.p.SignedDecimal(st.Spend.CI.Low(), 2), s.p.SignedDecimal(st.Spend.CI.High(), 2))
}

func pointsOf(s *session, x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return s.p.Points(*x, 2)
}

func eurosOf(s *session, x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return s.p.SignedEuros(*x, 2)
}

// moneyTable carries the difference into money, each line with its range.
func (s *session) moneyTable(st *model.Statement) *grid {
	p, m := s.p, &st.Money
	g := &grid{columns: []column{left("", ""), right("", ""), left("", "")}}
	money := func(label string, c *model.Cents, r *[2]model.Cents) {
		if c == nil {
			g.add(label, say.Unknown, "")
			return
		}
		between := ""
		if r != nil {
			between = p.Interval(p.SignedMoneyShort(r[0]), p.SignedMoneyShort(r[1]))
		}
		g.add(label, p.MoneyShort(*c), between)
	}
	money(p.T("cli.roi.incremental_revenue"), m.IncrementalRevenue, nil)
	money(p.T("cli.roi.incremental_margin", "margin", p.Percent(m.Margin, 0)), m.IncrementalMargin, m.IncrementalMarginCI)
	money(p.T("cli.roi.cost"), &m.Cost, nil)
	money(p.T("cli.roi.net"), m.Net, m.NetCI)
	if m.ROI != nil {
		between := ""
		if m.ROICI != nil {
			between = p.Interval(p.SignedPercent(m.ROICI.Low(), 0), p.SignedPercent(m.ROICI.High(), 0))
		}
		g.add(p.T("cli.roi.roi"), p.SignedPercent(*m.ROI, 0), between)
	}
	if m.PROIPositive != nil {
		g.add(p.T("cli.roi.chance"), s.chance(*m.PROIPositive), "")
	}
	if m.HoldoutCost != nil {
		money(p.T("cli.roi.holdout_cost"), m.HoldoutCost, m.HoldoutCostCI)
	}
	if n := st.Naive; n != nil && n.TrueShare != nil && n.TrueShareCI != nil && st.Window.Closed {
		g.add(p.T("cli.roi.naive"), p.MoneyShort(n.Target), s.due(*n.TrueShare, p.Interval(p.SignedPercent(n.TrueShareCI.Low(), 0), p.SignedPercent(n.TrueShareCI.High(), 0))))
	}
	return g
}

// due is the share of what attribution credits that is due to the campaign: the
// attribution is never shown without it.
func (s *session) due(share float64, between string) string {
	if share <= 0 {
		return s.p.T("cli.roi.due_none")
	}
	return s.p.T("cli.roi.due", "share", i18n.Raw(s.p.Percent(min(share, 1), 0)), "range", i18n.Raw(between))
}
