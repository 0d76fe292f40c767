package logs

import (
	"regexp"
	"strings"

	"blanche/model"
)

// A net catches one shape of what must not come out.
type net struct {
	hint string // the shape cannot be there without one of these words, in lower case
	bad  *regexp.Regexp
	good string
}

// nets are tried in this order: the password of a URL stands before an @ that
// would otherwise make an address of it.
var nets = []net{
	{"://", regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"<>]*):[^\s"<>]*@`), "$1:" + model.Hidden + "@"},
	{"-----begin", regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE\x20KEY-----.*`), model.Hidden},
	{"age-secret-key", regexp.MustCompile(`AGE-SECRET-KEY-1[A-Za-z0-9]+`), model.Hidden},
	{"authorization", regexp.MustCompile(`(?i)\b(authorization["']?[:=]\s*["']?)(\w+ )?[^\s"',;]+`), "$1$2" + model.Hidden},
	{"bearer", regexp.MustCompile(`(?i)\b(bearer)[ :=]+[^\s"',;\[]{4,}`), "$1 " + model.Hidden},
	{"auth", regexp.MustCompile(`(?i)\b(auth (?:plain|login|xoauth2|oauthbearer|cram-md5)) [^\s"\[]+`), "$1 " + model.Hidden},
	{"pass|pwd=|secret=|token=|key=|sig", regexp.MustCompile(`(?i)\b((?:[a-z]+[_-])?(?:password|passwd|pwd|secret|token|api_?key|signature|sig))=[^&\s"'\[]+`), "$1=" + model.Hidden},
}

// address is what looks like an e-mail address, with the @ written plainly or
// as a URL, an HTML page or a JSON text has it. Its last character before the @
// is no asterisk, so that a masked address is let alone. What separates the
// parts of a URL (/ ? &) is no part of one: a path would go with it.
var address = regexp.MustCompile(`("[^"@]{1,64}"|` + local + `*[^*\x00-\x20"(),/:;<>?@&\[\\\]])(@|%40|&#64;|\\u0040)([\p{L}\p{N}][\p{L}\p{N}.-]*)`)

const local = `[\p{L}\p{N}!#$%'*+=^_{|}` + "`" + `~.-]`

// Redact hides in a text what looks like an address (j***@d***.fr), a password
// of a URL, a bearer token, a private key. What is hidden once stays as it is.
func Redact(s string) string {
	lower := strings.ToLower(s)
	for _, n := range nets {
		if mentions(lower, n.hint) {
			s = n.bad.ReplaceAllString(s, n.good)
		}
	}
	if !strings.ContainsAny(s, `@%&\`) {
		return s
	}
	return address.ReplaceAllStringFunc(s, func(found string) string {
		m := address.FindStringSubmatch(found)
		return model.MaskEmail(m[1] + "@" + m[3])
	})
}

// mentions reports whether a text has one of several words in it.
func mentions(s, words string) bool {
	for word := range strings.SplitSeq(words, "|") {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// secretName is the name of an attribute whose value is never shown.
var secretName = regexp.MustCompile(`(?i)passw|passphrase|secret|token|authorization|cookie|api_?key|private_?key|credential`)
