package feedback

import (
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// deliveryReport reads a report of RFC 3464 (or RFC 6533, of international
// addresses): a group of fields for the message, then one for each recipient.
// Only "failed" is a failure; one that says of nobody but that the message arrived,
// or went on, is no failure whatever its subject says.
func deliveryReport(m *letter) (Reading, bool) {
	text, is := m.part("message/delivery-status", "message/global-delivery-status")
	if !is {
		return Reading{}, false
	}
	var r Reading
	var message textproto.MIMEHeader
	for _, group := range groups(text) {
		h := fields(group)
		if message == nil {
			message = h
		}
		switch strings.ToLower(firstWord(h.Get("Action"))) {
		case "failed":
			r.Findings = append(r.Findings, failure(m, h))
		case "delayed":
			r.Nature = NatureDelay
		case "delivered", "relayed", "expanded":
			if r.Nature == NatureNone {
				r.Nature = NatureAutomatic
			}
		}
	}
	if len(r.Findings) > 0 {
		r.Nature = NatureBounce
	}
	if at, err := mail.ParseDate(message.Get("Arrival-Date")); err == nil {
		for i := range r.Findings {
			if date, err := mail.ParseDate(m.header.Get("Date")); err != nil || date.Before(at) {
				r.Findings[i].Response.At = at
			}
		}
	}
	return r, r.Nature != NatureNone
}

// groups are the texts between empty lines.
func groups(s string) []string {
	var out []string
	for g := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(g) != "" && len(out) < maxParts {
			out = append(out, g)
		}
	}
	return out
}

// failure is what a group says of one recipient. Where the diagnostic says less
// than the text beside it does (some say "smtp; 550" alone), that text is read.
func failure(m *letter, h textproto.MIMEHeader) Finding {
	_, said, typed := strings.Cut(h.Get("Diagnostic-Code"), ";")
	if !typed {
		said = h.Get("Diagnostic-Code")
	}
	code, said := codeIn(strings.TrimSpace(said))
	status := firstWord(h.Get("Status"))
	code = join(code, status)
	if said == "" {
		_, said = codeIn(explanation(m.text()))
	}
	to := typedAddress(h.Get("Original-Recipient"))
	if to == "" {
		to = typedAddress(h.Get("Final-Recipient"))
	}
	return bounce(to, code, said, zeroTime)
}

// join makes one code of that of the diagnostic and the status of the report: the
// enhanced code that the receiver gave is more precise than that of the relay
// which reports it.
func join(code, status string) string {
	basic, enhanced, _ := strings.Cut(code, " ")
	if strings.Contains(basic, ".") {
		basic, enhanced = "", basic
	}
	if enhanced == "" || strings.HasSuffix(enhanced, ".0.0") && enhancedCode.MatchString(status) {
		enhanced = ""
		if enhancedCode.MatchString(status) {
			enhanced = status
		}
	}
	return strings.TrimSpace(basic + " " + enhanced)
}

// typedAddress reads "rfc822; max@mail.example".
func typedAddress(s string) string {
	if _, a, typed := strings.Cut(s, ";"); typed {
		s = a
	}
	return address(s)
}

var (
	enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}$`)
	// replyCode is a code as a server says it: "550 5.1.1", "550-5.1.1", "550",
	// "#5.1.1", "(#5.1.1)", "#<#5.1.1 smtp;550 …>".
	replyCode = regexp.MustCompile(`(?:^|[^\d.])([45]\d\d)(?:[ -]+#?([45]\.\d{1,3}\.\d{1,3}))?(?:[^\d.]|$)`)
	bareCode  = regexp.MustCompile(`#?\b([45]\.\d{1,3}\.\d{1,3})\b`)
	repeated  = regexp.MustCompile(`\b[45]\d\d[ -]([45]\.\d{1,3}\.\d{1,3} ?)?`)
)

// codeIn is the first code of a text, and the text without its codes.
func codeIn(s string) (code, rest string) {
	if c := replyCode.FindStringSubmatchIndex(s); c != nil {
		code = s[c[2]:c[3]]
		if c[4] >= 0 {
			code += " " + s[c[4]:c[5]]
		} else if b := bareCode.FindStringSubmatch(s); b != nil {
			code += " " + b[1]
		}
		return code, strings.TrimSpace(s[:c[2]] + repeated.ReplaceAllString(s[c[2]:], ""))
	}
	if b := bareCode.FindStringSubmatch(s); b != nil {
		code = b[1]
	}
	return code, strings.TrimSpace(s)
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	word, _, _ = strings.Cut(word, "(")
	return word
}
