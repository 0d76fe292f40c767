package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"blanche/model"
	"blanche/ui/bench"

	"github.com/spf13/cobra"
)

// bringFlags are the flags of `bench import`.
type bringFlags struct {
	bench.BringOptions
	asCSV *bool
}

func newBenchImportCmd(s *session) *cobra.Command {
	var f bringFlags
	cmd := s.command("bench import", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		for _, c := range []struct {
			flag      string
			got, high int
		}{{"rows", f.Rows, 100_000_000}, {"runs", f.Runs, 100}} {
			if c.got < 1 || c.got > c.high {
				return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--"+c.flag, "value", c.got))
			}
		}
		for _, word := range f.Against {
			if !slices.Contains(bench.BringRivals, word) {
				return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--against", "value", word))
			}
		}
		if f.Postgres != "" && !slices.Contains(f.Against, bench.AgainstPostgres) {
			f.Against = append(f.Against, bench.AgainstPostgres)
		}
		f.Now, f.Self = s.Now, s.Self
		return s.benchImport(cmd.Context(), &f)
	}))
	flags := cmd.Flags()
	flags.IntVar(&f.Rows, "rows", 1_000_000, s.usage(cmd, "rows"))
	flags.IntVar(&f.Runs, "runs", 3, s.usage(cmd, "runs"))
	flags.StringSliceVar(&f.Against, "against", nil, s.usage(cmd, "against"))
	flags.StringVar(&f.Postgres, "postgres", "", s.usage(cmd, "postgres"))
	flags.StringVar(&f.Profile, "profile", "", s.usage(cmd, "profile"))
	f.asCSV = s.csvFlag(cmd)
	return cmd
}

// benchImport measures in a temporary folder, and says what came out.
func (s *session) benchImport(ctx context.Context, f *bringFlags) (err error) {
	dir, err := os.MkdirTemp("", "blanche-bench-*")
	if err != nil {
		return model.Failed(err, "cli.no_temporary")
	}
	defer func() { err = firstOf(err, os.RemoveAll(dir)) }()
	f.Dir, f.Open = dir, s.openBench
	if !s.global.json {
		f.Tell = func(r bench.BringRun) {
			s.note(s.p.T("bench.import_run", "who", r.Who, "round", r.Round, "rate", s.p.Int(int(r.Rate)), "seconds", s.p.Decimal(r.Seconds, 1)))
		}
		s.note(s.p.T("bench.import_begins", "rows", s.p.Int(f.Rows), "dir", dir))
	}
	r, err := bench.MeasureImport(ctx, f.BringOptions)
	if err != nil {
		return err
	}
	return s.answer(&r, *f.asCSV, func() error { return s.sayBenchImport(&r) })
}

func (s *session) sayBenchImport(r *bench.BringReport) error {
	p := s.p
	g := &grid{columns: []column{
		left("", ""), right(p.T("bench.rows"), ""), right(p.T("bench.range"), ""), right(p.T("bench.ratio"), ""), right(p.T("bench.memory"), ""),
	}}
	for i := range r.Sums {
		sum := &r.Sums[i]
		ratio, memory := "–", "–"
		if x := sum.Ratio; x != nil {
			ratio = fmt.Sprintf("× %s (%s–%s)", p.Decimal(x.Median, 2), p.Decimal(x.Min, 2), p.Decimal(x.Max, 2))
		}
		if sum.Anonymous != nil {
			memory = p.T("bench.import_mib", "n", p.Decimal(float64(*sum.Anonymous)/(1<<20), 0))
		}
		g.add(sum.Who, p.Int(int(sum.Rate.Median)), p.Int(int(sum.Rate.Min))+"–"+p.Int(int(sum.Rate.Max)), ratio, memory)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("bench.import_conditions", "rows", p.Int(r.Rows), "columns", r.Columns, "mib", p.Decimal(float64(r.FileBytes)/(1<<20), 0), "runs", r.Sums[0].Runs))
	for i := range r.Sums {
		if r.Sums[i].Who == bench.AgainstRaw {
			s.say(p.T("bench.import_raw", "records", p.Int(int(r.Sums[i].Records.Median))))
		}
	}
	for _, server := range r.Servers {
		key := "bench.import_postgres"
		if server.Fresh {
			key = "bench.import_postgres_fresh"
		}
		s.say(p.T(key, "who", server.Who, "version", server.Version, "settings", strings.Join(server.Settings, ", ")))
	}
	for _, word := range r.Absent {
		s.note(p.T("bench.absent", "who", word))
	}
	return nil
}
