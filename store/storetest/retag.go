package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// testRetag: a tag of many people is one step with one line; whoever is as wanted
// already, or gone, is left out, and nothing else of a record changes.
func testRetag(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	merge(t, f, full(), model.Contact{Email: "max@mail.example", Tags: []string{"salon"}}, model.Contact{Email: "zoe@mail.example"}, model.Contact{Email: "ida@mail.example"})
	later := start.Add(time.Hour)
	retag := func(ctx context.Context, on bool, ids ...model.ContactID) []model.ContactID {
		t.Helper()
		var heard, changed []model.ContactID
		people, err := f.Contacts().Retag(ctx, ids, "salon", on, later, func(c *model.Contact) { heard = append(heard, c.ID) })
		for i := range must(t, people, err) {
			changed = append(changed, people[i].ID)
			if slices.Contains(people[i].Tags, "salon") != on || people[i].Updated != later {
				t.Errorf("%+v", people[i])
			}
		}
		if d := cmp.Diff(heard, changed); d != "" {
			t.Errorf("who heard is not who changed:\n%s", d)
		}
		return changed
	}
	if d := cmp.Diff([]model.ContactID{4, 1, 3}, retag(by("contact.tag"), true, 4, 2, 1, 9, 3)); d != "" {
		t.Error(d)
	}
	noted(t, f, "contact.tag", "folder", model.FieldAudit{Field: "tags", After: "salon"}, model.FieldAudit{Field: "n", After: "3"}, model.FieldAudit{Field: "contacts", After: "4 1 3"})
	f.reopen()
	want := full()
	want.ID, want.Version, want.Created, want.Updated, want.Tags = 1, 2, start, later, []string{"bio", "salon", "vip"}
	got, err := f.Contacts().Get(ctx, 1)
	if d := cmp.Diff(want, must(t, got, err)); d != "" {
		t.Errorf("more than the tag changed:\n%s", d)
	}
	if acts, err := f.Consents().Of(ctx, 1); err != nil || len(acts) != 2 {
		t.Errorf("a tag is no consent: %+v, %v", acts, err)
	}
	seq := head(t, f).Seq
	if again := retag(by("contact.tag"), true, 1, 2, 3, 4); len(again) != 0 || head(t, f).Seq != seq {
		t.Errorf("the same again changed %v, or left a line", again)
	}
	if d := cmp.Diff([]model.ContactID{2}, retag(by("contact.tag"), false, 2)); d != "" {
		t.Error(d)
	}
	noted(t, f, "contact.tag", "contact:2", model.FieldAudit{Field: "tags", Before: "salon"})

	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := f.Contacts().Retag(ended, []model.ContactID{1}, "x", true, later, func(*model.Contact) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
	if c, err := f.Contacts().Get(ctx, 1); err != nil || slices.Contains(c.Tags, "x") {
		t.Errorf("after its end: %+v, %v", c.Tags, err)
	}
}
