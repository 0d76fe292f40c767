package cli

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What stands in the program stands in the bill, replaced modules under what
// they were replaced by, and each with the hash of go.sum.
func TestBillHoldsEveryModuleOfTheBuild(t *testing.T) {
	t.Parallel()
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
		{Path: "go.etcd.io/bbolt", Version: "v1.5.0", Sum: "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},
		{Path: "old.example/x", Version: "v1.0.0", Replace: &debug.Module{Path: "new.example/x", Version: "v1.1.0"}},
	}}
	v := versionJSON{Modules: map[string]string{}}
	v.read(info)
	v.Version = "v1.2.3"
	got := billOf(info, v)
	want := []billPart{
		{Ref: "pkg:golang/std@1.26.8", Type: "library", Name: "std", Version: "1.26.8", Purl: "pkg:golang/std@1.26.8"},
		{
			Ref: "pkg:golang/go.etcd.io/bbolt@v1.5.0", Type: "library", Name: "go.etcd.io/bbolt", Version: "v1.5.0", Purl: "pkg:golang/go.etcd.io/bbolt@v1.5.0",
			Hashes: []billHash{{"SHA-256", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}},
		},
		{Ref: "pkg:golang/new.example/x@v1.1.0", Type: "library", Name: "new.example/x", Version: "v1.1.0", Purl: "pkg:golang/new.example/x@v1.1.0"},
	}
	if d := cmp.Diff(want, got.Parts); d != "" {
		t.Error(d)
	}
	if len(got.Edges[0].Uses) != len(got.Parts) {
		t.Errorf("%d of %d parts are used", len(got.Edges[0].Uses), len(got.Parts))
	}
	if len(v.Modules) != 2 || v.Modules["new.example/x"] != "v1.1.0" {
		t.Errorf("modules: %v", v.Modules)
	}
}

// The program of the tests was built from modules too: none is missing.
func TestBillOfThisProgramIsWhole(t *testing.T) {
	t.Parallel()
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 {
		t.Skip("this build noted no modules")
	}
	b := billOf(info, buildVersion())
	if len(b.Parts) != len(info.Deps)+1 {
		t.Errorf("%d parts for %d modules and Go", len(b.Parts), len(info.Deps))
	}
	for _, p := range b.Parts[1:] {
		if p.Version == "" || len(p.Hashes) == 0 {
			t.Errorf("%s: version %q, %d hashes", p.Name, p.Version, len(p.Hashes))
		}
	}
}
