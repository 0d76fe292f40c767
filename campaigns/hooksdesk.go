package campaigns

import (
	"context"
	"encoding/json"
	"time"

	"blanche/model"
)

// HookDesk is the door of other programs: shops, tills, the site.
type HookDesk interface {
	// Tokens lists what lets other programs in, by name.
	Tokens(ctx context.Context) ([]model.Token, error)
	// AddToken makes one, and returns its secret: it is kept nowhere, and never
	// shown again. A zero time of expiry is never.
	AddToken(ctx context.Context, name string, scope []model.Scope, expires time.Time) (secret string, t model.Token, err error)
	// RevokeToken lets nobody in with it any more, at once.
	RevokeToken(ctx context.Context, name string) error
	// TakeItems keeps what another program sends, each item wholly or not at all,
	// and tells what became of each, in their order. When it returns, what it tells
	// is durable, and the sums, results and segments that it touches know it.
	TakeItems(ctx context.Context, r ItemRequest) ([]ItemResult, error)
}

// ItemRequest is what another program sends at once.
type ItemRequest struct {
	Kind  model.Scope
	Items []map[string]json.RawMessage
	// Shop is whose form the items of orders are in: "" that of the API, else a
	// name of ImportProfiles.
	Shop string
	// Source is where orders come from when they do not say.
	Source string
	// Telling is the signed request that the items came in, if it was signed: an
	// event without an id is heard once in it, over a restart too.
	Telling Telling
}

// The results of an item.
const (
	ItemCreated   = "created"
	ItemUpdated   = "updated"
	ItemUnchanged = "unchanged"
	ItemRefused   = "refused"
)

// The reasons of an item that changed nothing.
const (
	ItemRepeated = "repeated" // the event was heard before
	ItemOutdated = "outdated" // a newer version of the same thing was heard before
)

// ItemResult is what became of one item. Field is the member at fault, Reason a
// code: of ItemRepeated…, of an import, missing_field, unreadable.
type ItemResult struct {
	Result string `json:"result"`
	Reason string `json:"reason,omitempty"`
	Field  string `json:"field,omitempty"`
}

func refused(field, reason string) ItemResult { return ItemResult{ItemRefused, reason, field} }
