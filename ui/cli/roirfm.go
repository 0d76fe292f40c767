package cli

import (
	"io"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// rfmFlags are the flags of the three questions that `roi rfm` answers.
type rfmFlags struct {
	id, date, value, reference *string
	quantiles                  *int

	model, frequency, recency, age, predict *string
	horizon                                 *float64
}

func newROIRFMCmd(s *session) *cobra.Command {
	var f rfmFlags
	var asCSV *bool
	cmd := s.command("roi rfm", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		ask, err := f.question(s, cmd)
		if err != nil {
			return err
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		return ask(in, *asCSV)
	}))
	asCSV = s.csvFlag(cmd)
	f = rfmFlags{
		id: s.textFlag(cmd, "id", ""), date: s.textFlag(cmd, "date", ""), value: s.textFlag(cmd, "value", ""),
		reference: s.textFlag(cmd, "reference", ""), quantiles: s.intFlag(cmd, "quantiles", 5),
		model: s.textFlag(cmd, "model", ""), frequency: s.textFlag(cmd, "frequency", ""), recency: s.textFlag(cmd, "recency", ""),
		age: s.textFlag(cmd, "age", ""), predict: s.textFlag(cmd, "predict", ""), horizon: s.floatFlag(cmd, "horizon", 39),
	}
	return cmd
}

// question is what is asked of the file, with its flags complete.
func (f *rfmFlags) question(s *session, cmd *cobra.Command) (func(io.Reader, bool) error, error) {
	missing := func(flags map[string]*string, order ...string) error {
		for _, name := range order {
			if *flags[name] == "" {
				return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--"+name))
			}
		}
		return nil
	}
	switch *f.model {
	case "":
		flags := map[string]*string{"id": f.id, "date": f.date, "value": f.value, "reference": f.reference}
		if err := missing(flags, "id", "date", "value", "reference"); err != nil {
			return nil, err
		}
		reference, ok := campaigns.ParseDay(*f.reference)
		if !ok {
			return nil, s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--reference", "value", *f.reference))
		}
		spec := campaigns.RFMSpec{ID: *f.id, Date: *f.date, Value: *f.value, Reference: reference, Quantiles: *f.quantiles}
		return func(in io.Reader, asCSV bool) error { return s.scoreFile(in, spec, asCSV) }, nil
	case "bgnbd":
		flags := map[string]*string{"frequency": f.frequency, "recency": f.recency, "age": f.age}
		if err := missing(flags, "frequency", "recency", "age"); err != nil {
			return nil, err
		}
		predict, err := histories(*f.predict)
		if err != nil {
			return nil, s.seeHelp(cmd, err)
		}
		spec := campaigns.BGNBDSpec{Frequency: *f.frequency, Recency: *f.recency, Age: *f.age, Predict: predict, Horizon: *f.horizon}
		return func(in io.Reader, asCSV bool) error {
			m, err := campaigns.ModelFile(in, spec)
			if err != nil {
				return err
			}
			return s.answer(m, asCSV, func() error { return s.sayLife(&m) })
		}, nil
	case "gamma-gamma":
		if err := missing(map[string]*string{"frequency": f.frequency, "value": f.value}, "frequency", "value"); err != nil {
			return nil, err
		}
		return func(in io.Reader, asCSV bool) error {
			m, err := campaigns.SpendFile(in, *f.frequency, *f.value)
			if err != nil {
				return err
			}
			return s.answer(m, asCSV, func() error { return s.saySpend(&m) })
		}, nil
	}
	return nil, s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--model", "value", *f.model))
}

// histories reads "x,tx,T;x,tx,T".
func histories(text string) ([]campaigns.History, *model.Error) {
	var out []campaigns.History
	for one := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(one) == "" {
			continue
		}
		v, err := floats(strings.Split(one, ","))
		if err != nil || len(v) != 3 {
			return nil, model.Invalid("cli.bad_flag", "flag", "--predict", "value", one)
		}
		out = append(out, campaigns.History{X: v[0], TX: v[1], T: v[2]})
	}
	return out, nil
}

// scoreFile scores a file: for a person by class, as CSV one customer a row.
func (s *session) scoreFile(in io.Reader, spec campaigns.RFMSpec, asCSV bool) error {
	scores, err := campaigns.ScoreFile(in, spec)
	switch {
	case err != nil:
		return err
	case s.global.json:
		return s.json(scores)
	case asCSV:
		return s.writeCSV(scoredCustomers(scores, spec.Quantiles == 5))
	case spec.Quantiles == 5:
		return s.sayClasses(scores)
	}
	return s.sayScores(scores, spec.Quantiles)
}

func scoredCustomers(scores campaigns.RFM, classes bool) *grid {
	g := &grid{columns: []column{left("", "id"), right("", "r"), right("", "f"), right("", "m"), right("", "R"), right("", "F"), right("", "M")}}
	if classes {
		g.columns = append(g.columns, left("", "class"))
	}
	for _, c := range scores.All {
		row := []string{c.ID, number(c.Recency), number(c.Days), strconv.FormatFloat(float64(c.Value), 'f', 2, 64), number(c.R), number(c.F), number(c.M)}
		if classes {
			row = append(row, campaigns.ClassOf(c))
		}
		g.add(row...)
	}
	return g
}

// sayClasses shows how many customers each class has, and what they have
// bought.
//
//i18n:keys contact.class.*
func (s *session) sayClasses(scores campaigns.RFM) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.rfm.class"), ""), right(p.T("cli.rfm.customers"), ""), right(p.T("cli.rfm.share"), ""),
		right(p.T("cli.rfm.value"), ""), right(p.T("cli.rfm.value_share"), ""),
	}}
	share := func(part, whole float64) string {
		if whole <= 0 {
			return ""
		}
		return p.Percent(part/whole, 1)
	}
	for _, c := range campaigns.ClassesOf(scores.All) {
		g.add(p.T("contact.class."+c.Class), p.Int(c.Customers), share(float64(c.Customers), float64(scores.Customers)), p.Decimal(c.Value, 2), share(c.Value, float64(scores.TotalValue)))
	}
	g.add(p.T("cli.rfm.all"), p.Int(scores.Customers), "", p.Decimal(float64(scores.TotalValue), 2), "")
	return g.write(s.Out)
}
