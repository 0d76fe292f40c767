package cli

import (
	"slices"
	"strconv"

	"blanche/campaigns"
)

// sayLife says what the BG/NBD model makes of a file: how often its customers
// buy, how they leave, and what it foresees of the histories asked about.
func (s *session) sayLife(m *campaigns.BGNBDReport) error {
	p := s.p
	four := func(x float64) string { return p.Decimal(x, 4) }
	s.say(p.N("cli.value.life", m.Customers), "")
	g := &grid{columns: []column{left(p.T("cli.value.parameter"), ""), right("", "")}}
	g.add("r", four(m.R))
	g.add("α", four(m.Alpha))
	g.add("a", four(m.A))
	g.add("b", four(m.B))
	g.add(p.T("cli.value.likelihood"), p.Decimal(m.LogLikelihood, 2))
	if err := g.write(s.Out); err != nil || len(m.Predictions) == 0 {
		return err
	}
	g = &grid{columns: []column{
		right(p.T("cli.value.repeats"), ""), right(p.T("cli.value.last"), ""), right(p.T("cli.value.watched"), ""),
		right(p.T("cli.value.alive"), ""), right(p.T("cli.value.expected", "time", strconv.FormatFloat(m.Predictions[0].Horizon, 'f', -1, 64)), ""),
	}}
	for _, h := range m.Predictions {
		g.add(p.Decimal(h.X, 0), p.Decimal(h.TX, 2), p.Decimal(h.T, 2), s.chance(float64(h.Alive)), p.Decimal(float64(h.Expected), 2))
	}
	s.say("")
	return g.write(s.Out)
}

// saySpend says what the gamma-gamma model makes of the baskets of a file.
func (s *session) saySpend(m *campaigns.GammaGamma) error {
	p := s.p
	s.say(p.N("cli.value.spend", m.Customers), "")
	g := &grid{columns: []column{left(p.T("cli.value.parameter"), ""), right("", "")}}
	for i, name := range []string{"p", "q", "v"} {
		g.add(name, p.Decimal([]float64{m.P, m.Q, m.V}[i], 4))
	}
	g.add(p.T("cli.value.likelihood"), p.Decimal(m.LogLikelihood, 2))
	if m.Q > 1 {
		g.add(p.T("cli.value.basket"), p.Decimal(m.P*m.V/(m.Q-1), 2))
	}
	return g.write(s.Out)
}

// sayScores shows how many customers have each score, where there are not the
// five that make classes.
func (s *session) sayScores(scores campaigns.RFM, quantiles int) error {
	p := s.p
	s.say(p.N("cli.value.scores", scores.Customers, "bought", p.Decimal(float64(scores.TotalValue), 2)), "")
	g := &grid{columns: []column{
		right(p.T("cli.value.score"), ""), right(p.T("cli.value.recency"), ""), right(p.T("cli.value.frequency"), ""), right(p.T("cli.value.amount"), ""),
	}}
	counts := make([][3]int, quantiles+1)
	for _, c := range scores.All {
		for i, score := range []int{c.R, c.F, c.M} {
			counts[score][i]++
		}
	}
	for score, n := range slices.Backward(counts) {
		if score > 0 {
			g.add(p.Int(score), p.Int(n[0]), p.Int(n[1]), p.Int(n[2]))
		}
	}
	return g.write(s.Out)
}
