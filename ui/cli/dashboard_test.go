package cli

import (
	"os"
	"path/filepath"
	"testing"

	"blanche/ui/ssh"

	"github.com/google/go-cmp/cmp"
)

func TestAPathIsCompletedFromTheFolderOfTheSession(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"clients-été.csv", "clients-hiver.csv", ".caché.csv", "dossier/a.csv"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{App: App{Dir: dir, Files: ssh.OSFiles(dir)}}
	for typed, want := range map[string][]string{
		"cl":             {"clients-hiver.csv", "clients-été.csv"},
		"do":             {"dossier/"},
		"dossier/":       {"dossier/a.csv"},
		".":              {".caché.csv"},
		"nulle-part/x":   nil,
		"":               {"clients-hiver.csv", "clients-été.csv", "dossier/"},
		dir + "/doss":    {dir + "/dossier/"},
		"clients-été.cs": {"clients-été.csv"},
	} {
		if d := cmp.Diff(want, s.complete(typed)); d != "" {
			t.Errorf("%q: %s", typed, d)
		}
	}
}
