package campaigns

import (
	"context"
	"slices"
	"time"

	"blanche/model"
)

// Today gathers what the first screen says.
func (s *Service) Today(ctx context.Context) (Today, error) {
	t := Today{Shop: s.cfg.Sender.Name, Ready: s.base.ready(), Inbox: s.inboxView(), Public: s.pulse.alarm()}
	if err := s.sales.fill(ctx, s, &t); err != nil {
		return t, err
	}
	var err error
	if t.Contacts, err = s.store.Contacts().Count(ctx); err != nil {
		return t, err
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return t, err
	}
	for i := range all {
		st, err := s.status(ctx, &all[i])
		if err != nil {
			return t, err
		}
		t.add(s.line(&all[i], &st), &st)
	}
	t.Launch = launchClock(all)
	return t, nil
}

// launchClock is how long the campaigns took from the request to the first
// message that the relay took.
func launchClock(all []model.Campaign) LaunchClock {
	var took []time.Duration
	var clock LaunchClock
	var latest time.Time
	for i := range all {
		asked, first := all[i].Spec.Requested, all[i].FirstAcceptedAt
		if asked.IsZero() || first.IsZero() || first.Before(asked) {
			continue
		}
		took = append(took, first.Sub(asked))
		if first.After(latest) {
			latest, clock.Last = first, first.Sub(asked)
		}
	}
	if clock.N = len(took); clock.N > 0 {
		slices.Sort(took)
		clock.Median = (took[(clock.N-1)/2] + took[clock.N/2]) / 2
	}
	return clock
}

// add puts a campaign where the first screen speaks of it.
func (t *Today) add(l CampaignLine, st *model.Status) {
	if st.Uncertain > 0 {
		t.Uncertain = append(t.Uncertain, UncertainCount{Name: st.Name, Count: st.Uncertain})
	}
	switch st.State {
	case model.Running, model.Paused:
		t.Running = append(t.Running, *st)
		if st.AB != nil && st.AB.Waits {
			t.Choose = append(t.Choose, st.Name)
		}
	case model.Late:
		t.Late = append(t.Late, l)
	case model.Draft, model.Checked, model.Approved, model.Scheduled:
		t.Waiting = append(t.Waiting, l)
	case model.Done, model.Cancelled:
		if st.StartedAt != nil {
			t.Results = append(t.Results, l)
		}
	}
}
