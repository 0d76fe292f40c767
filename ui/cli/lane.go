package cli

import (
	"context"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newLaneCmd(s *session) *cobra.Command {
	return s.group("lane", newLaneListCmd(s), newLaneSetCmd(s), newLaneWarmUpCmd(s))
}

func newLaneListCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("lane list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		r, err := desk.Lanes(cmd.Context())
		if err != nil {
			return err
		}
		return s.showLanes(&r, *asCSV)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// showLanes is the pace of every lane, and where it stands.
func (s *session) showLanes(r *campaigns.LaneReport, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.lane.lane"), "lane"), right(p.T("cli.lane.connections"), "connections"), right(p.T("cli.lane.rate"), "rate_limit"),
		right(p.T("cli.lane.ceiling"), "ceiling"), right(p.T("cli.lane.today"), "sent_today"), right(p.T("cli.lane.in_hand"), "in_hand"),
		left("", "slow_until"), left("", "slow_why"),
	}}
	for i := range r.Lanes {
		l := &r.Lanes[i]
		until := ""
		if l.SlowUntil != nil {
			until = l.SlowUntil.Format(rfc3339)
		}
		g.addBoth(
			[]string{s.lane(l.Lane), limit(l.Connections, p.Int), s.rateLimit(l.RateLimit), limit(l.Ceiling, p.Int), p.Int(l.SentToday), p.Int(l.InHand), s.slow(l), ""},
			[]string{l.Lane, number(l.Connections), decimal(l.RateLimit), number(l.Ceiling), number(l.SentToday), number(l.InHand), until, l.SlowWhy},
		)
	}
	if err := s.show(r, asCSV, g); err != nil || s.global.json || asCSV {
		return err
	}
	all := p.T("cli.lane.all_free")
	if r.Rate > 0 {
		all = p.T("cli.lane.all", "rate", i18n.Raw(p.Rate(r.Rate)))
	}
	s.say("", all)
	if r.WarmUp.On {
		s.say(p.T("cli.lane.warm_up", "first", r.WarmUp.First, "growth", p.Percent(r.WarmUp.Growth, 0)))
	}
	return nil
}

// lane is the name of a lane as people say it.
//
//i18n:keys live.lanes.*
func (s *session) lane(code string) string {
	if key := "live.lanes." + code; s.p.Has(key) {
		return s.p.T(key)
	}
	return code
}

// laneCode is the code of a lane that was named as people say it.
func (s *session) laneCode(name string) string {
	for _, code := range laneCodes() {
		if strings.EqualFold(name, s.lane(code)) {
			return code
		}
	}
	return name
}

// slow says that a lane backs off, until when, and why.
func (s *session) slow(l *model.LaneStatus) string {
	why := i18n.Raw(cutText(say.Reply(s.p, "", l.SlowWhy), 60))
	switch {
	case l.SlowUntil != nil:
		return s.p.T("cli.lane.slow", "at", s.p.Time(*l.SlowUntil), "why", why)
	case l.SlowWhy != "":
		return s.p.T("cli.lane.slower", "why", why)
	}
	return ""
}

// limit words a bound, of which 0 is none.
func limit(n int, word func(int) string) string {
	if n == 0 {
		return "–"
	}
	return word(n)
}

func (s *session) rateLimit(perSecond float64) string {
	if perSecond == 0 {
		return "–"
	}
	return s.p.Rate(perSecond)
}

func newLaneSetCmd(s *session) *cobra.Command {
	var rate *float64
	var connections, ceiling *int
	var dry *bool
	cmd := s.command("lane set", []string{"LANE"}, func(cmd *cobra.Command, args []string) error {
		var c campaigns.LaneChange
		given := cmd.Flags().Changed
		if given("rate") {
			c.Rate = rate
		}
		if given("connections") {
			c.Connections = connections
		}
		if given("ceiling") {
			c.Ceiling = ceiling
		}
		if c == (campaigns.LaneChange{}) {
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--rate"))
		}
		return s.pace(cmd.Context(), *dry, func(ctx context.Context, desk campaigns.Desk) (campaigns.LaneReport, error) {
			return desk.SetLane(ctx, s.laneCode(args[0]), c)
		})
	})
	cmd.ValidArgs = laneCodes()
	rate, connections, ceiling = s.floatFlag(cmd, "rate", 0), s.intFlag(cmd, "connections", 0), s.intFlag(cmd, "ceiling", 0)
	dry = s.dryFlag(cmd)
	return cmd
}

// laneCodes are the words that lane set takes.
func laneCodes() []string {
	out := []string{"all"}
	for l := range model.Lanes {
		out = append(out, model.Lane(l).String())
	}
	return out
}

func newLaneWarmUpCmd(s *session) *cobra.Command {
	var first *int
	var growth *float64
	var off, dry *bool
	cmd := s.command("lane warmup", nil, func(cmd *cobra.Command, _ []string) error {
		given := cmd.Flags().Changed
		switch {
		case *off && (given("first") || given("growth")):
			return s.seeHelp(cmd, model.Invalid("cli.one_of_two", "a", "--off", "b", "--first"))
		case !*off && !given("first"):
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--first"))
		case !*off && *first < 1: // 0 would end it
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--first", "value", *first))
		case *off:
			*first, *growth = 0, 0
		}
		return s.pace(cmd.Context(), *dry, func(ctx context.Context, desk campaigns.Desk) (campaigns.LaneReport, error) {
			return desk.SetWarmUp(ctx, *first, *growth)
		})
	})
	first, growth = s.intFlag(cmd, "first", 0), s.floatFlag(cmd, "growth", 0.5)
	off, dry = s.boolFlag(cmd, "off"), s.dryFlag(cmd)
	return cmd
}

// pace changes how fast everything leaves, or rehearses it, and says how it is
// then.
func (s *session) pace(ctx context.Context, dry bool, change func(context.Context, campaigns.Desk) (campaigns.LaneReport, error)) error {
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	r, err := change(s.rehearsal(ctx, dry), desk)
	if err != nil {
		return err
	}
	defer s.wouldChange(dry)
	return s.showLanes(&r, false)
}
