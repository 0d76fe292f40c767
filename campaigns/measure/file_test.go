package measure_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/unicode"
)

const smallShop = "arm,spend,bought,city\n" +
	"mail,12.50,yes,Évry\nmail,0,no,Lyon\nmail,7.25,yes,Lyon\n" +
	"none,0,no,Évry\nnone,3.00,yes,Lyon\nother,x,x,Lyon\n"

var smallSpec = measure.FileSpec{Arm: "arm", Treatment: []string{"mail"}, Control: "none", Outcome: "spend", Binary: "bought"}

func measured(t *testing.T, r io.Reader, spec measure.FileSpec) string {
	t.Helper()
	doc, err := measure.MeasureFile(r, spec)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestSameRowsInAnyClothesGiveTheSameAnswer(t *testing.T) {
	t.Parallel()
	want := measured(t, strings.NewReader(smallShop), smallSpec)
	comma := strings.NewReplacer(",", ";", ".", ",").Replace(smallShop)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(smallShop, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"semicolons and decimal commas": comma,
		"tabs":                          strings.ReplaceAll(smallShop, ",", "\t"),
		"byte order mark":               "\ufeff" + smallShop,
		"Windows line ends":             strings.ReplaceAll(smallShop, "\n", "\r\n"),
		"Windows-1252":                  strings.ReplaceAll(smallShop, "É", "\xc9"),
		"gzip":                          packed(smallShop),
		"Unicode text of Excel":         wide,
		"quoted":                        strings.ReplaceAll(smallShop, "12.50", `"12,50"`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(want, measured(t, strings.NewReader(file), smallSpec)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhatIsNotAskedIsNotPrinted(t *testing.T) {
	t.Parallel()
	spec := measure.FileSpec{Arm: "arm", Treatment: []string{"mail"}, Control: "none", Binary: "bought"}
	doc, err := measure.MeasureFile(strings.NewReader(smallShop), spec)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range doc {
		names = append(names, s.Name)
	}
	if d := cmp.Diff([]string{"prop2", "srm"}, names); d != "" {
		t.Error(d)
	}
}

func TestMistakesInAFileAreSaidWithLineAndColumn(t *testing.T) {
	t.Parallel()
	of := func(x float64) *float64 { return &x }
	cut := packed(strings.Repeat(smallShop, 100))
	cut = cut[:len(cut)/2]
	for name, c := range map[string]struct {
		file string
		edit func(*measure.FileSpec)
		key  string
		args []any
	}{
		"no such column":     {smallShop, func(s *measure.FileSpec) { s.Outcome = "spent" }, "roi.no_column", []any{"column", "spent", "columns", "arm, spend, bought, city"}},
		"no such arm":        {smallShop, func(s *measure.FileSpec) { s.Control = "nobody" }, "roi.empty_arm", []any{"arm", "nobody", "column", "arm"}},
		"not a number":       {strings.Replace(smallShop, "7.25", "seven", 1), nil, "roi.not_number", []any{"line", 4, "column", "spend", "value", "seven"}},
		"empty number":       {strings.Replace(smallShop, "7.25", "", 1), nil, "roi.empty_cell", []any{"line", 4, "column", "spend"}},
		"NaN is no number":   {strings.Replace(smallShop, "7.25", "NaN", 1), nil, "roi.not_number", nil},
		"thousand or tenth":  {strings.Replace(smallShop, "7.25", `"7,250"`, 1), nil, "roi.not_number", nil},
		"not yes or no":      {strings.Replace(smallShop, "yes,Lyon", "maybe,Lyon", 1), nil, "roi.not_yes_no", []any{"line", 4, "column", "bought", "value", "maybe"}},
		"a short row":        {strings.Replace(smallShop, "no,Lyon", "no", 1), nil, "roi.row_cells", []any{"line", 3, "cells", 3, "wanted", 4}},
		"a cut gzip":         {cut, nil, "roi.bad_gzip", nil},
		"two of a name":      {strings.Replace(smallShop, "bought", "spend", 1), func(s *measure.FileSpec) { s.Binary = "" }, "roi.two_columns", []any{"column", "spend", "a", 2, "b", 3}},
		"an unfinished cell": {smallShop + `mail,"1`, nil, "roi.bad_row", nil},
		"nothing":            {"", nil, "roi.empty_file", nil},
		"broken gzip":        {"\x1f\x8bxx", nil, "roi.bad_gzip", nil},
		"alpha of 5":         {smallShop, func(s *measure.FileSpec) { s.Alpha = of(5) }, "roi.bad_alpha", []any{"value", 5.0}},
		"alpha of nothing":   {smallShop, func(s *measure.FileSpec) { s.Alpha = of(0) }, "roi.bad_alpha", []any{"value", 0.0}},
		"no such covariate":  {smallShop, func(s *measure.FileSpec) { s.Covariates = []string{"age"} }, "roi.no_column", []any{"column", "age", "columns", "arm, spend, bought, city"}},
		"no such stratum":    {smallShop, func(s *measure.FileSpec) { s.Strata = []string{"city", "town"} }, "roi.no_column", nil},
		"no such segment":    {smallShop, func(s *measure.FileSpec) { s.Segments = []string{"town"} }, "roi.no_column", nil},
		"covariate in words": {smallShop, func(s *measure.FileSpec) { s.Covariates = []string{"spend", "city"} }, "roi.not_number", []any{"line", 2, "column", "city", "value", "Évry"}},
		"exposure in words":  {smallShop, func(s *measure.FileSpec) { s.Exposure = "city" }, "roi.not_yes_no", []any{"line", 2, "column", "city", "value", "Évry"}},
		"exposure missing":   {strings.Replace(smallShop, "0,no", "0,", 1), func(s *measure.FileSpec) { s.Exposure, s.Binary = "bought", "" }, "roi.empty_cell", []any{"line", 3, "column", "bought"}},
		"a cap of 99.9":      {smallShop, func(s *measure.FileSpec) { s.Winsor = of(99.9) }, "roi.bad_winsor", []any{"value", 99.9}},
		"no cap at all":      {smallShop, func(s *measure.FileSpec) { s.Winsor = of(math.NaN()) }, "roi.bad_winsor", nil},
		"nothing to explain": {smallShop, func(s *measure.FileSpec) { s.Outcome, s.Binary, s.Segments = "", "", []string{"city"} }, "roi.flag_without_outcome", []any{"flag", "--segment"}},
		"margin in percent":  {smallShop, func(s *measure.FileSpec) { s.Margin = of(40) }, "roi.bad_margin", []any{"value", 40.0}},
		"margin below zero":  {smallShop, func(s *measure.FileSpec) { s.Margin = of(-0.1) }, "roi.bad_margin", nil},
		"cost below zero":    {smallShop, func(s *measure.FileSpec) { s.CostFixed = -5 }, "roi.bad_cost", []any{"flag", "--cost-fixed", "value", -5.0}},
		"no cost at all":     {smallShop, func(s *measure.FileSpec) { s.CostPerContact = math.NaN() }, "roi.bad_cost", nil},
		"endless weight":     {smallShop, func(s *measure.FileSpec) { s.Weights = []float64{1, math.Inf(1)} }, "roi.bad_weights", nil},
		"same arm twice":     {smallShop, func(s *measure.FileSpec) { s.Control = "mail" }, "roi.same_arm", nil},
		"margin alone":       {smallShop, func(s *measure.FileSpec) { s.Margin, s.Outcome = of(0.4), "" }, "roi.margin_without_outcome", nil},
		"weights":            {smallShop, func(s *measure.FileSpec) { s.Weights = []float64{1} }, "roi.bad_weights", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := smallSpec
			if c.edit != nil {
				c.edit(&spec)
			}
			_, err := measure.MeasureFile(strings.NewReader(c.file), spec)
			var e *model.Error
			if !errors.As(err, &e) || e.Key != c.key || e.Kind != model.KindInvalid || e.HintKey == "" {
				t.Fatalf("got %v, want %s with a hint", err, c.key)
			}
			if c.args != nil {
				if d := cmp.Diff(c.args, e.Args, cmpopts.EquateEmpty()); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func FuzzAnyFileIsReadOrRefused(f *testing.F) {
	f.Add(smallShop)
	f.Add("arm;spend;bought\nmail;1,5;1\nnone;;0\n")
	f.Add("arm\tspend\tbought\nmail\t1e308\t1\nmail\t1e308\t1\nnone\t-1e308\t0\nnone\t1e308\t0\n")
	f.Add("\x1f\x8b\x08")
	f.Fuzz(func(t *testing.T, file string) {
		spec, margin := smallSpec, 0.5
		spec.Margin = &margin
		doc, err := measure.MeasureFile(strings.NewReader(file), spec)
		if err != nil {
			return
		}
		if _, err := json.Marshal(doc); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzAnySharesAreJSON(f *testing.F) {
	f.Add(uint16(0), uint16(1), uint16(1), uint16(1))
	f.Add(uint16(8279), uint16(45489), uint16(8502), uint16(44700))
	f.Fuzz(func(t *testing.T, x1, n1, x0, n0 uint16) {
		a, b := max(1, int(n1)), max(1, int(n0))
		o := measure.CompareShares(int(x1)%(a+1), a, int(x0)%(b+1), b, 0.05)
		if _, err := json.Marshal(o); err != nil {
			t.Fatal(err)
		}
		for name, ci := range map[string]measure.Range{"newcombe": o.CINewcombe, "miettinen": o.CIMiettinen} {
			if !ci.Known() || ci[0] > o.Diff+1e-12 || ci[1] < o.Diff-1e-12 {
				t.Errorf("%s %v does not hold %v: %+v", name, ci, o.Diff, o)
			}
		}
		if !(o.PFisher >= 0 && o.PFisher <= 1) {
			t.Errorf("p = %v", o.PFisher)
		}
	})
}
