package cli

import (
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"

	"github.com/spf13/cobra"
)

func newROICSVCmd(s *session) *cobra.Command {
	var arm, control, outcome, binary, exposure, where *string
	var treatment, covariates, strata, segments, weights *[]string
	var margin, fixed, per, alpha, winsor *float64
	var seed *int
	var asCSV *bool
	cmd := s.command("roi csv", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		changed := cmd.Flags().Changed
		if changed("treatment") && !changed("control") {
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--control"))
		}
		shares, err := s.shares(cmd, *weights)
		if err != nil {
			return err
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		spec := campaigns.FileSpec{
			Arm: *arm, Treatment: *treatment, Control: *control, Outcome: *outcome, Binary: *binary, Exposure: *exposure,
			Covariates: *covariates, Strata: *strata, Segments: *segments, Where: *where,
			CostFixed: *fixed, CostPerContact: *per, Alpha: alpha, Winsor: winsor, Weights: shares, Now: s.Now(),
		}
		switch {
		case changed("margin"):
			spec.Margin = margin
		case changed("cost-fixed") || changed("cost-per-message"):
			s.note(s.p.T("cli.roifile.no_margin"))
		}
		if changed("seed") {
			if *seed < 0 {
				return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--seed", "value", *seed))
			}
			first := uint64(*seed)
			spec.Seed = &first
		}
		doc, err := campaigns.MeasureFile(in, spec)
		if err != nil {
			return err
		}
		spec.Weights = shares
		return s.answer(doc, *asCSV, func() error { return s.sayDocument(doc, &spec) })
	}))
	asCSV = s.csvFlag(cmd)
	arm, control, outcome = s.textFlag(cmd, "arm", ""), s.textFlag(cmd, "control", ""), s.textFlag(cmd, "outcome", "")
	binary, where = s.textFlag(cmd, "binary", ""), s.textFlag(cmd, "where", "")
	exposure, seed = s.textFlag(cmd, "exposure", ""), s.intFlag(cmd, "seed", 1)
	treatment, covariates = s.listFlag(cmd, "treatment"), s.listFlag(cmd, "covariate")
	strata, segments = s.listFlag(cmd, "strata"), s.listFlag(cmd, "segment")
	weights = s.listFlag(cmd, "weights")
	margin, fixed = s.floatFlag(cmd, "margin", 0), s.floatFlag(cmd, "cost-fixed", 0)
	per, alpha = s.floatFlag(cmd, "cost-per-message", 0), s.floatFlag(cmd, "alpha", 0.05)
	winsor = s.floatFlag(cmd, "winsor", 0.999)
	return cmd
}

func newROISRMCmd(s *session) *cobra.Command {
	var arm, where *string
	var arms, counts, weights *[]string
	var asCSV *bool
	cmd := s.command("roi srm", []string{"[FILE]"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		shares, err := s.shares(cmd, *weights)
		if err != nil {
			return err
		}
		if len(args) == 0 {
			check, err := s.checkCounts(cmd, *counts, shares)
			if err != nil {
				return err
			}
			return s.answer(check, *asCSV, func() error { return s.sayRatio(&check, nil) })
		}
		if len(*arms) < 2 {
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--arms"))
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		last := len(*arms) - 1
		spec := campaigns.FileSpec{Arm: *arm, Treatment: (*arms)[:last], Control: (*arms)[last], Where: *where, Weights: shares, Now: s.Now()}
		doc, err := campaigns.MeasureFile(in, spec)
		if err != nil {
			return err
		}
		check, _ := doc.Get("srm").(campaigns.RatioCheck)
		return s.answer(check, *asCSV, func() error { return s.sayRatio(&check, *arms) })
	}))
	asCSV = s.csvFlag(cmd)
	arm, where = s.textFlag(cmd, "arm", ""), s.textFlag(cmd, "where", "")
	arms, counts, weights = s.listFlag(cmd, "arms"), s.listFlag(cmd, "counts"), s.listFlag(cmd, "weights")
	return cmd
}

// shares reads the sizes designed for the arms, nil when none was said.
func (s *session) shares(cmd *cobra.Command, weights []string) ([]float64, error) {
	if len(weights) == 0 {
		return nil, nil
	}
	shares, err := floats(weights)
	if err != nil {
		return nil, s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--weights", "value", strings.Join(weights, ",")))
	}
	return shares, nil
}

// sayRatio sets the size of each arm beside the one designed, and says whether
// chance explains the difference. Arms without a name have their number.
func (s *session) sayRatio(check *campaigns.RatioCheck, arms []string) error {
	p := s.p
	g := &grid{columns: []column{left(p.T("cli.srm.arm"), ""), right(p.T("cli.srm.counted"), ""), right(p.T("cli.srm.designed"), "")}}
	for i, n := range check.Counts {
		name := strconv.Itoa(i + 1)
		if i < len(arms) {
			name = arms[i]
		}
		g.add(name, p.Int(n), p.Decimal(float64(check.Expected[i]), 0))
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	key := "cli.srm.fine"
	switch {
	case check.P < 0.001:
		key = "cli.srm.stop"
	case check.P < 0.01:
		key = "cli.srm.warn"
	}
	s.say("", p.T(key, "p", i18n.Raw(s.equals(check.P.Ptr()))))
	return nil
}

// checkCounts tests counts given by hand.
func (s *session) checkCounts(cmd *cobra.Command, counts []string, weights []float64) (check campaigns.RatioCheck, err error) {
	var whole []int
	people := 0
	for _, c := range counts {
		n, err := strconv.Atoi(strings.TrimSpace(c))
		if err != nil || n < 0 {
			return check, s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--counts", "value", c))
		}
		whole, people = append(whole, n), people+n
	}
	switch {
	case len(whole) == 0:
		return check, s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--counts"))
	case len(whole) == 1 || people == 0:
		return check, s.seeHelp(cmd, model.Invalid("cli.two_counts"))
	}
	if len(weights) == 0 {
		weights = slices.Repeat([]float64{1}, len(whole))
	}
	if len(weights) != len(whole) || slices.ContainsFunc(weights, func(x float64) bool { return !(x > 0) }) {
		return check, s.seeHelp(cmd, model.Invalid("roi.bad_weights", "arms", len(whole)))
	}
	return campaigns.CheckRatio(whole, weights), nil
}

func floats(list []string) ([]float64, error) {
	out := make([]float64, 0, len(list))
	for _, x := range list {
		f, err := strconv.ParseFloat(strings.TrimSpace(x), 64)
		if err != nil {
			return nil, model.Invalid("cli.bad_list", "value", x)
		}
		out = append(out, f)
	}
	return out, nil
}
