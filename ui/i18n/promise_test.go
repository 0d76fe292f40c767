package i18n

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// promise are the words by which a tool would say that its user respects the
// law: only the user can.
var promise = regexp.MustCompile(`(?i)\bconformes?\b|\bcompliant\b|\bcompliance\b|en règle avec|100 % légal|\blegal(ly)? safe\b|gdpr[- ]proof`)

func TestTheCatalogueHelpsAndPromisesNoConformity(t *testing.T) {
	t.Parallel()
	said := 0
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(b), "\n") {
			if found := promise.FindString(line); found != "" {
				t.Errorf("%s:%d says %q", path, n+1, found)
			}
			if strings.Contains(line, "Aide à la conformité") {
				said++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if said == 0 {
		t.Error("nothing says « Aide à la conformité »")
	}
	for _, bad := range []string{"Votre base est conforme.", "You are GDPR-compliant."} {
		if !promise.MatchString(bad) {
			t.Errorf("%q passes", bad)
		}
	}
}
