package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"blanche/campaigns/intake"
	"blanche/model"
	"blanche/store"
)

// The members of an item that are not of what it tells, but of the telling.
const (
	memberEvent   = "event_id"
	memberVersion = "updated_at"
)

// itemErased is why a person is refused who asked to be forgotten; imports say the
// same.
const itemErased = "erased"

// maxEvent is how long the id of an event may be.
const maxEvent = 200

// hookItem is an item that was read: of its kind, what it says.
type hookItem struct {
	event  store.Event
	order  model.Order
	person intake.Person
	told   toldEvent
}

// TakeItems keeps what another program sends.
func (s *Service) TakeItems(ctx context.Context, r ItemRequest) ([]ItemResult, error) {
	results, err := s.takeItems(ctx, &r)
	if !rehearsed(ctx) {
		if err == nil && r.Shop != "" {
			s.heardFrom("shop:" + r.Shop)
		}
		s.hookHeard(actorName(ctx), r.Kind, results, err)
	}
	return results, err
}

func (s *Service) takeItems(ctx context.Context, r *ItemRequest) ([]ItemResult, error) {
	results := make([]ItemResult, len(r.Items))
	var items []hookItem
	var at []int // which result is whose
	for i, raw := range r.Items {
		item, bad := s.readItem(ctx, r, i, raw)
		if bad != nil {
			results[i] = refused(bad.Field, bad.Reason)
			continue
		}
		items, at = append(items, item), append(at, i)
	}
	if len(items) == 0 || rehearsed(ctx) {
		return results, nil
	}
	key := string(r.Kind) + "\x00" + actorName(ctx)
	g, _ := s.gates.LoadOrStore(key, newGate())
	taken, err := g.(*gate).pass(ctx, items, func(ctx context.Context, items []hookItem) ([]ItemResult, error) {
		return s.takeStep(ctx, r.Kind, items)
	})
	if err != nil {
		return nil, err
	}
	for n, i := range at {
		results[i] = taken[n]
	}
	return results, nil
}

// readItem reads one item; nothing of it is kept yet.
func (s *Service) readItem(ctx context.Context, r *ItemRequest, nth int, raw map[string]json.RawMessage) (hookItem, *intake.Refusal) {
	var item hookItem
	raw = maps.Clone(raw)
	if bad := s.readTelling(ctx, r, raw, &item.event); bad != nil {
		return item, bad
	}
	var bad *intake.Refusal
	o := s.hookIntake(ctx, r)
	switch r.Kind {
	case model.ScopeOrders:
		item.order, bad = intake.OrderOf(o, raw)
		item.event.Object = "order\x00" + item.order.Source + "\x00" + item.order.ID
	case model.ScopeContacts:
		item.person, bad = intake.PersonOf(o, raw)
		item.event.Object = "contact\x00" + model.EmailKey(item.person.Email())
	default:
		item.told, bad = s.readTold(r.Kind, raw)
		if item.event.ID == "" && r.Telling != (Telling{}) {
			item.event.ID = eventID(ctx, r.Kind, fmt.Sprintf("signed\x00%x\x00%d", r.Telling, nth))
		}
		item.told.id = item.event.ID
	}
	return item, bad
}

// eventID is an id among those of one program.
func eventID(ctx context.Context, kind model.Scope, id string) string {
	return string(kind) + "\x00" + actorName(ctx) + "\x00" + id
}

// readTelling takes the id and the version of an event out of an item.
func (s *Service) readTelling(ctx context.Context, r *ItemRequest, raw map[string]json.RawMessage, e *store.Event) *intake.Refusal {
	var id, version string
	for title, into := range map[string]*string{memberEvent: &id, memberVersion: &version} {
		text, given := raw[title]
		if number := json.Number(""); given && title == memberEvent && json.Unmarshal(text, &number) == nil && len(text) > 0 && text[0] != '"' {
			text = []byte(strconv.Quote(number.String())) // many count their events
		}
		if given && json.Unmarshal(text, into) != nil {
			return &intake.Refusal{Field: title, Reason: "unreadable"}
		}
		delete(raw, title)
	}
	if len(id) > maxEvent {
		return &intake.Refusal{Field: memberEvent, Reason: "too_long"}
	}
	if id != "" {
		e.ID = eventID(ctx, r.Kind, id)
	}
	if version != "" {
		at, err := time.Parse(time.RFC3339, version)
		if err != nil || at.After(s.Now().Add(24*time.Hour)) {
			return &intake.Refusal{Field: memberVersion, Reason: "invalid_date"}
		}
		e.Version = at
	}
	return nil
}

// hookIntake are the rules by which items are read and kept: those of files.
func (s *Service) hookIntake(ctx context.Context, r *ItemRequest) intake.Options {
	profile := r.Shop
	if profile == "" {
		profile = "generic"
	}
	return intake.Options{
		Name: actorName(ctx), Profile: profile, OrderSource: r.Source, Now: s.Now(), Zone: s.cfg.Zone,
		Contacts: watchedContacts{s.store.Contacts(), s}, Orders: watchedOrders{s.store.Orders(), s},
		Suppressions: quieted{lookedUp{s.store.Suppressions()}, s},
	}
}

// lookedUp asks for the few that a step is about, never for all.
type lookedUp struct{ store.Suppressions }

func (l lookedUp) Lookup(ctx context.Context) (of func(string) (model.SuppressReason, bool), n int, err error) {
	return func(email string) (model.SuppressReason, bool) {
		sup, known, err := l.Get(ctx, email)
		return sup.Reason, known && err == nil
	}, 0, nil
}

// takeStep keeps items in one step of the store. One step at a time: what is known
// of an event does not change until it is kept.
func (s *Service) takeStep(ctx context.Context, kind model.Scope, items []hookItem) ([]ItemResult, error) {
	if err := actorStill(ctx, s); err != nil {
		return nil, err
	}
	if kind == model.ScopeRedemptions || kind == model.ScopeEvents {
		return s.takeTold(ctx, items)
	}
	s.hearing.Lock()
	defer s.hearing.Unlock()
	results, fresh, err := s.sift(ctx, items)
	if err == nil {
		fresh, err = s.keepOut(ctx, kind, items, fresh, results)
	}
	if err != nil || len(fresh) == 0 {
		return results, err
	}
	now := s.Now()
	events := make([]store.Event, len(fresh))
	for n, i := range fresh {
		events[n] = items[i].event
	}
	changes, err := s.keepItems(store.Hearing(ctx, events, now), kind, items, fresh)
	if err != nil {
		return nil, err
	}
	for n, i := range fresh {
		results[i] = ItemResult{Result: changeWord(changes[n])}
	}
	return results, s.noteTaken(ctx, kind, changes)
}

// actorStill refuses a program whose token was revoked while it waited.
func actorStill(ctx context.Context, s *Service) error {
	if role, changed := s.recast.Load(actorName(ctx)); changed && role == model.Role("") {
		return model.Refused("token.refused")
	}
	return nil
}

// sift finds the items that are to be kept, those of one step among themselves
// too.
func (s *Service) sift(ctx context.Context, items []hookItem) (results []ItemResult, fresh []int, err error) {
	events := make([]store.Event, len(items))
	for i := range items {
		events[i] = items[i].event
	}
	ages, err := s.store.Heard().Known(ctx, events, s.Now())
	if err != nil {
		return nil, nil, err
	}
	results = make([]ItemResult, len(items))
	seen, newest := map[string]bool{}, map[string]time.Time{}
	for i, e := range events {
		v := e.Version.Truncate(time.Millisecond)
		switch {
		case ages[i] == store.EventRepeated || e.ID != "" && seen[e.ID]:
			results[i] = ItemResult{Result: ItemUnchanged, Reason: ItemRepeated}
			continue
		case ages[i] == store.EventOutdated || !v.IsZero() && v.Before(newest[e.Object]):
			results[i] = ItemResult{Result: ItemUnchanged, Reason: ItemOutdated}
			continue
		}
		seen[e.ID] = true
		if !v.IsZero() {
			newest[e.Object] = v
		}
		fresh = append(fresh, i)
	}
	return results, fresh, nil
}

// keepOut refuses items of people who were erased, and leaves their orders without
// a buyer, as an import does: only a file, on purpose, lets somebody in again. It
// is called in the step that writes, during which nobody is erased.
func (s *Service) keepOut(ctx context.Context, kind model.Scope, items []hookItem, fresh []int, results []ItemResult) (left []int, err error) {
	gone, err := s.erasedNames(ctx)
	if err != nil || gone == nil {
		return fresh, err
	}
	for _, i := range fresh {
		if o := &items[i].order; kind == model.ScopeOrders && gone(o.Email, o.ExternalID, o.Card) {
			o.Email, o.ExternalID, o.Card = "", "", ""
		}
		if p := &items[i].person; kind == model.ScopeContacts && gone(p.Names()) {
			results[i] = refused("email", itemErased)
			continue
		}
		left = append(left, i)
	}
	return left, nil
}

// keepItems writes the items of one kind.
func (s *Service) keepItems(ctx context.Context, kind model.Scope, items []hookItem, fresh []int) ([]store.Change, error) {
	o := s.hookIntake(ctx, &ItemRequest{})
	if kind == model.ScopeContacts {
		people := make([]intake.Person, len(fresh))
		for n, i := range fresh {
			people[n] = items[i].person
		}
		return intake.SaveItems(ctx, o, people)
	}
	orders := make([]model.Order, len(fresh))
	for n, i := range fresh {
		orders[n] = items[i].order
	}
	puts, err := o.Orders.Put(ctx, orders)
	if err != nil {
		return nil, err
	}
	changes := make([]store.Change, len(puts))
	for i := range puts {
		changes[i] = puts[i].Change
	}
	return changes, nil
}

func changeWord(c store.Change) string {
	switch c {
	case store.Created:
		return ItemCreated
	case store.Updated:
		return ItemUpdated
	}
	return ItemUnchanged
}

// noteTaken tells the screens and the audit what came in.
func (s *Service) noteTaken(ctx context.Context, kind model.Scope, changes []store.Change) error {
	counts := map[store.Change]int{}
	for _, c := range changes {
		counts[c]++
	}
	if counts[store.Created]+counts[store.Updated] == 0 {
		return nil
	}
	if kind == model.ScopeContacts {
		s.base.followed.unknown() // oppositions of anybody may be among them
	}
	s.dataCame()
	return s.note(ctx, "folder", "kind", kind, "created", counts[store.Created], "updated", counts[store.Updated])
}
