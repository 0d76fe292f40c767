package cli

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

// powerFlags are the flags of the three questions that `roi power` answers.
type powerFlags struct {
	alpha, power, baseRate, sd, p0, p1, deltaRate, deltaMean *float64
	population, shares, ratios, deltas                       *[]string
}

func newROIPowerCmd(s *session) *cobra.Command {
	var f powerFlags
	var asCSV *bool
	cmd := s.command("roi power", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		p := campaigns.Power{Alpha: *f.alpha, Power: *f.power}
		if err := f.check(cmd); err != nil {
			return err
		}
		var out any
		var g *grid
		var err error
		switch changed := cmd.Flags().Changed; {
		case changed("p0") && changed("p1") && changed("ratio"):
			out, g, err = f.controls(s, p)
		case changed("population") && changed("sd") && changed("delta"):
			out, g, err = f.holdouts(s, p)
		case changed("population") && changed("share") && changed("base-rate") && changed("sd"):
			out, g, err = f.table(s, p)
		default:
			return s.seeHelp(cmd, model.Invalid("cli.power_question"))
		}
		if err != nil {
			return err
		}
		return s.answer(out, *asCSV, func() error { return g.write(s.Out) })
	}))
	asCSV = s.csvFlag(cmd)
	f = powerFlags{
		alpha: s.floatFlag(cmd, "alpha", 0.05), power: s.floatFlag(cmd, "power", 0.8), baseRate: s.floatFlag(cmd, "base-rate", 0),
		sd: s.floatFlag(cmd, "sd", 0), p0: s.floatFlag(cmd, "p0", 0), p1: s.floatFlag(cmd, "p1", 0),
		deltaRate: s.floatFlag(cmd, "delta-rate", 0), deltaMean: s.floatFlag(cmd, "delta-mean", 0),
		population: s.listFlag(cmd, "population"), shares: s.listFlag(cmd, "share"), ratios: s.listFlag(cmd, "ratio"), deltas: s.listFlag(cmd, "delta"),
	}
	return cmd
}

// check refuses what no size could answer, whichever the question.
func (f *powerFlags) check(cmd *cobra.Command) error {
	switch {
	case !(*f.alpha > 0 && *f.alpha < 1):
		return model.Invalid("roi.bad_alpha", "value", *f.alpha).Hint("roi.alpha_hint")
	case !(*f.power > 0 && *f.power < 1):
		return model.Invalid("roi.bad_power", "value", *f.power).Hint("roi.power_hint")
	}
	for _, rate := range []struct {
		flag  string
		value float64
	}{{"p0", *f.p0}, {"p1", *f.p1}, {"base-rate", *f.baseRate}} {
		if cmd.Flags().Changed(rate.flag) && !(rate.value > 0 && rate.value < 1) {
			return model.Invalid("roi.bad_rate", "flag", "--"+rate.flag, "value", rate.value).Hint("roi.rate_hint", "flag", "--"+rate.flag)
		}
	}
	if raised := *f.baseRate + *f.deltaRate; *f.deltaRate != 0 && !(raised > 0 && raised < 1) {
		return model.Invalid("roi.bad_rate", "flag", "--base-rate + --delta-rate", "value", raised).Hint("roi.rate_hint", "flag", "--delta-rate")
	}
	if cmd.Flags().Changed("sd") && !(*f.sd > 0 && *f.sd <= math.MaxFloat64) {
		return badSize("--sd", decimal(*f.sd))
	}
	return nil
}

func badSize(flag, value string) error {
	return model.Invalid("roi.bad_size", "flag", flag, "value", value).Hint("roi.size_hint", "flag", flag)
}

// sizes reads a list of numbers above zero.
func sizes(flag string, list []string) ([]float64, error) {
	out, err := floats(list)
	if err != nil {
		return nil, err
	}
	for i, x := range out {
		if !(x > 0 && x <= math.MaxFloat64) {
			return nil, badSize(flag, list[i])
		}
	}
	return out, nil
}

// controls answers how many people to hold out, for several ratios of treated
// to held out, under the ratio as it was typed.
func (f *powerFlags) controls(s *session, p campaigns.Power) (map[string]float64, *grid, error) {
	if *f.p0 == *f.p1 {
		return nil, nil, model.Invalid("roi.same_rates", "value", *f.p0).Hint("roi.rates_hint")
	}
	ratios, err := sizes("--ratio", *f.ratios)
	if err != nil {
		return nil, nil, err
	}
	out := map[string]float64{}
	g := &grid{columns: []column{right(s.p.T("cli.power.ratio"), "ratio"), right(s.p.T("cli.power.needed"), "n0")}}
	for i, k := range ratios {
		n := p.Controls(*f.p0, *f.p1, k)
		out["k"+strings.TrimSpace((*f.ratios)[i])] = n
		g.add(s.p.Value(k), s.p.Int(int(math.Ceil(n))))
	}
	return out, g, nil
}

// smallestHoldout is the smallest zone blanche for one difference; nil when
// holding half out is not enough.
type smallestHoldout struct {
	Held    *int     `json:"n_holdout"`
	Share   *float64 `json:"share"`
	AtHeld  *float64 `json:"mde_at_n_holdout,omitempty"`
	AtHalf  *float64 `json:"mde_at_half,omitempty"`
	Members int      `json:"population"`
}

// holdouts answers how small a zone blanche may be, for several differences,
// under the difference as it was typed.
func (f *powerFlags) holdouts(s *session, p campaigns.Power) (map[string]smallestHoldout, *grid, error) {
	deltas, err := sizes("--delta", *f.deltas)
	if err != nil {
		return nil, nil, err
	}
	n, err := f.people()
	switch {
	case err != nil:
		return nil, nil, err
	case len(n) != 1:
		return nil, nil, model.Invalid("cli.bad_flag", "flag", "--population", "value", strings.Join(*f.population, ","))
	}
	out := map[string]smallestHoldout{}
	g := &grid{columns: []column{
		right(s.p.T("cli.power.delta"), "delta"), right(s.p.T("cli.power.needed"), "n_holdout"), right(s.p.T("cli.power.share"), "share"), right(s.p.T("cli.power.sees"), "mde"),
	}}
	for i, delta := range deltas {
		a := smallest(p, n[0], *f.sd, delta)
		out[strings.TrimSpace((*f.deltas)[i])] = a
		if a.Held == nil {
			g.add(s.p.Decimal(delta, 3), s.p.T("cli.power.half"), "", s.p.Decimal(*a.AtHalf, 3))
			continue
		}
		sees := say.Unknown
		if a.AtHeld != nil {
			sees = s.p.Decimal(*a.AtHeld, 3)
		}
		g.add(s.p.Decimal(delta, 3), s.p.Int(*a.Held), s.p.Percent(*a.Share, 1), sees)
	}
	return out, g, nil
}

// smallest is the smallest zone blanche of n people for one difference.
func smallest(p campaigns.Power, n int, sd, delta float64) smallestHoldout {
	a := smallestHoldout{Members: n}
	held, share, ok := p.Holdout(n, sd, delta)
	if !ok {
		gain := p.MeanGain(sd, n/2, n-n/2)
		a.AtHalf = &gain
		return a
	}
	a.Held, a.Share = &held, &share
	if gain := p.MeanGain(sd, held, n-held); held > 0 {
		a.AtHeld = &gain
	}
	return a
}

// powerTable is what zones blanches of several sizes could see.
type powerTable struct {
	BaseRate float64          `json:"base_rate"`
	SD       float64          `json:"sd_control_spend"`
	Rows     []map[string]any `json:"rows"`
}

// table answers what each share of each population could see, and, for the
// differences asked about, the chance to see them: the name of that field says
// the difference (power_conversion_plus_0.2pt, power_spend_plus_0.30).
func (f *powerFlags) table(s *session, p campaigns.Power) (*powerTable, *grid, error) {
	shares, err := floats(*f.shares)
	if err != nil {
		return nil, nil, err
	}
	people, err := f.people()
	if err != nil {
		return nil, nil, err
	}
	out := &powerTable{BaseRate: *f.baseRate, SD: *f.sd}
	g := &grid{columns: []column{
		right(s.p.T("cli.power.share"), "holdout_share"), right(s.p.T("cli.power.held"), "n0"), right(s.p.T("cli.power.treated"), "n1"),
		right(s.p.T("cli.power.rate"), "mde_conversion_abs"), right(s.p.T("cli.power.spend"), "mde_spend_abs"),
	}}
	if *f.deltaRate != 0 {
		g.columns = append(g.columns, right(s.p.T("cli.power.chance_rate"), "power_conversion"))
	}
	if *f.deltaMean != 0 {
		g.columns = append(g.columns, right(s.p.T("cli.power.chance_spend"), "power_spend"))
	}
	for _, n := range people {
		for _, share := range shares {
			n0 := int(math.RoundToEven(share * float64(n)))
			if n0 < 1 || n-n0 < 1 {
				return nil, nil, model.Invalid("roi.bad_share", "value", share, "people", n).Hint("roi.share_hint")
			}
			row, cells := f.row(s, p, share, n0, n-n0)
			out.Rows = append(out.Rows, row)
			g.add(cells...)
		}
	}
	return out, g, nil
}

// row is what one zone blanche could see, for machines and for people.
func (f *powerFlags) row(s *session, p campaigns.Power, share float64, n0, n1 int) (map[string]any, []string) {
	visible := p.MeanGain(*f.sd, n0, n1)
	row := map[string]any{"holdout_share": share, "n0": n0, "n1": n1, "mde_conversion_abs": nil, "mde_spend_abs": visible}
	rate, chances := say.Unknown, []string{}
	if gain, ok := p.ShareGain(*f.baseRate, n0, n1); ok {
		row["mde_conversion_abs"] = gain
		rate = s.p.Points(gain, 2)
	}
	if d := *f.deltaRate; d != 0 {
		chance := p.OfShares(*f.baseRate, *f.baseRate+d, n0, n1)
		row["power_conversion_plus_"+decimal(math.Round(d*1e8)/1e6)+"pt"] = chance
		chances = append(chances, s.chance(chance))
	}
	if d := *f.deltaMean; d != 0 {
		chance := p.OfMeans(d, *f.sd, n0, n1)
		row["power_spend_plus_"+strconv.FormatFloat(d, 'f', 2, 64)] = chance
		chances = append(chances, s.chance(chance))
	}
	return row, append([]string{s.p.Percent(share, 1), s.p.Int(n0), s.p.Int(n1), rate, s.p.SignedDecimal(visible, 3)}, chances...)
}

// people reads the sizes of the populations.
func (f *powerFlags) people() ([]int, error) {
	var out []int
	for _, text := range *f.population {
		n, err := json.Number(text).Int64()
		if err != nil || n < 2 {
			return nil, model.Invalid("cli.bad_flag", "flag", "--population", "value", text)
		}
		out = append(out, int(n))
	}
	return out, nil
}
