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
}

// LinkCounts are the clicks of persons on one link of a version of the message.
type LinkCounts struct {
	Version int    `json:"version"` // 0: not known
	Link    int    `json:"link"`    // from 1
	URL     string `json:"url"`
	Clicks  int    `json:"clicks"`
	Persons int    `json:"persons"`
}
