package cli

import (
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
)

// sayInside is what a sending looks like inside: its moments, the lanes, who has
// which wording, the test. Nothing of it where there is nothing to tell.
func (s *session) sayInside(st *model.Status) error {
	s.sayMoments(st)
	if err := s.sayLanes(st.Lanes); err != nil {
		return err
	}
	if err := s.sayReturns(st); err != nil {
		return err
	}
	if len(st.Versions) > 1 {
		s.say("", s.p.T("cli.status.versions"))
		for _, v := range st.Versions {
			s.say("  " + s.p.N("cli.status.version", v.Accepted, "version", v.Version))
		}
	}
	if st.AB != nil {
		return s.sayTest(st.AB)
	}
	return nil
}

// sayMoments is what holds everything back, and when a campaign leaves, rests
// and left.
func (s *session) sayMoments(st *model.Status) {
	p := s.p
	if st.HeldBy != "" {
		s.sayHeld(st.HeldBy, st.HeldWhy)
	}
	if st.LeavesAt != nil {
		s.say(p.T("cli.campaign.leaves", "name", st.Name, "at", p.Time(*st.LeavesAt)))
	}
	if st.RestsUntil != nil {
		s.say(p.T("cli.status.rests", "at", *st.RestsUntil))
	}
	if st.RequestedAt != nil && st.FirstAcceptedAt != nil {
		s.say(p.T("cli.status.express", "took", st.FirstAcceptedAt.Sub(*st.RequestedAt)))
	}
}

// sayHeld is what keeps everything from leaving, and what the machine said of it.
//
//i18n:keys cli.status.held.*
func (s *session) sayHeld(by, why string) {
	s.say(s.p.T("cli.status.held." + by))
	if why != "" {
		s.say(s.p.T("cli.status.held_why", "why", safe.Text(why)))
	}
}

// sayReturns is what came back: each kind with its share, the links, and what the
// figures leave out.
func (s *session) sayReturns(st *model.Status) error {
	p := s.p
	site := s.settings != nil && s.settings.Public.URL != ""
	note := say.ReturnsNote(p, st, site)
	if note == "" {
		return nil
	}
	s.say("", p.N("response.came.title_of", st.Accepted))
	g := &grid{columns: []column{left("", ""), left("", "")}}
	for _, r := range say.Returns(p, st, site) {
		label := "  " + r.Label
		if r.Part {
			label = "  " + label
		}
		g.add(label, r.Text)
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	if links := say.ReturnLinks(p, st.Responses); len(links) > 0 {
		g = &grid{columns: []column{
			left("  "+p.T("response.came.versions_title"), ""), right(p.T("response.came.persons_title"), ""), right(p.T("response.came.hits_title"), ""),
			right(p.T("response.came.share_title"), ""), left(p.T("response.came.link_title"), ""),
		}}
		for _, l := range links {
			g.add("  "+l.Version, l.Persons, l.Clicks, l.Share, safe.Text(l.URL))
		}
		if err := g.write(s.Out); err != nil {
			return err
		}
	}
	s.say(note)
	return nil
}

// sayLanes is the part of each mailbox provider that has anybody.
func (s *session) sayLanes(lanes []model.LaneStatus) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.lane.lane"), ""), right(p.T("cli.status.accepted"), ""), right(p.T("cli.status.deferred"), ""), right(p.T("cli.status.refused"), ""),
		right(p.T("cli.status.left"), ""), right(p.T("cli.lane.now"), ""), left("", ""),
	}}
	for i := range lanes {
		l := &lanes[i]
		if l.Accepted+l.Deferred+l.Refused+l.Waiting+l.InHand == 0 {
			continue
		}
		g.add(s.lane(l.Lane), p.Int(l.Accepted), p.Int(l.Deferred), p.Int(l.Refused), p.Int(l.Waiting), p.Rate(l.RatePerSecond), s.slow(l))
	}
	if len(g.rows) == 0 {
		return nil
	}
	s.say("")
	return g.write(s.Out)
}

// sayTest is a test of wordings: what each brought, once that is known.
//
//i18n:keys cli.ab.verdict.*
func (s *session) sayTest(ab *model.ABStatus) error {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("cli.ab.variant"), ""), left(p.T("cli.campaign.subject"), ""), right(p.T("cli.status.planned"), ""), right(p.T("cli.status.accepted"), ""),
		right(s.metric(ab.Metric), ""), right("", ""),
	}}
	for i := range ab.Variants {
		v := &ab.Variants[i]
		value, between := "–", ""
		if v.Value != nil {
			value = s.brought(ab.Metric, *v.Value)
		}
		if v.Range != nil {
			between = p.Interval(s.brought(ab.Metric, v.Range[0]), s.brought(ab.Metric, v.Range[1]))
		}
		g.add(v.Name, cutText(v.Subject, 50), p.Int(v.Planned), p.Int(v.Accepted), value, between)
	}
	s.say("")
	if err := g.write(s.Out); err != nil {
		return err
	}
	switch {
	case ab.Waits:
		s.say(p.T("cli.ab.waits"))
	case ab.Verdict != "":
		s.say(p.T("cli.ab.verdict."+ab.Verdict, "winner", ab.Winner))
	case ab.DecidesAt != nil:
		s.say(p.T("cli.ab.decides", "at", *ab.DecidesAt))
	}
	return nil
}

// metric words what a test compares.
//
//i18n:keys cli.ab.metric.*
func (s *session) metric(code string) string {
	if key := "cli.ab.metric." + code; s.p.Has(key) {
		return s.p.T(key)
	}
	return code
}

// brought words what a message brought: euros, or a share of clicks.
func (s *session) brought(metric string, x float64) string {
	if metric == "clicks" {
		return s.p.Percent(x, 2)
	}
	return s.p.Euros(x, 2)
}
