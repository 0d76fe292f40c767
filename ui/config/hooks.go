package config

import (
	"os"
	"path/filepath"
	"strings"

	"blanche/model"
)

// hookFiles are the files of what other programs sign with.
type hookFiles struct {
	request, shopify, wooCommerce string

	out []string // of the programs that are told, in their order
}

// shortestSecret is how long a secret is at least: what a person makes up is
// shorter.
const shortestSecret = 16

// readHooks reads the secrets of other programs: from the credentials of the
// service (systemd), else from the files that the settings name, which must be
// nobody else's to read. A file has one secret in a line, or two while they are
// being changed.
func (l *Loaded) readHooks(env Env) error {
	h := &l.Hooks
	return l.readSecrets(env, []secretsOf{
		{"hooks.secret_file", l.hookFiles.request, &h.Request},
		{"hooks.shopify_secret_file", l.hookFiles.shopify, &h.Shopify},
		{"hooks.woocommerce_secret_file", l.hookFiles.wooCommerce, &h.WooCommerce},
	})
}

// secretsOf is a setting that names a file of secrets, and where they go.
type secretsOf struct {
	key, file string
	into      *[]string
}

func (l *Loaded) readSecrets(env Env, all []secretsOf) error {
	for _, one := range all {
		raw, err := l.hookSecret(env, one.key, one.file)
		if err != nil {
			return err
		}
		if raw == nil {
			continue
		}
		if *one.into, err = secretsIn(raw, one.key); err != nil {
			return err
		}
	}
	return l.readOutSecrets()
}

// secretsIn are the secrets of a file: one, or two.
func secretsIn(raw []byte, key string) (all []string, err error) {
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	if n := len(all); n < 1 || n > 2 {
		return nil, model.Invalid("config.hook_secrets", "key", key, "count", n)
	}
	for _, secret := range all {
		if len(secret) < shortestSecret {
			return nil, model.Invalid("config.short_secret", "key", key, "least", shortestSecret)
		}
	}
	return all, nil
}

// hookSecret is what a file of secrets holds, nil without one.
func (l *Loaded) hookSecret(env Env, key, file string) ([]byte, error) {
	if dir := env.Get("CREDENTIALS_DIRECTORY"); filepath.IsAbs(dir) {
		name := strings.NewReplacer("_", "-", ".", "-").Replace(strings.TrimSuffix(key, "_file"))
		if raw, err := os.ReadFile(filepath.Join(dir, "blanche."+name)); err == nil {
			l.origin[key] = FromCredential
			return raw, nil
		}
	}
	if file == "" {
		return nil, nil
	}
	return l.secretFile(file, "config.no_hook_file")
}
