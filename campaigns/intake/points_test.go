package intake

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// Each change of points names the line of the file that it came from; who is new
// comes in with theirs, and the same file again changes nothing.
func TestPointsOfAFileComeWithTheirLine(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openStore(t, t.TempDir())
	load := func(file string) {
		t.Helper()
		if _, err := Import(ctx, into(s, Contacts, file)); err != nil {
			t.Fatal(err)
		}
	}
	load("email;points\nlea@mail.example;120\nmax@mail.example;\n")
	second := "email;points;ville\nmax@mail.example;1 030;\nfaux;3;\nlea@mail.example;250;Brest\nzoe@mail.example;4;\nlea@mail.example;;Lyon\n"
	load(second)
	load(second)
	o := into(s, Contacts, "")
	o.Name = "token:caisse"
	one, bad := PersonOf(o, map[string]json.RawMessage{"email": json.RawMessage(`"max@mail.example"`), "points": json.RawMessage("1000")})
	if bad != nil {
		t.Fatal(bad)
	}
	if _, err := SaveItems(ctx, o, []Person{one}); err != nil {
		t.Fatal(err)
	}
	move := func(id model.ContactID, why model.PointsWhy, source string, delta, total int64) model.PointsMove {
		m := model.PointsMove{Contact: id, At: noon, Recorded: noon, Delta: delta, Total: total, Why: why, Source: source}
		if why == model.PointsOpening {
			m.Recorded = time.Time{}
		}
		return m
	}
	for id, want := range map[model.ContactID][]model.PointsMove{
		1: {move(1, model.PointsOpening, "", 120, 120), move(1, model.PointsFile, "fichier.csv:4", 130, 250)},
		2: {move(2, model.PointsFile, "fichier.csv:2", 1030, 1030), move(2, model.PointsCall, "", -30, 1000)},
		3: {move(3, model.PointsOpening, "", 4, 4)},
	} {
		got, err := s.Points().Of(ctx, id)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("contact %d, %v (-want +got):\n%s", id, err, diff)
		}
	}
}
