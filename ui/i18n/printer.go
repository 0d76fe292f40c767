package i18n

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/safe"
)

// Printer says things in one language. It holds no state: share it freely
// inside a session, make another for another language.
type Printer struct {
	lang    string
	fr      bool
	entries map[string]entry
}

// Raw is a value that T keeps as it is: text of our own that carries styles.
// Never make one of something that came from outside.
type Raw string

// New is the printer of a language: "fr", "en", or anything a locale may be
// called ("fr_FR.UTF-8", "en-GB"). An unknown one gives French.
func New(lang string) *Printer {
	lang = Match(lang)
	return &Printer{lang: lang, fr: lang == "fr", entries: catalogs()[lang]}
}

// Match is the language of the catalogue nearest to the first wish that names
// one, French when none does. "C" and "POSIX" name none.
func Match(wishes ...string) string {
	for _, w := range wishes {
		w = strings.ToLower(w)
		for _, lang := range Languages() {
			if w == lang || strings.HasPrefix(w, lang+"_") || strings.HasPrefix(w, lang+"-") || strings.HasPrefix(w, lang+".") {
				return lang
			}
		}
	}
	return Languages()[0]
}

// Lang is "fr" or "en".
func (p *Printer) Lang() string { return p.lang }

// Has reports whether the catalogue knows the key.
func (p *Printer) Has(key string) bool {
	_, ok := p.entries[key]
	return ok
}

// Keys are all keys of the catalogue, in no order.
func (p *Printer) Keys() []string {
	keys := make([]string, 0, len(p.entries))
	for k := range p.entries {
		keys = append(keys, k)
	}
	return keys
}

// T is the sentence of a key, its placeholders filled from name, value pairs.
// An unknown key gives itself, so that it is seen; the tests let none through.
func (p *Printer) T(key string, kv ...any) string {
	e, ok := p.entries[key]
	if !ok {
		return key
	}
	return p.fill(e.other, kv)
}

// N is the sentence of a plural key for the count n, which fills {n}. French
// takes the singular for 0 and 1 (and their negatives), English for 1.
func (p *Printer) N(key string, n int, kv ...any) string {
	e, ok := p.entries[key]
	if !ok {
		return key
	}
	form := e.other
	if e.plural && (n == 1 || n == -1 || n == 0 && p.fr) {
		form = e.one
	}
	for _, x := range kv {
		if x == "n" {
			return p.fill(form, kv)
		}
	}
	return p.fill(form, append([]any{"n", n}, kv...))
}

// Err words an error for a person: the sentence, and the hint that tells how
// to repair it: its own, else the one that the catalogue has for every error of
// its key, KEY_hint, filled from the same values ("" for none). An error without a model.Error in its chain is
// given as it is, sanitized, behind the sentence for the unexpected.
func (p *Printer) Err(err error) (message, hint string) {
	if err == nil {
		return "", ""
	}
	var e *model.Error
	if !errors.As(err, &e) {
		return p.T("common.unexpected", "detail", err.Error()), ""
	}
	if p.Has(e.Key) {
		message = p.T(e.Key, p.withCause(e)...)
	} else {
		message = p.T("common.unexpected", "detail", e.Error())
	}
	switch hintOf := e.Key + "_hint"; {
	case e.HintKey != "":
		hint = p.T(e.HintKey, e.HintArgs...)
	case p.Has(hintOf):
		hint = p.T(hintOf, p.withCause(e)...)
	}
	return message, hint
}

// withCause adds {cause} to the values of an error, for sentences that show it.
func (p *Printer) withCause(e *model.Error) []any {
	if e.Cause == nil {
		return e.Args
	}
	return append(e.Args[:len(e.Args):len(e.Args)], "cause", e.Cause)
}

func (p *Printer) fill(pieces []piece, kv []any) string {
	if len(pieces) == 1 && pieces[0].name == "" {
		return pieces[0].text
	}
	var b strings.Builder
	for _, x := range pieces {
		if x.name == "" {
			b.WriteString(x.text)
			continue
		}
		b.WriteString(p.lookup(x.name, kv))
	}
	return b.String()
}

func (p *Printer) lookup(name string, kv []any) string {
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i] == name {
			return p.Value(kv[i+1])
		}
	}
	return "{" + name + "}"
}

// Value writes one value as T does.
func (p *Printer) Value(v any) string {
	switch v := v.(type) {
	case string:
		return safe.Text(v)
	case Raw:
		return string(v)
	case int:
		return p.Int(v)
	case int64:
		return p.Int(int(v))
	case int32:
		return p.Int(int(v))
	case uint32:
		return p.Int(int(v))
	case uint64:
		return p.Int(int(v))
	case float64:
		return p.Decimal(v, shortestDigits(v))
	case model.Cents:
		return p.Money(v)
	case model.Date:
		return p.Day(v)
	case time.Time:
		return p.DateTime(v)
	case time.Duration:
		return p.Duration(v)
	case error:
		message, _ := p.errorValue(v)
		return message
	case interface{ In(lang string) string }: // words of the language of rules
		return safe.Text(v.In(p.lang))
	}
	return safe.Text(fmt.Sprint(v))
}

// errorValue is an error inside a sentence: worded when it can be, its own
// text otherwise, without the sentence for the unexpected around it.
func (p *Printer) errorValue(err error) (message, hint string) {
	var e *model.Error
	if errors.As(err, &e) && p.Has(e.Key) {
		return p.Err(err)
	}
	return safe.Text(err.Error()), ""
}
