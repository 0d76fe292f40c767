package store

import (
	"context"
	"time"

	"blanche/model"
)

// Ledger keeps who got what, one line a recipient, and is the heart of "never
// lost, never twice":
//
//   - a recipient is given to one claim at a time;
//   - an intent is durable before Commit returns, so before the final dot;
//   - opening the store turns what was claimed into planned, and what was
//     intended into uncertain: nothing else is in doubt;
//   - the tally is counted from the lines, so it always is their sum.
//
// A campaign without a plan has no lines: reading it gives nothing, Claim gives
// nobody, and what would change a line returns ErrNotFound.
//
// Of each line the store keeps the state, the version and the second of the
// last change; attempts, code and text (cut to 64 and 512 bytes) only of those
// to whom something else happened than leaving at the first try. The code of
// somebody who is uncertain because the process ended is "interrupted".
type Ledger interface {
	// Plan freezes the audience of a campaign; ErrExists the second time.
	Plan(ctx context.Context, c model.CampaignID, p model.Plan) error
	// HasPlan tells whether the audience is frozen.
	HasPlan(ctx context.Context, c model.CampaignID) (bool, error)
	// HeldOut returns the zone blanche, sorted by contact.
	HeldOut(ctx context.Context, c model.CampaignID) ([]model.HeldOut, error)
	// Apart returns those of the universal zone blanche whom the target lost,
	// sorted.
	Apart(ctx context.Context, c model.CampaignID) ([]model.ContactID, error)
	// Strata returns the stratum of the draw of each planned person, in plan
	// order; nil where they are not known.
	Strata(ctx context.Context, c model.CampaignID) ([]string, error)
	// Members returns the planned people in plan order (sorted by contact).
	Members(ctx context.Context, c model.CampaignID) ([]model.ContactID, error)

	// Claim hands out recipients that nobody else may send before they are
	// settled, at most as many of each lane, and MaxClaim in all, as the request
	// says, and of its cells alone: first deferred ones whose time has come,
	// within a lane in the order of that time, then planned ones, within a lane
	// in plan order. Nothing is promised of the order of the lanes. It hands out
	// fewer than it may only when there are no more: whoever is not asked for
	// hides nobody.
	Claim(ctx context.Context, c model.CampaignID, r model.ClaimRequest, now time.Time) ([]model.Claim, error)
	// Commit writes results and intents in one durable step. An intent whose
	// address is suppressed is not taken: the recipient is excluded in the same
	// step, and its place in the answer is false. An outcome settles a claimed
	// or intended recipient; StatePlanned gives it back. Another current state
	// is an error, and then nothing of the batch is written, with one exception:
	// what is already written, to the second, is done. A commit may be durable
	// and yet return an error, and must be safe to repeat.
	Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) (taken []bool, err error)
	// NextDue is when the next deferred recipient may be tried; zero without.
	NextDue(ctx context.Context, c model.CampaignID) (time.Time, error)
	// ExcludeRest excludes everybody planned or deferred, and counts them: the
	// end of a cancelled campaign. What is claimed or intended is left to its
	// outcome.
	ExcludeRest(ctx context.Context, c model.CampaignID, reason string, at time.Time) (int, error)
	// Resolve decides what to do with the uncertain recipients: StatePlanned
	// sends them again, StateAccepted counts them as sent. Returns how many.
	Resolve(ctx context.Context, c model.CampaignID, to model.State, at time.Time) (int, error)
	// Bounced notes that the message of a person came back: accepted or uncertain
	// becomes bounced, with a code and what a server said. The version and the
	// instant stay those of its leaving. False: the line was in another state, as
	// after the same report, or the person is not planned.
	Bounced(ctx context.Context, c model.CampaignID, who model.ContactID, code, text string) (bool, error)
	// Again plans again, as if nothing had been tried, the refused whose refusal
	// may pass (model.RefusalMayPass), and nobody else. Returns how many.
	Again(ctx context.Context, c model.CampaignID) (int, error)

	// Tally counts the lines of a campaign.
	Tally(ctx context.Context, c model.CampaignID) (model.Tally, error)
	// Lines visits the recipients in a state of the set, in plan order, in
	// short transactions.
	Lines(ctx context.Context, c model.CampaignID, states []model.State, f func(model.Recipient) error) error
	// Of returns the line of one contact in a campaign; false when the person
	// is not planned in it.
	Of(ctx context.Context, c model.CampaignID, id model.ContactID) (model.Recipient, bool, error)
}
