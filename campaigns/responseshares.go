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

// satisfaction is what the answers come to, on the scale that most of them were
// given on; those on the other one are left out, and counted. Notes of before,
// which have no scale, are on that of the message.
func satisfaction(c *model.Campaign, answers map[int16]int) *model.Satisfaction {
	if len(answers) == 0 {
		return nil
	}
	old := bareScale(c, answers)
	of := map[int]map[int]int{model.ScaleFive: {}, model.ScaleTen: {}}
	given := map[int]int{}
	for value, n := range answers {
		note, scale := model.Note(value)
		if scale == 0 {
			scale = old
		}
		of[scale][note] += n
		given[scale] += n
	}
	scale, other := model.ScaleTen, model.ScaleFive
	if given[other] > given[scale] || given[other] == given[scale] && asksOfFive(&c.Spec) {
		scale, other = other, scale
	}
	by := of[scale]
	s := measure.Satisfied(by, scale)
	out := &model.Satisfaction{Scale: scale, Answers: s.Answers, Mean: s.Mean, Others: given[other]}
	if scale == 10 {
		out.Score, out.Margin = &s.Score, &s.Margin
		return out
	}
	share := shareOf(s.Satisfied, s.Answers)
	out.Satisfied = &share
	return out
}

// bareScale is the scale of the notes that have none: that of the message, unless
// one of them cannot be on it.
func bareScale(c *model.Campaign, answers map[int16]int) int {
	if !asksOfFive(&c.Spec) {
		return model.ScaleTen
	}
	for value := range answers {
		if note, scale := model.Note(value); scale == 0 && (note == 0 || note > model.ScaleFive) {
			return model.ScaleTen
		}
	}
	return model.ScaleFive
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
