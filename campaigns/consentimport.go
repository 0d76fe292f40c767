package campaigns

import (
	"context"
	"strings"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// partnerWords are how files name people who agreed to hear from somebody else.
var partnerWords = []string{"partenaire", "partner", "coregistration", "co-registration", "coreg", "location de fichier", "fichier loue", "list rental"}

// declared checks what the owner of a file says of the people in it, and gives
// the context in which their acts are written. A ground without what proves it
// is refused; people who agreed at a partner's need the words that they read and
// the day too, because whoever uses the file holds the proof (CNIL, SAN-2023-018).
func declared(ctx context.Context, r *ImportRequest) (context.Context, error) {
	r.BasisSource, r.Wording = strings.TrimSpace(r.BasisSource), strings.TrimSpace(r.Wording)
	if r.Basis != model.BasisNone && r.BasisSource == "" {
		return ctx, model.Refused("consent.import_needs_source")
	}
	if r.Basis == model.BasisConsent && fromPartner(r.BasisSource) && (r.Wording == "" || r.BasisAt.IsZero()) {
		return ctx, model.Refused("consent.partner", "source", r.BasisSource)
	}
	if len(r.Wording) > maxProof {
		return ctx, model.Invalid("consent.too_long", "most", maxProof)
	}
	return store.Evidenced(ctx, model.Evidence{Source: r.Name, Wording: r.Wording}), nil
}

func fromPartner(source string) bool {
	source = audience.Fold(source)
	for _, w := range partnerWords {
		if strings.Contains(source, w) {
			return true
		}
	}
	return false
}
