package config

import (
	"blanche/campaigns"
	"blanche/model"
)

// dkim is what the settings say of the signature of messages: one key, or two.
type dkim struct {
	domain string
	keys   [2]struct{ selector, file string }
}

// readKeys reads the keys that sign messages. Without any setting of [dkim]
// nothing is signed; with some of them the others must be there.
func (l *Loaded) readKeys() error {
	d := &l.dkim
	if *d == (dkim{}) {
		return nil
	}
	second := d.keys[1].selector != "" || d.keys[1].file != ""
	for _, must := range []struct {
		key, value string
		asked      bool
	}{
		{"dkim.domain", d.domain, true},
		{"dkim.selector", d.keys[0].selector, true},
		{"dkim.key_file", d.keys[0].file, true},
		{"dkim.second_selector", d.keys[1].selector, second},
		{"dkim.second_key_file", d.keys[1].file, second},
	} {
		if must.asked && must.value == "" {
			return model.Invalid("config.dkim_incomplete", "key", must.key).Hint("config.dkim_incomplete_hint", "key", must.key)
		}
	}
	var keys []campaigns.DKIMKey
	for _, k := range d.keys {
		if k.file == "" {
			continue
		}
		raw, err := l.secretFile(k.file, "config.no_key_file")
		if err != nil {
			return err
		}
		if _, err := campaigns.NewDKIM(d.domain, campaigns.DKIMKey{Selector: k.selector, PEM: raw}); err != nil {
			return model.Invalid("config.dkim_key", "file", k.file, "why", err)
		}
		keys = append(keys, campaigns.DKIMKey{Selector: k.selector, PEM: raw})
	}
	var err error
	l.Config.DKIM, err = campaigns.NewDKIM(d.domain, keys...)
	return err
}
