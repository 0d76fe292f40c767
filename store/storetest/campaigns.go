package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

func testCampaigns(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	zone := time.FixedZone("", 3600)
	want := model.Campaign{
		Name: "noel-2026", State: model.Scheduled, Created: start.In(zone), Rate: 2.5, Salt: "00ff", Matched: 9,
		Versions: []model.CampaignVersion{{Number: 1, At: start.In(zone), Source: "subject = \"Noël\""}},
		Spec: model.CampaignSpec{
			Name: "noel-2026", Kind: "coupon", Subject: "Noël {{ first_name }}", Share: 0.1, Strata: []string{"rfm"},
			WindowDays: 30, Margin: 0.42, FixedCents: 12000, PerMessageCents: 1, Start: start.In(zone),
		},
		NotSent: map[string]int{"opposed": 3}, Quotas: []model.StratumQuota{{Stratum: "a", Size: 10, HeldOut: 1}},
	}
	got, err := f.Campaigns().Create(ctx, want)
	want.ID, want.Revision = 1, 1
	if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	_, err = f.Campaigns().Create(ctx, want)
	wantIs(t, "the name again", err, store.ErrExists)
	_, err = f.Campaigns().Get(ctx, "none")
	wantIs(t, "Get", err, store.ErrNotFound)
	_, err = f.Campaigns().Update(ctx, "none", func(*model.Campaign) error { return nil })
	wantIs(t, "Update", err, store.ErrNotFound)
	no := errors.New("no")
	_, err = f.Campaigns().Update(ctx, want.Name, func(c *model.Campaign) error {
		c.State = model.Running
		return no
	})
	wantIs(t, "refused update", err, no)
	f.reopen()
	got, err = f.Campaigns().Get(ctx, want.Name)
	if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	second, err := f.Campaigns().Create(ctx, model.Campaign{Name: "aa", Versions: want.Versions})
	if must(t, second, err).ID != 2 {
		t.Errorf("second number %d", second.ID)
	}
	list, err := f.Campaigns().List(ctx)
	if must(t, list, err); len(list) != 2 || list[0].Name != "aa" || list[1].Name != want.Name {
		t.Errorf("List: %+v", list)
	}
	concurrentUpdates(t, f, "aa")
}

// concurrentUpdates: fifty people change one campaign at once, and no change
// is lost.
func concurrentUpdates(t *testing.T, f *folder, name string) {
	const people = 50
	var wg sync.WaitGroup
	errs := make([]error, people)
	for i := range people {
		wg.Go(func() {
			_, errs[i] = f.Campaigns().Update(ctx, name, func(c *model.Campaign) error {
				c.Matched++
				c.Versions = append(c.Versions, model.CampaignVersion{Number: uint16(i), At: start})
				return nil
			})
		})
	}
	wg.Wait()
	c, err := f.Campaigns().Get(ctx, name)
	if err := errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	if c.Matched != people || c.Revision != people+1 || len(c.Versions) != people+1 {
		t.Errorf("matched %d, revision %d, %d versions, want %d, %d, %d", c.Matched, c.Revision, len(c.Versions), people, people+1, people+1)
	}
}

func testSegments(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	for _, name := range []string{"b", "a", "été"} {
		must(t, 0, f.Segments().Save(ctx, model.Segment{Name: name, Rule: "city = " + name, Updated: start}))
	}
	must(t, 0, f.Segments().Save(ctx, model.Segment{Name: "b", Rule: "new", Updated: start}))
	f.reopen()
	got, err := f.Segments().Get(ctx, "b")
	if must(t, got, err); got.Rule != "new" || !got.Updated.Equal(start) {
		t.Errorf("Get = %+v", got)
	}
	list, err := f.Segments().List(ctx)
	if names := fmt.Sprint(must(t, list, err)[0].Name, list[1].Name, list[2].Name); names != "abété" {
		t.Errorf("List: %s", names)
	}
	must(t, 0, f.Segments().Delete(ctx, "b"))
	_, err = f.Segments().Get(ctx, "b")
	wantIs(t, "Get of a deleted one", err, store.ErrNotFound)
	wantIs(t, "Delete again", f.Segments().Delete(ctx, "b"), store.ErrNotFound)
}

func testSuppressions(t *testing.T, fresh func(*testing.T) SenderOpener) {
	f := testSends(t, fresh)
	s := func() store.Suppressions { return f.Suppressions() }
	opposed := model.Suppression{Reason: model.SuppressOpposed, At: start, Source: "page"}
	bounced := model.Suppression{Reason: model.SuppressBounced, At: start.Add(time.Hour), Source: "relay"}
	must(t, 0, s().Add(ctx, "Lea@mail.example", opposed))
	must(t, 0, s().AddMany(ctx, []string{"lea@mail.example", "max@mail.example"}, bounced))
	f.reopen()
	for email, want := range map[string]model.Suppression{"LEA@mail.example": opposed, "max@mail.example": bounced} {
		got, found, err := s().Get(ctx, email)
		if err != nil || !found || got != want {
			t.Errorf("Get(%s) = %+v, %v, %v", email, got, found, err)
		}
	}
	each := []model.Suppression{bounced, {Reason: model.SuppressComplaint, At: start.Add(2 * time.Hour), Source: "loop"}}
	must(t, 0, s().AddEach(ctx, []string{"lea@mail.example", "max@mail.example"}, each))
	if got, _, err := s().Get(ctx, "max@mail.example"); err != nil || got != each[1] {
		t.Errorf("Get(max) = %+v, %v", got, err)
	}
	if got, _, err := s().Get(ctx, "lea@mail.example"); err != nil || got != opposed {
		t.Errorf("Get(lea) = %+v, %v", got, err)
	}
	must(t, 0, s().Add(ctx, "max@mail.example", opposed))
	of, n, err := s().Lookup(ctx)
	if err != nil || n != 2 {
		t.Fatalf("Lookup: %d, %v", n, err)
	}
	must(t, 0, s().Lift(ctx, "max@mail.example", start))
	must(t, 0, s().Lift(ctx, "nobody@mail.example", start))
	for email, want := range map[string]model.SuppressReason{"lea@mail.example": model.SuppressOpposed, "MAX@mail.example": model.SuppressOpposed, "x@mail.example": 0} {
		if got, found := of(email); got != want || found != (want != 0) {
			t.Errorf("the snapshot says %v of %s", got, email)
		}
	}
	if _, found, err := s().Get(ctx, "max@mail.example"); found || err != nil {
		t.Errorf("lifted: %v, %v", found, err)
	}
	if _, n, err := s().Lookup(ctx); n != 1 || err != nil {
		t.Errorf("after the lift: %d, %v", n, err)
	}
	must(t, 0, s().Add(ctx, "max@mail.example", bounced))
	if got, _, _ := s().Get(ctx, "max@mail.example"); got != bounced {
		t.Errorf("suppressed again: %+v", got)
	}
}
