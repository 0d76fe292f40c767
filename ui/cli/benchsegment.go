package cli

import (
	"context"
	"os"
	"slices"

	"blanche/model"
	"blanche/ui/bench"

	"github.com/spf13/cobra"
)

func newBenchSegmentCmd(s *session) *cobra.Command {
	var o bench.SegmentOptions
	var asCSV *bool
	cmd := s.command("bench segment", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		if o.People < 1000 || o.People > 10_000_000 {
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--people", "value", o.People))
		}
		if o.Runs < 1 || o.Runs > 100 {
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--runs", "value", o.Runs))
		}
		for _, word := range o.Against {
			if !slices.Contains(bench.SegmentRivals, word) {
				return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--against", "value", word))
			}
		}
		return s.benchSegment(cmd.Context(), o, *asCSV)
	}))
	flags := cmd.Flags()
	flags.IntVar(&o.People, "people", 1_000_000, s.usage(cmd, "people"))
	flags.IntVar(&o.Runs, "runs", 3, s.usage(cmd, "runs"))
	flags.StringSliceVar(&o.Against, "against", bench.SegmentRivals, s.usage(cmd, "against"))
	asCSV = s.csvFlag(cmd)
	return cmd
}

// benchSegment measures in a temporary folder, and says what came out.
func (s *session) benchSegment(ctx context.Context, o bench.SegmentOptions, asCSV bool) (err error) {
	dir, err := os.MkdirTemp("", "blanche-bench-*")
	if err != nil {
		return model.Failed(err, "cli.no_temporary")
	}
	defer func() { err = firstOf(err, os.RemoveAll(dir)) }()
	o.Dir, o.Open, o.Now = dir, s.openBench, s.Now
	if !s.global.json {
		o.Tell = func(what string) { s.note(s.p.T("bench.segment."+what, "people", o.People)) }
	}
	r, err := bench.MeasureSegment(ctx, o)
	if err != nil {
		return err
	}
	return s.answer(&r, asCSV, func() error { return s.sayBenchSegment(&r) })
}

// sayBenchSegment is a table of a line a query, then what it took to get there.
func (s *session) sayBenchSegment(r *bench.SegmentReport) error {
	p := s.p
	g := &grid{columns: []column{left(p.T("bench.segment.rule"), ""), right(p.T("bench.segment.matched"), "")}}
	for i, e := range r.Queries[0].Engines {
		g.columns = append(g.columns, right(p.T("bench.segment.ms", "who", e.Who), ""))
		if i > 0 {
			g.columns = append(g.columns, right(p.T("bench.segment.ratio", "who", e.Who), ""))
		}
	}
	for _, q := range r.Queries {
		cells := []string{q.Rule, p.Int(q.Matched)}
		for i, e := range q.Engines {
			cells = append(cells, p.Decimal(e.Millis.Median, 2))
			if i > 0 {
				cells = append(cells, "× "+p.Decimal(e.Ratio, 2))
			}
		}
		g.add(cells...)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("bench.segment.conditions", "people", p.Int(r.People), "runs", r.Runs))
	s.say(p.T("bench.segment.memory", "mib", p.Decimal(float64(r.Memory)/(1<<20), 1)))
	s.say(p.T(
		"bench.segment.started", "ready", p.Decimal(r.Ready.Median, 2), "scan", p.Decimal(r.Scan.Median, 2),
		"ratio", p.Decimal(r.Ready.Median/r.Scan.Median, 2),
	))
	s.say(p.T("bench.segment.edited", "edit", p.Decimal(r.Edit.Median, 1), "shown", p.Decimal(r.Shown.Median, 1)))
	s.say(p.T("bench.segment.typed", "median", p.Decimal(r.Typed.Median, 1), "most", p.Decimal(r.Typed.Max, 1)))
	if r.Postgres != "" {
		s.say(p.T("bench.segment.version", "version", r.Postgres))
	}
	for _, word := range r.Absent {
		s.note(p.T("bench.absent", "who", word))
	}
	return nil
}

// PutOrders brings orders in, past the import.
func (h benchHouse) PutOrders(ctx context.Context, orders []model.Order) error {
	_, err := h.st.Orders().Put(ctx, orders)
	return err
}

// ReadThrough visits every contact.
func (h benchHouse) ReadThrough(ctx context.Context) error {
	return h.st.Contacts().Scan(ctx, 1, func(*model.Contact) error { return nil })
}
