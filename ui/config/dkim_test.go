package config_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blanche/model"
)

// keyFile writes a key made for the test.
func keyFile(t *testing.T, mode os.FileMode) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), mode); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestKeysThatSignAreReadAndNeverShown(t *testing.T) {
	t.Parallel()
	one, two := keyFile(t, 0o600), keyFile(t, 0o400)
	first := "[dkim]\ndomain = \"boutique.example\"\nselector = \"blanche\"\nkey_file = \"" + one + "\"\n"
	for file, keys := range map[string]int{"": 0, first: 1, first + "second_selector = \"b2\"\nsecond_key_file = \"" + two + "\"\n": 2} {
		l, err := load(t, file, nil)
		if err != nil {
			t.Fatal(err)
		}
		records, err := l.Config.DKIM.Records()
		if err != nil || len(records) != keys || l.Config.DKIM.On() != (keys > 0) {
			t.Errorf("%d keys: %v %v", keys, records, err)
		}
		raw, err := os.ReadFile(one)
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.Split(string(raw), "\n")[1]
		if shown := fmt.Sprintf("%v %+v %#v %v", l.Config, l.Config, l.Config, l.Settings()); strings.Contains(shown, secret) || strings.Contains(shown, "PRIVATE") {
			t.Errorf("a key is printed: %s", shown)
		}
	}
}

func TestAKeyFileThatIsMissingOpenOrNoKeyIsRefused(t *testing.T) {
	t.Parallel()
	good, open := keyFile(t, 0o600), keyFile(t, 0o644)
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct{ settings, want string }{
		{`selector = "s"` + "\nkey_file = \"" + good + "\"", "config.dkim_incomplete key=dkim.domain"},
		{`domain = "b.example"` + "\nkey_file = \"" + good + "\"", "config.dkim_incomplete key=dkim.selector"},
		{`domain = "b.example"` + "\nselector = \"s\"", "config.dkim_incomplete key=dkim.key_file"},
		{`domain = "b.example"` + "\nselector = \"s\"\nkey_file = \"" + good + "\"\nsecond_selector = \"t\"", "config.dkim_incomplete key=dkim.second_key_file"},
		{`domain = "b.example"` + "\nselector = \"s\"\nkey_file = \"nowhere.pem\"", "config.no_key_file"},
		{`domain = "b.example"` + "\nselector = \"s\"\nkey_file = \"" + open + "\"", "config.open_password_file"},
		{`domain = "b.example"` + "\nselector = \"s\"\nkey_file = \"" + text + "\"", "config.dkim_key"},
		{`domain = "b"` + "\nselector = \"s\"\nkey_file = \"" + good + "\"", "config.dkim_key"},
		{`domain = "b.example"` + "\nselector = \"s\"\nkeyfile = \"x\"", "config.unknown_key"},
	} {
		_, err := load(t, "[dkim]\n"+k.settings+"\n", nil)
		var e *model.Error
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), k.want) {
			t.Errorf("%s\n got %v\nwant %s", k.settings, err, k.want)
		}
	}
}
