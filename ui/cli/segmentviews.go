package cli

import (
	"slices"
	"strconv"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newSegmentOverlapCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment overlap", []string{"RULE|NAME", "RULE|NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		o, err := desk.SegmentOverlap(cmd.Context(), args[0], args[1])
		if err != nil {
			return err
		}
		return s.answer(o, *asCSV, func() error { return s.sayOverlap(&o) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) sayOverlap(o *campaigns.SegmentOverlap) error {
	p := s.p
	g := &grid{columns: []column{left("", ""), right(p.T("segment.column.matched"), ""), right(p.T("segment.column.sendable"), "")}}
	line := func(label string, n *model.SegmentCount) { g.add(label, p.Int(n.Matched), p.Int(n.Sendable)) }
	line(o.A.Rule, &o.A)
	line(o.B.Rule, &o.B)
	line(p.T("segment.overlap.only", "name", o.A.Rule), &o.OnlyA)
	line(p.T("segment.overlap.both"), &o.Both)
	line(p.T("segment.overlap.only", "name", o.B.Rule), &o.OnlyB)
	return g.write(s.Out)
}

func newSegmentGrowthCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment growth", []string{"RULE|NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		growth, err := desk.SegmentGrowth(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if !*asCSV && !s.global.json {
			s.sayGrowth(&growth)
		}
		return s.show(growth, *asCSV, s.growthGrid(&growth))
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) growthGrid(growth *campaigns.SegmentGrowth) *grid {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.segment.day"), "day"), right(p.T("segment.column.matched"), "matched"), right(p.T("segment.column.sendable"), "sendable"),
	}}
	for _, x := range growth.Points {
		shown, raw := "", ""
		if x.Sendable != nil {
			shown, raw = p.Int(*x.Sendable), strconv.Itoa(*x.Sendable)
		}
		g.addBoth([]string{p.Day(x.Day), p.Int(x.Matched), shown}, []string{x.Day.String(), strconv.Itoa(x.Matched), raw})
	}
	return g
}

// sayGrowth says how the counts are known.
//
//i18n:keys segment.growth.*
func (s *session) sayGrowth(g *campaigns.SegmentGrowth) {
	if len(g.Points) < 2 {
		s.say(s.p.T("segment.growth.young"))
		return
	}
	last := g.Points[len(g.Points)-1]
	s.say(s.p.T("segment.growth."+g.Source, "day", s.p.Day(g.Since), "from", g.Points[0].Matched, "to", last.Matched, "change", s.p.SignedInt(g.Change())))
}

func newSegmentRFMCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment rfm", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		g, err := desk.RFMGrid(cmd.Context())
		switch {
		case err != nil:
			return err
		case s.global.json:
			return s.json(g)
		case *asCSV:
			return s.writeCSV(cellRows(&g))
		}
		return s.sayGrid(&g)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// cellRows are the cells, one a row.
func cellRows(g *campaigns.RFMGrid) *grid {
	out := &grid{columns: []column{
		right("", "r"), right("", "f"), right("", "count"), right("", "customers"), right("", "purchase_days"),
		right("", "revenue_cents"), right("", "average_cents"), left("", "class"),
	}}
	for _, c := range g.Cells {
		out.add(strconv.Itoa(c.R), strconv.Itoa(c.F), strconv.Itoa(c.Count), strconv.Itoa(c.Customers), strconv.Itoa(c.Purchases),
			strconv.FormatInt(int64(c.Revenue), 10), strconv.FormatInt(int64(c.Average), 10), c.Class)
	}
	return out
}

// sayGrid draws the grid: of each cell the customers and what one of them is
// worth; then the classes.
//
//i18n:keys segment.class.*
func (s *session) sayGrid(g *campaigns.RFMGrid) error {
	p := s.p
	if g.Customers == 0 {
		s.say(p.T("segment.rfm.empty"))
		return nil
	}
	table := &grid{columns: []column{left(p.T("segment.rfm.axes"), "")}}
	for f := 1; f <= 5; f++ {
		table.columns = append(table.columns, right(p.T("segment.rfm.f", "n", f), ""))
	}
	for row := range slices.Chunk(g.Cells, 5) {
		numbers, worth, class := []string{p.T("segment.rfm.r", "n", row[0].R)}, []string{""}, []string{""}
		for _, c := range row {
			numbers = append(numbers, p.Int(c.Customers))
			class = append(class, p.T("segment.class."+c.Class))
			if c.Customers == 0 {
				worth = append(worth, "")
				continue
			}
			worth = append(worth, p.T("segment.rfm.average", "amount", p.MoneyShort(c.Average)))
		}
		table.add(numbers...)
		table.add(worth...)
		table.add(class...)
	}
	if err := table.write(s.Out); err != nil {
		return err
	}
	s.say("")
	classes := &grid{columns: []column{left(p.T("segment.rfm.classes"), ""), right(p.T("segment.column.customers"), ""), right(p.T("segment.column.revenue"), "")}}
	for _, c := range g.Classes {
		classes.add(p.T("segment.class."+c.Class), p.Int(c.Customers), p.Money(c.Revenue))
	}
	return classes.write(s.Out)
}

func newSegmentCopyCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("segment copy", []string{"NAME", "NEW"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		seg, err := desk.CopySegment(s.rehearsal(cmd.Context(), *dry), args[0], args[1])
		if err != nil {
			return err
		}
		if s.global.json {
			return s.json(seg)
		}
		s.say(s.p.T("segment.copied", "name", seg.Name))
		s.wouldChange(*dry)
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newSegmentDeleteCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("segment delete", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.DeleteSegment(s.rehearsal(cmd.Context(), *dry), args[0]); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{"name": args[0], "deleted": !*dry})
		}
		s.say(s.p.T("segment.deleted", "name", args[0]))
		s.wouldChange(*dry)
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}
