package model

import (
	"encoding/json"
	"time"
)

// The events that are told to other programs.
const (
	EventCampaignStarted     = "campaign.started"
	EventCampaignPaused      = "campaign.paused"
	EventCampaignDone        = "campaign.done"
	EventContactUnsubscribed = "contact.unsubscribed"
	EventContactBounced      = "contact.bounced"
	EventContactComplained   = "contact.complained"
	EventImportDone          = "import.done"
)

// OutgoingEvents lists them all.
func OutgoingEvents() []string {
	return []string{
		EventCampaignStarted, EventCampaignPaused, EventCampaignDone,
		EventContactUnsubscribed, EventContactBounced, EventContactComplained, EventImportDone,
	}
}

// Outgoing is one event that waits to be told to one receiver. It names people
// by their number alone: what else may be told of them is looked up when it
// leaves, so that nothing of it outlives an erasure.
type Outgoing struct {
	Key     string          `json:"-"`     // where it lies; given by the store
	ID      string          `json:"id"`    // of the event: the same for every receiver and every try
	To      string          `json:"to"`    // name of the receiver
	Event   string          `json:"event"` // one of OutgoingEvents
	At      time.Time       `json:"at"`    // of what it tells
	Contact ContactID       `json:"contact,omitempty"`
	Data    json.RawMessage `json:"data"`
	Tries   int             `json:"tries,omitempty"`
	Next    time.Time       `json:"next,omitzero"` // not before; zero: at once
	Why     string          `json:"why,omitempty"` // code of what became of the last try
	Dead    time.Time       `json:"dead,omitzero"` // when it was given up; zero: it waits
}
