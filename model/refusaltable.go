package model

// refusalRow is what a code means. The first digit of a row is 5; the same
// subject and detail after a 4 mean the same, for the time being.
type refusalRow struct {
	class  BounceClass
	passes bool   // another day may bring another answer
	vague  bool   // so many things are meant that words explain it
	source string // where it is said
}

const (
	rfc3463   = "RFC 3463 and the registry of enhanced codes (RFC 5248)"
	rfc5321   = "RFC 5321, 4.2.3"
	microsoft = "Microsoft, Exchange Online non-delivery reports"
)

// refusalRows is the table of codes: exact ones, subjects ("5.7."), basic ones.
var refusalRows = map[string]refusalRow{
	"5.1.":   {BounceOther, false, true, rfc3463},
	"5.1.1":  {BounceUnknown, false, false, rfc3463},
	"5.1.2":  {BounceUnknown, false, false, rfc3463},
	"5.1.3":  {BounceUnknown, false, false, rfc3463},
	"5.1.6":  {BounceUnknown, false, false, rfc3463}, // moved, nobody knows where
	"5.1.7":  {BouncePolicy, true, false, rfc3463},   // of the sender's address
	"5.1.8":  {BouncePolicy, true, false, rfc3463},   // of the sender's address
	"5.1.10": {BounceUnknown, false, false, "RFC 7505"},
	"5.2.1":  {BounceInactive, false, false, rfc3463},
	"5.2.2":  {BounceFull, true, false, rfc3463},
	"5.2.3":  {BounceContent, true, false, rfc3463},
	"5.2.4":  {BounceOther, true, false, rfc3463},
	"5.3.":   {BounceNetwork, true, false, rfc3463},
	"5.3.0":  {BounceOther, true, true, rfc3463},
	"5.3.4":  {BounceContent, true, false, rfc3463},
	"5.4.":   {BounceNetwork, true, false, rfc3463},
	"5.4.1":  {BounceNetwork, false, true, microsoft}, // also of somebody who does not exist
	"5.4.4":  {BounceNetwork, true, true, rfc3463},    // also of a domain that does not exist
	"5.4.310": {
		BounceUnknown, false, false, microsoft, // the domain does not exist
	},
	"5.5.":   {BounceOther, true, true, rfc3463},
	"5.5.0":  {BounceOther, false, true, microsoft}, // of somebody who does not exist
	"5.6.":   {BounceContent, true, false, rfc3463},
	"5.7.":   {BouncePolicy, true, false, rfc3463},
	"5.7.17": {BounceUnknown, false, false, "RFC 7293"}, // the address is somebody else's now
	"5.7.18": {BounceUnknown, false, false, "RFC 7293"},

	"521": {BounceOther, false, true, "RFC 7504"},
	"556": {BounceUnknown, false, false, "RFC 7504"},
	"550": {BounceOther, false, true, rfc5321}, // as often the address as something else
	"551": {BounceOther, false, true, rfc5321},
	"552": {BounceFull, true, true, rfc5321},
	"553": {BounceOther, false, true, rfc5321},
}

// refusalWord is a phrase in lower case, and what it means; it is searched for in
// the code and what was said, each space being one.
type refusalWord struct {
	said   string
	class  BounceClass
	source string
}

const (
	orange  = "Orange and La Poste, codes OFR and LPN"
	postfix = "Postfix"
	exim    = "Exim"
	google  = "Google, SMTP error reference"
	yahoo   = "Yahoo, sender hub"
	usage   = "common usage of servers"
)

// refusalWords is read from the top: what speaks of the sender comes first, so
// that no blocklist kills an address.
var refusalWords = []refusalWord{
	{"spamhaus", BouncePolicy, usage},
	{"blocked using", BouncePolicy, postfix},
	{"blocklist", BouncePolicy, usage},
	{"blacklist", BouncePolicy, usage},
	{"block list", BouncePolicy, microsoft},
	{"banned sending ip", BouncePolicy, microsoft},
	{"reputation", BouncePolicy, usage},
	{"client host rejected", BouncePolicy, postfix},
	{"client host blocked", BouncePolicy, orange},
	{"sender address rejected", BouncePolicy, postfix},
	{"emetteur invalide", BouncePolicy, orange},
	{"service refuse", BouncePolicy, orange},
	{"ont ete bloques par nos services", BouncePolicy, orange},
	{"spf check failed", BouncePolicy, usage},
	{"dmarc", BouncePolicy, usage},
	{"relay access denied", BouncePolicy, postfix},
	{"relaying denied", BouncePolicy, usage},
	{"greylist", BouncePolicy, usage},
	{"too many connections", BouncePolicy, orange},
	{"ofr_506", BounceContent, orange},
	{"mail rejete", BounceContent, orange},
	{"for policy reasons", BouncePolicy, yahoo},

	{"ofr_417", BounceFull, orange},
	{"overquota", BounceFull, orange},
	{"over quota", BounceFull, usage},
	{"quota exceeded", BounceFull, usage},
	{"exceeded storage", BounceFull, rfc5321},
	{"out of storage", BounceFull, google},
	{"mailbox full", BounceFull, usage},
	{"mailbox is full", BounceFull, usage},
	{"full mailbox", BounceFull, usage},
	{"quotaexceeded", BounceFull, microsoft},
	{"boite du destinataire pleine", BounceFull, orange},
	{"boîte aux lettres est pleine", BounceFull, microsoft},
	{"boîte aux lettres pleine", BounceFull, usage},

	{"archived recipient", BounceInactive, orange},
	{"recipient account isblocked", BounceInactive, orange},
	{"compte du destinataire est bloque", BounceInactive, orange},
	{"account is disabled", BounceInactive, usage},
	{"account has been disabled", BounceInactive, yahoo},
	{"mailbox disabled", BounceInactive, usage},
	{"mailbox is inactive", BounceInactive, usage},
	{"inactive user", BounceInactive, usage},
	{"account is inactive", BounceInactive, google},
	{"account that you tried to reach is disabled", BounceInactive, google},

	{"message size exceeds", BounceContent, postfix},
	{"message too large", BounceContent, usage},
	{"taille limite du message", BounceContent, orange},
	{"spam message rejected", BounceContent, usage},
	{"contains a virus", BounceContent, usage},

	{"name server reply", BounceNetwork, postfix},
	{"connection timed out", BounceNetwork, postfix},
	{"connection refused", BounceNetwork, postfix},
	{"did not accept our requests to connect", BounceNetwork, google},
	{"retry timeout exceeded", BounceNetwork, exim},
	{"retry time not reached", BounceNetwork, exim},
	{"delivery time expired", BounceNetwork, usage},

	{"ofr_416", BounceUnknown, orange},
	{"destinataire invalide", BounceUnknown, orange},
	{"host or domain name not found", BounceUnknown, postfix},
	{"unrouteable address", BounceUnknown, exim},
	{"recipient address rejected: access denied", BounceUnknown, microsoft},
	{"requested action not taken: mailbox unavailable", BounceUnknown, microsoft},
	{"resolver.adr", BounceUnknown, microsoft},
	{"unknown recipient", BounceUnknown, microsoft},
	{"recipient name is not recognized", BounceUnknown, microsoft},
	{"e-mail address you entered couldn't be found", BounceUnknown, microsoft},
	{"adresse de messagerie que vous avez entrée est introuvable", BounceUnknown, microsoft},
	{"user unknown", BounceUnknown, usage},
	{"unknown user", BounceUnknown, usage},
	{"no such user", BounceUnknown, usage},
	{"user not found", BounceUnknown, usage},
	{"mailbox not found", BounceUnknown, yahoo},
	{"doesn't have a yahoo", BounceUnknown, yahoo},
	{"no mailbox here by that name", BounceUnknown, "qmail"},
	{"address does not exist", BounceUnknown, usage},
	{"account that you tried to reach does not exist", BounceUnknown, google},
	{"utilisateur inconnu", BounceUnknown, usage},
	{"destinataire inconnu", BounceUnknown, usage},
}
