package doctor

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"blanche/model"
	"blanche/ui/config"
)

func (e *exam) config(context.Context) Result {
	switch {
	case e.SettingsErr != nil:
		return fail("bad", "why", e.SettingsErr)
	case !e.Paths.Written:
		return warn("none", "file", e.Paths.Config)
	}
	return ok("ok", "file", e.Paths.Config)
}

// configMode: who may write the settings may send the messages anywhere.
func (e *exam) configMode(context.Context) Result {
	info, err := os.Stat(e.Paths.Config)
	if err != nil {
		return skip("none")
	}
	values := []any{"file", e.Paths.Config, "mode", mode(info)}
	switch {
	case info.Mode().Perm()&0o022 != 0:
		return fail("writable", values...)
	case info.Mode().Perm()&0o044 != 0 && e.passwordInside():
		return fail("readable", values...)
	}
	return ok("ok", values...)
}

// passwordInside reports whether the address of the relay holds a password.
func (e *exam) passwordInside() bool {
	if e.Settings == nil {
		return false
	}
	u, err := url.Parse(e.Settings.Config.Relay.URL)
	if err != nil || u.User == nil {
		return false
	}
	_, has := u.User.Password()
	return has
}

// setting is a setting in force, by its key.
func (e *exam) setting(key string) config.Setting {
	for _, s := range e.Settings.Settings() {
		if s.Key == key {
			return s
		}
	}
	return config.Setting{}
}

// secrets says where the password of the relay comes from, never what it is.
func (e *exam) secrets(context.Context) Result {
	var known *model.Error
	if errors.As(e.SettingsErr, &known) && strings.HasSuffix(known.Key, "_password_file") {
		return fail("closed", "why", e.SettingsErr)
	}
	if e.Settings == nil {
		return skip("unknown")
	}
	file := e.setting("relay.password_file")
	switch {
	case e.passwordInside():
		return warn("inside", "file", e.Paths.Config)
	case e.setting("relay.password").Origin == config.FromEnvironment:
		return ok("environment", "variable", config.Variable("relay.password"))
	case file.Text() == "":
		return skip("none")
	}
	path := file.Text()
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(e.Paths.Config), path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fail("closed", "why", err)
	}
	if info.Mode().Perm()&others != 0 {
		return fail("open", "file", path, "mode", mode(info))
	}
	return ok("ok", "file", path)
}
