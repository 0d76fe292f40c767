package compose

import (
	"errors"
	"math"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	toml "github.com/pelletier/go-toml/v2"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// spec checks the keys one after the other and refuses the first wrong one.
func (f *campaignFile) spec(k *fileKeys, d Defaults) (model.CampaignSpec, error) {
	for _, required := range []struct {
		key   string
		value *string
	}{{"name", k.Name}, {"kind", k.Kind}, {"audience", k.Audience}, {"subject", k.Subject}} {
		if required.value == nil {
			missing := model.Invalid("compose.missing_key", "file", f.name, "key", required.key)
			if required.key == "kind" {
				return model.CampaignSpec{}, missing.Hint("compose.missing_kind_hint", "choices", strings.Join(model.CampaignKinds(), ", "))
			}
			return model.CampaignSpec{}, missing.Hint("compose.missing_key_hint", "key", required.key)
		}
	}
	s := model.CampaignSpec{
		Name: *k.Name, Kind: *k.Kind, Title: k.Title, Audience: *k.Audience, Subject: *k.Subject,
		From: k.From, Lang: d.Lang, B2BPurpose: k.B2BPurpose, Topic: strings.TrimSpace(k.Topic),
		Strata: []string{"rfm"}, WindowDays: d.WindowDays, Margin: d.Margin,
		FixedCents: model.Cents(k.Cost.FixedCents), PerMessageCents: model.Cents(k.Cost.PerMessageCents),
		Rate: k.Send.Rate, MaxPeople: k.Send.MaxPeople, MailUniversal: k.Holdout.MailUniversal, Code: strings.TrimSpace(k.Measure.Code),
	}
	set(&s.Lang, k.Lang)
	set(&s.Strata, k.Holdout.Strata)
	set(&s.Unit, k.Holdout.Unit)
	if s.Unit = strings.TrimSpace(s.Unit); s.Unit == unitContact {
		s.Unit = ""
	}
	set(&s.WindowDays, k.Measure.WindowDays)
	set(&s.Margin, k.Measure.Margin)
	if err := f.checkWords(&s, k); err != nil {
		return s, err
	}
	return s, f.checkNumbers(&s, k)
}

// unitContact says, under [holdout] unit, what holds without it: each person is
// drawn alone.
const unitContact = "contact"

func set[T any](dst *T, src *T) {
	if src != nil {
		*dst = *src
	}
}

// checkWords refuses the wrong names, codes and addresses.
func (f *campaignFile) checkWords(s *model.CampaignSpec, k *fileKeys) error {
	switch {
	case !model.ValidCampaignName(s.Name):
		return f.invalid("", "name", "compose.bad_name", "value", s.Name).Hint("compose.bad_name_hint")
	case !model.ValidCampaignKind(s.Kind):
		kinds := model.CampaignKinds()
		return f.invalid("", "kind", "compose.bad_choice", "key", "kind", "value", s.Kind, "choices", strings.Join(kinds, ", "))
	case s.Lang != "fr" && s.Lang != "en":
		return f.invalid("", "lang", "compose.bad_choice", "key", "lang", "value", s.Lang, "choices", "fr, en")
	case k.Format != "" && k.Format != "html" && k.Format != "markdown":
		return f.invalid("", "format", "compose.bad_choice", "key", "format", "value", k.Format, "choices", "markdown, html")
	case strings.TrimSpace(s.Audience) == "":
		return f.invalid("", "audience", "compose.empty_key", "key", "audience")
	case s.From != "" && !validFrom(s.From):
		return f.invalid("", "from", "compose.bad_from", "value", s.From).Hint("compose.bad_from_hint")
	case slices.ContainsFunc(s.Strata, func(field string) bool { return strings.TrimSpace(field) == "" }):
		return f.invalid("holdout", "strata", "compose.empty_key", "key", "strata")
	}
	if k.Send.Uncertain != nil {
		s.Resend = *k.Send.Uncertain == "resend"
		if !s.Resend && *k.Send.Uncertain != "hold" {
			return f.invalid("send", "uncertain", "compose.bad_choice", "key", "uncertain", "value", *k.Send.Uncertain, "choices", "hold, resend")
		}
	}
	return nil
}

func validFrom(from string) bool {
	a, err := mail.ParseAddress(from)
	return err == nil && model.ValidEmail(a.Address)
}

// checkNumbers refuses the numbers out of bounds.
func (f *campaignFile) checkNumbers(s *model.CampaignSpec, k *fileKeys) error {
	share, auto, ok := readShare(k.Holdout.Share)
	if !ok {
		return f.invalid("holdout", "share", "compose.bad_share").Hint("compose.bad_share_hint")
	}
	s.Share, s.ShareAuto = share, auto
	if s.Start, ok = instant(k.Send.Start); !ok {
		return f.invalid("send", "start", "compose.bad_start").Hint("compose.bad_start_hint")
	}
	if s.Requested, ok = instant(k.Requested); !ok {
		return f.invalid("", "requested", "compose.bad_requested").Hint("compose.bad_requested_hint")
	}
	if err := f.hours(s, k); err != nil {
		return err
	}
	for _, n := range []struct {
		table, key string
		value      float64
		lo, hi     float64
	}{
		{"measure", "window_days", float64(s.WindowDays), 1, 730},
		{"measure", "margin", s.Margin, 0, 1},
		{"cost", "fixed_cents", float64(s.FixedCents), 0, 1e12},
		{"cost", "per_message_cents", float64(s.PerMessageCents), 0, 1e9},
		{"send", "rate", s.Rate, 0, 1e6},
		{"send", "max_people", float64(s.MaxPeople), 0, 1e9},
	} {
		if math.IsNaN(n.value) || n.value < n.lo || n.value > n.hi {
			return f.invalid(n.table, n.key, "compose.bad_number", "key", n.key, "lo", n.lo, "hi", n.hi)
		}
	}
	return nil
}

// readShare reads [holdout] share: a part of the target from 0 to 0.9, or
// "auto". An absent one is 0.
func readShare(v any) (share float64, auto, ok bool) {
	switch v := v.(type) {
	case nil:
		return 0, false, true
	case string:
		return 0, true, v == "auto"
	case int64:
		share = float64(v)
	case float64:
		share = v
	default:
		return 0, false, false
	}
	return share, false, share >= 0 && share <= 0.9
}

// invalid is a mistake about a key, with its place in the whole file.
func (f *campaignFile) invalid(table, key, code string, args ...any) *model.Error {
	return f.invalidIn(table, 0, key, code, args...)
}

// invalidIn is invalid for the n-th table of that name, from 0.
func (f *campaignFile) invalidIn(table string, n int, key, code string, args ...any) *model.Error {
	line, column := f.find(table, n, key)
	return model.Invalid(code, append([]any{"file", f.name, "line", line, "column", column}, args...)...)
}

// find is the place of a key in the n-th table of a name; that of the table
// itself when the key is not there, the first line of the TOML part when even
// that cannot be seen (a dotted or an inline table).
func (f *campaignFile) find(table string, n int, key string) (line, column int) {
	current := ""
	line, column = f.frontLine, 1
	for i, text := range strings.Split(string(f.front), "\n") {
		trimmed := strings.TrimSpace(text)
		if inner, ok := strings.CutPrefix(trimmed, "["); ok {
			if end := strings.IndexByte(inner, ']'); end >= 0 {
				if current = strings.TrimSpace(strings.TrimLeft(inner[:end], "[")); current == table {
					if n--; n == -1 {
						line, column = f.frontLine+i, 1+utf8.RuneCountInString(text[:strings.IndexByte(text, '[')])
					}
				}
				continue
			}
		}
		rest, ok := strings.CutPrefix(trimmed, key)
		if ok && current == table && (n == -1 || table == "") && strings.HasPrefix(strings.TrimSpace(rest), "=") {
			return f.frontLine + i, 1 + utf8.RuneCountInString(text[:strings.Index(text, key)])
		}
	}
	return line, column
}

// decodeError turns what the TOML reader says into a place in the whole file,
// and for a key that does not exist into the nearest one that does.
func (f *campaignFile) decodeError(err error) error {
	var missing *toml.StrictMissingError
	if errors.As(err, &missing) && len(missing.Errors) > 0 {
		e := &missing.Errors[0]
		line, column := e.Position()
		path := []string(e.Key())
		key, table := path[len(path)-1], strings.Join(path[:len(path)-1], ".")
		out := model.Invalid("compose.unknown_key", "file", f.name, "line", f.frontLine+line-1, "column", column, "key", key)
		if near := nearest(key, knownKeys[table]); near != "" {
			return out.Hint("compose.unknown_key_hint", "nearest", near)
		}
		return out.Hint("compose.known_keys_hint", "keys", strings.Join(knownKeys[table], ", "))
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, column := wrong.Position()
		if key := wrong.Key(); len(key) > 0 && strings.Contains(wrong.Error(), "cannot decode TOML") {
			return model.Invalid("compose.wrong_type", "file", f.name, "line", f.frontLine+line-1, "column", column,
				"key", strings.Join(key, ".")).Hint("compose.wrong_type_hint")
		}
		return model.Invalid("compose.toml", "file", f.name, "line", f.frontLine+line-1, "column", column,
			"detail", strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return model.Invalid("compose.toml", "file", f.name, "line", f.frontLine, "column", 1, "detail", err.Error())
}

// nearest is the known word at the smallest distance, empty when even that one
// shares too little with the word.
func nearest(word string, known []string) string {
	best, bestD := "", 1+max(2, len(word)/3)
	for _, k := range known {
		d := naming.Distance(word, k)
		if strings.HasPrefix(k, word) && len(word) >= 3 {
			d = min(d, 1)
		}
		if d < bestD {
			best, bestD = k, d
		}
	}
	return best
}

// nearestOrSome is the nearest known word, else some of them as examples.
func nearestOrSome(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return near
	}
	if len(known) > 8 {
		return strings.Join(known[:8], ", ") + "…"
	}
	return strings.Join(known, ", ")
}
