package say

import (
	_ "embed"
	"slices"
	"strings"

	"blanche/ui/i18n"
)

// replies is the table of what relays say.
//
//go:embed replies.txt
var replies string

// replyRule is a line of the table.
type replyRule struct {
	key, code string
	words     []string
}

// replyRules are the lines of the table, the first that fits counts.
var replyRules = readReplies(replies)

// readReplies reads the table. The file is part of the program: a mistake in it
// does not start.
func readReplies(file string) []replyRule {
	var out []replyRule
	for line := range strings.Lines(file) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) < 2 {
			panic("say: replies.txt: " + line)
		}
		out = append(out, replyRule{f[0], f[1], f[2:]})
	}
	return out
}

// Reply explains what a relay or a mailbox provider said, in a sentence: code
// is "550 5.1.1" or the word of an exclusion ("opposed"), text the words that
// came with it. Either may hold both, or nothing. What nobody knows is given as
// it was said; nothing said is nothing explained.
//
//i18n:keys reply.said.*
func Reply(p *i18n.Printer, code, text string) string {
	if key := replyKey(code, text); key != "" {
		return p.T("reply.said." + key)
	}
	if reason := "contact.reason." + strings.TrimSpace(code+text); p.Has(reason) {
		return p.T(reason)
	}
	return p.Value(strings.TrimSpace(code + " " + text))
}

// ReplyAdvice is what the person can do about it, empty when nothing needs to be
// done.
//
//i18n:keys reply.advice.*
func ReplyAdvice(p *i18n.Printer, code, text string) string {
	if key := "reply.advice." + replyKey(code, text); p.Has(key) {
		return p.T(key)
	}
	return ""
}

// replyKey is the key of the first line of the table that fits, "" for none.
func replyKey(code, text string) string {
	said := withoutAddresses(strings.ToLower(code + " " + text))
	basic, enhanced := replyCodes(said)
	for _, r := range replyRules {
		if r.fits(basic, enhanced, said) {
			return r.key
		}
	}
	return ""
}

// withoutAddresses leaves out the words that hold an address, which may be
// called anything: spam@….
func withoutAddresses(said string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(said), func(w string) bool { return strings.Contains(w, "@") }), " ")
}

// replyCodes are the code of three digits and the enhanced one of a reply: the
// first of each among its first words, "" without.
func replyCodes(said string) (basic, enhanced string) {
	words := strings.FieldsFunc(said, func(r rune) bool { return r == ' ' || r == '-' || r == '\t' })
	for i, w := range words[:min(len(words), 4)] {
		switch {
		case i == 0 && len(w) == 3 && strings.Trim(w, "0123456789") == "":
			basic = w
		case enhanced == "" && isEnhanced(w):
			enhanced = w
		}
	}
	if basic == "" && enhanced != "" {
		basic = enhanced[:1]
	}
	return basic, enhanced
}

// isEnhanced reports whether a word is an enhanced code: 4.7.28 (RFC 3463).
func isEnhanced(w string) bool {
	parts := strings.Split(w, ".")
	return len(parts) == 3 && len(parts[0]) == 1 && strings.Contains("245", parts[0]) &&
		!slices.ContainsFunc(parts, func(s string) bool {
			return s == "" || len(s) > 3 || strings.Trim(s, "0123456789") != ""
		})
}

func (r *replyRule) fits(basic, enhanced, said string) bool {
	switch {
	case r.code == "-":
	case len(r.code) == 1:
		if !strings.HasPrefix(basic, r.code) {
			return false
		}
	case strings.HasPrefix(r.code, "x."):
		if enhanced == "" || enhanced[1:] != r.code[1:] {
			return false
		}
	case r.code != basic && r.code != enhanced:
		return false
	}
	for _, w := range r.words {
		if !strings.Contains(said, w) {
			return false
		}
	}
	return true
}
