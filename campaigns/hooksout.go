package campaigns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"blanche/campaigns/hooks"
	"blanche/model"
	"blanche/store"
)

// HookOut is a program that is told what happens here.
type HookOut struct {
	Name    string   // [a-z0-9-]{1,64}
	URL     string   // https, or http to this machine
	Events  []string // of model.OutgoingEvents
	Secrets []string // the first signs; none: nothing is signed
	Private bool     // it may be in the shop's own network
	People  bool     // it is told the addresses of people, not their numbers alone
}

// Check refuses a receiver that nothing could be told to.
func (h *HookOut) Check() error {
	if !model.ValidCampaignName(h.Name) {
		return model.Invalid("hook.bad_receiver", "name", h.Name)
	}
	switch _, err := hooks.ZoneOf(h.URL, h.Private); {
	case errors.Is(err, hooks.ErrClear):
		return model.Invalid("hook.clear_url", "url", h.URL)
	case errors.Is(err, hooks.ErrURL):
		return model.Invalid("hook.bad_url", "url", h.URL)
	case err != nil:
		return model.Invalid("hook.private_url", "url", h.URL)
	}
	if len(h.Events) == 0 {
		return model.Invalid("hook.no_event").Hint("hook.events")
	}
	for _, e := range h.Events {
		if !slices.Contains(model.OutgoingEvents(), e) {
			return model.Invalid("hook.bad_event", "event", e).Hint("hook.events")
		}
	}
	return nil
}

// telling makes a write tell every receiver that wants it of an event.
func (s *Service) telling(ctx context.Context, event string, contact model.ContactID, data map[string]any) context.Context {
	if len(s.cfg.HooksOut) == 0 {
		return ctx
	}
	return store.Telling(ctx, func() []model.Outgoing { return s.letters(event, contact, data) })
}

// letters are an event, for each receiver that wants it.
func (s *Service) letters(event string, contact model.ContactID, data map[string]any) []model.Outgoing {
	body, err := json.Marshal(data)
	if err != nil {
		body = nil
	}
	now := s.Now()
	seed := s.eventSalt + "\x00" + event + "\x00" + strconv.FormatUint(uint64(contact), 10) + "\x00" + string(body) + "\x00" + now.Format(time.RFC3339Nano) + "\x00" + strconv.FormatUint(s.eventCount.Add(1), 10)
	sum := sha256.Sum256([]byte(seed))
	var out []model.Outgoing
	for i := range s.cfg.HooksOut {
		if r := &s.cfg.HooksOut[i]; slices.Contains(r.Events, event) {
			out = append(out, model.Outgoing{ID: "evt_" + hex.EncodeToString(sum[:16]), To: r.Name, Event: event, At: now, Contact: contact, Data: body})
		}
	}
	return out
}

// teller is a store whose writes tell other programs.
type teller struct {
	store.Store
	s *Service
}

func (o teller) Campaigns() store.Campaigns { return toldCampaigns{o.Store.Campaigns(), o.s} }

func (o teller) Suppressions() store.Suppressions {
	return toldSuppressions{o.Store.Suppressions(), o.s}
}

type toldCampaigns struct {
	store.Campaigns
	s *Service
}

func (c toldCampaigns) Update(ctx context.Context, name string, change func(*model.Campaign) error) (model.Campaign, error) {
	var told []model.Outgoing
	asked := ctx // what is told beside
	ctx = store.Telling(ctx, func() []model.Outgoing { return append(store.ToldBy(asked), told...) })
	out, err := c.Campaigns.Update(ctx, name, func(one *model.Campaign) error {
		before := one.State
		if err := change(one); err != nil {
			return err
		}
		told = nil
		if event, data := campaignEvent(before, one); event != "" {
			told = c.s.letters(event, 0, data)
		}
		return nil
	})
	if err == nil && len(told) > 0 {
		c.s.wakeHooks()
	}
	return out, err
}

// campaignEvent is what a step in the life of a campaign tells.
func campaignEvent(before model.CampaignState, c *model.Campaign) (string, map[string]any) {
	if before == c.State {
		return "", nil
	}
	data := map[string]any{"campaign": c.Name}
	switch {
	case c.State == model.Running && before != model.Paused:
		return model.EventCampaignStarted, data
	case c.State == model.Paused:
		data["why"] = "person"
		if c.PausedWhy != "" {
			data["why"] = c.PausedWhy
		}
		return model.EventCampaignPaused, data
	case c.State == model.Done:
		return model.EventCampaignDone, data
	}
	return "", nil
}

type toldSuppressions struct {
	store.Suppressions
	s *Service
}

// Add tells of one person; what comes with a file is told by its import.
func (t toldSuppressions) Add(ctx context.Context, email string, why model.Suppression) error {
	event := map[model.SuppressReason]string{
		model.SuppressOpposed: model.EventContactUnsubscribed, model.SuppressBounced: model.EventContactBounced, model.SuppressComplaint: model.EventContactComplained,
	}[why.Reason]
	if event == "" {
		return t.Suppressions.Add(ctx, email, why)
	}
	c, err := t.s.store.Contacts().ByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err = t.Suppressions.Add(t.s.telling(ctx, event, c.ID, nil), email, why); err == nil {
		t.s.wakeHooks()
	}
	return err
}
