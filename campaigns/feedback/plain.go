package feedback

import (
	"regexp"
	"strings"
)

// daemons begin the addresses of machines that report.
var daemons = []string{"mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "mdaemon", "noreply-bounce", "bounce"}

// failureSubjects are in the subjects of reports of failure, in lower case.
var failureSubjects = []string{
	"failure notice", "undeliver", "returned mail", "mail delivery failed", "delivery failure", "delivery failed",
	"delivery status notification (failure)", "delivery has failed", "delivery notification", "returned to sender",
	"non remis", "non remise", "non-remise", "échec de la remise", "echec de la remise", "échec de remise", "n'a pas été remis",
	"n’a pas été remis", "non délivr", "non delivr", "notification d'échec", "message non distribué", "mail system error",
}

// delaySubjects are in the subjects of reports of a delay.
var delaySubjects = []string{"delayed", "warning: could not send", "still being retried", "retard", "différé", "(delay)"}

// copies begin the copy of our message inside a report: nothing after them is
// what a server said.
var copies = []string{
	"--- below this line is a copy", "------ this is a copy of the message", "----- original message", "--- undelivered message follows",
	"----- unsent message follows", "--- the header of the original message", "original message headers:", "en-têtes de message d'origine",
	"en-têtes du message d'origine", "--- header of original message", "------ copie du message", "message original",
}

// isDaemon reports that a machine which carries mail wrote.
func isDaemon(m *letter) bool {
	for _, d := range daemons {
		if strings.HasPrefix(m.sender(), d) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(m.header.Get("From")), "mail delivery") || strings.TrimSpace(m.header.Get("Return-Path")) == "<>" && m.header.Get("Auto-Submitted") == ""
}

// plainReport reads a report that is only a text: qmail, Exim, old Exchange,
// Gmail before 2016, and the gateways of providers.
func plainReport(m *letter) (Reading, bool) {
	subject := strings.ToLower(m.header.Get("Subject"))
	named := m.header.Get("X-Failed-Recipients")
	if named == "" && !(isDaemon(m) || contains(subject, failureSubjects)) {
		return Reading{}, false
	}
	text := explanation(m.text())
	if contains(subject, delaySubjects) {
		return Reading{Nature: NatureDelay}, true
	}
	code, said := codeIn(verdict(text))
	if named == "" && code == "" && !contains(subject, failureSubjects) {
		return Reading{}, false
	}
	to := address(named)
	if to == "" {
		to = m.recipientIn(text)
	}
	m.copied()
	return Reading{Nature: NatureBounce, Findings: []Finding{bounce(to, code, said, zeroTime)}}, true
}

// explanation is the part of a text before the copy of our message.
func explanation(text string) string {
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // a letter whose small form is longer: the places would not agree
		lower = text
	}
	end := len(text)
	for _, c := range copies {
		if i := strings.Index(lower, c); i >= 0 {
			end = min(end, i)
		}
	}
	return text[:end]
}

// copied reads the headers of our message where they stand in the text itself.
func (m *letter) copied() {
	if len(m.returned) > 0 {
		return
	}
	text := m.text()
	rest := text[len(explanation(text)):]
	if _, after, found := strings.Cut(rest, "\n"); found {
		m.returned = fields(after)
	}
}

// verdict is what the last server said: from the line with the first code on, a
// few lines at most; without a code, the words of the text.
func verdict(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	for i, line := range lines {
		if !replyCode.MatchString(line) && !bareCode.MatchString(line) {
			continue
		}
		end := i + 1
		for end < len(lines) && end < i+6 && strings.TrimSpace(lines[end]) != "" {
			end++
		}
		return strings.Join(strings.Fields(strings.Join(lines[i:end], " ")), " ")
	}
	return strings.Join(strings.Fields(text), " ")
}

var addressed = regexp.MustCompile(`<?([^\s<>"(),:;]+@[^\s<>"(),:;]+\.[^\s<>"(),:;]+)>?`)

// recipientIn is the first address of an explanation that is neither of a
// machine nor of whom the report was sent to.
func (m *letter) recipientIn(text string) string {
	own := strings.ToLower(strings.Join(append(m.header.Values("To"), m.header.Values("Delivered-To")...), " "))
	for _, found := range addressed.FindAllStringSubmatch(text, 20) {
		a := address(strings.TrimRight(found[1], "."))
		lower := strings.ToLower(a)
		if a == "" || strings.Contains(own, lower) || lower == m.sender() {
			continue
		}
		daemon := false
		for _, d := range daemons {
			daemon = daemon || strings.HasPrefix(lower, d)
		}
		if !daemon {
			return a
		}
	}
	return ""
}

func contains(s string, any []string) bool {
	for _, a := range any {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}
