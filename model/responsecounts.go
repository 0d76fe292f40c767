package model

// ResponseCounts is what came back of a campaign. Persons are counted once each,
// machines apart; of bounces every one.
type ResponseCounts struct {
	Clicks         int                       `json:"clicks"` // by persons
	ClickPersons   int                       `json:"click_persons"`
	MachineClicks  int                       `json:"machine_clicks"`
	Opens          int                       `json:"opens"` // of the campaign, never of a person; an estimate
	MachineOpens   int                       `json:"machine_opens"`
	Views          int                       `json:"views"`
	Unsubscribes   int                       `json:"unsubscribes"` // persons
	Complaints     int                       `json:"complaints"`
	Replies        int                       `json:"replies"`
	Bounces        int                       `json:"bounces"`
	BouncesByClass map[string]int            `json:"bounces_by_class"` // class → number, those that occur
	BouncesByLane  map[string]map[string]int `json:"bounces_by_lane"`  // lane → class → number
	Answers        map[string]int            `json:"answers"`          // note → persons
	Links          []LinkCounts              `json:"links"`

	// Shares are those of persons who clicked, left or complained, and of messages
	// that came back, of what was accepted: nil before the first one was.
	Shares *ResponseShares `json:"shares,omitempty"`
	// Versions are the clicks of each wording that was accepted, the first first.
	Versions []VersionClicks `json:"versions,omitempty"`
	// Satisfaction is what the answers come to; nil without any.
	Satisfaction *Satisfaction `json:"satisfaction,omitempty"`
}

// ResponseShares are shares of the accepted messages of a campaign.
type ResponseShares struct {
	Of           int   `json:"of"` // accepted
	Clicks       Share `json:"clicks"`
	Unsubscribes Share `json:"unsubscribes"`
	Complaints   Share `json:"complaints"`
	Bounces      Share `json:"bounces"`
}

// Share is a part of something, from 0 to 1, with its interval at 95 %.
type Share struct {
	N    int     `json:"n"`
	Part float64 `json:"share"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// VersionClicks are the clicks of persons on any link of one wording.
type VersionClicks struct {
	Version  int `json:"version"`
	Accepted int `json:"accepted"`
	Clicks   int `json:"clicks"`
}

// Satisfaction is what people answered: of a scale to ten the score of promoters
// less detractors (NPS) in points, with its margin at 95 %; of a scale to five how
// many are satisfied (4 and 5).
type Satisfaction struct {
	Scale     int      `json:"scale"` // 5 or 10
	Answers   int      `json:"answers"`
	Others    int      `json:"other_scale,omitempty"` // answers on the other scale, left out
	Mean      float64  `json:"mean"`
	Score     *float64 `json:"nps,omitempty"`
	Margin    *float64 `json:"margin,omitempty"`
	Satisfied *Share   `json:"satisfied,omitempty"`
}

// LinkCounts are the clicks of persons on one link of a version of the message.
type LinkCounts struct {
	Version int    `json:"version"` // 0: not known
	Link    int    `json:"link"`    // from 1
	URL     string `json:"url"`
	Clicks  int    `json:"clicks"`
	Persons int    `json:"persons"`
}
