package config

import (
	"strings"

	"blanche/campaigns"
	"blanche/model"
)

// hooksOut is the key of the programs that are told what happens.
const hooksOut = "hooks.out"

// mostReceivers is how many there may be: each is told on its own.
const mostReceivers = 10

type outShape struct {
	Name       any `toml:"name"`
	URL        any `toml:"url"`
	Events     any `toml:"events"`
	SecretFile any `toml:"secret_file"`
	Private    any `toml:"private"`
	People     any `toml:"people"`
}

// receivers is the setting of a list of tables, [[hooks.out]], which the
// environment cannot give.
func receivers() setting {
	return setting{key: hooksOut, read: readReceivers, show: func(l *Loaded) any {
		var names []string
		for i := range l.Config.HooksOut {
			h := &l.Config.HooksOut[i]
			names = append(names, h.Name+" "+redacted(h.URL))
		}
		return strings.Join(names, ", ")
	}}
}

func readReceivers(l *Loaded, v any) error {
	all, ok := v.([]any)
	if !ok {
		return model.Invalid("config.bad_receivers")
	}
	if len(all) > mostReceivers {
		return model.Invalid("config.bad_number", "value", len(all), "low", 0, "high", mostReceivers)
	}
	names := map[string]bool{}
	for _, one := range all {
		t, ok := one.(map[string]any)
		if !ok {
			return model.Invalid("config.bad_receivers")
		}
		h, file, err := readReceiver(t)
		if err != nil {
			return err
		}
		if names[h.Name] {
			return model.Invalid("config.receiver_twice", "name", h.Name)
		}
		names[h.Name] = true
		l.Config.HooksOut, l.hookFiles.out = append(l.Config.HooksOut, h), append(l.hookFiles.out, file)
	}
	return nil
}

func readReceiver(t map[string]any) (h campaigns.HookOut, file string, err error) {
	for key, into := range map[string]*string{"name": &h.Name, "url": &h.URL, "secret_file": &file} {
		if v, given := t[key]; given {
			if err := readText(v, into); err != nil {
				return h, "", err
			}
		}
	}
	for key, into := range map[string]*bool{"private": &h.Private, "people": &h.People} {
		v, given := t[key]
		if !given {
			continue
		}
		var ok bool
		if *into, ok = v.(bool); !ok {
			return h, "", model.Invalid("config.not_yes", "key", key, "value", asText(v))
		}
	}
	events, ok := t["events"].([]any)
	if !ok && t["events"] != nil {
		return h, "", model.Invalid("hook.no_event").Hint("hook.events")
	}
	for _, e := range events {
		h.Events = append(h.Events, asText(e))
	}
	return h, file, h.Check()
}

// readOutSecrets reads what letters are signed with, each from its own file.
func (l *Loaded) readOutSecrets() error {
	for i, file := range l.hookFiles.out {
		if file == "" {
			continue
		}
		raw, err := l.secretFile(file, "config.no_hook_file")
		if err != nil {
			return err
		}
		if l.Config.HooksOut[i].Secrets, err = secretsIn(raw, hooksOut+" "+l.Config.HooksOut[i].Name); err != nil {
			return err
		}
	}
	return nil
}
