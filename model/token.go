package model

import (
	"slices"
	"time"
)

// Scope is one thing that a token lets another program do.
type Scope string

// The scopes of tokens: each is one address of the public part.
const (
	ScopeOrders      Scope = "orders"
	ScopeContacts    Scope = "contacts"
	ScopeRedemptions Scope = "redemptions"
	ScopeEvents      Scope = "events"
)

// Scopes lists them all.
func Scopes() []Scope { return []Scope{ScopeOrders, ScopeContacts, ScopeRedemptions, ScopeEvents} }

// Token lets another program in, a shop or a till, for what its scope says. The
// secret itself is shown once and kept nowhere: Hash is its SHA-256, enough for
// a secret of 256 random bits.
type Token struct {
	Name    string    `json:"name"` // [a-z0-9-]{1,64}, as of campaigns
	Hash    string    `json:"hash"` // hexadecimal
	Scope   []Scope   `json:"scope"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"` // zero: never
	Used    time.Time `json:"used"`    // for the last time, to the day; zero: never
	By      string    `json:"by"`      // who made it
}

// Allows reports whether a token is good for something at a moment.
func (t *Token) Allows(scope Scope, now time.Time) bool {
	return !t.Expired(now) && slices.Contains(t.Scope, scope)
}

// Expired reports whether the time of a token is over.
func (t *Token) Expired(now time.Time) bool { return !t.Expires.IsZero() && !now.Before(t.Expires) }

// idleToken is how long a token may go unused before somebody is told.
const idleToken = 90 * 24 * time.Hour

// Idle reports whether nobody came with a token for ninety days.
func (t *Token) Idle(now time.Time) bool {
	last := t.Used
	if last.Before(t.Created) {
		last = t.Created
	}
	return now.Sub(last) >= idleToken
}
