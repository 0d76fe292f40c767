package config

import "blanche/model"

// Check reports whether a value fits a setting, with the reason that Load would
// give, so that a person can be asked again at once.
func Check(key, value string) error {
	for _, s := range settings() {
		if s.key == key {
			return s.read(new(Loaded), value)
		}
	}
	return model.Invalid("config.unknown_key", "file", "", "line", 0, "column", 0, "key", key).Hint("config.list_keys")
}
