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
// spammer.
func RefusalMayPass(code string) bool {
	if code == CodeExpired {
		return true
	}
	basic, _, _ := strings.Cut(code, " ")
	if len(basic) != 3 || basic[0] != '5' {
		return false
	}
	return refusalOf(code).passes
}

// ClassifyRefusal says why a message was refused or came back, from a code
// ("550 5.1.1", "5.1.1", "550", CodeExpired) and what the server said, which is
// untrusted. One table tells the refusals of a send and the reports that come
// later. Three rules bind it:
//
//   - a precise code is believed, and words explain a vague one;
//   - words take an address away from BounceUnknown, never into it, against a
//     precise code: some say 5.1.1 of a full mailbox;
//   - what was said for the time being (4xx) never kills an address: it is
//     BounceOther where for good it would be BounceUnknown or BounceInactive.
func ClassifyRefusal(code, said string) BounceClass {
	if code == CodeExpired {
		return BounceNetwork
	}
	row, passing := refusalOf(code), strings.HasPrefix(code, "4")
	class := row.class
	if words := refusalSaid(code, said); words != BounceNone && (row.vague || class == BounceUnknown) {
		class = words
	}
	if passing && (class == BounceUnknown || class == BounceInactive) {
		return BounceOther
	}
	return class
}

// refusalOf is the row of a code: of its enhanced code, of the subject of that,
// of its basic code.
func refusalOf(code string) refusalRow {
	basic, enhanced, _ := strings.Cut(code, " ")
	if strings.Contains(basic, ".") {
		basic, enhanced = "", basic
	}
	if len(enhanced) > 1 {
		key := "5" + enhanced[1:] // the same subjects for good and for the time being
		if row, known := refusalRows[key]; known {
			return row
		}
		if row, known := refusalRows[key[:strings.LastIndexByte(key, '.')+1]]; known {
			return row
		}
	}
	if len(basic) == 3 {
		if row, known := refusalRows["5"+basic[1:]]; known {
			return row
		}
	}
	return refusalRow{class: BounceOther, passes: len(basic) == 3, vague: true}
}

// refusalSaid is the class of the first words of the table that were said.
func refusalSaid(code, said string) BounceClass {
	text := strings.Join(strings.Fields(strings.ToLower(code+" "+said)), " ")
	for i := range refusalWords {
		if strings.Contains(text, refusalWords[i].said) {
			return refusalWords[i].class
		}
	}
	return BounceNone
}
