package campaigns

import (
	"time"

	"blanche/model"
)

// Live is what moves, at one instant.
type Live struct {
	At       time.Time
	Revision uint64 // changes when contacts, orders or campaigns changed: reload what is shown
	Sends    bool   // this process sends
	Ready    bool   // the columns are built: rules and sorting answer
	Running  []LiveCampaign
	Events   []model.Event // newest first
	// Departures are the starts in their time of grace, the next one first.
	Departures []Departure
	// Public is why nobody outside could say no, so that nothing leaves.
	Public PublicAlarm

	hidden func() *Live // without addresses, made when somebody asks
}

// Departure is a start that was confirmed and has not happened yet: see StartIn.
type Departure struct {
	Name, Title string
	At          time.Time     // it leaves, by the clock of the desk
	Left        time.Duration // until then, by the clock of the machine: what a screen counts down
	Planned     int           // people it was confirmed for
	By          string        // who started it
}

// LiveCampaign is a campaign under way, or just finished.
type LiveCampaign struct {
	model.Status
	History []float64 // messages a second, one value a second, oldest first
}

// Today is the first screen.
type Today struct {
	Shop         string
	Contacts     int
	Customers    int     // with a paid order in 24 months
	NewCustomers int     // first order in the last 7 days
	Revenue12    float64 // euros per customer active in 12 months
	RevenueTrend []float64
	CustomersBy  []float64 // customers active, by month, oldest first
	Orders30     int
	Spend30      model.Cents
	SpendBy      []float64 // revenue by month, euros, oldest first
	Running      []model.Status
	Late         []CampaignLine
	Waiting      []CampaignLine // drafts and checked: await a launch
	Uncertain    []UncertainCount
	Results      []CampaignLine // measured, newest first
	Launch       LaunchClock
	Inbox        InboxView
	Choose       []string // campaigns whose test found no difference: somebody must choose
	Public       PublicAlarm
	Ready        bool
}

// LaunchClock is how long it took from a request to the first message that the
// relay took, of the campaigns that say when they were asked for.
type LaunchClock struct {
	Last, Median time.Duration
	N            int
}

// LaneReport is how fast everything leaves, and where the lanes stand.
type LaneReport struct {
	Rate   float64            `json:"rate_limit"` // of all together, 0: no limit
	WarmUp LaneWarmUp         `json:"warm_up"`
	Lanes  []model.LaneStatus `json:"lanes"`
}

// LaneWarmUp is the plan of a warm-up.
type LaneWarmUp struct {
	On     bool    `json:"on"`
	First  int     `json:"first"`
	Growth float64 `json:"growth"`
}

// LaneChange is a change of a pace; nil stays as it is.
type LaneChange struct {
	Rate        *float64
	Connections *int
	Ceiling     *int
}
