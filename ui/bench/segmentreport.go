package bench

// SegmentReport is a measurement of counting.
type SegmentReport struct {
	People  int        `json:"people"`
	Runs    int        `json:"runs"`
	Queries []QuerySum `json:"queries"`
	// Memory is what eleven columns take.
	Memory int64  `json:"memory_bytes"`
	Scan   Spread `json:"scan_seconds"`  // of reading everybody, and no more
	Ready  Spread `json:"ready_seconds"` // from the opening to the first count
	Edit   Spread `json:"edit_ms"`       // of the record of one person, durable
	Shown  Spread `json:"shown_ms"`      // from then to a count that knows it
	// Typed is what a screen asks at one letter of a rule: reading it, counting it
	// with the exclusions, and five people; over those of the texts on the way
	// that were rules.
	Typed      Spread `json:"typed_ms"`
	TypedRules int    `json:"typed_rules"`
	// Postgres is the version measured against.
	Postgres string   `json:"postgres"`
	Absent   []string `json:"absent"` // rivals that are not here
}

// QuerySum is one query, counted by everybody.
type QuerySum struct {
	Query   string      `json:"query"`
	Rule    string      `json:"rule"`
	Matched int         `json:"matched"`
	Engines []EngineSum `json:"engines"` // ours first
}

// EngineSum is what one took for it. Ratio is its time over ours.
type EngineSum struct {
	Who    string  `json:"who"`
	Millis Spread  `json:"ms"`
	Ratio  float64 `json:"ratio"`
}
