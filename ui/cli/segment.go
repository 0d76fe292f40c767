package cli

import (
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newSegmentCmd(s *session) *cobra.Command {
	return s.group("segment", newSegmentCountCmd(s), newSegmentSaveCmd(s), newSegmentListCmd(s), newSegmentShowCmd(s), newSegmentExplainCmd(s),
		newSegmentCopyCmd(s), newSegmentDeleteCmd(s), newSegmentOverlapCmd(s), newSegmentGrowthCmd(s), newSegmentRFMCmd(s), newSegmentSnapshotCmd(s))
}

func newSegmentCountCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment count", []string{"RULE|NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		n, err := desk.Count(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.answer(n, *asCSV, func() error { return s.sayCount(&n) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// sayCount is how many people a rule matches, and why some may not be written
// to.
func (s *session) sayCount(n *model.SegmentCount) error {
	p := s.p
	g := &grid{columns: []column{left("", ""), right("", "")}}
	g.add(p.T("cli.segment.matched"), p.Int(n.Matched))
	g.add(p.T("cli.segment.sendable"), p.Int(n.Sendable))
	for _, x := range exclusions(n.Excluded) {
		if x.count > 0 {
			g.add("  "+say.Reason(p, x.code), p.Int(x.count))
		}
	}
	return g.write(s.Out)
}

type exclusion struct {
	code  string
	count int
}

func exclusions(e model.Exclusions) []exclusion {
	return []exclusion{
		{model.ExclOpposed, e.Opposed},
		{model.ExclConsent, e.NoConsent},
		{model.ExclBounced, e.Bounced},
		{model.ExclInvalid, e.Invalid},
		{model.ExclTopic, e.Topic},
		{model.ExclOften, e.Frequency},
		{model.ExclPressure, e.Pressure},
		{model.ExclUniversal, e.Universal},
	}
}

func newSegmentSaveCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("segment save", []string{"NAME", "RULE"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		n, err := desk.Count(cmd.Context(), args[1])
		if err != nil {
			return err
		}
		seg, err := desk.SaveSegment(s.rehearsal(cmd.Context(), *dry), args[0], args[1])
		if err != nil {
			return err
		}
		if *dry {
			return s.answer(n, false, func() error { return s.sayCount(&n) })
		}
		if s.global.json {
			return s.json(seg)
		}
		s.say(s.p.N("cli.segment.saved", n.Matched, "name", seg.Name))
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newSegmentListCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		all, err := desk.Segments(cmd.Context())
		if err != nil {
			return err
		}
		g := &grid{columns: []column{left(s.p.T("cli.segment.name"), "name"), left(s.p.T("cli.segment.rule"), "rule"), left(s.p.T("cli.segment.updated"), "updated")}}
		for _, x := range all {
			g.addBoth([]string{x.Name, say.Rule(s.p, x.Rule), s.p.DateTime(x.Updated)}, []string{x.Name, x.Rule, x.Updated.Format(rfc3339)})
		}
		return s.show(orEmpty(all), *asCSV, g)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func newSegmentShowCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment show", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		seg, err := desk.Segment(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		n, err := desk.Count(cmd.Context(), seg.Rule)
		if err != nil {
			return err
		}
		return s.answer(segmentJSON{seg, n}, *asCSV, func() error {
			s.say(s.p.T("cli.segment.one", "name", seg.Name, "rule", say.Rule(s.p, seg.Rule)))
			return s.sayCount(&n)
		})
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// segmentJSON is `segment show --json`.
type segmentJSON struct {
	model.Segment
	Count model.SegmentCount `json:"count"`
}

// explanationJSON is `segment explain --json`.
type explanationJSON struct {
	Rule     string                    `json:"rule"`
	Matches  bool                      `json:"matches"`
	Sendable bool                      `json:"sendable"`
	Reason   string                    `json:"reason"`
	Parts    []campaigns.ExplainedPart `json:"parts"`
}

func newSegmentExplainCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment explain", []string{"RULE|NAME", "EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		e, err := desk.Explain(cmd.Context(), args[0], args[1])
		if err != nil {
			return err
		}
		out := explanationJSON{e.Rule, e.Matches, e.Reason == "", e.Reason, orEmpty(e.Parts)}
		return s.answer(out, *asCSV, func() error { return s.sayExplanation(&e) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) sayExplanation(e *campaigns.Explanation) error {
	p := s.p
	g := &grid{columns: []column{left("", ""), left("", ""), left("", "")}}
	for _, part := range e.Parts {
		value := ""
		switch {
		case part.Unrecorded:
			value = p.T("cli.segment.unrecorded")
		case part.Value != "":
			value = say.RuleHas(p, model.LeafField(part.Rule), part.Type, part.Value)
		}
		g.add(s.yesNo(part.Holds), strings.Repeat("  ", part.Depth)+say.RulePart(p, part.Rule), value)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say(p.T("cli.segment.verdict", "matches", s.yesNo(e.Matches), "sendable", say.Reason(p, e.Reason)))
	return nil
}

// yesNo is a truth as a person says it.
func (s *session) yesNo(b bool) string {
	if b {
		return s.p.T("cli.yes")
	}
	return s.p.T("cli.no")
}
