package store

import (
	"context"
	"time"

	"blanche/model"
)

// Responses keeps what came from outside, month by month, so that what is too old
// goes as a whole: clicks, opens of a campaign, bounces, complaints, answers.
// It is apart from contacts and ledger: neither an import nor a send waits for
// it, nor it for them. The month of a response is that of its instant in UTC,
// whatever the zone of the shop: a zone may be changed, a name of a file may not.
//
// A click of a person within BurstWindow of one on another link of the same
// message is a machine's, and so is the other: both become AgentBurst, also the
// one that was kept before, in the step that shows it. Nobody looks across the
// turn of a month for that.
type Responses interface {
	// Append makes responses durable in the order given, in one step for each
	// month. A response whose ID was seen within seven days of its instant is
	// left out: seen tells which. Of an ID only a hash is kept, of an open no
	// contact. What is of a month that was removed lies with the oldest one kept.
	// When the disk is nearly full it takes nothing but what must not be lost:
	// steps that hold something else than clicks, opens and views.
	Append(ctx context.Context, responses []model.Response) (seen []bool, err error)

	// Of visits the responses of a person from the latest back, until f says no.
	// The kinds of opens are never among them.
	Of(ctx context.Context, contact model.ContactID, f func(model.Response) bool) error

	// List visits the responses of a campaign (0: of all) from the latest back,
	// until f says no.
	List(ctx context.Context, campaign model.CampaignID, f func(model.Response) bool) error

	// Tally is what is known of a campaign, exact at any time; sums outlive the
	// months that Expire removed. Campaign 0: the responses to none.
	Tally(ctx context.Context, campaign model.CampaignID) (ResponseTally, error)

	// People visits each person of a campaign that has a response of a kind by a
	// person (not by a machine), once, with the first and the last instant, in
	// the order of their numbers. Campaign 0: of all campaigns.
	People(ctx context.Context, kind model.ResponseKind, campaign model.CampaignID, f func(id model.ContactID, first, last time.Time) bool) error

	// Forget takes a person out of every response, with its details; sums stay.
	Forget(ctx context.Context, contact model.ContactID) error

	// Months are those of which anything is kept, as "2026-11", oldest first.
	Months(ctx context.Context) ([]string, error)

	// Expire removes the months that ended before an instant, and returns them
	// as "2026-11". KindBusy: the folder is being copied or compacted.
	Expire(ctx context.Context, before time.Time) ([]string, error)
}

// BurstWindow is how close clicks on different links of one message are when no
// person makes them.
const BurstWindow = 2 * time.Second

// IDsKept is for how long a response is known by the ID that its sender gave it.
const IDsKept = 7 * 24 * time.Hour

// ResponseTally counts the responses of a campaign. Persons counts each person once,
// as long as the months that tell are kept; Hits counts every response, by kind
// and by agent.
type ResponseTally struct {
	Hits    [model.ResponseKinds][model.AgentUnknown + 1]int
	Persons [model.ResponseKinds]int
	Links   map[VersionLink]LinkTally // clicks of persons
	Bounces [model.BounceClasses]int
	ByLane  [model.Lanes][model.BounceClasses]int
	Answers map[int16]int // the last answer of each person, every answer of the others
}

// VersionLink is a link of one version of a message.
type VersionLink struct {
	Version uint32
	Link    uint16
}

// LinkTally counts the clicks on a link. Persons counts each person once.
type LinkTally struct{ Hits, Persons int }

// Count is how many responses of a kind there are, of persons and machines.
func (t *ResponseTally) Count(kind model.ResponseKind) (n int) {
	for _, by := range t.Hits[kind] {
		n += by
	}
	return n
}

// Machines is how many of them were not made by a person.
func (t *ResponseTally) Machines(kind model.ResponseKind) int {
	return t.Count(kind) - t.Hits[kind][model.AgentPerson]
}

// Add adds the counts of another tally.
func (t *ResponseTally) Add(o *ResponseTally) { t.add(o, 1) }

// Subtract takes the counts of another tally away.
func (t *ResponseTally) Subtract(o *ResponseTally) { t.add(o, -1) }

func (t *ResponseTally) add(o *ResponseTally, sign int) {
	for k := range t.Hits {
		for a := range t.Hits[k] {
			t.Hits[k][a] += sign * o.Hits[k][a]
		}
		t.Persons[k] += sign * o.Persons[k]
	}
	for c := range t.Bounces {
		t.Bounces[c] += sign * o.Bounces[c]
		for l := range t.ByLane {
			t.ByLane[l][c] += sign * o.ByLane[l][c]
		}
	}
	for link, n := range o.Links {
		t.OnLink(link, sign*n.Hits, sign*n.Persons)
	}
	for answer, n := range o.Answers {
		t.OnAnswer(answer, sign*n)
	}
}

// OnLink adds to the counts of a link; one without any is not in the map.
func (t *ResponseTally) OnLink(link VersionLink, hits, persons int) {
	if t.Links == nil {
		t.Links = map[VersionLink]LinkTally{}
	}
	n := LinkTally{t.Links[link].Hits + hits, t.Links[link].Persons + persons}
	if t.Links[link] = n; n == (LinkTally{}) {
		delete(t.Links, link)
	}
}

// OnAnswer adds to the count of an answer; one that nobody gives is not in the map.
func (t *ResponseTally) OnAnswer(answer int16, n int) {
	if t.Answers == nil {
		t.Answers = map[int16]int{}
	}
	if t.Answers[answer] += n; t.Answers[answer] == 0 {
		delete(t.Answers, answer)
	}
}

// ValidResponse reports whether a response can be kept: of a kind, an agent, a class and
// a lane that exist, at an instant of the years 1971 to 2500.
func ValidResponse(r *model.Response) bool {
	return r.Kind > 0 && int(r.Kind) < model.ResponseKinds && r.Agent <= model.AgentUnknown &&
		int(r.Class) < model.BounceClasses && int(r.Lane) < model.Lanes &&
		r.At.Year() > 1970 && r.At.Year() <= 2500 && len(r.Detail) <= MaxDetail
}

// MaxDetail bounds the text of a response, in bytes.
const MaxDetail = 512
