package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
)

// secretFile is a file of secrets, one in a line.
func secretFile(t *testing.T, mode os.FileMode, secrets ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(strings.Join(secrets, "\n")+"\n"), mode); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSecretsOfOtherProgramsAreReadFromFilesThatNobodyElseMayRead(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a", 32), strings.Repeat("b", 32)
	l, err := load(t, "[hooks]\nsecret_file = \""+secretFile(t, 0o600, a, "", b)+"\"\nshopify_secret_file = \""+secretFile(t, 0o600, b)+"\"\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(campaigns.HookSecrets{Request: []string{a, b}, Shopify: []string{b}}, l.Hooks); diff != "" {
		t.Error(diff)
	}
	for _, s := range l.Settings() {
		if strings.Contains(s.Text(), a) || strings.Contains(s.Text(), b) {
			t.Errorf("%s shows a secret", s.Key)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "blanche.hooks-shopify-secret"), []byte(a), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err = load(t, "", map[string]string{"CREDENTIALS_DIRECTORY": dir}); err != nil || len(l.Hooks.Shopify) != 1 || l.Hooks.Shopify[0] != a {
		t.Errorf("as a credential: %+v, %v", l.Hooks, err)
	}
	for name, c := range map[string]struct{ file, key string }{
		"open to others": {secretFile(t, 0o644, a), "config.open_password_file"},
		"absent":         {filepath.Join(t.TempDir(), "none"), "config.no_hook_file"},
		"empty":          {secretFile(t, 0o600, ""), "config.hook_secrets"},
		"three":          {secretFile(t, 0o600, a, a, a), "config.hook_secrets"},
		"short":          {secretFile(t, 0o600, "secret"), "config.short_secret"},
	} {
		_, err := load(t, "[hooks]\nwoocommerce_secret_file = \""+c.file+"\"\n", nil)
		if err == nil || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
