package intake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// clean is a cell as it is kept: without the space around it (a no-break one
// or a byte order mark included), in NFC, and without the quote that Excel or
// our own exports put before a digit or a formula sign. nfc tells that it is in
// NFC already.
func clean(s string, nfc bool) string {
	if s == "" {
		return s
	}
	if first, last := s[0], s[len(s)-1]; first <= ' ' || last <= ' ' || first >= utf8.RuneSelf || last >= utf8.RuneSelf {
		s = strings.TrimFunc(s, invisible)
	}
	if !nfc && !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	if !nfc && strings.Contains(s, sheetBreak) {
		s = strings.ReplaceAll(s, sheetBreak, "\n")
	}
	return model.Unguarded(s)
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u2060'
}

// squash is fold without the underscores: "E-mail", "e_mail" and "Email" are
// one word.
func squash(s string) string { return strings.ReplaceAll(naming.Column(s), "_", "") }

// words maps spellings to a meaning, by squash.
type words[T any] map[string]T

// spell builds a vocabulary from lines of spellings separated by commas.
func spell[T any](lines map[string]T) words[T] {
	w := words[T]{}
	for line, v := range lines {
		for s := range strings.SplitSeq(line, ",") {
			w[squash(s)] = v
		}
	}
	return w
}

func (w words[T]) of(s string) (T, bool) {
	if v, ok := w[s]; ok {
		return v, true
	}
	v, ok := w[squash(s)]
	return v, ok
}

// hash64 is FNV-1a (Fowler, Noll, Vo 1991) of a key: two keys that share one
// only cost memory.
func hash64(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// short is a value as the report shows it.
func short(s string) string {
	if len(s) <= maxReported {
		return s
	}
	n := maxReported
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// oneLine is a text that stands on one line wherever it is shown: a name typed on
// two lines of a cell is still a name.
func oneLine(s string) string {
	if strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// phone keeps a number as text, with plain single spaces.
func phone(s string) string {
	if !strings.ContainsAny(s, "\u00a0\u202f\t\n") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// tags reads a list separated by commas, semicolons or bars.
func tags(s string) []string {
	if !strings.ContainsAny(s, ",;|\n") {
		if s = strings.Trim(s, " \t\"\u00a0"); s == "" {
			return nil
		}
		return []string{s}
	}
	var out []string
	for _, t := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }) {
		if t = strings.Trim(t, " \t\"\u00a0"); t != "" {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
