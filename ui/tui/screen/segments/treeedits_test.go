package segments

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/campaigns/audience"
	"blanche/model"
)

// Whatever the form does to a rule, its text reads back as the same tree.
func TestEveryEditOfTheFormReadsBackAsItself(t *testing.T) {
	t.Parallel()
	texts := []string{
		"all", `city = "Évry"`, `customer and spend > 10`, `not (customer or tags = "vip") and last_order < 180d ago`,
		`(city in ["a", "b"] or birth exists) and not received("noel", 30d)`, `birthday in next 7d or orders(90d, channel = "web") >= 2`,
	}
	rapid.Check(t, func(t *rapid.T) {
		read := func(text string) model.Rule {
			r, err := audience.Parse(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			return r
		}
		whole := read(rapid.SampledFrom(texts).Draw(t, "rule"))
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			lines := flatten(whole)
			path := lines[rapid.IntRange(0, len(lines)-1).Draw(t, "line")].path
			leaf := read(rapid.SampledFrom(texts[1:2]).Draw(t, "leaf"))
			switch rapid.IntRange(0, 2).Draw(t, "edit") {
			case 0:
				whole, _ = added(whole, path, leaf)
			case 1:
				whole, _ = wrapped(whole, path, leaf)
			case 2:
				whole = turned(whole, path)
			}
			again := read(whole.String())
			if again.String() != whole.String() {
				t.Fatalf("%s reads as %s", whole, again)
			}
			if diff := cmp.Diff(flatten(again), flatten(read(again.String())), cmp.AllowUnexported(node{})); diff != "" {
				t.Fatal(diff)
			}
			whole = again
		}
	})
}
