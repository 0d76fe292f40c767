package intake

import (
	"context"
	"strings"
	"testing"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestAnyFileIsForeseenByItsDryRunAndChangesNothingTwice draws files in which
// people come several times, contradict themselves, oppose, and are misspelt,
// over a base that already holds some of them.
func TestAnyFileIsForeseenByItsDryRunAndChangesNothingTwice(t *testing.T) {
	t.Parallel()
	cell := func(values ...string) *rapid.Generator[string] { return rapid.SampledFrom(values) }
	line := rapid.Custom(func(t *rapid.T) string {
		return strings.Join([]string{
			cell("a@x.example", "A@X.example", "b@x.example", "c@x.example", "d@x.example", "faux", "").Draw(t, "email"),
			cell("", "", "Lyon", "Évry", "\"deux\nlignes\"").Draw(t, "ville"),
			cell("", "", "oui", "non", "désabonné", "bof").Draw(t, "consentement"),
			cell("", "", "12", "1 250", "douze").Draw(t, "points"),
			cell("", "actif", "unsubscribed", "cleaned", "Gold").Draw(t, "statut"),
			cell("", "1,5", "2", "texte").Draw(t, "libre"),
		}, ";") + cell("", "", "", ";", ";trop", ";\"", "\x00").Draw(t, "end")
	})
	file := rapid.Map(rapid.SliceOfN(line, 0, 12), func(lines []string) string {
		return "email;ville;consentement;points;statut;libre\n" + strings.Join(lines, "\n") + "\n"
	})
	rapid.Check(t, func(t *rapid.T) {
		s := newFake()
		run := func(file string, dry bool) model.ImportReport {
			o := s.options(Contacts, file)
			o.Basis, o.BatchSize, o.DryRun = model.BasisCustomer, rapid.IntRange(1, 5).Draw(t, "batch"), dry
			rep, err := Import(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			rep.DryRun = false
			return rep
		}
		run(file.Draw(t, "before"), false)
		before := len(s.opposed)
		f := file.Draw(t, "file")
		foreseen := run(f, true)
		done := run(f, false)
		if d := cmp.Diff(done, foreseen); d != "" {
			t.Fatalf("dry run (-run +dry):\n%s", d)
		}
		if again := run(f, false); again.Created+again.Updated != 0 || again.Rejected != done.Rejected {
			t.Fatalf("again: %+v", again)
		}
		if len(s.opposed) < before {
			t.Fatal("an opposition was lost")
		}
	})
}
