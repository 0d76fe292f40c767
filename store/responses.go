package store

import (
	"context"
	"time"

	"blanche/model"
)

// Responses keeps what came from outside, month by month, so that what is too old
// goes as a whole: clicks, opens of a campaign, bounces, complaints, answers.
// It is apart from contacts and ledger: neither an import nor a send waits for
// it, nor it for them.
type Responses interface {
	// Append makes responses durable, in one step, in the order given. A response
	// whose ID was seen in the last seven days is left out: seen tells which.
	Append(ctx context.Context, responses []model.Response) (seen []bool, err error)

	// Of visits the responses of a person from the latest back, until f says no.
	// The kinds of opens are never among them.
	Of(ctx context.Context, contact model.ContactID, f func(model.Response) bool) error

	// List visits the responses of a campaign (0: of all) from the latest back,
	// until f says no.
	List(ctx context.Context, campaign model.CampaignID, f func(model.Response) bool) error

	// Tally is what is known of a campaign, exact at any time.
	Tally(ctx context.Context, campaign model.CampaignID) (ResponseTally, error)

	// People visits each person of a campaign that has a response of a kind by a
	// person (not by a machine), once, with the first and the last instant, in
	// the order of their numbers. Campaign 0: of all campaigns.
	People(ctx context.Context, kind model.ResponseKind, campaign model.CampaignID, f func(id model.ContactID, first, last time.Time) bool) error

	// Forget takes a person out of every response; sums stay.
	Forget(ctx context.Context, contact model.ContactID) error

	// Expire removes the months that ended before an instant, and returns them
	// as "2026-11".
	Expire(ctx context.Context, before time.Time) ([]string, error)
}

// ResponseTally counts the responses of a campaign. Persons counts each person once;
// Hits counts every response, by kind and by agent.
type ResponseTally struct {
	Hits    [model.ResponseKinds][model.AgentUnknown + 1]int
	Persons [model.ResponseKinds]int
	Links   map[uint16]int // hits of persons by link
	Bounces [model.BounceClasses]int
	ByLane  [model.Lanes][model.BounceClasses]int
	Answers map[int16]int
}
