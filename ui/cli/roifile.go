package cli

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newROICSVCmd(s *session) *cobra.Command {
	var arm, control, outcome, binary, exposure, where *string
	var treatment, covariates, strata, segments *[]string
	var margin, fixed, per, alpha, winsor *float64
	var seed *int
	var asCSV *bool
	cmd := s.command("roi csv", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		spec := campaigns.FileSpec{
			Arm: *arm, Treatment: *treatment, Control: *control, Outcome: *outcome, Binary: *binary, Exposure: *exposure,
			Covariates: *covariates, Strata: *strata, Segments: *segments, Where: *where,
			CostFixed: *fixed, CostPerContact: *per, Alpha: alpha, Winsor: winsor, Now: s.Now(),
		}
		if cmd.Flags().Changed("margin") {
			spec.Margin = margin
		}
		if cmd.Flags().Changed("seed") {
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
		return s.answer(doc, *asCSV, func() error { return s.sayDocument(doc, &spec) })
	}))
	asCSV = s.csvFlag(cmd)
	arm, control, outcome = s.textFlag(cmd, "arm", ""), s.textFlag(cmd, "control", ""), s.textFlag(cmd, "outcome", "")
	binary, where = s.textFlag(cmd, "binary", ""), s.textFlag(cmd, "where", "")
	exposure, seed = s.textFlag(cmd, "exposure", ""), s.intFlag(cmd, "seed", 1)
	treatment, covariates = s.listFlag(cmd, "treatment"), s.listFlag(cmd, "covariate")
	strata, segments = s.listFlag(cmd, "strata"), s.listFlag(cmd, "segment")
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
		shares, err := floats(*weights)
		if err != nil {
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--weights", "value", strings.Join(*weights, ",")))
		}
		if len(args) == 0 {
			check, err := s.checkCounts(cmd, *counts, shares)
			if err != nil {
				return err
			}
			return s.answer(check, *asCSV, func() error { return s.sayFigures(check) })
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
		spec := campaigns.FileSpec{Arm: *arm, Treatment: (*arms)[:last], Control: (*arms)[last], Where: *where, Now: s.Now()}
		if len(shares) > 0 {
			spec.Weights = shares
		}
		doc, err := campaigns.MeasureFile(in, spec)
		if err != nil {
			return err
		}
		check := doc.Get("srm")
		return s.answer(check, *asCSV, func() error { return s.sayFigures(check) })
	}))
	asCSV = s.csvFlag(cmd)
	arm, where = s.textFlag(cmd, "arm", ""), s.textFlag(cmd, "where", "")
	arms, counts, weights = s.listFlag(cmd, "arms"), s.listFlag(cmd, "counts"), s.listFlag(cmd, "weights")
	return cmd
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

// sayFigures shows the fields of a result, in their order.
func (s *session) sayFigures(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	g := &grid{columns: []column{left("", ""), left("", "")}}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		text, _ := name.(string)
		g.add("  "+text, string(value))
	}
	return g.write(s.Out)
}
