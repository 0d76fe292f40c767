package campaigns

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"blanche/campaigns/public"
	"blanche/model"
)

// PublicState is how the part stands that the outside may touch.
type PublicState struct {
	URL     string // empty: there is none, and nothing else is known
	Secure  bool   // people come by https
	Watched bool   // this process asks whether it answers
	Asked   bool   // it did, at least once
	Why     error  // nobody gets there, or nobody could say no; nil: it answers
	Checked time.Time
	Since   time.Time // since when it is so, as far as this process knows
	Until   time.Time // the end of its certificate; zero: not known

	// By minute, the last hour of this process, oldest first.
	Clicks, Left, Hooks []int
	Visits              []HookVisit  // newest first, of this process
	Leavers             []PublicLeft // newest first
	// Dead are the events that other programs were not told in the end, the oldest
	// first, and Waiting how many are still to be told; also without a public part.
	Dead    []HookLine
	Waiting int
	// TestPage is the page of preferences of nobody: it shows what people see, and
	// what is chosen there is kept nowhere.
	TestPage string
}

// PublicLeft is somebody who unsubscribed by a link.
type PublicLeft struct {
	At       time.Time
	Email    string // empty: erased, or not for who is asking
	Campaign string
}

// PublicStateDesk shows the public part.
type PublicStateDesk interface {
	// PublicState is how the public part stands. The addresses are left out for who
	// may not read people.
	PublicState(ctx context.Context) (PublicState, error)
}

func (d door) PublicState(ctx context.Context) (PublicState, error) {
	return ask(ctx, d, "PublicState", func(ctx context.Context) (PublicState, error) {
		v, err := d.s.PublicState(ctx)
		if d.may(model.ReadContacts) != nil {
			for i := range v.Leavers {
				v.Leavers[i].Email = ""
			}
		}
		return v, err
	})
}

// leaversShown is how many people who left are shown, and leaversSought among how
// many of the latest responses they are looked for.
const (
	leaversShown  = 8
	leaversSought = 20_000
)

// PublicState is how the public part stands.
func (s *Service) PublicState(ctx context.Context) (v PublicState, err error) {
	letters, err := s.HookQueue(ctx)
	if err != nil {
		return v, err
	}
	v.Dead = slices.DeleteFunc(letters, func(l HookLine) bool { return l.State == HookWaits })
	v.Waiting = len(letters) - len(v.Dead)
	v.URL = s.cfg.Public.URL
	if v.URL == "" {
		return v, nil
	}
	v.Watched = s.watchesDoor() && s.opt.Sends
	if u, err := url.Parse(v.URL); err == nil {
		v.Secure = u.Scheme == "https"
	}
	s.pulse.mu.Lock()
	s.pulse.turn(s.Now())
	v.Clicks, v.Left, v.Hooks = s.pulse.minutes(pulseClicks), s.pulse.minutes(pulseLeft), s.pulse.minutes(pulseHooks)
	v.Asked, v.Why, v.Checked, v.Since, v.Until = s.pulse.asked, s.pulse.why, s.pulse.checked, s.pulse.since, s.pulse.until
	v.Visits = slices.Clone(s.pulse.visits)
	s.pulse.mu.Unlock()
	if v.Leavers, err = s.leavers(ctx); err != nil {
		return v, err
	}
	k, err := s.key(ctx, byte(max(1, s.cfg.Public.Key)))
	if err != nil {
		return v, err
	}
	v.TestPage = string(k.Append([]byte(v.URL+PathPreferences), public.Matter{Kind: public.Preferences}))
	return v, nil
}

// leavers are the last who unsubscribed by a link.
func (s *Service) leavers(ctx context.Context) (out []PublicLeft, err error) {
	var who []model.Response
	seen := 0
	err = s.store.Responses().List(ctx, 0, func(r model.Response) bool {
		if seen++; r.Kind == model.ResponseUnsubscribe {
			who = append(who, r)
		}
		return len(who) < leaversShown && seen < leaversSought
	})
	if err != nil || len(who) == 0 {
		return nil, err
	}
	for _, r := range who {
		l := PublicLeft{At: r.At}
		if c, err := s.campaignOf(ctx, r.Campaign, 0); err == nil {
			l.Campaign = c.name
		}
		if c, known, err := s.holder(ctx, r.Contact); err != nil {
			return nil, err
		} else if known {
			l.Email = c.Email
		}
		out = append(out, l)
	}
	return out, nil
}

// keyOf is what an error is called in the catalogue.
func keyOf(err error) string {
	if e := (*model.Error)(nil); errors.As(err, &e) {
		return e.Key
	}
	return "common.unexpected"
}
