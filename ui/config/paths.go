package config

import (
	"os"
	"path/filepath"

	"blanche/model"
)

// Env looks a variable of the environment up; ok is false when it is not set.
type Env func(name string) (value string, ok bool)

// Get is the value of a variable, empty when it is not set.
func (e Env) Get(name string) string {
	v, _ := e(name)
	return v
}

// Paths are the folders and files in use. XDG variables count on every system.
type Paths struct {
	Data    string `json:"data"`    // crm.db, send.db
	Config  string `json:"config"`  // the configuration file: the one in use, else the one to write
	State   string `json:"state"`   // logs
	Cache   string `json:"cache"`   // what may be deleted
	Runtime string `json:"runtime"` // sockets
	Written bool   `json:"config_exists"`
}

// Locate finds the folders. data is the flag, empty when it was not given;
// then BLANCHE_DATA counts, then $XDG_DATA_HOME/blanche.
func Locate(data string, env Env) (Paths, error) {
	home := env.Get("HOME")
	folder := func(variable string, fallback ...string) string {
		if v := env.Get(variable); filepath.IsAbs(v) {
			return filepath.Join(v, "blanche")
		}
		return filepath.Join(append([]string{home}, fallback...)...)
	}
	if data == "" {
		data = env.Get("BLANCHE_DATA")
	}
	if data == "" {
		if home == "" && env.Get("XDG_DATA_HOME") == "" {
			return Paths{}, model.Invalid("config.no_home").Hint("config.give_data")
		}
		data = folder("XDG_DATA_HOME", ".local", "share", "blanche")
	}
	p := Paths{
		Data:    data,
		Config:  filepath.Join(data, "config.toml"),
		State:   folder("XDG_STATE_HOME", ".local", "state", "blanche"),
		Cache:   folder("XDG_CACHE_HOME", ".cache", "blanche"),
		Runtime: folder("XDG_RUNTIME_DIR", ".local", "state", "blanche", "run"),
	}
	for _, file := range []string{p.Config, filepath.Join(folder("XDG_CONFIG_HOME", ".config", "blanche"), "config.toml")} {
		if _, err := os.Stat(file); err == nil {
			p.Config, p.Written = file, true
			break
		}
	}
	return p, nil
}
