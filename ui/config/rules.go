package config

import (
	"os"
	"path/filepath"

	"blanche/campaigns"
	"blanche/model"
)

// readRules reads the legal rules of the shop, from a file that the settings
// name, from their folder.
func (l *Loaded) readRules() error {
	if l.rulesFile == "" {
		return nil
	}
	file := l.rulesFile
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(l.Paths.Config), file)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return model.Invalid("config.no_rules_file", "file", file).Because(err)
	}
	l.Config.Rules = string(raw)
	return campaigns.CheckRules(l.Config.Rules)
}
