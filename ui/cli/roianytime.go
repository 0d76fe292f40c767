package cli

import (
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newROIAnytimeCmd(s *session) *cobra.Command {
	var arm, control, outcome *string
	var treatment, looks *[]string
	var alpha, tau *float64
	var planned *int
	var asCSV *bool
	cmd := s.command("roi anytime", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("treatment") && !cmd.Flags().Changed("control") {
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--control"))
		}
		spec := campaigns.AnytimeSpec{Arm: *arm, Treatment: *treatment, Control: *control, Outcome: *outcome, Alpha: alpha, OptimisedFor: *planned}
		if cmd.Flags().Changed("tau") {
			spec.Tau = tau
		}
		var err error
		if spec.Looks, err = wholes("--looks", *looks); err != nil {
			return err
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		doc, err := campaigns.FollowFile(in, spec)
		if err != nil {
			return err
		}
		if last := doc.Looks[len(doc.Looks)-1].Rows; last > doc.Rows {
			s.note(s.p.N("cli.anytime.short", doc.Rows, "look", last))
		}
		return s.answer(doc, *asCSV, func() error { return s.looksTable(&doc).write(s.Out) })
	}))
	asCSV = s.csvFlag(cmd)
	arm, control, outcome = s.textFlag(cmd, "arm", ""), s.textFlag(cmd, "control", ""), s.textFlag(cmd, "outcome", "")
	treatment, looks = s.listFlag(cmd, "treatment"), s.listFlag(cmd, "looks")
	alpha, tau = s.floatFlag(cmd, "alpha", 0.05), s.floatFlag(cmd, "tau", 0)
	planned = s.intFlag(cmd, "optimised-for", 0)
	return cmd
}

// wholes reads a list of whole numbers.
func wholes(flag string, list []string) ([]int, error) {
	var out []int
	for _, text := range list {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return nil, model.Invalid("cli.bad_flag", "flag", flag, "value", text)
		}
		out = append(out, n)
	}
	return out, nil
}

// looksTable sets the looks one under the other: what a single look would have
// said beside what holds however often one looks.
func (s *session) looksTable(doc *campaigns.Anytime) *grid {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("cli.anytime.rows"), "rows"), right(p.T("cli.anytime.target"), "n1"), right(p.T("cli.anytime.holdout"), "n0"),
		right(p.T("cli.anytime.diff"), "diff"), right(p.T("cli.anytime.fixed"), "ci_fixed_z"), right(p.T("cli.anytime.sequence"), "ci_prudent"), right(p.T("cli.anytime.p"), "msprt_p_always_valid"),
	}}
	for _, l := range doc.Looks {
		valid := say.Unknown
		if l.MSPRT != nil {
			valid = s.small(l.P.Ptr())
		}
		g.add(p.Int(l.Rows), p.Int(l.N1), p.Int(l.N0), s.signed(l.Diff.Ptr()), s.between(l.CIFixed.Ptr()), s.between(l.CIPrudent.Ptr()), valid)
	}
	return g
}

// signed, between and small are figures of a file, in its own unit.

func (s *session) signed(x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return s.p.SignedDecimal(*x, 3)
}

func (s *session) between(ci *model.Interval) string {
	if ci == nil {
		return say.Unknown
	}
	return s.p.Interval(s.p.SignedDecimal(ci.Low(), 3), s.p.SignedDecimal(ci.High(), 3))
}

func (s *session) small(p *float64) string {
	switch {
	case p == nil:
		return say.Unknown
	case *p < 0.0001:
		return "< " + s.p.Decimal(0.0001, 4)
	}
	return s.p.Decimal(*p, 4)
}
