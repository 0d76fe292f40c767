package campaigns

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"blanche/campaigns/public"
	"blanche/model"
)

// The columns that keep what people chose, which MaySend heeds, and rules may ask:
// subjects contains "nouveautés", frequency != "monthly".
const (
	attrSubjects  = model.AttrSubjects
	attrFrequency = model.AttrFrequency
)

// PublicFrequencies are the codes of how often somebody wants to be written to.
func PublicFrequencies() []string { return model.Frequencies() }

func attrOf(c *model.Contact, name string) string {
	v, _ := c.Attr(name)
	return v
}

// wanted are the subjects that somebody chose; nil when they never did.
func wanted(c *model.Contact) []string {
	if w := model.WishOf(c); w.Chose {
		return append([]string{}, w.Subjects...)
	}
	return nil
}

// Choose implements PublicDesk.
func (s front) Choose(ctx context.Context, token string, choice PublicChoice) error {
	m, err := s.matter(ctx, token, public.Preferences)
	if err != nil {
		return err
	}
	if choice.Leave { // first, and whatever becomes of the rest
		err := s.leave(ctx, m)
		if err != nil && model.KindOf(err) != model.KindPartial || choice.Tracking == nil {
			return err
		}
		return cmp.Or(s.keepTracking(ctx, m, choice), err)
	}
	ctx = s.byItself(context.WithoutCancel(ctx), actChoose)
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil || !known {
		return err
	}
	if err := s.chooseTracking(ctx, &c, m, choice); err != nil {
		return err
	}
	if err := s.keepChoice(ctx, c.ID, m, choice); err != nil {
		return err
	}
	return s.respond(ctx, m, c.ID, model.Response{Kind: model.ResponsePreference})
}

// keepTracking is what somebody who leaves says of being followed: the links of
// messages that they have stay as they are.
func (s front) keepTracking(ctx context.Context, m public.Matter, choice PublicChoice) error {
	ctx = s.byItself(context.WithoutCancel(ctx), actChoose)
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil || !known {
		return err
	}
	return s.chooseTracking(ctx, &c, m, choice)
}

// chooseTracking writes down a yes or a no about being followed, where it is another
// than the one that is known.
func (s front) chooseTracking(ctx context.Context, c *model.Contact, m public.Matter, choice PublicChoice) error {
	if choice.Tracking == nil || c.Tracking != model.TrackingUnknown && *choice.Tracking == (c.Tracking == model.TrackingGranted) {
		return nil
	}
	said := model.Granted
	switch {
	case !*choice.Tracking && c.Tracking == model.TrackingGranted:
		said = model.Withdrawn
	case !*choice.Tracking:
		said = model.Declined
	}
	_, err := s.RecordConsent(ctx, c.ID.String(), ConsentEntry{Purpose: model.TrackingUse, Choice: said, Channel: model.ByEmail, Source: s.sourceOf(ctx, m), Wording: choice.Wording})
	return err
}

// keepChoice writes down what was chosen, where it is another than what is known.
func (s front) keepChoice(ctx context.Context, id model.ContactID, m public.Matter, choice PublicChoice) error {
	c, err := s.store.Contacts().Get(ctx, id)
	if err != nil {
		return err
	}
	for _, e := range s.chosen(&c, choice) {
		e.Choice, e.Channel, e.Source = model.Chosen, model.ByEmail, s.sourceOf(ctx, m)
		if _, err := s.RecordConsent(ctx, id.String(), e); err != nil {
			return err
		}
	}
	return nil
}

// chosen are the wishes that change.
func (s front) chosen(c *model.Contact, choice PublicChoice) []ConsentEntry {
	var all []ConsentEntry
	if f := choice.Frequency; f != "" && slices.Contains(PublicFrequencies(), f) && f != attrOf(c, attrFrequency) {
		all = append(all, ConsentEntry{Purpose: model.HowOften, Wish: f})
	}
	if choice.Subjects != nil && len(s.cfg.Public.Subjects) > 0 {
		var kept []string
		for _, subject := range s.cfg.Public.Subjects { // those of the shop alone
			if slices.Contains(*choice.Subjects, subject) {
				kept = append(kept, subject)
			}
		}
		if text := cmp.Or(strings.Join(kept, "|"), model.NoSubject); text != attrOf(c, attrSubjects) || wanted(c) == nil {
			all = append(all, ConsentEntry{Purpose: model.AboutWhat, Wish: text})
		}
	}
	return all
}
