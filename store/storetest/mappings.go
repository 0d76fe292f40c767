package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testMappings: how a file is read stays under its name, until another takes it
// or it is deleted.
func testMappings(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	a := model.FileMapping{Name: "caisse", Kind: "contacts", Titles: []string{"Tél 1", "Mél"}, Map: map[string]string{"Mél": "email"}, At: start, By: "ines"}
	must(t, 0, f.Mappings().Save(ctx, a))
	a.Map["Tél 1"] = "phone"
	must(t, 0, f.Mappings().Save(ctx, a))
	must(t, 0, f.Mappings().Save(ctx, model.FileMapping{Name: "erp", Kind: "orders", At: start}))
	f.reopen()
	got, err := f.Mappings().Get(ctx, "caisse")
	if diff := cmp.Diff(a, must(t, got, err)); diff != "" {
		t.Errorf("Get (-want +got):\n%s", diff)
	}
	if err := f.Mappings().Save(ctx, model.FileMapping{Name: "Été !"}); model.KindOf(err) != model.KindInvalid {
		t.Errorf("a name with signs: %v", err)
	}
	must(t, 0, f.Mappings().Delete(ctx, "erp"))
	wantIs(t, "Delete again", f.Mappings().Delete(ctx, "erp"), store.ErrNotFound)
	list, err := f.Mappings().List(ctx)
	if must(t, list, err); len(list) != 1 || list[0].Name != "caisse" {
		t.Errorf("List: %+v", list)
	}
	h, err := f.Check(ctx)
	if must(t, h, err); len(h.Damaged) > 0 {
		t.Errorf("damaged: %+v", h.Damaged)
	}
}
