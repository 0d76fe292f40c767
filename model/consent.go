package model

import (
	"strconv"
	"strings"
	"time"
)

// Purpose is what a person is asked for. To be written to and to be followed
// are two questions, with two answers.
type Purpose uint8

// The purposes.
const (
	Prospecting Purpose = iota // to get commercial messages
	TrackingUse                // to have opens and clicks recorded under their name
	HowOften                   // a wish, no consent: how often they want to be written to
	AboutWhat                  // likewise: about which subjects
)

var purposeNames = [...]string{"prospecting", "tracking", "frequency", "subjects"}

// wishColumns are the free columns that keep a wish, by purpose.
var wishColumns = [...]string{HowOften: AttrFrequency, AboutWhat: AttrSubjects}

// IsWish reports whether the purpose is about what somebody wishes, which is no
// consent: the act is Chosen, and Wording is what they chose.
func (p Purpose) IsWish() bool { return p == HowOften || p == AboutWhat }

func (p Purpose) String() string { return named(purposeNames[:], int(p)) }

// MarshalText writes the English code of the purpose.
func (p Purpose) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// ParsePurpose reads the English code of a purpose.
func ParsePurpose(s string) (Purpose, bool) {
	i, ok := indexOf(purposeNames[:], s)
	return Purpose(i), ok
}

// Channel is by which way a person would be reached.
type Channel uint8

// The channels.
const (
	ByEmail Channel = iota
	BySMS
	ByPost
	ByPhone
)

var channelNames = [...]string{"email", "sms", "post", "phone"}

func (c Channel) String() string { return named(channelNames[:], int(c)) }

// MarshalText writes the English code of the channel.
func (c Channel) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ParseChannel reads the English code of a channel.
func ParseChannel(s string) (Channel, bool) {
	i, ok := indexOf(channelNames[:], s)
	return Channel(i), ok
}

// Choice is what somebody did about a purpose.
type Choice uint8

// The choices. Informed is not a yes: the person was told, and could refuse (a
// customer, a professional). Lifted is the end of a refusal: the shop was told
// that it no longer holds.
const (
	Granted Choice = iota
	Declined
	Withdrawn
	Informed
	Lifted
	Chosen // of a wish
)

var choiceNames = [...]string{"granted", "refused", "withdrawn", "informed", "lifted", "chosen"}

func (c Choice) String() string { return named(choiceNames[:], int(c)) }

// MarshalText writes the English code of the choice.
func (c Choice) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ConsentAct is one line of the ledger of consents: what a person said of a
// purpose, and what proves it. Lines are added and never change; an erasure
// alone takes them away.
type ConsentAct struct {
	Contact  ContactID // 0: kept under the hash of an address alone
	At       time.Time // when the person did it; zero when nobody knows
	Recorded time.Time // when it was written here
	Purpose  Purpose
	Channel  Channel
	Choice   Choice
	Basis    Basis          // the ground that it gives, or took away
	Reason   SuppressReason // of an opposition or a complaint; else 0
	Source   string         // what proves it: a form, a till, a file and line
	Wording  string         // what the person read, or "sha256:…" of it; of a wish what they chose
	Operator string         // who wrote it here; empty for the machine
	IP       string         // from which it came, when somebody kept it
	// Known is a ground that the record had before there was a ledger: At is
	// what it says, and there is no other proof.
	Known bool
}

// Line is the line of the file that proves an act; 0 when its source names none.
func (a *ConsentAct) Line() int {
	_, line, _, ok := SplitSource(a.Source)
	if !ok {
		return 0
	}
	return int(line)
}

// SplitSource cuts "form (file.csv:12)" or "file.csv:12" around the number of the
// line: the rest is the same for everybody in the file. False without a number
// that comes back the same.
func SplitSource(source string) (before string, line uint64, after string, ok bool) {
	body := strings.TrimSuffix(source, ")")
	colon := strings.LastIndexByte(body, ':')
	if colon < 0 {
		return "", 0, "", false
	}
	digits := body[colon+1:]
	if digits == "" || len(digits) > 9 || digits[0] == '0' {
		return "", 0, "", false
	}
	line, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return "", 0, "", false
	}
	return source[:colon+1], line, source[len(body):], true
}

// Evidence is what whoever writes a choice knows of it, beyond what the record
// of a person has room for.
type Evidence struct {
	Source  string
	Wording string
	Channel Channel
	IP      string
}

// Stance is what the record of a person says of their choices: the part of it
// that never changes without a line in the ledger.
type Stance struct {
	Basis       Basis
	BasisSource string
	BasisAt     time.Time
	Tracking    Tracking
}

// Stance is what the record says of the person's choices.
func (c *Contact) Stance() Stance {
	return Stance{c.Basis, c.BasisSource, c.BasisAt, c.Tracking}
}

// Known are the acts that stand for a stance of which the ledger has none.
func (s Stance) Known() []ConsentAct {
	var acts []ConsentAct
	if s.Basis != BasisNone {
		acts = append(acts, ConsentAct{At: s.BasisAt, Choice: choiceOf(s.Basis), Basis: s.Basis, Source: s.BasisSource, Known: true})
	}
	if s.Tracking != TrackingUnknown {
		choice := Granted
		if s.Tracking == TrackingRefused {
			choice = Declined
		}
		acts = append(acts, ConsentAct{Purpose: TrackingUse, Choice: choice, Known: true})
	}
	return acts
}

// choiceOf is the act that gives a ground: a yes, or having been told.
func choiceOf(b Basis) Choice {
	if b == BasisConsent {
		return Granted
	}
	return Informed
}

// Since are the acts that lead from one stance to the next, as of an instant,
// with the evidence that there is; they are appended to others.
func (s Stance) Since(acts []ConsentAct, old Stance, e Evidence, now time.Time) []ConsentAct {
	before := len(acts)
	if s.Basis != old.Basis || s.BasisSource != old.BasisSource || !s.BasisAt.Equal(old.BasisAt) {
		a := ConsentAct{At: s.BasisAt, Choice: choiceOf(s.Basis), Basis: s.Basis, Source: s.BasisSource}
		if s.Basis == BasisNone {
			a.At, a.Choice, a.Basis, a.Source = now, Withdrawn, old.Basis, e.Source
		}
		if s.Basis != BasisNone || old.Basis != BasisNone {
			acts = append(acts, a)
		}
	}
	if s.Tracking != old.Tracking {
		a := ConsentAct{At: now, Purpose: TrackingUse, Source: e.Source}
		switch {
		case s.Tracking == TrackingGranted:
			a.Choice = Granted
		case old.Tracking == TrackingGranted:
			a.Choice = Withdrawn
		case s.Tracking == TrackingRefused:
			a.Choice = Declined
		default:
			a.Choice = Lifted
		}
		acts = append(acts, a)
	}
	for i := range acts[before:] {
		i += before
		acts[i].Channel, acts[i].Wording, acts[i].IP = e.Channel, e.Wording, e.IP
	}
	return acts
}

// Apply changes a record as an act says: a yes gives the ground, being told
// gives the ground it names, a no takes it away; a wish is kept in its column.
func (a *ConsentAct) Apply(c *Contact) {
	switch {
	case a.Purpose.IsWish():
		c.SetAttr(wishColumns[a.Purpose], a.Wording)
	case a.Purpose == TrackingUse && a.Choice == Granted:
		c.Tracking = TrackingGranted
	case a.Purpose == TrackingUse && (a.Choice == Declined || a.Choice == Withdrawn):
		c.Tracking = TrackingRefused
	case a.Purpose == TrackingUse:
	case a.Choice == Granted:
		c.Basis, c.BasisSource, c.BasisAt = BasisConsent, a.Source, a.At
	case a.Choice == Informed && a.Basis != BasisNone:
		c.Basis, c.BasisSource, c.BasisAt = a.Basis, a.Source, a.At
	case a.Choice == Declined || a.Choice == Withdrawn:
		c.Basis, c.BasisSource, c.BasisAt = BasisNone, "", time.Time{}
	}
}

func named(names []string, i int) string {
	if i >= len(names) {
		return strconv.Itoa(i)
	}
	return names[i]
}

func indexOf(names []string, s string) (int, bool) {
	for i, n := range names {
		if n == s {
			return i, true
		}
	}
	return 0, false
}
