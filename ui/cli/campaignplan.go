package cli

import (
	"fmt"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/say"
)

// campaignHoursJSON are the hours in which a campaign may leave, by the clock of
// the shop.
type campaignHoursJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// campaignTestJSON is the test of wordings that a campaign file asks for, and
// its verdict once there is one.
type campaignTestJSON struct {
	Share        float64               `json:"share"`
	Metric       string                `json:"metric"`
	DelaySeconds int                   `json:"delay_seconds"`
	Variants     []campaignVariantJSON `json:"variants"`
	Verdict      *string               `json:"verdict"` // better, no_difference, chosen
	Winner       *string               `json:"winner"`
}

type campaignVariantJSON struct {
	Name    string `json:"name"`
	Subject string `json:"subject"`
}

func asHours(h model.Hours) *campaignHoursJSON {
	if h.From == 0 && h.To == 0 {
		return nil
	}
	return &campaignHoursJSON{clockMinute(h.From), clockMinute(h.To)}
}

func clockMinute(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// asDays are the days of a week in which a campaign may leave, as a campaign
// file writes them.
func asDays(h model.Hours) []string {
	out := []string{}
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); h.Days[day] {
			out = append(out, strings.ToLower(day.String()[:3]))
		}
	}
	return out
}

func asTest(c *model.Campaign) *campaignTestJSON {
	ab := &c.Spec.AB
	if len(ab.Variants) == 0 {
		return nil
	}
	out := &campaignTestJSON{Share: ab.Share, Metric: ab.Metric, DelaySeconds: int(ab.Delay.Seconds())}
	for _, v := range ab.Variants {
		out.Variants = append(out.Variants, campaignVariantJSON{v.Name, subjectOf(c, v)})
	}
	if c.AB.Verdict != "" {
		out.Verdict = &c.AB.Verdict
	}
	if n := int(c.AB.Winner); n > 0 && n <= len(ab.Variants) {
		out.Winner = &ab.Variants[n-1].Name
	}
	return out
}

// subjectOf is the subject of a variant: that of the file where it says none.
func subjectOf(c *model.Campaign, v model.Variant) string {
	if v.Subject == "" {
		return c.Spec.Subject
	}
	return v.Subject
}

// addPlans adds when a campaign may leave, and what it tests. What the variants
// of a launched one brought is in its status, which follows.
func (s *session) addPlans(g *grid, c *model.Campaign) {
	p, ab := s.p, &c.Spec.AB
	if !c.Spec.Hours.Always() {
		g.add(p.T("cli.campaign.hours"), say.Hours(p, c.Spec.Hours))
	}
	if len(ab.Variants) == 0 {
		return
	}
	g.add(p.T("cli.campaign.test"), p.T("cli.campaign.test_is", "share", p.Percent(ab.Share, 0), "metric", s.metric(ab.Metric), "delay", p.Duration(ab.Delay)))
	if !c.State.Launched() {
		for _, v := range ab.Variants {
			g.add("", v.Name+"   "+subjectOf(c, v))
		}
	}
}
