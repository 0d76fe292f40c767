package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"blanche/ui/config"
)

// The environment, then the credentials of the service, then the file.
func TestPasswordOfAServiceComesFromItsCredentials(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "blanche.relay-password"), []byte("s3cret\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"CREDENTIALS_DIRECTORY": dir}
	l, err := load(t, "[relay]\npassword_file = \"nowhere\"\n", env)
	if err != nil || l.Config.Relay.Password != "s3cret" {
		t.Fatalf("%q, %v", l.Config.Relay.Password, err)
	}
	for _, s := range l.Settings() {
		if s.Key == "relay.password" && (s.Origin != config.FromCredential || s.Text() == "s3cret") {
			t.Errorf("shown as %q from %s", s.Text(), s.Origin)
		}
	}
	env["BLANCHE_RELAY_PASSWORD"] = "other"
	if l, err = load(t, "", env); err != nil || l.Config.Relay.Password != "other" {
		t.Errorf("%q, %v", l.Config.Relay.Password, err)
	}
	if l, err = load(t, "", map[string]string{"CREDENTIALS_DIRECTORY": t.TempDir()}); err != nil || l.Config.Relay.Password != "" {
		t.Errorf("a service without a password: %q, %v", l.Config.Relay.Password, err)
	}
}

// The example of the package names every setting that there is, and every line
// of it can be used by taking the # away.
func TestExampleOfThePackageHasEverySetting(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../.ci/package/config.toml")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^# (\[{0,2}[a-z_.]+(?: =|\]).*)$`)
	text := line.ReplaceAllString(string(raw), "$1")
	text = regexp.MustCompile(`(?m)^password_file.*\n`).ReplaceAllString(text, "") // names a file that must be there
	text = regexp.MustCompile(`(?m)^((?:second_)?key_file = ).*$`).ReplaceAllString(text, "${1}\""+keyFile(t, 0o600)+"\"")
	text = regexp.MustCompile(`(?m)^((?:shopify_|woocommerce_)?secret_file = ).*$`).ReplaceAllString(text, "${1}\""+secretFile(t, 0o600, strings.Repeat("s", 32))+"\"")
	rules := filepath.Join(t.TempDir(), "rules.toml")
	if err := os.WriteFile(rules, []byte("[[rule]]\ncode = \"prospect_retention\"\nvalue = 24\nunit = \"months\"\nsince = 2026-01-01\nsource = \"ours\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`(?m)^(rules = ).*$`).ReplaceAllString(text, "${1}\""+rules+"\"")
	l, err := load(t, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range config.Keys() {
		if !l.Given(key) && !strings.HasPrefix(key, "relay.password") {
			t.Errorf("%s is not in the example", key)
		}
	}
}
