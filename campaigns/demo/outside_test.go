package demo

import (
	"context"
	"testing"

	"blanche/model"
)

// What comes back in the demonstration comes by the same doors as anywhere, and
// only who agreed to be followed is.
func TestWhatComesBackInTheDemonstrationIsOnItsScreens(t *testing.T) {
	t.Parallel()
	d := startDemo(t, Options{Contacts: 1000, Speed: 20_000})
	ctx := context.Background()
	until(t, "people answer", func() bool {
		st, err := d.Desk().Status(ctx, "ventes-privees")
		v, again := d.Desk().PublicState(ctx)
		if err != nil || again != nil {
			t.Fatal(err, again)
		}
		r := st.Responses
		return st.State == model.Done && r != nil && r.ClickPersons > 5 && r.Unsubscribes > 0 && st.Bounced > 0 && st.Balanced && v.Asked && v.Why == nil && len(v.Visits) > 0 && len(v.Leavers) > 0
	})
	v, err := d.Desk().PublicState(ctx)
	if err != nil || len(v.Dead) != 2 || !v.Secure || v.Until.IsZero() || v.TestPage == "" {
		t.Errorf("%+v, %v", v, err)
	}
	notes, err := d.Desk().Responses(ctx, "votre-avis")
	if err != nil || notes.Satisfaction == nil || notes.Satisfaction.Scale != model.ScaleTen || notes.Satisfaction.Others != 0 {
		t.Errorf("%+v, %v", notes, err)
	}
	clicked := 0
	for i := range d.shop.People {
		id := model.ContactID(i + 1)
		err := d.opt.Store.Responses().Of(ctx, id, func(r model.Response) bool {
			if r.Kind != model.ResponseClick {
				return true
			}
			clicked++
			if d.shop.People[i].Contact.Tracking != model.TrackingGranted {
				t.Errorf("%d never agreed to be followed, and is", id)
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if clicked == 0 {
		t.Error("nobody clicked")
	}
	if n, err := d.Desk().RetryHooks(ctx, nil); err != nil || n != 2 {
		t.Errorf("%d letters are told again, %v", n, err)
	}
	until(t, "the letters arrive", func() bool {
		v, err := d.Desk().PublicState(ctx)
		return err == nil && len(v.Dead) == 0
	})
}
