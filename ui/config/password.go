package config

import (
	"os"
	"path/filepath"
	"strings"

	"blanche/model"
)

// credential is the password of the relay as a service gets it (systemd,
// LoadCredential): a file of a folder that the service alone can read.
const credential = "blanche.relay-password"

// readPassword takes the password of the relay from the environment, else from
// the credentials of the service, else from the file that the settings name,
// which must be nobody else's to read.
func (l *Loaded) readPassword(env Env) error {
	if l.Given("relay.password") {
		return nil
	}
	if dir := env.Get("CREDENTIALS_DIRECTORY"); filepath.IsAbs(dir) {
		if raw, err := os.ReadFile(filepath.Join(dir, credential)); err == nil {
			l.Config.Relay.Password = strings.TrimRight(string(raw), "\r\n")
			l.origin["relay.password"] = FromCredential
			return nil
		}
	}
	if l.passwordFile == "" {
		return nil
	}
	raw, err := l.secretFile(l.passwordFile, "config.no_password_file")
	if err != nil {
		return err
	}
	l.Config.Relay.Password = strings.TrimRight(string(raw), "\r\n")
	l.origin["relay.password"] = FromFile
	return nil
}

// secretFile reads a file that the settings name, from their folder, and that
// must be nobody else's to read.
func (l *Loaded) secretFile(file, missing string) ([]byte, error) {
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(l.Paths.Config), file)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, model.Invalid(missing, "file", file).Because(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, model.Refused("config.open_password_file", "file", file).Hint("config.close_password_file", "file", file)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, model.Failed(err, "config.unreadable", "file", file)
	}
	return raw, nil
}
