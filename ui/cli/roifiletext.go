package cli

import (
	"math"

	"blanche/campaigns"
	"blanche/ui/i18n"
)

// sayDocument is the answer about a file for a person: one line for each way to
// compare the arms, then the money, the segments and the sizes. Every figure of
// every estimator is in --json and --csv.
func (s *session) sayDocument(doc campaigns.FileDocument, asked *campaigns.FileSpec) error {
	p := s.p
	if err := s.sayFindings(doc, asked); err != nil {
		return err
	}
	s.sayWhichToKeep(doc)
	if v, ok := doc.Get("two_part").(campaigns.FileSplit); ok && v.MoreBuyers.Known() && v.BiggerSpend.Known() {
		s.say("", p.T("cli.roifile.split", "more", i18n.Raw(s.signed(v.MoreBuyers.Ptr())), "bigger", i18n.Raw(s.signed(v.BiggerSpend.Ptr()))))
	}
	if v, ok := doc.Get("winsor_welch").(campaigns.FileWinsor); ok && v.Cap.Known() {
		s.say(p.T("cli.roifile.cap", "share", i18n.Raw(p.Percent(*asked.Winsor, 1)), "cap", i18n.Raw(p.Decimal(float64(v.Cap), 2))))
	}
	if v, ok := doc.Get("cuped_min_var").(campaigns.FileCuped); ok && v.Gain.Known() {
		s.say(p.T("cli.roifile.gain", "column", asked.Covariates[0], "gain", i18n.Raw(p.Percent(float64(v.Gain), 2))))
	}
	if v, ok := doc.Get("roi").(campaigns.FileROI); ok {
		bias, _ := doc.Get("attribution_bias").(campaigns.FileBias)
		if err := s.sayFileROI(&v, bias, asked); err != nil {
			return err
		}
	}
	if v, ok := doc.Get("heterogeneity").(campaigns.FileSegments); ok {
		if err := s.saySegments(&v, asked); err != nil {
			return err
		}
	}
	if v, ok := doc.Get("srm").(campaigns.RatioCheck); ok {
		s.saySizes(&v, asked)
	}
	return nil
}

// saySizes says whether the arms have the sizes of the design. Without
// --weights the design is unknown: arms of one size are as they should, others
// are neither right nor wrong.
func (s *session) saySizes(v *campaigns.RatioCheck, asked *campaigns.FileSpec) {
	key := "cli.roifile.sizes"
	switch {
	case !(v.P < 0.001):
	case asked.Weights == nil:
		key = "cli.roifile.sizes_unknown"
	default:
		key = "cli.roifile.sizes_wrong"
	}
	s.say("", s.p.T(key, "p", i18n.Raw(s.equals(v.P.Ptr()))))
}

// sayFindings is the table of the ways to compare.
//
//i18n:keys cli.roifile.method.*
func (s *session) sayFindings(doc campaigns.FileDocument, asked *campaigns.FileSpec) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.roifile.method_title"), "method"), right(p.T("cli.roi.difference"), "diff"), right(s.level(*asked.Alpha), "ci"), right("p", "p"),
	}}
	for _, f := range doc.Findings() {
		diff, between := s.signed(f.Diff.Ptr()), s.between(f.CI.Ptr())
		if asked.Outcome == "" || f.Name == "prop2" {
			diff, between = pointsOf(s, f.Diff.Ptr()), s.betweenPoints(f.CI)
		}
		g.add(p.T("cli.roifile.method."+f.Name), diff, between, s.small(f.P.Ptr()))
	}
	if len(g.rows) == 0 {
		s.say(p.T("cli.roifile.nothing"))
		return nil
	}
	return g.write(s.Out)
}

// sayWhichToKeep says which interval of the spend is the one of a statement.
//
//i18n:keys cli.roifile.keep.*
func (s *session) sayWhichToKeep(doc campaigns.FileDocument) {
	p := s.p
	switch method, buyers := doc.SpendMethod(); {
	case method == "":
	case buyers < campaigns.FewestBuyers:
		s.say("", p.N("cli.roifile.keep_none", buyers, "floor", campaigns.FewestBuyers))
	default:
		s.say("", p.T("cli.roifile.keep."+method, "share", i18n.Raw(p.Percent(0.4, 0)), "buyers", campaigns.EnoughBuyers))
	}
}

// level is the confidence of a risk, at the head of a column of ranges.
func (s *session) level(alpha float64) string {
	digits := 0
	for digits < 3 && math.Abs(math.Round(alpha*math.Pow10(2+digits))-alpha*math.Pow10(2+digits)) > 1e-9 {
		digits++
	}
	return s.p.Percent(1-alpha, digits)
}

// betweenPoints is a range of shares.
func (s *session) betweenPoints(ci campaigns.FileRange) string {
	if !ci.Known() {
		return s.between(nil)
	}
	return s.p.Interval(s.p.Points(float64(ci[0]), 2), s.p.Points(float64(ci[1]), 2))
}

// sayFileROI carries the difference into money, in the unit of the file.
func (s *session) sayFileROI(v *campaigns.FileROI, bias campaigns.FileBias, asked *campaigns.FileSpec) error {
	p := s.p
	amount := func(x *float64) string {
		if x == nil {
			return s.signed(nil)
		}
		return p.SignedDecimal(*x, 0)
	}
	ratio := func(x *float64) string { return s.percentage(x) }
	g := &grid{columns: []column{left(p.T("cli.roifile.money"), ""), right("", ""), right(s.level(*asked.Alpha), "")}}
	line := func(label string, at, low, high *float64, word func(*float64) string) {
		if at == nil {
			return
		}
		between := ""
		if low != nil && high != nil {
			between = p.Interval(word(low), word(high))
		}
		g.add(label, word(at), between)
	}
	line(p.T("cli.roi.incremental_revenue"), v.Point.Revenue.Ptr(), v.Low.Revenue.Ptr(), v.High.Revenue.Ptr(), amount)
	line(p.T("cli.roi.incremental_margin", "margin", i18n.Raw(p.Percent(*asked.Margin, 0))), v.Point.Margin.Ptr(), v.Low.Margin.Ptr(), v.High.Margin.Ptr(), amount)
	line(p.T("cli.roi.cost"), v.Cost.Ptr(), nil, nil, func(x *float64) string { return p.Decimal(*x, 0) })
	line(p.T("cli.roi.net"), v.Point.Net.Ptr(), v.Low.Net.Ptr(), v.High.Net.Ptr(), amount)
	line(p.T("cli.roi.roi"), v.Point.ROI.Ptr(), v.Low.ROI.Ptr(), v.High.ROI.Ptr(), ratio)
	line(p.T("cli.roi.chance"), v.ProbPositive.Ptr(), nil, nil, func(x *float64) string { return s.chance(*x) })
	if v.PerBuyer > 0 {
		line(p.T("cli.roifile.per_buyer"), v.PerBuyer.Ptr(), v.PerBuyerCI[0].Ptr(), v.PerBuyerCI[1].Ptr(), func(x *float64) string { return p.Decimal(*x, 2) })
	}
	if v.NaiveROI.Known() && bias.Due.Known() {
		g.add(p.T("cli.roi.naive"), ratio(v.NaiveROI.Ptr()), s.due(float64(bias.Due), ""))
	}
	s.say("")
	return g.write(s.Out)
}

// chance is a probability that no sample makes certain.
func (s *session) chance(x float64) string {
	switch {
	case x > 0.99:
		return "> " + s.p.Percent(0.99, 0)
	case x < 0.01:
		return "< " + s.p.Percent(0.01, 0)
	}
	return s.p.Percent(x, 0)
}

// saySegments ranks the segments, each with its own range and with what may be
// expected of it again, then says whether they differ at all.
func (s *session) saySegments(h *campaigns.FileSegments, asked *campaigns.FileSpec) error {
	p := s.p
	word, between := func(x *float64) string { return s.signed(x) }, func(r campaigns.FileRange) string { return s.between(r.Ptr()) }
	if asked.Outcome == "" {
		word, between = func(x *float64) string { return pointsOf(s, x) }, s.betweenPoints
	}
	g := &grid{columns: []column{
		left(p.T("cli.roifile.segment"), "segment"), right(p.T("cli.roi.customers"), "customers"), right(p.T("cli.roi.difference"), "diff"),
		right(s.level(*asked.Alpha), "ci_t"), right("p (Holm)", "p_holm"), right(p.T("cli.pool.shrunk"), "shrunk_diff"),
	}}
	for _, row := range h.Ranked {
		g.add(row.Segment.String(), p.Int(row.N1+row.N0), word(row.Diff.Ptr()), between(row.CIt), s.small(row.PHolm.Ptr()), word(row.Shrunk.Ptr()))
	}
	s.say("")
	if err := g.write(s.Out); err != nil {
		return err
	}
	if h.P.Known() {
		alike := "cli.roifile.alike"
		if h.P < 0.05 {
			alike = "cli.roifile.unlike"
		}
		s.say(p.T(alike, "p", i18n.Raw(s.equals(h.P.Ptr())), "share", i18n.Raw(p.Percent(float64(h.I2), 0))))
	}
	if h.LeftOut > 0 {
		s.say(p.N("cli.roifile.left_out", h.LeftOut))
	}
	return nil
}
