package model

import "strings"

// CodeExpired is the code of somebody refused because the relay said "later"
// until the time of the retries was over.
const CodeExpired = "expired"

// RefusalMayPass reports whether a refusal may be another answer another day.
// The code is that of the ledger: CodeExpired, or what the relay said, "552
// 5.2.2". A full mailbox, a policy, a message too large or a relay in trouble
// pass; what is said of the address itself does not, nor what leaves a doubt
// about that: whoever writes to people who do not exist is soon taken for a
// spammer. The subjects and details are those of RFC 3463 and its registry.
func RefusalMayPass(code string) bool {
	if code == CodeExpired {
		return true
	}
	basic, enhanced, _ := strings.Cut(code, " ")
	if len(basic) != 3 || basic[0] != '5' {
		return false
	}
	switch enhanced {
	case "", "5.0.0", "5.2.0":
		return basicMayPass(basic)
	case "5.1.7", "5.1.8": // of the sender's address
		return true
	case "5.2.1", // the mailbox is closed
		"5.4.1", "5.5.0", // what Microsoft says of somebody who does not exist
		"5.7.17", "5.7.18": // the address has become somebody else's (RFC 7293)
		return false
	}
	return !strings.HasPrefix(enhanced, "5.1.")
}

// basicMayPass is the same of a reply that says nothing more than its code.
func basicMayPass(code string) bool {
	switch code {
	case "521", "556", // the host, or the domain, takes no mail (RFC 7504)
		"550", "551", "553": // as often the address as something else (RFC 5321)
		return false
	}
	return true
}
