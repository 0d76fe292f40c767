package compose

import (
	"bytes"
	"strings"
	"time"

	toml "github.com/pelletier/go-toml/v2"

	"blanche/model"
)

// Defaults are the values of the keys that a campaign file may leave out.
type Defaults struct {
	Lang       string
	WindowDays int
	Margin     float64
}

// StandardDefaults are those of the contract, without any configuration.
func StandardDefaults() Defaults { return Defaults{Lang: "fr", WindowDays: 14, Margin: 0.40} }

// ParseFile reads a campaign file under the standard defaults. name is the
// file's name, for errors; readBody reads the file that a key body names (a
// path as written), nil when there is none to read: that of the message, then
// those of the variants of a test.
//
// Errors are model.Invalid with the line and column, counted in the whole file
// from 1, where there is a place to show.
func ParseFile(source []byte, name string, readBody func(path string) ([]byte, error)) (model.CampaignSpec, error) {
	return StandardDefaults().ParseFile(source, name, readBody)
}

// fileKeys is the TOML part of a campaign file. Pointers tell an absent key
// from a zero.
type fileKeys struct {
	Name       *string   `toml:"name"`
	Kind       *string   `toml:"kind"`
	Title      string    `toml:"title"`
	Audience   *string   `toml:"audience"`
	Subject    *string   `toml:"subject"`
	From       string    `toml:"from"`
	Lang       *string   `toml:"lang"`
	B2BPurpose bool      `toml:"b2b_purpose"`
	Topic      string    `toml:"topic"`
	Body       *string   `toml:"body"`
	Format     string    `toml:"format"`
	Requested  any       `toml:"requested"`
	Holdout    fileShare `toml:"holdout"`
	Measure    struct {
		WindowDays *int     `toml:"window_days"`
		Margin     *float64 `toml:"margin"`
		Code       string   `toml:"code"`
	} `toml:"measure"`
	Cost struct {
		FixedCents      int64 `toml:"fixed_cents"`
		PerMessageCents int64 `toml:"per_message_cents"`
	} `toml:"cost"`
	Send struct {
		Start     any     `toml:"start"`
		Rate      float64 `toml:"rate"`
		Uncertain *string `toml:"uncertain"`
		MaxPeople int     `toml:"max_people"`
		Hours     *string `toml:"hours"`
		Days      *string `toml:"days"`
	} `toml:"send"`
	AB *fileAB `toml:"ab"`
}

type fileShare struct {
	Share  any       `toml:"share"`
	Strata *[]string `toml:"strata"`
	Unit   *string   `toml:"unit"`

	MailUniversal bool `toml:"mail_universal"`
}

// knownKeys are the keys of each table, for the nearest one of a mistake.
var knownKeys = map[string][]string{
	"": {
		"name", "kind", "title", "audience", "subject", "from", "lang", "b2b_purpose", "topic", "body", "format", "requested",
		"holdout", "measure", "cost", "send", "ab",
	},
	"holdout": {"share", "strata", "unit", "mail_universal"},
	"measure": {"window_days", "margin", "code"},
	"cost":    {"fixed_cents", "per_message_cents"},
	"send":    {"start", "rate", "uncertain", "max_people", "hours", "days"},
	"ab":      {"share", "metric", "delay", "variant"},

	variantTable: {"name", "subject", "body", "message", "format"},
}

// ParseFile is the function of the same name under other defaults.
func (d Defaults) ParseFile(source []byte, name string, readBody func(path string) ([]byte, error)) (model.CampaignSpec, error) {
	f, err := splitFile(source, name)
	if err != nil {
		return model.CampaignSpec{}, err
	}
	var keys fileKeys
	dec := toml.NewDecoder(bytes.NewReader(f.front))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&keys); err != nil {
		return model.CampaignSpec{}, f.decodeError(err)
	}
	spec, err := f.spec(&keys, d)
	if err != nil {
		return model.CampaignSpec{}, err
	}
	if spec, err = f.withBody(spec, &keys, readBody); err != nil {
		return spec, err
	}
	spec.AB, err = f.test(keys.AB, readBody)
	return spec, err
}

// BodyPath is the file that a campaign file names for its message, as written;
// empty when the message is in place, or the source is no campaign file.
func BodyPath(source []byte) string {
	f, err := splitFile(source, "")
	if err != nil {
		return ""
	}
	var keys struct {
		Body string `toml:"body"`
	}
	if toml.Unmarshal(f.front, &keys) != nil {
		return ""
	}
	return keys.Body
}

// BodyLine is the line of the file, from 1, at which the message begins: what
// to add to a place inside the body to find it in the file. It is 1 for a
// source that is not a campaign file.
func BodyLine(source []byte) int {
	f, err := splitFile(source, "")
	if err != nil {
		return 1
	}
	return f.bodyLine
}

// campaignFile is a source cut in its two parts.
type campaignFile struct {
	name      string
	front     []byte // TOML
	frontLine int    // of its first line, from 1
	body      string
	bodyLine  int
}

// splitFile finds the two lines +++; nothing but blank lines may come before
// the first.
func splitFile(source []byte, name string) (*campaignFile, error) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	f := &campaignFile{name: name}
	line, from := 0, -1
	for at := 0; at < len(source); {
		end := len(source)
		if i := bytes.IndexByte(source[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		text := string(bytes.TrimRight(source[at:end], " \t\r\n"))
		line++
		switch {
		case from < 0 && text == "+++":
			from, f.frontLine = end, line+1
		case from < 0 && text != "":
			return nil, model.Invalid("compose.no_front", "file", name).Hint("compose.no_front_hint")
		case from >= 0 && text == "+++":
			f.front, f.body, f.bodyLine = source[from:at], string(source[end:]), line+1
			return f, nil
		}
		at = end
	}
	if from < 0 {
		return nil, model.Invalid("compose.no_front", "file", name).Hint("compose.no_front_hint")
	}
	return nil, model.Invalid("compose.front_open", "file", name, "line", f.frontLine-1).Hint("compose.no_front_hint")
}

func (f *campaignFile) withBody(spec model.CampaignSpec, keys *fileKeys, readBody func(string) ([]byte, error)) (model.CampaignSpec, error) {
	spec.Body, spec.BodyHTML = f.body, keys.Format == "html"
	if keys.Body == nil {
		return spec, nil
	}
	if strings.TrimSpace(f.body) != "" {
		return spec, f.invalid("", "body", "compose.body_twice")
	}
	var err error
	spec.Body, err = f.read(*keys.Body, readBody, func(code string, args ...any) *model.Error { return f.invalid("", "body", code, args...) })
	spec.BodyHTML = isHTML(*keys.Body, keys.Format)
	return spec, err
}

// read reads a file that the campaign file names; wrong makes the error at the
// place of its name.
func (f *campaignFile) read(path string, readBody func(string) ([]byte, error), wrong func(code string, args ...any) *model.Error) (string, error) {
	if readBody == nil {
		return "", wrong("compose.body_unreadable", "path", path)
	}
	b, err := readBody(path)
	if err != nil {
		return "", wrong("compose.body_unreadable", "path", path).Because(err)
	}
	return string(bytes.TrimPrefix(b, []byte("\ufeff"))), nil
}

// isHTML reports whether a message is HTML: its format says so, or else the
// name of its file.
func isHTML(path, format string) bool {
	lower := strings.ToLower(path)
	return format == "html" || format == "" && (strings.HasSuffix(lower, ".html") || strings.HasSuffix(lower, ".htm"))
}

// instant reads a moment with its zone, as text or as TOML; zero for none.
func instant(v any) (time.Time, bool) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, true
	case time.Time:
		return v, true
	case string:
		t, err := time.Parse(time.RFC3339, v)
		return t, err == nil
	}
	return time.Time{}, false
}
