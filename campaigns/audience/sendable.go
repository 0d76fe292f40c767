package audience

import "blanche/model"

// Person is what decides whether somebody may be written to.
type Person struct {
	Suppressed model.SuppressReason // 0: the address is not suppressed
	Basis      model.Basis
	Customer   bool // a paid order exists
	ValidEmail bool
	Recent     int // messages of late, counted by the caller over the days of the pressure rule
	Wish       model.Wish
	Own        bool // got a message in the days of their wish, says the caller
}

// Terms is what a campaign brings to that decision.
type Terms struct {
	B2BPurpose  bool   // the message is linked to the profession of B2B contacts
	MaxMessages int    // nobody who had that many of late gets one more; 0: no limit
	Topic       string // the subject that the campaign is about, among those people choose from; "" names none
}

// MaySend is the one decision about one person and one campaign: empty when
// the person may be written to, else the first reason that holds among
// opposed, no_consent, bounced, invalid, topic, frequency and pressure. The
// count, the plan and the worker all ask it.
//
// A customer may be written to once a paid order exists, a B2B contact only by
// a campaign linked to the profession, and nobody without a legal basis.
func MaySend(p Person, t Terms) string {
	switch {
	case p.Suppressed == model.SuppressOpposed || p.Suppressed == model.SuppressComplaint:
		return model.ExclOpposed
	case !lawful(p, t):
		return model.ExclConsent
	case p.Suppressed == model.SuppressBounced:
		return model.ExclBounced
	case p.Suppressed == model.SuppressInvalid || !p.ValidEmail:
		return model.ExclInvalid
	case p.Wish.LeavesOut(t.Topic):
		return model.ExclTopic
	case p.Wish.Every > 0 && p.Own:
		return model.ExclOften
	case t.MaxMessages > 0 && p.Recent >= t.MaxMessages:
		return model.ExclPressure
	}
	return model.NotOpposed
}

// The reasons for which nobody is followed.
const (
	TrackUnknown = "tracking_unknown" // never asked, or never answered
	TrackRefused = "tracking_refused" // said no, or took a yes back
)

// MayTrack is the one decision about following one person (opens and clicks
// under their name): empty when they may be, else why not. A no always holds;
// whoever said nothing is followed only where the rules in force that day do
// not ask for a yes. It is asked when a message is written, and again when
// something comes back: a yes that was taken back holds for old messages too.
func MayTrack(said model.Tracking, required bool) string {
	switch {
	case said == model.TrackingGranted:
		return ""
	case said == model.TrackingRefused:
		return TrackRefused
	case required:
		return TrackUnknown
	}
	return ""
}

func lawful(p Person, t Terms) bool {
	switch p.Basis {
	case model.BasisConsent:
		return true
	case model.BasisCustomer:
		return p.Customer
	case model.BasisB2B:
		return t.B2BPurpose
	}
	return false
}

// PersonOf is what decides about a contact. Recent and Own are left for the caller.
func PersonOf(c *model.Contact, suppressed model.SuppressReason) Person {
	return Person{Suppressed: suppressed, Basis: c.Basis, Customer: c.IsCustomer(), ValidEmail: validEmail(c.Email), Wish: model.WishOf(c)}
}

// validEmail is model.ValidEmail with a short way for plain addresses.
func validEmail(email string) bool {
	at, dots := -1, 0
	for i := range len(email) {
		switch c := email[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
		case c == '@' && at < 0 && i > 0 && email[i-1] != '.':
			at, dots = i, 0
		case c == '.' && i > 0 && email[i-1] != '.' && email[i-1] != '@' && email[i-1] != '-':
			dots++
		case c == '-' && i > 0 && email[i-1] != '.' && email[i-1] != '@':
		case c == '_' && at < 0:
		default:
			return model.ValidEmail(email)
		}
	}
	last := len(email) - 1
	if at < 1 || at > 64 || dots == 0 || last > 100 || email[last] == '.' || email[last] == '-' {
		return model.ValidEmail(email)
	}
	return true
}

// reasons are the verdicts of a column, by number; 0 is "may be written to".
var reasons = [...]string{model.NotOpposed, model.ExclOpposed, model.ExclConsent, model.ExclBounced, model.ExclInvalid, model.ExclTopic, model.ExclOften, model.ExclPressure, model.ExclUniversal}

func reasonNumber(reason string) uint8 {
	for i, r := range reasons {
		if r == reason {
			return uint8(i)
		}
	}
	return 0
}

// exclude counts one more person under a reason.
func exclude(e *model.Exclusions, reason uint8, n int) {
	switch reasons[reason] {
	case model.ExclOpposed:
		e.Opposed += n
	case model.ExclConsent:
		e.NoConsent += n
	case model.ExclBounced:
		e.Bounced += n
	case model.ExclInvalid:
		e.Invalid += n
	case model.ExclTopic:
		e.Topic += n
	case model.ExclOften:
		e.Frequency += n
	case model.ExclPressure:
		e.Pressure += n
	case model.ExclUniversal:
		e.Universal += n
	}
}

// MayBePictured reports whether the message of a person may carry the picture that
// counts the opens of a campaign, of nobody: not for who refused to be followed at
// all, although nothing follows them.
func MayBePictured(said model.Tracking) bool { return said != model.TrackingRefused }
