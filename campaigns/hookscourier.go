package campaigns

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"blanche/campaigns/hooks"
	"blanche/model"
	"blanche/store"
)

const (
	hooksAtOnce   = 200                 // letters of a round
	hooksLook     = time.Minute         // a receiver is looked after at least so often
	hooksKeepDead = 90 * 24 * time.Hour // letters that were given up
)

// receiver is a program that is told, and how it goes.
type receiver struct {
	HookOut
	zone     hooks.Zone
	wake     chan struct{} // there are letters
	insist   chan struct{} // somebody wants them taken, rest or not
	failures int           // in a row, since this process began
}

func newReceivers(all []HookOut) []*receiver {
	out := make([]*receiver, 0, len(all))
	for i := range all {
		if zone, err := hooks.ZoneOf(all[i].URL, all[i].Private); err == nil {
			out = append(out, &receiver{HookOut: all[i], zone: zone, wake: make(chan struct{}, 1), insist: make(chan struct{}, 1)})
		}
	}
	return out
}

// wakeHooks has new letters taken at once.
func (s *Service) wakeHooks() {
	for _, r := range s.receivers {
		ring(r.wake)
	}
}

// insistHooks has them taken by those who are left alone too.
func (s *Service) insistHooks() {
	for _, r := range s.receivers {
		ring(r.insist)
	}
}

// ring leaves one signal, however often.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// openHooks has the letters of each receiver taken, one receiver beside the other.
func (s *Service) openHooks(run context.Context) {
	for _, r := range s.receivers {
		s.background(run, func(ctx context.Context) { s.keepHook(ctx, r) })
	}
}

// keepHook takes the letters of a receiver, in their order as long as they are
// taken. One that fails is left alone for a while, new letters or not.
func (s *Service) keepHook(ctx context.Context, r *receiver) {
	for {
		wait := s.hookRound(ctx, r)
		if !s.pause(ctx, hooks.Rest(r.failures), r.insist, nil) || !s.pause(ctx, wait, r.insist, r.wake) {
			return
		}
	}
}

// pause waits for a time, or one of two signals; false when ctx has ended.
func (s *Service) pause(ctx context.Context, d time.Duration, one, other chan struct{}) bool {
	if ctx.Err() != nil || d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(s.sooner(d))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-one:
	case <-other:
	case <-timer.C:
	}
	return true
}

// sooner is a wait of the clock of the desk, on that of the machine.
func (s *Service) sooner(d time.Duration) time.Duration {
	if s.opt.Speed > 1 {
		return time.Duration(float64(d) / s.opt.Speed)
	}
	return d
}

// hookRound takes the letters that are due, until one is not taken, and returns
// how long nothing has to be done. From a folder where nothing may leave, no
// letter does.
func (s *Service) hookRound(ctx context.Context, r *receiver) time.Duration {
	if _, armed, err := s.Armed(ctx); err != nil || !armed {
		return hooksLook
	}
	due, next, err := s.dueLetters(ctx, r)
	if err != nil {
		return hooksLook
	}
	for i := range due {
		s.at("hook.before")
		code := s.post(ctx, r, &due[i])
		if ctx.Err() != nil {
			return hooksLook // it will be told again
		}
		s.at("hook.told")
		if code == hooks.Taken {
			r.failures = 0
			s.flowing.told.Add(1)
			err = s.store.Outbox().Delete(ctx, due[i].Key)
			s.at("hook.done")
		} else {
			r.failures++
			s.flowing.notTold.Add(1)
			err = s.letterFailed(ctx, r, &due[i], code)
		}
		s.changed()
		if err == nil && code != hooks.Taken {
			err = s.tooOld(ctx, r, due[i+1:], code)
		}
		if err != nil {
			return hooksLook
		}
		if code != hooks.Taken {
			return 0
		}
	}
	if len(due) == hooksAtOnce {
		return 0
	}
	return next
}

// tooOld gives up letters that nobody took in days, behind one that failed again:
// a receiver that is down is not asked for each.
func (s *Service) tooOld(ctx context.Context, r *receiver, all []model.Outgoing, code string) error {
	for i := range all {
		if o := &all[i]; hooks.Over(0, "", o.At, s.Now()) {
			if err := s.letterFailed(ctx, r, o, code); err != nil {
				return err
			}
		}
	}
	return nil
}

// dueLetters are the next letters of a receiver, and when the one after them is
// due. Those that were given up long ago are dropped.
func (s *Service) dueLetters(ctx context.Context, r *receiver) (due []model.Outgoing, next time.Duration, err error) {
	now := s.Now()
	next = hooksLook
	var old []string
	err = s.store.Outbox().Each(ctx, func(o model.Outgoing) bool {
		switch {
		case o.To != r.Name:
		case !o.Dead.IsZero():
			if now.Sub(o.Dead) >= hooksKeepDead {
				old = append(old, o.Key)
			}
		case o.Next.After(now):
			next = min(next, o.Next.Sub(now))
		default:
			due = append(due, o)
		}
		return len(due) < hooksAtOnce
	})
	if err == nil && len(old) > 0 {
		err = s.store.Outbox().Delete(ctx, old...)
	}
	return due, next, err
}

// hookBody is a letter as its receiver reads it.
type hookBody struct {
	ID    string         `json:"id"`
	Event string         `json:"event"`
	At    string         `json:"at"`
	Data  map[string]any `json:"data"`
}

// post takes a letter to its receiver.
func (s *Service) post(ctx context.Context, r *receiver, o *model.Outgoing) (code string) {
	body := hookBody{o.ID, o.Event, o.At.In(s.cfg.Zone).Format(time.RFC3339), map[string]any{}}
	if len(o.Data) > 0 && json.Unmarshal(o.Data, &body.Data) != nil || body.Data == nil {
		body.Data = map[string]any{}
	}
	if o.Contact != 0 {
		body.Data["contact"] = o.Contact
		if r.People {
			// Who is erased meanwhile has no address any more.
			if c, err := s.store.Contacts().Get(ctx, o.Contact); err == nil && c.Email != "" {
				body.Data["email"] = c.Email
			} else if err != nil && !errors.Is(err, store.ErrNotFound) {
				return hooks.Unreachable
			}
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return hooks.Unreadable
	}
	l := hooks.Letter{URL: r.URL, Zone: r.zone, ID: o.ID, Event: o.Event, At: s.Now(), Body: raw}
	if len(r.Secrets) > 0 {
		l.Secret = r.Secrets[0]
	}
	return s.opt.Post(ctx, l)
}

// letterFailed keeps why a letter was not taken, and when it goes again. The
// first that is given up is told on the screens.
func (s *Service) letterFailed(ctx context.Context, r *receiver, o *model.Outgoing, code string) error {
	now := s.Now()
	dead := hooks.Over(o.Tries+1, code, o.At, now)
	err := s.store.Outbox().Change(ctx, o.Key, func(one *model.Outgoing) error {
		one.Tries, one.Why, one.Next = o.Tries+1, code, now.Add(hooks.Wait(o.Tries+1))
		if dead {
			one.Dead, one.Next = now, time.Time{}
		}
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil // somebody dropped it meanwhile
	}
	if err == nil && dead {
		s.flowing.gaveUp.Add(1)
	}
	if err == nil && dead && s.worker != nil {
		s.worker.Note("", model.LevelWarn, "hook.gave_up", "event", o.Event, "name", r.Name, "why", code)
	}
	return err
}

// NewCourier takes letters over the network: Options.Post. close lets go of its
// connections.
func NewCourier() (post func(ctx context.Context, l hooks.Letter) string, closeAll func()) {
	c := hooks.NewCourier()
	return c.Post, c.Close
}
