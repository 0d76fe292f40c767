package campaigns

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// A secret is "blanche_", the name of its token, "_", and 256 random bits.
const (
	secretHead  = "blanche_"
	secretBytes = 32
)

// tokenActor is the name under which a token appears in the audit; no operator
// can be called so.
func tokenActor(name string) string { return "token:" + name }

// Tokens lists what lets other programs in.
func (s *Service) Tokens(ctx context.Context) ([]model.Token, error) {
	return s.store.Tokens().List(ctx)
}

// AddToken makes a token and returns its secret, once.
func (s *Service) AddToken(ctx context.Context, name string, scope []model.Scope, expires time.Time) (string, model.Token, error) {
	t := model.Token{Name: name, Created: s.Now(), Expires: expires, By: actorName(ctx)}
	if !model.ValidCampaignName(name) {
		return "", t, model.Invalid("token.bad_name", "name", name)
	}
	for _, one := range scope {
		if !slices.Contains(model.Scopes(), one) {
			return "", t, model.Invalid("token.bad_scope", "scope", string(one)).Hint("token.scopes")
		}
	}
	t.Scope = slices.Compact(slices.Sorted(slices.Values(scope)))
	switch {
	case len(t.Scope) == 0:
		return "", t, model.Invalid("token.no_scope").Hint("token.scopes")
	case t.Expired(s.Now()):
		return "", t, model.Invalid("token.past", "date", model.DateOf(expires.Add(-time.Second), s.cfg.Zone))
	}
	s.tokens.Lock()
	defer s.tokens.Unlock()
	if _, err := s.store.Tokens().Get(ctx, name); err == nil {
		return "", t, model.Refused("token.exists", "name", name)
	} else if !errors.Is(err, store.ErrNotFound) {
		return "", t, err
	}
	secret, err := s.newSecret(name)
	if err != nil {
		return "", t, err
	}
	t.Hash = hashOf(secret)
	if rehearsed(ctx) {
		return "", t, nil
	}
	if err := s.store.Tokens().Save(ctx, t); err != nil {
		return "", t, err
	}
	s.recast.Delete(tokenActor(name))
	s.changed()
	return secret, t, nil
}

func (s *Service) newSecret(name string) (string, error) {
	raw := make([]byte, secretBytes)
	s.entropy.Lock()
	defer s.entropy.Unlock()
	if _, err := io.ReadFull(s.opt.Rand, raw); err != nil {
		return "", err
	}
	return secretHead + name + "_" + base64.RawURLEncoding.EncodeToString(raw), nil
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// RevokeToken lets nobody in with a token any more: what is being taken with it
// is refused at its next step.
func (s *Service) RevokeToken(ctx context.Context, name string) error {
	s.tokens.Lock()
	defer s.tokens.Unlock()
	if _, err := s.store.Tokens().Get(ctx, name); err != nil || rehearsed(ctx) {
		return err
	}
	if err := s.store.Tokens().Delete(ctx, name); err != nil {
		return err
	}
	s.recast.Store(tokenActor(name), model.Role(""))
	s.changed()
	return nil
}

// Admit is the desk of the program that has a secret: it imports, and does
// nothing that its token does not say. The error is the same for a secret that is
// none, one that is over, and one that is not for this.
func (s *Service) Admit(ctx context.Context, secret string, scope model.Scope, from string) (Desk, string, error) {
	name := ""
	if rest, ok := strings.CutPrefix(secret, secretHead); ok {
		name = rest[:max(strings.IndexByte(rest, '_'), 0)]
	}
	t, err := s.store.Tokens().Get(ctx, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, "", err
	}
	same := subtle.ConstantTimeCompare([]byte(hashOf(secret)), []byte(t.Hash)) == 1
	if err != nil || !same || !t.Allows(scope, s.Now()) {
		return nil, "", model.Refused("token.refused")
	}
	if err := s.used(ctx, name); err != nil {
		return nil, "", err
	}
	return s.As(model.Actor{Name: tokenActor(name), Role: model.Maker, From: from}), name, nil
}

// used notes the day of the last use of a token.
func (s *Service) used(ctx context.Context, name string) error {
	s.tokens.Lock()
	defer s.tokens.Unlock()
	t, err := s.store.Tokens().Get(ctx, name)
	if err != nil {
		return err
	}
	now := s.Now()
	if model.DateOf(t.Used, s.cfg.Zone) == model.DateOf(now, s.cfg.Zone) {
		return nil
	}
	t.Used = now
	return s.store.Tokens().Save(ctx, t)
}

// ShopDesk is the desk of a shop whose signature was verified.
func (s *Service) ShopDesk(shop, from string) Desk {
	return s.As(model.Actor{Name: "shop:" + shop, Role: model.Maker, From: from})
}
