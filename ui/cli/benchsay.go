package cli

import (
	"fmt"

	"blanche/ui/bench"
)

// benchRun is one run, as it ends.
func (s *session) benchRun(r *bench.Run) string {
	key := "bench.run"
	if r.Discarded {
		key = "bench.run_discarded"
	}
	return s.p.T(key, "who", r.Who, "round", r.Round, "rate", s.p.Int(int(r.Rate)), "cpu", s.p.Decimal(r.CPU, 1))
}

// sayBench is a measurement as a table, with the conditions it stands under.
func (s *session) sayBench(r *bench.Report) error {
	p := s.p
	g := &grid{columns: []column{
		left("", ""), right(p.T("bench.rate"), ""), right(p.T("bench.range"), ""), right(p.T("bench.ratio"), ""),
		right(p.T("bench.cpu"), ""), right(p.T("bench.memory"), ""),
	}}
	for i := range r.Sums {
		sum := &r.Sums[i]
		ratio, memory := "–", "–"
		if sum.Ratio != nil {
			ratio = fmt.Sprintf("× %s (%s–%s)", p.Decimal(sum.Ratio.Rate, 2), p.Decimal(sum.Ratio.Min, 2), p.Decimal(sum.Ratio.Max, 2))
		}
		if sum.Anonymous != nil && sum.Sending != nil {
			mib := func(n int64) string { return p.Decimal(float64(n)/(1<<20), 0) }
			memory = p.T("bench.mib", "n", mib(*sum.Sending), "before", mib(*sum.Anonymous))
		}
		g.add(sum.Who, p.Int(int(sum.Rate.Median)), p.Int(int(sum.Rate.Min))+"–"+p.Int(int(sum.Rate.Max)), ratio, p.Decimal(sum.CPU.Median, 1), memory)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	s.say("", p.T("bench.conditions", "messages", r.Messages, "bytes", r.Bytes, "connections", r.Connections, "runs", r.Sums[0].Runs, "latency", p.Decimal(r.RTTMillis, 0)))
	if b := r.Beside; b != nil {
		s.say(p.T("bench.beside", "rows", b.Rows, "rate", p.Int(int(b.RowsRate)), "kept", p.Int(int(b.Kept)), "asked", p.Int(int(b.Asked)), "share", p.Percent(b.Share, 0)))
	}
	for _, word := range r.Absent {
		s.note(p.T("bench.absent", "who", word))
	}
	if n := r.Discarded(); n > 0 {
		s.note(p.N("bench.discarded", n))
	}
	return nil
}
