package model

import "time"

// State is where one recipient of one campaign stands. The values are stored:
// never renumber them.
type State uint8

// The states of a recipient.
//
//	planned ──claim──► claimed ──intend──► intended ──settle──► accepted | refused | deferred | uncertain
//	   ▲                  │ crash             │ crash: uncertain        deferred ──due──► claimed
//	   └──────────────────┘                   └ not started: planned
//
//	accepted, uncertain ──report──► bounced
//
// Excluded is what never was sent for a reason (suppressed while queued, rest
// of a cancelled campaign). Intended is durable before the final dot, so a
// crash leaves at most the window W of recipients in it.
const (
	StatePlanned   State = 0
	StateClaimed   State = 1
	StateIntended  State = 2
	StateAccepted  State = 3
	StateDeferred  State = 4
	StateRefused   State = 5
	StateExcluded  State = 6
	StateUncertain State = 7
	StateBounced   State = 8 // the relay took it, and it came back later
	States         int   = 9
)

var stateNames = [...]string{"planned", "claimed", "intended", "accepted", "deferred", "refused", "excluded", "uncertain", "bounced"}

func (s State) String() string { return stateNames[s] }

// MarshalText writes the English code of the state.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Recipient is one line of the ledger of a campaign.
type Recipient struct {
	Ordinal  Ordinal
	Contact  ContactID
	Lane     Lane
	Cell     Cell
	State    State
	Version  uint16    // of the message: the one claimed or sent
	At       time.Time // of the last change of state; zero while planned
	Attempts int
	NextTry  time.Time // when deferred
	Code     string    // "550 5.1.1", or the reason of an exclusion
	Text     string    // what the server said: untrusted
}

// Plan is the audience of a campaign, frozen at launch: who is to be written
// to and who is left alone. Both are sorted by contact, without repetition,
// and nobody is in both.
//
// Apart are the people of the universal zone blanche whom the target lost before
// the draw: sorted too, and in neither of the two. They are kept to be listed
// and audited, and belong to no arm.
type Plan struct {
	Planned []Planned
	HeldOut []HeldOut
	Apart   []ContactID

	// Strata names the strata of the planned, where they are known: Stratum n of a
	// person is Strata[n-1].
	Strata []string
}

// Planned is one person to be written to.
type Planned struct {
	Contact ContactID
	Lane    Lane
	Cell    Cell
	Stratum uint16 // of the draw: see Plan.Strata; 0 not known
}

// Cell is the part of an A/B test that a person was drawn into: 0 the rest,
// who get the wording that won, n the n-th variant. The values are stored.
type Cell uint8

// Cells is how many cells there are at most: the rest and four variants.
const Cells = 5

// CellSet is a set of cells, a bit each; the zero value is all of them.
type CellSet uint8

// Has reports whether a cell belongs to the set.
func (s CellSet) Has(c Cell) bool { return s == 0 || s&(1<<c) != 0 }

// ClaimRequest says whom a claim may hand out: at most Most people in all, at
// most Lanes[l] of each lane, of the cells of a set.
type ClaimRequest struct {
	Most  int
	Lanes [Lanes]int
	Cells CellSet
}

// Claims asks for n people, whoever they are.
func Claims(n int) ClaimRequest {
	r := ClaimRequest{Most: n}
	for l := range r.Lanes {
		r.Lanes[l] = n
	}
	return r
}

// HeldOut is one person of the zone blanche, with the stratum of the draw.
type HeldOut struct {
	Contact ContactID
	Stratum string
}

// Claim is a recipient handed to the worker: nobody else gets it until it is
// settled, released, or the store is opened again.
type Claim struct {
	Campaign CampaignID
	Ordinal  Ordinal
	Contact  ContactID
	Lane     Lane
	Cell     Cell
	Attempts int // tries made before this one
}

// Outcome is what became of one claim.
type Outcome struct {
	Campaign CampaignID
	Ordinal  Ordinal
	State    State // accepted, deferred, refused, excluded, uncertain; planned gives it back
	Version  uint16
	At       time.Time
	Attempts int
	NextTry  time.Time // when deferred
	Code     string
	Text     string
}

// Intent announces, durably and before the final dot, that a message is about
// to leave. Email is looked up among the suppressions in the same transaction.
type Intent struct {
	Campaign CampaignID
	Ordinal  Ordinal
	Email    string
	Version  uint16
	At       time.Time
}

// Tally counts the recipients of one campaign by state, lane, cell and version. It
// is always counted from the lines, never stored.
type Tally struct {
	HeldOut  int
	Planned  int // everybody in the plan, whatever became of them
	ByState  [States]int
	ByLane   [Lanes][States]int
	ByCell   [Cells][States]int
	Versions map[uint16]int // taken by the relay, by version of the message
}

// Taken is whose message the relay took: it came back of some of them, later.
// A campaign shows them all as accepted, and the bounced as a part of them.
func (t *Tally) Taken() int { return t.ByState[StateAccepted] + t.ByState[StateBounced] }

// Waiting is who is still to be tried for the first time or again at once.
func (t *Tally) Waiting() int {
	return t.ByState[StatePlanned] + t.ByState[StateClaimed] + t.ByState[StateIntended]
}

// Balanced reports whether the sum of the states is the plan: the product's
// promise, computed from the lines each time.
func (t *Tally) Balanced() bool {
	sum := 0
	for _, n := range t.ByState {
		sum += n
	}
	return sum == t.Planned
}

// Finished reports whether nothing is waiting or deferred. Uncertain
// recipients do not keep a campaign open.
func (t *Tally) Finished() bool {
	return t.Waiting() == 0 && t.ByState[StateDeferred] == 0
}
