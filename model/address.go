package model

import (
	"net/mail"
	"strings"
)

// EmailKey is the form of an address under which it is found and compared:
// without surrounding space, in lower case. Callers give NFC text.
func EmailKey(email string) string {
	return strings.ToLower(strings.TrimSpace(email))
}

// ValidEmail reports whether an address can be written on an envelope: one @,
// a local part of at most 64 bytes, a domain with a dot, no space, no control
// character and no quote. It never claims that the address exists.
func ValidEmail(email string) bool {
	if len(email) > 254 || strings.ContainsAny(email, " \t\r\n\x00<>\"(),:;\\[]") {
		return false
	}
	at := strings.LastIndexByte(email, '@')
	if at < 1 || at > 64 || strings.Count(email, "@") != 1 {
		return false
	}
	for _, r := range email {
		if r < 0x21 || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == '\u202e' || r == '\u200b' || r == '\ufeff' || r == '\ufffd' {
			return false
		}
	}
	if !validDomain(email[at+1:]) {
		return false
	}
	_, err := mail.ParseAddress(email)
	return err == nil
}

func validDomain(domain string) bool {
	if len(domain) > 253 || !strings.Contains(domain, ".") {
		return false
	}
	for _, label := range strings.Split(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r < 0x80 && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
				return false
			}
		}
	}
	return true
}

// Domain is the part of an address after the @, in lower case.
func Domain(email string) string {
	at := strings.LastIndexByte(email, '@')
	return strings.ToLower(email[at+1:])
}

// Lane is the mailbox provider of a recipient; each has its own habits.
type Lane uint8

// The lanes a French shop writes to.
const (
	LaneOther Lane = iota
	LaneGmail
	LaneMicrosoft
	LaneYahoo
	LaneOrange
	LaneFree
	LaneSFR
	LaneLaPoste
	Lanes int = iota
)

var laneNames = [...]string{"other", "gmail", "microsoft", "yahoo", "orange", "free", "sfr", "laposte"}

func (l Lane) String() string { return laneNames[l] }

var laneDomains = map[string]Lane{
	"gmail.com": LaneGmail, "googlemail.com": LaneGmail,
	"outlook.com": LaneMicrosoft, "outlook.fr": LaneMicrosoft, "hotmail.com": LaneMicrosoft, "hotmail.fr": LaneMicrosoft,
	"live.com": LaneMicrosoft, "live.fr": LaneMicrosoft, "msn.com": LaneMicrosoft,
	"yahoo.com": LaneYahoo, "yahoo.fr": LaneYahoo, "ymail.com": LaneYahoo, "aol.com": LaneYahoo,
	"orange.fr": LaneOrange, "wanadoo.fr": LaneOrange,
	"free.fr": LaneFree, "aliceadsl.fr": LaneFree,
	"sfr.fr": LaneSFR, "neuf.fr": LaneSFR, "cegetel.net": LaneSFR, "numericable.fr": LaneSFR,
	"laposte.net": LaneLaPoste,
}

// LaneOf is the lane of an address, by its domain. The fictional domains of
// demonstrations (gmail.example…) fall in the lane of their first label.
func LaneOf(email string) Lane {
	d := Domain(email)
	if l, ok := laneDomains[d]; ok {
		return l
	}
	if label, ok := strings.CutSuffix(d, ".example"); ok {
		for i, n := range laneNames {
			if i > 0 && n == label {
				return Lane(i)
			}
		}
	}
	return LaneOther
}
