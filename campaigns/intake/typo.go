package intake

import (
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// knownDomains are those of most private people in France, and others that are
// real although a letter away from one of them.
var knownDomains = func() map[string]bool {
	out := map[string]bool{}
	for d := range strings.FieldsSeq(providers + " mail.com email.com ymail.com rocketmail.com gmx.net gmx.de hotmail.be hotmail.ch hotmail.it hotmail.es hotmail.de hotmail.co.uk " +
		"live.be live.com live.nl yahoo.be yahoo.es yahoo.it yahoo.de yahoo.ca yahoo.co.uk outlook.be outlook.es outlook.de outlook.it orange.com free.com mac.com pm.me") {
		out[d] = true
	}
	return out
}()

// providers are what a mistyped domain may have meant.
const providers = "gmail.com orange.fr wanadoo.fr free.fr hotmail.fr hotmail.com yahoo.fr yahoo.com outlook.fr outlook.com live.fr sfr.fr laposte.net " +
	"icloud.com neuf.fr bbox.fr gmx.fr gmx.com aol.com msn.com me.com numericable.fr club-internet.fr protonmail.com proton.me aliceadsl.fr cegetel.net"

// endings are how the ends of domains are mistyped.
var endings = map[string]string{
	"con": "com", "cmo": "com", "ocm": "com", "cpm": "com", "cim": "com", "vom": "com", "xom": "com", "comm": "com", "coom": "com", "cm": "com", "om": "com", "co": "com", "come": "com",
	"ft": "fr", "rf": "fr", "frr": "fr", "ffr": "fr", "fre": "fr", "fe": "fr", "gr": "fr", "nte": "net", "ner": "net", "nett": "net",
}

// meant are domains that nobody has an address at, though they look right.
var meant = map[string]string{"gmail.fr": "gmail.com", "wanadoo.com": "wanadoo.fr", "icloud.fr": "icloud.com", "laposte.fr": "laposte.net"}

// domains suggests the domain that a person may have meant. Nothing is ever
// changed by it: the report lists what it finds.
type domains struct{ seen map[string]string }

// maxDomains bounds what is remembered of a file whose every address has a
// domain of its own.
const maxDomains = 50_000

// suggest is the address that was meant, "" for one that looks right.
func (d *domains) suggest(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return ""
	}
	domain := email[at+1:]
	to, ok := d.seen[domain]
	if !ok {
		if low := strings.ToLower(domain); !knownDomains[low] {
			to = nearest(low)
		}
		if d.seen == nil || len(d.seen) >= maxDomains {
			d.seen = map[string]string{}
		}
		d.seen[strings.Clone(domain)] = to
	}
	if to == "" {
		return ""
	}
	return email[:at+1] + to
}

// nearest is the provider whose domain is one mistake away: in the name, in the
// ending, or one in each.
func nearest(domain string) string {
	if to := meant[domain]; to != "" {
		return to
	}
	dot := strings.LastIndexByte(domain, '.')
	if dot < 0 {
		return ""
	}
	name, end := domain[:dot], domain[dot+1:]
	mended := endings[end]
	for provider := range strings.FieldsSeq(providers) {
		want, tld, _ := strings.Cut(provider, ".")
		if end != tld && mended != tld {
			continue
		}
		if name == want && end != tld || slip(name, want) {
			return provider
		}
	}
	return ""
}

// slip reports one mistake of a finger: a letter too many, too few, or swapped;
// another letter only in a name long enough to be known by the rest.
func slip(name, want string) bool {
	if name == want || naming.Distance(name, want) > 1 {
		return false
	}
	if len(name) != len(want) {
		return len(want) > 3
	}
	return len(want) > 4 || letters(name) == letters(want)
}

// typo notes an address that looks mistyped.
func (a *assembly[T]) typo(line int, email string) {
	if to := a.domains.suggest(email); to != "" {
		a.now.typos = append(a.now.typos, model.Typo{Line: line, Email: email, Suggestion: to})
	}
}

func letters(s string) [256]byte {
	var n [256]byte
	for i := range len(s) {
		n[s[i]]++
	}
	return n
}
