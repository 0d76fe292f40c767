package cli

import (
	"encoding/json"
	"math"
	"strconv"

	"blanche/campaigns"
	"blanche/model"

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
		if !(p.Alpha > 0 && p.Alpha < 1 && p.Power > 0 && p.Power < 1) {
			return model.Invalid("roi.bad_alpha", "value", p.Alpha).Hint("roi.alpha_hint")
		}
		var out any
		var err error
		switch changed := cmd.Flags().Changed; {
		case changed("p0") && changed("p1") && changed("ratio"):
			out, err = f.controls(p)
		case changed("population") && changed("sd") && changed("delta"):
			out, err = f.holdouts(p)
		case changed("population") && changed("share") && changed("base-rate") && changed("sd"):
			out, err = f.table(p)
		default:
			return s.seeHelp(cmd, model.Invalid("cli.power_question"))
		}
		if err != nil {
			return err
		}
		return s.answer(out, *asCSV, func() error { return s.sayFigures(out) })
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

// controls answers how many people to hold out, for several ratios of treated
// to held out.
func (f *powerFlags) controls(p campaigns.Power) (map[string]float64, error) {
	ratios, err := floats(*f.ratios)
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	for _, k := range ratios {
		out["k"+decimal(k)] = p.Controls(*f.p0, *f.p1, k)
	}
	return out, nil
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

// holdouts answers how small a zone blanche may be, for several differences.
func (f *powerFlags) holdouts(p campaigns.Power) (map[string]smallestHoldout, error) {
	deltas, err := floats(*f.deltas)
	if err != nil {
		return nil, err
	}
	n, err := f.people()
	if err != nil {
		return nil, err
	}
	out := map[string]smallestHoldout{}
	for i, delta := range deltas {
		a := smallestHoldout{Members: n[0]}
		if held, share, ok := p.Holdout(n[0], *f.sd, delta); ok {
			gain := p.MeanGain(*f.sd, held, n[0]-held)
			a.Held, a.Share, a.AtHeld = &held, &share, &gain
		} else {
			gain := p.MeanGain(*f.sd, n[0]/2, n[0]-n[0]/2)
			a.AtHalf = &gain
		}
		out[(*f.deltas)[i]] = a
	}
	return out, nil
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
func (f *powerFlags) table(p campaigns.Power) (*powerTable, error) {
	shares, err := floats(*f.shares)
	if err != nil {
		return nil, err
	}
	people, err := f.people()
	if err != nil {
		return nil, err
	}
	out := &powerTable{BaseRate: *f.baseRate, SD: *f.sd}
	for _, n := range people {
		for _, share := range shares {
			n0 := int(math.Round(share * float64(n)))
			n1 := n - n0
			row := map[string]any{"holdout_share": share, "n0": n0, "n1": n1, "mde_conversion_abs": nil, "mde_spend_abs": p.MeanGain(*f.sd, n0, n1)}
			if gain, ok := p.ShareGain(*f.baseRate, n0, n1); ok {
				row["mde_conversion_abs"] = gain
			}
			if d := *f.deltaRate; d != 0 {
				row["power_conversion_plus_"+decimal(math.Round(d*1e8)/1e6)+"pt"] = p.OfShares(*f.baseRate, *f.baseRate+d, n0, n1)
			}
			if d := *f.deltaMean; d != 0 {
				row["power_spend_plus_"+strconv.FormatFloat(d, 'f', 2, 64)] = p.OfMeans(d, *f.sd, n0, n1)
			}
			out.Rows = append(out.Rows, row)
		}
	}
	return out, nil
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
