// Package config reads the settings: config.toml, then the environment over
// it, then nothing else. It promises that a setting it does not know, or
// cannot read, is refused with its place and the nearest known name, that
// every value can say where it comes from, and that a secret is never printed.
//
// It refuses to invent: what is not set keeps the value that
// campaigns.DefaultConfig gives it. Environment, home folder and time zone of
// the machine come in as arguments, so that a test or a remote session has its
// own.
//
//	paths := config.Locate(data, env)
//	set, err := config.Load(paths, env, time.Local)
//	set.Config                     // for the desk
//	set.Settings()                 // every setting with its origin, secrets masked
//
// Read next: setting.go (the table of all settings), load.go (the order of
// precedence), paths.go (which folders).
package config

import _ "time/tzdata" // time zones, on a machine that has none
