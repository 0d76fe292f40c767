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
	if choice.Leave {
		return s.leave(ctx, m)
	}
	ctx = s.byItself(context.WithoutCancel(ctx), actChoose)
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil || !known {
		return err
	}
	source := s.sourceOf(ctx, m)
	if choice.Tracking != nil && *choice.Tracking != (c.Tracking == model.TrackingGranted) || choice.Tracking != nil && c.Tracking == model.TrackingUnknown {
		if err := s.chooseTracking(ctx, &c, *choice.Tracking, source, choice.Wording); err != nil {
			return err
		}
	}
	if err := s.keepChoice(store.Evidenced(ctx, model.Evidence{Source: source}), c.ID, choice); err != nil {
		return err
	}
	return s.respond(ctx, m, c.ID, model.Response{Kind: model.ResponsePreference})
}

// chooseTracking writes down a yes or a no about being followed.
func (s front) chooseTracking(ctx context.Context, c *model.Contact, yes bool, source, wording string) error {
	choice := model.Granted
	switch {
	case !yes && c.Tracking == model.TrackingGranted:
		choice = model.Withdrawn
	case !yes:
		choice = model.Declined
	}
	_, err := s.RecordConsent(ctx, c.ID.String(), ConsentEntry{Purpose: model.TrackingUse, Choice: choice, Channel: model.ByEmail, Source: source, Wording: wording})
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
