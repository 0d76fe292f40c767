package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

func TestATableIsAlignedByCellsAndCannotBeSteered(t *testing.T) {
	t.Parallel()
	g := &grid{columns: []column{left("nom", "name"), right("achats", "spend")}}
	g.add("Élodie", "12")
	g.add("日本", "1 234")
	g.add("evil\x1b[2J\nrow", "1")
	var b bytes.Buffer
	if err := g.write(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 6-1 || strings.Contains(b.String(), "\x1b") {
		t.Fatalf("%q", b.String())
	}
	if d := cmp.Diff([]string{"Élodie        12", "日本       1 234"}, lines[1:3]); d != "" {
		t.Error(d)
	}
}

func TestACellIsNeverAFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+cmd|x": "'+cmd|x", "@SUM": "'@SUM", "-12.50": "-12.50", "+33612345678": "+33612345678", "": "", "Léa": "Léa", "-x": "'-x", "\t=1": "'\t=1",
	} {
		if got := model.Harmless(cell); got != want {
			t.Errorf("guard(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestJSONMayBeLookedAtOnATerminal(t *testing.T) {
	t.Parallel()
	text := "a\u009b2Jb\u202ec<é&\x1b\x7f"
	var b bytes.Buffer
	if err := newEncoder(&b).Encode(map[string]string{"x": text}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(strings.TrimSpace(b.String()), func(r rune) bool { return isOrder(r) || r < ' ' }) {
		t.Errorf("%q", b.String())
	}
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["x"] != text {
		t.Errorf("%q, %v", back["x"], err)
	}
	if !strings.Contains(b.String(), "<é&") {
		t.Errorf("%q", b.String())
	}
}

// A line of the audit on a narrow terminal names whole who did it, and never wraps.
func TestALineOfTheAuditFitsTheTerminalAndNamesWhoWhole(t *testing.T) {
	t.Parallel()
	const who = "token:boutique-en-ligne"
	for _, width := range []int{72, 80, 100, 120, 400} {
		g := &grid{columns: []column{right("n°", "seq"), left("quand", "at"), left("qui", "who"), left("d’où", "from"), left("quoi", "act"), left("sur quoi", "object"), left("quels changements", "changes")}}
		g.add("1284", "23/11/2026 07:35", who, "http 203.0.113.77", "a commencé à importer un fichier", "campaign:rentree-des-classes-2026", "kind: merges; file: tout.zip; sha256: f1ec80a24f056b536423aa6f446f26353c560de98…")
		var b strings.Builder
		if err := g.fit(width, auditGives).write(&b); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > max(width, 80) {
				t.Errorf("%d cells of %d: %s", n, width, line)
			}
		}
		if !strings.Contains(b.String(), who+"  ") || width == 400 && !strings.Contains(b.String(), "f1ec80a24f056b536423aa6f446f26353c560de98") {
			t.Errorf("%d:\n%s", width, b.String())
		}
	}
}
