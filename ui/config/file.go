package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"

	"blanche/model"

	"github.com/pelletier/go-toml/v2"
)

// file is a file of settings: its values by dotted key.
type file struct {
	name   string
	raw    string
	values map[string]any
}

// readFile reads a file; one that is not there has no values.
func readFile(name string) (*file, error) {
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &file{name: name}, nil
	}
	if err != nil {
		return nil, model.Failed(err, "config.unreadable", "file", name)
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		return nil, syntaxError(err, name)
	}
	if err := refuseUnknown(raw, name); err != nil {
		return nil, err
	}
	f := &file{name: name, raw: string(raw), values: map[string]any{}}
	flatten(f.values, "", tree)
	return f, nil
}

// find is the place of a key, from 1; false when it is written in a form that
// hides it (a dotted key, an inline table).
func (f *file) find(key string) (line, column int, ok bool) {
	table, name := "", key
	if dot := strings.LastIndexByte(key, '.'); dot >= 0 {
		table, name = key[:dot], key[dot+1:]
	}
	current := ""
	for i, text := range strings.Split(f.raw, "\n") {
		trimmed := strings.TrimSpace(text)
		if inner, is := strings.CutPrefix(trimmed, "["); is {
			current, _, _ = strings.Cut(inner, "]")
			current = strings.TrimSpace(current)
			continue
		}
		rest, is := strings.CutPrefix(trimmed, name)
		if is && current == table && strings.HasPrefix(strings.TrimSpace(rest), "=") {
			return i + 1, 1 + strings.Index(text, name), true
		}
	}
	return 0, 0, false
}

func flatten(into map[string]any, prefix string, tree map[string]any) {
	for k, v := range tree {
		key := strings.TrimPrefix(prefix+"."+k, ".")
		if sub, ok := v.(map[string]any); ok {
			flatten(into, key, sub)
			continue
		}
		into[key] = v
	}
}

// tables are the headings of the file.
var tables = []string{"sender", "relay", "dkim", "public", "feedback", "feedback.ses", "feedback.sendgrid", "feedback.mailgun", "feedback.postmark", "feedback.brevo", "tracking", "hooks", "retry", "measure", "holdout", "pressure", "approval", "ssh", "http", "audit", "backup"}

// refuseUnknown finds keys that no setting has, with line, column and the
// nearest one.
func refuseUnknown(raw []byte, file string) error {
	decoder := toml.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(new(shape))
	var strict *toml.StrictMissingError
	if !errors.As(err, &strict) {
		return syntaxError(err, file)
	}
	first := &strict.Errors[0]
	line, column := first.Position()
	key := strings.Join(first.Key(), ".")
	e := model.Invalid("config.unknown_key", "file", file, "line", line, "column", column, "key", key)
	if near, ok := Nearest(key, append(Keys(), tables...)); ok {
		return e.Hint("config.nearest_key", "key", near)
	}
	return e.Hint("config.list_keys")
}

func syntaxError(err error, file string) error {
	if err == nil {
		return nil
	}
	var decode *toml.DecodeError
	if !errors.As(err, &decode) {
		return model.Invalid("config.bad_file", "file", file, "detail", err.Error())
	}
	line, column := decode.Position()
	return model.Invalid("config.bad_syntax", "file", file, "line", line, "column", column,
		"detail", strings.TrimPrefix(decode.Error(), "toml: "))
}

// refuse says which setting of the file could not be read, and its place.
func (f *file) refuse(err error, key string) error { return f.refuseAt(err, key, f.name) }

// refuseAt says which setting could not be read, and where it was given.
func (f *file) refuseAt(err error, key, source string) error {
	if line, column, ok := f.find(key); ok && source == f.name {
		return model.Invalid("config.bad_value_at", "key", key, "source", source, "line", line, "column", column, "why", err).Hint("config.check_again")
	}
	return model.Invalid("config.bad_value", "key", key, "source", source, "why", err).Hint("config.check_again")
}
