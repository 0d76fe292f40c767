package campaigns

import (
	"encoding/json"
	"time"

	"blanche/campaigns/hooks"
	"blanche/model"
)

// HookSecrets are what other programs sign with, each with the one in force and,
// while it is being changed, the one before or after it. Without secrets of
// requests, a token alone is enough.
type HookSecrets struct{ Request, Shopify, WooCommerce []string }

// SignHook is what a program sends as X-Blanche-Timestamp and X-Blanche-Signature
// with a body.
func SignHook(secret string, at time.Time, body []byte) (timestamp, signature string) {
	return hooks.Sign(secret, at, body)
}

// HookProof judges signatures, and remembers those that it accepted. It is safe
// for concurrent use.
type HookProof struct {
	secrets HookSecrets
	replays hooks.Replays
}

// NewHookProof judges by some secrets.
func NewHookProof(secrets HookSecrets) *HookProof { return &HookProof{secrets: secrets} }

// Telling is a signed request that was accepted; the zero value is one without a
// signature.
type Telling = hooks.Telling

// Request judges the signature of a request: nil where none is asked for. A
// genuine one is good once.
func (p *HookProof) Request(timestamp, signature string, body []byte, now time.Time) (Telling, error) {
	if len(p.secrets.Request) == 0 {
		return Telling{}, nil
	}
	switch hooks.Verify(p.secrets.Request, timestamp, signature, body, now) {
	case hooks.Forged:
		return Telling{}, model.Refused("hook.forged")
	case hooks.Stale:
		return Telling{}, model.Refused("hook.stale")
	}
	t := hooks.TellingOf(timestamp, body)
	if !p.replays.Take(t, now) {
		return Telling{}, model.Conflict("hook.replayed")
	}
	return t, nil
}

// Forgive lets a request come again that could not be heeded.
func (p *HookProof) Forgive(t Telling) { p.replays.Forgive(t) }

// Shop judges the signature of a shop.
func (p *HookProof) Shop(shop, signature string, body []byte) error {
	secrets := map[hooks.Shop][]string{hooks.Shopify: p.secrets.Shopify, hooks.WooCommerce: p.secrets.WooCommerce}[hooks.Shop(shop)]
	if hooks.VerifyShop(secrets, signature, body) != hooks.Genuine {
		return model.Refused("hook.forged")
	}
	return nil
}

// ShopItem is what a shop tells as an item of ItemRequest; ok is false for what
// says nothing of an order, or is told by another topic too.
func ShopItem(shop, topic string, body []byte) (item map[string]json.RawMessage, ok bool, err error) {
	row, ok, err := hooks.RowOf(hooks.Shop(shop), topic, body)
	if !ok || err != nil {
		return nil, false, err
	}
	item = row.Cells
	if row.Version != "" {
		if item[memberVersion], err = json.Marshal(row.Version); err != nil {
			return nil, false, err
		}
	}
	return item, true, nil
}
