package intake

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// A file of rejects is opened in a spreadsheet by whoever mends it: nothing in it
// computes, and what it says comes back as it was. The control is the file itself.
func TestARejectedRowComputesNowhereAndComesBackAsItWas(t *testing.T) {
	t.Parallel()
	hostile := []string{`=cmd|' /C calc'!A0`, "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", `"=1;2"`, "'=déjà", "|x", "-12,50", "+33612345678", "'07"}
	var file strings.Builder
	w := csv.NewWriter(&file)
	w.Comma = ';'
	_ = w.Write([]string{"email", "note", "=titre"})
	for _, cell := range hostile {
		_ = w.Write([]string{"pas-une-adresse", cell, cell})
	}
	w.Flush()
	var bad sink
	f := newFake()
	f.load(t, Contacts, file.String(), rejectsTo(&bad))
	if n := computing(t, bad.String(), ';'); n > 0 {
		t.Errorf("%d cells compute in %q", n, bad.String())
	}
	if n := computing(t, file.String(), ';'); n == 0 {
		t.Error("the control computes nowhere")
	}
	notes := func(text string) (out []string) {
		f := newFake()
		for i := range hostile {
			text = strings.Replace(text, "pas-une-adresse", string(rune('a'+i))+"@x.example", 1)
		}
		f.load(t, Contacts, text)
		for i := range hostile {
			c := f.person(t, string(rune('a'+i))+"@x.example")
			v, _ := c.Attr("note")
			title, _ := c.Attr("titre")
			out = append(out, v+" "+title)
		}
		return out
	}
	if d := cmp.Diff(notes(file.String()), notes(bad.String())); d != "" {
		t.Errorf("(-as sent +corrected):\n%s", d)
	}
}

// computing counts the cells of a table that a spreadsheet would compute.
func computing(t *testing.T, text string, comma rune) (n int) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma, r.FieldsPerRecord = comma, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if model.Computes(cell) && model.Harmless(cell) != cell {
				n++
			}
		}
	}
	return n
}
