package cli

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The command answers the reference cases of a shop of CDs: scores exactly, the
// models to the tolerance of their cases.
func TestROIRFMAnswersTheReferenceCases(t *testing.T) {
	t.Parallel()
	folder := "../../../shared/data/cdnow"
	raw, err := os.ReadFile(filepath.Join(folder, "golden-open.json"))
	if err != nil {
		t.Skip("no reference data beside the project: ", err)
	}
	var doc struct {
		Cases []struct {
			Method, File string
			Tol          float64
			Expected     map[string]any
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	asked := map[string][]string{
		"rfm":         {"--id", "customer_id", "--date", "date", "--value", "dollar_value", "--reference", "1998-07-01", "--quantiles", "5"},
		"bgnbd":       {"--model", "bgnbd", "--frequency", "frequency", "--recency", "recency", "--age", "T", "--predict", "2,30.43,38.86;0,0,38.86;1,1.71,38.86;7,29.43,38.86", "--horizon", "39"},
		"gamma_gamma": {"--model", "gamma-gamma", "--frequency", "x", "--value", "zbar"},
	}
	for _, c := range doc.Cases {
		_, out, errs := run(t, App{}, append([]string{"roi", "rfm", filepath.Join(folder, c.File), "--json"}, asked[c.Method]...)...)
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatalf("%s: %v: %s%s", c.Method, err, out, errs)
		}
		alike(t, c.Method, got, c.Expected, max(c.Tol, 1e-9))
	}
}

// alike compares documents field by field, numbers at a relative tolerance.
func alike(t *testing.T, path string, got, want any, tol float64) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		if len(g) != len(w) {
			t.Errorf("%s has %d fields, want %d", path, len(g), len(w))
		}
		for k := range w {
			alike(t, path+"."+k, g[k], w[k], tol)
		}
	case []any:
		g, _ := got.([]any)
		for i := range w {
			if i >= len(g) {
				t.Errorf("%s has %d entries, want %d", path, len(g), len(w))
				return
			}
			alike(t, path, g[i], w[i], tol)
		}
	case float64:
		if g, ok := got.(float64); !ok || math.Abs(g-w) > tol*math.Max(math.Abs(w), 1e-300) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
}

func TestROIRFMNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"--id a --date b --value c", "--reference"},
		{"--id a --date b --value c --reference soon", "soon"},
		{"--model bgnbd --frequency x --recency t", "--age"},
		{"--model bgnbd --frequency x --recency t --age T --predict 1,2", "1,2"},
		{"--model gamma-gamma --frequency x", "--value"},
		{"--model pareto", "pareto"},
	} {
		code, _, errs := run(t, App{}, append([]string{"roi", "rfm", "nowhere.csv"}, strings.Fields(c.args)...)...)
		if code != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("%s: %d, %s", c.args, code, errs)
		}
	}
}
