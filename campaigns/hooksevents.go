package campaigns

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"blanche/campaigns/intake"
	"blanche/model"
	"blanche/store"
)

// The events that another program tells of a person.
const (
	toldUnsubscribe = "unsubscribe"
	toldComplaint   = "complaint"
	toldReply       = "reply"
	toldAnswer      = "answer"
)

// toldEvent is what another program says that a person did.
type toldEvent struct {
	id       string
	kind     model.ResponseKind
	email    string
	external string
	card     string
	campaign string
	detail   string
	value    int16
	at       time.Time
}

// maxDetail is what a response has room for.
const maxDetail = 512

// readTold reads a redemption or an event.
func (s *Service) readTold(kind model.Scope, raw map[string]json.RawMessage) (toldEvent, *intake.Refusal) {
	e := toldEvent{kind: model.ResponseRedeemed}
	var what, at, code, text string
	members := map[string]*string{"email": &e.email, "external_id": &e.external, "card": &e.card, "campaign": &e.campaign, "at": &at}
	if kind == model.ScopeRedemptions {
		members["code"] = &code
	} else {
		members["type"], members["text"] = &what, &text
	}
	for title, value := range raw {
		if title == "value" && kind == model.ScopeEvents {
			if json.Unmarshal(value, &e.value) != nil {
				return e, &intake.Refusal{Field: title, Reason: "invalid_number"}
			}
			continue
		}
		into, known := members[title]
		if !known {
			return e, &intake.Refusal{Field: title, Reason: "unknown_field"}
		}
		if json.Unmarshal(value, into) != nil {
			return e, &intake.Refusal{Field: title, Reason: "unreadable"}
		}
		if len(*into) > maxDetail {
			return e, &intake.Refusal{Field: title, Reason: "too_long"}
		}
	}
	e.detail = cmp.Or(code, text)
	return e, s.checkTold(kind, &e, what, at, code)
}

func (s *Service) checkTold(kind model.Scope, e *toldEvent, what, at, code string) *intake.Refusal {
	if kind == model.ScopeRedemptions && code == "" {
		return &intake.Refusal{Field: "code", Reason: "missing_field"}
	}
	if kind == model.ScopeEvents {
		kinds := map[string]model.ResponseKind{
			toldUnsubscribe: model.ResponseUnsubscribe, toldComplaint: model.ResponseComplaint, toldReply: model.ResponseReply, toldAnswer: model.ResponseAnswer,
		}
		var known bool
		if e.kind, known = kinds[what]; !known {
			return &intake.Refusal{Field: "type", Reason: map[bool]string{true: "missing_field", false: "unknown_type"}[what == ""]}
		}
	}
	switch {
	case e.email+e.external+e.card == "" && kind == model.ScopeEvents:
		return &intake.Refusal{Field: "email", Reason: "missing_field"}
	case e.email != "" && !model.ValidEmail(e.email):
		return &intake.Refusal{Field: "email", Reason: "invalid_email"}
	}
	if e.at = s.Now(); at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil || t.After(e.at.Add(24*time.Hour)) {
			return &intake.Refusal{Field: "at", Reason: "invalid_date"}
		}
		e.at = t
	}
	return nil
}

// takeTold does what events ask for, oppositions first, then keeps them.
func (s *Service) takeTold(ctx context.Context, items []hookItem) ([]ItemResult, error) {
	results := make([]ItemResult, len(items))
	var responses []model.Response
	var at []int
	for i := range items {
		r, bad, err := s.heed(ctx, &items[i].told)
		if err != nil {
			return nil, err
		}
		if bad != nil {
			results[i] = refused(bad.Field, bad.Reason)
			continue
		}
		responses, at = append(responses, r), append(at, i)
	}
	if len(responses) == 0 {
		return results, nil
	}
	seen, err := s.RecordEach(ctx, responses)
	if err != nil {
		return nil, err
	}
	for n, i := range at {
		results[i] = ItemResult{Result: ItemCreated}
		if seen[n] {
			results[i] = ItemResult{Result: ItemUnchanged, Reason: ItemRepeated}
		}
	}
	s.changed()
	return results, nil
}

// heed does what an event asks for at once: who opposes is not written to from
// here on.
func (s *Service) heed(ctx context.Context, e *toldEvent) (r model.Response, bad *intake.Refusal, err error) {
	r = model.Response{At: e.at, Kind: e.kind, Detail: e.detail, Value: e.value, ID: e.id}
	if e.campaign != "" {
		c, err := s.store.Campaigns().Get(ctx, e.campaign)
		if errors.Is(err, store.ErrNotFound) {
			return r, &intake.Refusal{Field: "campaign", Reason: "unknown_campaign"}, nil
		}
		if err != nil {
			return r, nil, err
		}
		r.Campaign = c.ID
	}
	who, err := s.whoIs(ctx, e)
	if err != nil {
		return r, nil, err
	}
	r.Contact = who.id
	if who.email == "" {
		return r, nil, nil
	}
	was, known, err := s.store.Suppressions().Get(ctx, who.email)
	if err != nil {
		return r, nil, err
	}
	ref := who.email
	if who.id != 0 {
		ref = strconv.FormatUint(uint64(who.id), 10)
	}
	switch {
	case e.kind == model.ResponseUnsubscribe && !(known && was.Reason == model.SuppressOpposed):
		err = s.Oppose(ctx, ref, actorName(ctx))
	case e.kind == model.ResponseComplaint && !(known && was.Reason == model.SuppressComplaint):
		if err = s.Complain(ctx, ref, e.campaign); model.KindOf(err) == model.KindNotFound {
			err = nil // suppressed all the same
		}
	}
	if model.KindOf(err) == model.KindPartial {
		err = nil // durable; one message was on its way already
	}
	return r, nil, err
}

// whoIs finds whom an event is about, by address, then number, then card.
func (s *Service) whoIs(ctx context.Context, e *toldEvent) (addressee, error) {
	people := s.store.Contacts()
	for _, look := range []struct {
		key string
		by  func(context.Context, string) (model.Contact, error)
	}{{e.email, people.ByEmail}, {e.external, people.ByExternal}, {e.card, people.ByCard}} {
		if look.key == "" {
			continue
		}
		c, err := look.by(ctx, look.key)
		if err == nil {
			return addressee{c.ID, c.Email}, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return addressee{}, err
		}
	}
	return addressee{email: e.email}, nil
}
