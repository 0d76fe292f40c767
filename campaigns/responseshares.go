package campaigns

import (
	"strings"

	"blanche/campaigns/measure"
	"blanche/model"
)

// compare fills in what came back as parts of what was accepted.
func compare(st *model.Status) {
	r := st.Responses
	if st.Accepted > 0 {
		r.Shares = &model.ResponseShares{
			Of: st.Accepted, Clicks: shareOf(r.ClickPersons, st.Accepted), Unsubscribes: shareOf(r.Unsubscribes, st.Accepted),
			Complaints: shareOf(max(r.Complaints, st.Complaints), st.Accepted), Bounces: shareOf(max(r.Bounces, st.Bounced), st.Accepted),
		}
	}
	by := map[int]int{}
	for _, l := range r.Links {
		by[l.Version] += l.Clicks
	}
	for _, v := range st.Versions {
		if v.Accepted > 0 {
			r.Versions = append(r.Versions, model.VersionClicks{Version: v.Version, Accepted: v.Accepted, Clicks: by[v.Version]})
		}
	}
}

// shareOf is a part with its interval. What came twice, or of messages of before,
// may be more than was accepted: then the part is all of it.
func shareOf(n, of int) model.Share {
	low, high := measure.ShareRange(min(n, of), of)
	return model.Share{N: n, Part: min(float64(n)/float64(of), 1), Low: low, High: high}
}

// satisfaction is what the answers come to. The question of a campaign is on a
// scale to five where its message says so, else to ten: a page keeps the note
// alone, and a 4 is another thing on each.
func satisfaction(c *model.Campaign, answers map[int16]int) *model.Satisfaction {
	if len(answers) == 0 {
		return nil
	}
	by, scale := map[int]int{}, 5
	if !asksOfFive(&c.Spec) {
		scale = 10
	}
	for note, n := range answers {
		by[int(note)] += n
		if note == 0 || note > 5 {
			scale = 10
		}
	}
	s := measure.Satisfied(by, scale)
	out := &model.Satisfaction{Scale: scale, Answers: s.Answers, Mean: s.Mean}
	if scale == 10 {
		out.Score, out.Margin = &s.Score, &s.Margin
		return out
	}
	share := shareOf(s.Satisfied, s.Answers)
	out.Satisfied = &share
	return out
}

// asksOfFive reports whether a message asks for a note of one to five.
func asksOfFive(spec *model.CampaignSpec) bool {
	asks := func(body string) bool {
		_, rest, found := strings.Cut(body, "answer_url")
		return found && strings.Contains(rest, "of=5")
	}
	for i := range spec.AB.Variants {
		if asks(spec.AB.Variants[i].Body) {
			return true
		}
	}
	return asks(spec.Body)
}

func orZero(r *model.ResponseCounts) model.ResponseCounts {
	if r == nil {
		return model.ResponseCounts{}
	}
	return *r
}
