package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testOutbox: what is to be told is there exactly if what it tells of is, and
// stays until it is taken out.
func testOutbox(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	letter := func(id string) model.Outgoing {
		return model.Outgoing{ID: id, To: "erp", Event: model.EventCampaignDone, At: start, Data: []byte(`{"campaign":"noel"}`)}
	}
	telling := func(id string) context.Context {
		return store.Telling(ctx, func() []model.Outgoing { return []model.Outgoing{letter(id)} })
	}
	_, err := f.Campaigns().Create(ctx, model.Campaign{Name: "noel"})
	must(t, 0, err)
	_, err = f.Campaigns().Update(telling("campaign"), "noel", func(c *model.Campaign) error { c.State = model.Done; return nil })
	must(t, 0, err)
	_, err = f.Campaigns().Update(telling("refused"), "noel", func(*model.Campaign) error { return errors.New("no") })
	if err == nil {
		t.Fatal("a refused change was made")
	}
	why := model.Suppression{Reason: model.SuppressBounced, At: start}
	must(t, 0, f.Suppressions().Add(telling("person"), "a@b.example", why))
	must(t, 0, f.Suppressions().Add(telling("known"), "a@b.example", why))
	must(t, 0, f.Audit().Append(telling("import"), model.AuditEntry{Act: "a", Object: "folder"}))
	f.reopen()
	all := outboxOf(t, f)
	if diff := cmp.Diff([]string{"campaign", "import", "person"}, idsOf(all)); diff != "" {
		t.Fatalf("to be told (-want +got):\n%s", diff)
	}
	want := letter("campaign")
	want.Key = all[0].Key
	if diff := cmp.Diff(want, all[0]); diff != "" {
		t.Errorf("a letter (-want +got):\n%s", diff)
	}
	must(t, 0, f.Outbox().Change(ctx, all[2].Key, func(o *model.Outgoing) error {
		o.Tries, o.Next, o.Why, o.To = 3, start.Add(time.Hour), "timeout", "other"
		return nil
	}))
	must(t, 0, f.Outbox().Delete(ctx, all[0].Key, all[0].Key, "c999", "nothing"))
	wantIs(t, "Change of one that is gone", f.Outbox().Change(ctx, all[0].Key, func(*model.Outgoing) error { return nil }), store.ErrNotFound)
	wantIs(t, "Change of none", f.Outbox().Change(ctx, "x", func(*model.Outgoing) error { return nil }), store.ErrNotFound)
	f.reopen()
	all = outboxOf(t, f)
	if diff := cmp.Diff([]string{"import", "person"}, idsOf(all)); diff != "" {
		t.Fatalf("left (-want +got):\n%s", diff)
	}
	if o := all[1]; o.Tries != 3 || !o.Next.Equal(start.Add(time.Hour)) || o.Why != "timeout" || o.To != "erp" {
		t.Errorf("changed: %+v", o)
	}
	sound(t, f)
}

func outboxOf(t *testing.T, s store.Store) (all []model.Outgoing) {
	t.Helper()
	must(t, 0, s.Outbox().Each(ctx, func(o model.Outgoing) bool {
		all = append(all, o)
		return true
	}))
	return all
}

func idsOf(all []model.Outgoing) (ids []string) {
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	return ids
}
