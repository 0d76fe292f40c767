package model

// Envelope is one message for one person, ready for a relay. Data is the
// whole message (headers, empty line, body); lines end with CR LF.
type Envelope struct {
	From string
	To   string
	Data []byte
	// Clean says that whoever wrote Data vouches for it: 7-bit bytes, every line
	// ended by CR LF, none that begins with a dot. It is then not read again.
	Clean bool
}

// SendResult is what became of one attempt to hand a message to a relay. There
// are five, because "no answer" is neither a success nor a failure.
type SendResult uint8

// The results of an attempt.
const (
	// SendNotStarted: nothing left that the relay may have kept; the recipient
	// can be planned again and no attempt counts against him.
	SendNotStarted SendResult = iota
	// SendAccepted: the relay has taken the message over.
	SendAccepted
	// SendDeferred: the relay says no for now (4xx).
	SendDeferred
	// SendRefused: the relay says no for ever (5xx), or the message cannot go
	// through this relay at all.
	SendRefused
	// SendUncertain: the final dot may have left and no answer came back.
	SendUncertain
)

var sendResultNames = [...]string{"not_started", "accepted", "deferred", "refused", "uncertain"}

func (r SendResult) String() string { return sendResultNames[r] }

// SendStage is how far an attempt went.
type SendStage uint8

// The stages of an attempt, in order.
const (
	StageConnect SendStage = iota // greeting, TLS and authentication included
	StageMail                     // MAIL FROM: about the sender
	StageRcpt                     // RCPT TO: about the recipient
	StageData                     // DATA and the text, before the final dot
	StageDot                      // the final dot
)

var sendStageNames = [...]string{"connect", "mail", "rcpt", "data", "dot"}

func (s SendStage) String() string { return sendStageNames[s] }

// Receipt is the answer to one attempt.
type Receipt struct {
	Result   SendResult
	Stage    SendStage
	Code     int    // of the reply, 0 without
	Enhanced string // "5.1.1", empty without
	Text     string // what the server said, on one line: untrusted
	// UserUnknown is true for a definite refusal of class 5.1.x about the
	// recipient's address: the only one that may suppress a person.
	UserUnknown bool
	// Err says why an attempt was not started or is uncertain: a *Error worded
	// in the catalogue when the relay itself is in trouble.
	Err error
}

// Reason is the short code kept in the ledger: "550 5.1.1".
func (r *Receipt) Reason() string {
	if r.Code == 0 {
		return ""
	}
	code := [...]byte{byte('0' + r.Code/100%10), byte('0' + r.Code/10%10), byte('0' + r.Code%10)}
	if r.Enhanced == "" {
		return string(code[:])
	}
	return string(code[:]) + " " + r.Enhanced
}
