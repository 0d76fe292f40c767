package say_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/verdicts.txt anew")

// The six sentences, on the statements of real experiments.
func TestTheSixSentences(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, v := range []model.Verdict{
		model.VerdictPays, model.VerdictLoses, model.VerdictWorksProfitUnknown, model.VerdictNotProven, model.VerdictTooEarly, model.VerdictBlocked,
	} {
		raw, err := os.ReadFile(filepath.Join("..", "..", "campaigns", "measure", "testdata", "verdicts", string(v)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var st model.Statement
		if err := json.Unmarshal(raw, &st); err != nil {
			t.Fatal(err)
		}
		for _, lang := range i18n.Languages() {
			fmt.Fprintf(&got, "%s, %s\n%s\n\n", v, lang, say.Sentence(i18n.New(lang), &st))
		}
	}
	const file = "testdata/verdicts.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Error(d)
	}
}
