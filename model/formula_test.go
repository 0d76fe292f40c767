package model_test

import (
	"strings"
	"testing"

	"blanche/model"
)

func TestWhatComputesGoesOutHarmless(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+cmd": "'+cmd", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "|calc": "'|calc", "\tx": "'\tx", "\rx": "'\rx", "\x00=1": "'\x00=1",
		"＝1": "'＝1", "＋1": "'＋1", "－x": "'－x", "＠x": "'＠x", "｜x": "'｜x", " =1": "' =1", "\u00a0=1": "'\u00a0=1", "\"=1\"": "'\"=1\"", " \" +x": "' \" +x",
		"'=1": "''=1", "'75008": "''75008", "--5": "'--5", "-": "'-", "+": "'+",
		"-12,50": "-12,50", "+33612345678": "+33612345678", "-3.5": "-3.5", "12-3": "12-3", "l'été": "l'été", "'tis": "'tis", "a=b": "a=b", "": "", "'": "'", " x": " x",
	} {
		if got := model.Harmless(in); got != want {
			t.Errorf("%q goes out as %q, want %q", in, got, want)
		}
	}
}

func FuzzWhatGoesOutComesBack(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "''75", "-12,50", "\"=x", "'\"=x", "' =1", "' x", "'\t", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := model.Harmless(s)
		if back := model.Unguarded(out); back != s {
			t.Errorf("%q goes out as %q and comes back as %q", s, out, back)
		}
		if model.Computes(out) && strings.Trim(out, "+-0123456789.,") != "" {
			t.Errorf("%q computes", out)
		}
	})
}
