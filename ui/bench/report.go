package bench

import "slices"

// Run is one send of everything, by us or by a rival.
type Run struct {
	Who     string  `json:"who"`
	Round   int     `json:"round"`
	Seconds float64 `json:"seconds"` // from the start to the end
	Rate    float64 `json:"messages_per_second"`
	// Prepare is the part of Seconds before the first message could leave:
	// check, draw and plan. Nil for a rival, which has none.
	Prepare   *float64 `json:"prepare_seconds"`
	CPU       float64  `json:"cpu_us_per_message"` // of the sender, user and system
	SinkCPU   *float64 `json:"sink_cpu_us_per_message"`
	Anonymous *int64   `json:"anonymous_bytes"`         // most at once, of us
	Sending   *int64   `json:"anonymous_sending_bytes"` // the same once messages leave
	Arrived   *int     `json:"arrived"`                 // at our own sink
	Bytes     *float64 `json:"message_bytes"`           // of a message there
	Discarded bool     `json:"discarded"`
}

// Spread is what several runs gave.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Sum is what the runs of one sender come to.
type Sum struct {
	Who   string `json:"who"`
	Runs  int    `json:"runs"`
	Rate  Spread `json:"messages_per_second"`
	CPU   Spread `json:"cpu_us_per_message"`
	Ratio *Ratio `json:"ratio"` // of us to this rival; nil for us
	// Anonymous is the most memory in any run, of us; Sending the same once
	// messages leave: before, the audience is drawn from columns in memory.
	Anonymous *int64 `json:"anonymous_bytes"`
	Sending   *int64 `json:"anonymous_sending_bytes"`
}

// Ratio is how many times faster than a rival we were: median by median, and
// the least and most of a round.
type Ratio struct {
	Rate float64 `json:"rate"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
	CPU  float64 `json:"cpu"`
}

// Report is a measurement.
type Report struct {
	Messages    int      `json:"messages"`
	Connections int      `json:"connections"`
	Bytes       int      `json:"message_bytes"`
	Window      int      `json:"window"`
	RTTMillis   float64  `json:"latency_ms"`
	DKIM        string   `json:"dkim"`
	Relay       string   `json:"relay"` // empty: our own sink
	Folder      string   `json:"folder"`
	Absent      []string `json:"absent"` // rivals that are not here
	Runs        []Run    `json:"runs"`
	Sums        []Sum    `json:"sums"`
	Beside      *Beside  `json:"import,omitempty"`
}

// Discarded is how many rounds the machine spoiled.
func (r *Report) Discarded() int {
	n := 0
	for _, run := range r.Runs {
		if run.Who == ours && run.Discarded {
			n++
		}
	}
	return n
}

// sum fills the sums from the runs that count, of us first.
func (r *Report) sum(who []string) {
	mine := r.of(ours)
	r.Sums = nil
	for _, name := range who {
		s := sumOf(name, r.of(name))
		if name != ours && len(mine) > 0 && s.Runs > 0 {
			s.Ratio = ratioOf(mine, r.of(name))
		}
		r.Sums = append(r.Sums, s)
	}
}

// of are the runs of a sender that count.
func (r *Report) of(who string) []Run {
	var out []Run
	for _, run := range r.Runs {
		if run.Who == who && !run.Discarded {
			out = append(out, run)
		}
	}
	return out
}

func sumOf(who string, runs []Run) Sum {
	s := Sum{Who: who, Runs: len(runs)}
	var rates, cpus []float64
	for _, run := range runs {
		rates, cpus = append(rates, run.Rate), append(cpus, run.CPU)
		s.Anonymous, s.Sending = larger(s.Anonymous, run.Anonymous), larger(s.Sending, run.Sending)
	}
	s.Rate, s.CPU = spread(rates), spread(cpus)
	return s
}

// larger is the larger of two figures that may not be known.
func larger(a, b *int64) *int64 {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

func ratioOf(mine, theirs []Run) *Ratio {
	a, b := sumOf("", mine), sumOf("", theirs)
	var rounds []float64
	for i := range min(len(mine), len(theirs)) {
		rounds = append(rounds, mine[i].Rate/theirs[i].Rate)
	}
	s := spread(rounds)
	r := &Ratio{Rate: a.Rate.Median / b.Rate.Median, Min: s.Min, Max: s.Max}
	if b.CPU.Median > 0 {
		r.CPU = a.CPU.Median / b.CPU.Median
	}
	return r
}

// spread is the median and the range of a few numbers; zero of none.
func spread(x []float64) Spread {
	if len(x) == 0 {
		return Spread{}
	}
	x = slices.Clone(x)
	slices.Sort(x)
	n := len(x)
	return Spread{Median: (x[(n-1)/2] + x[n/2]) / 2, Min: x[0], Max: x[n-1]}
}
