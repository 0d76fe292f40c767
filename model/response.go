package model

import "time"

// ResponseKind is what somebody outside did with a message, or what became of it
// after a relay had taken it.
type ResponseKind uint8

// The kinds. Their numbers are kept in files: they never change.
const (
	ResponseClick       ResponseKind = 1 + iota // followed a link of a message
	ResponseOpen                                // a picture of the campaign was loaded: counted for the campaign, never for a person
	ResponseView                                // read the message in a browser
	ResponseUnsubscribe                         // opposed, from a page or by one click
	ResponsePreference                          // changed a choice of the page of preferences
	ResponseAnswer                              // answered a question: Value is the note, see NoteOf
	ResponseBounce                              // came back: Class says why
	ResponseComplaint                           // was called spam
	ResponseReply                               // was answered by a person, or by a machine on holiday
	ResponseRedeemed                            // used a code
)

var responseNames = [...]string{
	"", "click", "open", "view", "unsubscribe", "preference", "answer", "bounce", "complaint", "reply", "redeemed",
}

// ResponseKinds is how many kinds there are, zero included.
const ResponseKinds = len(responseNames)

func (k ResponseKind) String() string {
	if int(k) < len(responseNames) {
		return responseNames[k]
	}
	return "unknown"
}

// MarshalText writes the English code of the kind.
func (k ResponseKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Agent says whether a person or a machine was there. Both are kept, and shown
// apart; only a person counts.
type Agent uint8

// The agents. Their numbers are kept in files: they never change.
const (
	AgentPerson   Agent = iota
	AgentHead           // asked without reading (HEAD)
	AgentPrefetch       // said itself that it fetches ahead
	AgentScanner        // a known scanner or proxy of pictures
	AgentBurst          // several links of one message within two seconds
	AgentUnknown        // nothing can be said
)

var agentNames = [...]string{"person", "head", "prefetch", "scanner", "burst", "unknown"}

func (a Agent) String() string {
	if int(a) < len(agentNames) {
		return agentNames[a]
	}
	return "unknown"
}

// MarshalText writes the English code of the agent.
func (a Agent) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// BounceClass says why a message came back; what follows differs for each.
type BounceClass uint8

// The classes. Their numbers are kept in files: they never change.
const (
	BounceNone     BounceClass = iota
	BounceUnknown              // no such user or domain: the address is dead at once
	BounceInactive             // the box was there, and is closed or disabled
	BounceFull                 // the box is full: dead after several of them
	BouncePolicy               // the sender, its address or its domain is refused: says nothing about the person
	BounceContent              // the message is refused for what it says, or its size
	BounceNetwork              // the receiver could not be reached in time
	BounceOther                // a failure that its report does not explain
)

var bounceNames = [...]string{"", "user_unknown", "inactive", "mailbox_full", "policy", "content", "network", "other"}

// BounceClasses is how many classes there are, none included.
const BounceClasses = len(bounceNames)

func (b BounceClass) String() string {
	if int(b) < len(bounceNames) {
		return bounceNames[b]
	}
	return "other"
}

// MarshalText writes the English code of the class.
func (b BounceClass) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Response is one thing that came back from outside: a click, a bounce, an answer. A person who is erased takes
// theirs along: the contact becomes 0, the sums of the campaign stay.
type Response struct {
	At       time.Time
	Kind     ResponseKind
	Campaign CampaignID // 0: of none
	Contact  ContactID  // 0: nobody is known, or nobody may be followed
	Version  uint32     // of the message, 0 unknown
	Link     uint16     // of a click, from 1, in the order of the message
	Agent    Agent
	Class    BounceClass
	Value    int16  // of an answer: see Note
	Lane     Lane   // of the receiving provider
	Detail   string // untrusted, at most 512 bytes: what a server said, what was answered
	// ID is what the sender of the response calls it, empty without: the same one
	// again within the days of its keeping is not a second response.
	ID string
}
