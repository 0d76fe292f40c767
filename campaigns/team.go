package campaigns

import (
	"context"
	"errors"
	"slices"
	"strings"

	"blanche/model"
	"blanche/store"
)

// Operators lists who may come in over the network, by name.
func (s *Service) Operators(ctx context.Context) ([]model.Operator, error) {
	return s.store.Operators().List(ctx)
}

// AddOperator lets a person come in over the network, with at least one key.
func (s *Service) AddOperator(ctx context.Context, name string, role model.Role, keys []string) (model.Operator, error) {
	o := model.Operator{Name: name, Role: role, Created: s.Now(), Updated: s.Now()}
	if !model.ValidCampaignName(name) {
		return o, model.Invalid("team.bad_name", "name", name)
	}
	if _, known := model.ParseRole(string(role)); !known {
		return o, unknownRole(role)
	}
	if _, err := s.store.Operators().Get(ctx, name); err == nil {
		return o, model.Refused("team.exists", "name", name).Hint("team.change_instead", "name", name)
	}
	if err := s.addKeys(ctx, &o, keys); err != nil {
		return o, err
	}
	if len(o.Keys) == 0 {
		return o, model.Invalid("team.no_key", "name", name)
	}
	return s.keepOperator(ctx, o)
}

// SetRole changes what a person may do, at once, in their open sessions too.
func (s *Service) SetRole(ctx context.Context, name string, role model.Role) (model.Operator, error) {
	if _, known := model.ParseRole(string(role)); !known {
		return model.Operator{}, unknownRole(role)
	}
	o, err := s.operator(ctx, name)
	if err != nil || o.Role == role {
		return o, err
	}
	o.Role, o.Updated = role, s.Now()
	return s.keepOperator(ctx, o)
}

// SetKeys adds lines of authorized_keys and removes keys, each by its
// fingerprint or its line. An operator may be left without any: nobody comes in
// under that name then.
func (s *Service) SetKeys(ctx context.Context, name string, add, remove []string) (model.Operator, error) {
	o, err := s.operator(ctx, name)
	if err != nil {
		return o, err
	}
	o.Keys = slices.Clone(o.Keys)
	for _, key := range remove {
		i := slices.IndexFunc(o.Keys, func(k model.OperatorKey) bool { return k.Fingerprint == key || strings.HasPrefix(key, k.Line) })
		if i < 0 {
			return o, model.NotFound("team.no_such_key", "name", name, "key", key).Hint("team.list_them")
		}
		o.Keys = slices.Delete(o.Keys, i, i+1)
	}
	if err := s.addKeys(ctx, &o, add); err != nil {
		return o, err
	}
	o.Updated = s.Now()
	return s.keepOperator(ctx, o)
}

// RemoveOperator lets a person in no more; what they have open is refused from
// now on. The last one may go too, whatever their role: whoever owns the folder
// on its machine comes in without a key, as admin.
func (s *Service) RemoveOperator(ctx context.Context, name string) error {
	if _, err := s.operator(ctx, name); err != nil || rehearsed(ctx) {
		return err
	}
	if err := s.store.Operators().Delete(ctx, name); err != nil {
		return s.operatorError(err, name)
	}
	s.recast.Store(name, model.Role(""))
	s.changed()
	return nil
}

func (s *Service) operator(ctx context.Context, name string) (model.Operator, error) {
	o, err := s.store.Operators().Get(ctx, name)
	return o, s.operatorError(err, name)
}

func (s *Service) operatorError(err error, name string) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return model.NotFound("team.unknown", "name", name).Hint("team.list_them")
	case errors.Is(err, store.ErrChanged):
		return model.Conflict("team.changed", "name", name).Because(err)
	case errors.Is(err, store.ErrExists):
		return model.Refused("team.taken", "name", name).Because(err)
	}
	return err
}

func (s *Service) keepOperator(ctx context.Context, o model.Operator) (model.Operator, error) {
	if rehearsed(ctx) {
		return o, nil
	}
	kept, err := s.store.Operators().Put(ctx, o)
	if err != nil {
		return o, s.operatorError(err, o.Name)
	}
	s.recast.Store(kept.Name, kept.Role)
	s.changed()
	return kept, nil
}

// addKeys reads lines of authorized_keys; a key that the operator already has
// is let be, one of somebody else is refused.
func (s *Service) addKeys(ctx context.Context, o *model.Operator, lines []string) error {
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if s.opt.ParseKey == nil {
			return model.Failed(nil, "team.keys_unread")
		}
		key, err := s.opt.ParseKey(line)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(o.Keys, func(k model.OperatorKey) bool { return k.Fingerprint == key.Fingerprint }) {
			continue
		}
		if other, err := s.store.Operators().ByKey(ctx, key.Fingerprint); err == nil && other.Name != o.Name {
			return model.Refused("team.key_taken", "fingerprint", key.Fingerprint, "name", other.Name)
		}
		key.Added = s.Now()
		o.Keys = append(o.Keys, key)
	}
	return nil
}

func unknownRole(role model.Role) error {
	return model.Invalid("team.unknown_role", "role", string(role), "roles", model.Roles())
}
