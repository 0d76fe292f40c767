package campaigns

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"blanche/campaigns/public"
	"blanche/model"
	"blanche/store"
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
	if err := s.keepChoice(store.Evidenced(ctx, model.Evidence{Source: s.sourceOf(ctx, m)}), c.ID, choice); err != nil {
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

// keepChoice writes the columns of a choice on the record as it is, whoever else
// writes it meanwhile.
func (s front) keepChoice(ctx context.Context, id model.ContactID, choice PublicChoice) error {
	for {
		c, err := s.store.Contacts().Get(ctx, id)
		if err != nil {
			return err
		}
		set := s.chosen(&c, choice)
		if len(set) == 0 {
			return nil
		}
		_, err = s.EditContact(ctx, id, c.Version, set)
		if beaten := (*ConflictError)(nil); !errors.As(err, &beaten) {
			return err
		}
	}
}

// chosen are the columns that change.
func (s front) chosen(c *model.Contact, choice PublicChoice) []FieldChange {
	var set []FieldChange
	if f := choice.Frequency; f != "" && slices.Contains(PublicFrequencies(), f) && f != attrOf(c, attrFrequency) {
		set = append(set, FieldChange{"attr." + attrFrequency, f})
	}
	if choice.Subjects != nil && len(s.cfg.Public.Subjects) > 0 {
		var kept []string
		for _, subject := range s.cfg.Public.Subjects { // those of the shop alone
			if slices.Contains(*choice.Subjects, subject) {
				kept = append(kept, subject)
			}
		}
		if text := cmp.Or(strings.Join(kept, "|"), model.NoSubject); text != attrOf(c, attrSubjects) || wanted(c) == nil {
			set = append(set, FieldChange{"attr." + attrSubjects, text})
		}
	}
	return set
}
