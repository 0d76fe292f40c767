package say

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"blanche/model"
	"blanche/ui/i18n"
)

// Return is a line about what came back of a campaign.
type Return struct {
	Label, Text string
	Warn        bool // worse than a sender can afford
	Part        bool // of the line before
}

// fewAccepted is under how many messages a share in percent would say more than
// is known: it is said as so many of so many.
const fewAccepted = 100

// The shares from which mailbox providers begin to refuse a sender: complaints at
// Gmail and Yahoo; bounces, by the guard of the sending.
const (
	complaintsWarn = 0.001
	bouncesWarn    = 0.05
)

// Returns is what came back of a campaign that left, a line for each kind, those
// that matter to a decision first; nil before it leaves. Untrusted words are not
// among them. Without a site nobody could click, and nothing is said of it.
func Returns(p *i18n.Printer, st *model.Status, site bool) []Return {
	r := st.Responses
	if r == nil || r.Shares == nil {
		return nil
	}
	s := r.Shares
	var out []Return
	linked := site || r.Clicks+r.MachineClicks+r.Unsubscribes > 0
	if linked {
		out = append(out, Return{Label: p.T("response.came.clicks"), Text: clicked(p, r)},
			Return{Label: p.T("response.came.unsubscribes"), Text: p.N("response.came.persons", s.Unsubscribes.N) + part(p, s.Unsubscribes, s.Of)})
	}
	out = append(out,
		Return{Label: p.T("response.came.complaints"), Text: p.Int(s.Complaints.N) + part(p, s.Complaints, s.Of), Warn: s.Complaints.N > 0 && s.Complaints.Part >= complaintsWarn},
		Return{Label: p.T("response.came.bounces"), Text: p.Int(s.Bounces.N) + part(p, s.Bounces, s.Of), Warn: s.Of >= fewAccepted && s.Bounces.Part >= bouncesWarn})
	out = append(out, bounced(p, r)...)
	if r.Satisfaction != nil {
		out = append(out, Return{Label: p.T("response.came.answers"), Text: Satisfaction(p, r.Satisfaction)})
	}
	add := func(key string, n int) {
		if n > 0 {
			out = append(out, Return{Label: p.T("response.came." + key), Text: p.N("response.came."+key+"_n", n)}) //i18n:keys response.came.*
		}
	}
	add("replies", r.Replies)
	add("views", r.Views)
	add("opens", r.Opens)
	if linked {
		out = append(out, versions(p, r)...)
	}
	return out
}

// clicked is how many persons followed a link, with the machines apart.
func clicked(p *i18n.Printer, r *model.ResponseCounts) string {
	text := p.N("response.came.persons", r.ClickPersons) + part(p, r.Shares.Clicks, r.Shares.Of)
	if r.Clicks > r.ClickPersons {
		text += " · " + p.N("response.came.hits", r.Clicks)
	}
	if r.MachineClicks > 0 {
		text += " · " + p.N("response.came.machines", r.MachineClicks)
	}
	return text
}

// part is a share of what was accepted, with its range; of a few, of how many.
func part(p *i18n.Printer, s model.Share, of int) string {
	switch {
	case s.N == 0:
		return ""
	case of < fewAccepted:
		return " " + p.N("response.came.of", of)
	}
	return ", " + rateOf(p, s.Part) + " " + p.Interval(rateOf(p, s.Low), rateOf(p, s.High))
}

// rateOf has a second digit where the first would say nothing.
func rateOf(p *i18n.Printer, x float64) string {
	if x < 0.01 {
		return p.Percent(x, 2)
	}
	return p.Percent(x, 1)
}

// bounced is why messages came back, and from which providers, the most first.
func bounced(p *i18n.Printer, r *model.ResponseCounts) (out []Return) {
	classes := slices.SortedFunc(maps.Keys(r.BouncesByClass), func(a, b string) int {
		return cmpBoth(r.BouncesByClass[b]-r.BouncesByClass[a], a, b)
	})
	for _, class := range classes {
		lanes := slices.DeleteFunc(slices.Sorted(maps.Keys(r.BouncesByLane)), func(l string) bool { return r.BouncesByLane[l][class] == 0 })
		slices.SortStableFunc(lanes, func(a, b string) int {
			return cmpBoth(r.BouncesByLane[b][class]-r.BouncesByLane[a][class], a, b)
		})
		for i, l := range lanes {
			lanes[i] = p.T("live.lanes."+l) + " " + p.Int(r.BouncesByLane[l][class]) //i18n:keys live.lanes.*
		}
		out = append(out, Return{Label: BounceClass(p, class), Text: p.T("response.came.from", "n", r.BouncesByClass[class], "lanes", strings.Join(lanes, ", ")), Part: true})
	}
	return out
}

func cmpBoth(n int, a, b string) int {
	if n != 0 {
		return n
	}
	return strings.Compare(a, b)
}

// fewAnswers is under how many answers a score would be chance.
const fewAnswers = 30

// Satisfaction is what people answered: a score with its margin or, of a few, how
// many gave which note.
func Satisfaction(p *i18n.Printer, s *model.Satisfaction) string {
	text := answersSay(p, s)
	if s.Others > 0 {
		text += " · " + p.N("response.came.other_scale", s.Others)
	}
	return text
}

func answersSay(p *i18n.Printer, s *model.Satisfaction) string {
	mean := p.Decimal(s.Mean, 1)
	switch {
	case s.Answers < fewAnswers:
		return p.N("response.came.few_answers", s.Answers, "mean", mean, "scale", s.Scale)
	case s.Score != nil:
		return p.N("response.came.nps", s.Answers, "score", p.SignedDecimal(*s.Score, 0), "margin", p.Decimal(*s.Margin, 0), "mean", mean)
	}
	return p.N("response.came.csat", s.Answers, "share", rateOf(p, s.Satisfied.Part),
		"range", p.Interval(rateOf(p, s.Satisfied.Low), rateOf(p, s.Satisfied.High)), "mean", mean)
}

// versions are the clicks of each wording, where there are several.
func versions(p *i18n.Printer, r *model.ResponseCounts) (out []Return) {
	if len(r.Versions) < 2 {
		return nil
	}
	for _, v := range r.Versions {
		text := p.N("response.came.hits", v.Clicks) + " " + p.N("response.came.of", v.Accepted)
		if v.Accepted >= fewAccepted {
			text += p.T("response.came.each", "n", p.Decimal(100*float64(v.Clicks)/float64(v.Accepted), 1))
		}
		out = append(out, Return{Label: p.T("response.came.version", "n", v.Version), Text: text})
	}
	return out
}

// ReturnLink is the clicks on a link; where it leads is untrusted.
type ReturnLink struct{ Version, Persons, Clicks, Share, URL string }

// ReturnLinks are the links that somebody followed, in the order of wordings, then
// of the message.
func ReturnLinks(p *i18n.Printer, r *model.ResponseCounts) (out []ReturnLink) {
	for _, l := range r.Links {
		if l.Clicks <= 0 {
			continue
		}
		one := ReturnLink{Version: "v" + strconv.Itoa(l.Version), Persons: p.Int(l.Persons), Clicks: p.Int(l.Clicks), Share: Unknown, URL: l.URL}
		for _, v := range r.Versions {
			if v.Version == l.Version && v.Accepted >= fewAccepted {
				one.Share = rateOf(p, float64(l.Persons)/float64(v.Accepted))
			}
		}
		if one.URL == "" {
			one.URL = p.T("response.came.link", "n", l.Link)
		}
		out = append(out, one)
	}
	return out
}

// ReturnsNote says what the figures of a campaign leave out: that nothing of it
// could come back, or whom the clicks are of. Empty before it leaves.
func ReturnsNote(p *i18n.Printer, st *model.Status, site bool) string {
	switch r := st.Responses; {
	case r == nil:
		return ""
	case r.Shares == nil:
		return p.T("response.came.nothing_left")
	case !site && r.Clicks+r.MachineClicks+r.Unsubscribes == 0:
		return p.T("response.came.no_site")
	case r.Clicks+r.MachineClicks == 0 && r.Unsubscribes+r.Bounces+r.Complaints == 0:
		return p.T("response.came.nothing")
	}
	return p.T("response.came.who")
}

// ReturnsBrief is what came back in a few words, "" when nothing did.
func ReturnsBrief(p *i18n.Printer, st *model.Status) string {
	r := st.Responses
	if r == nil || r.Shares == nil {
		return ""
	}
	answers := 0
	if r.Satisfaction != nil {
		answers = r.Satisfaction.Answers
	}
	var parts []string
	for _, t := range []struct {
		key string
		n   int
	}{{"clicked", r.ClickPersons}, {"unsubscribed", r.Unsubscribes}, {"complained", r.Shares.Complaints.N}, {"bounced", r.Shares.Bounces.N}, {"answered", answers}} {
		if t.n > 0 {
			parts = append(parts, p.N("response.brief."+t.key, t.n)) //i18n:keys response.brief.*
		}
	}
	return strings.Join(parts, ", ")
}
