package worker

import (
	"context"
	"time"

	"blanche/model"
	"blanche/store"
)

// Sender hands one message to the relay. Still is asked when the line is
// ready, just before the transaction starts: false gives "not started". Ending
// ctx cuts the line. It is called by at most Connections + Lookahead goroutines:
// it queues what it has no line for, so that each line has the next at hand. One
// that is a Poster too is posted to.
type Sender interface {
	Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt
}

// Poster is a Sender that needs no goroutine to wait: the letter is told what
// became of the message. At most Connections + Lookahead messages are with it at
// once.
type Poster interface {
	Post(ctx context.Context, e model.Envelope, l Letter)
}

// Letter is the other end of a message that was posted: asked, as still of Send
// is, and told once, perhaps before Post returns. Neither waits for anything.
type Letter interface {
	Still() bool
	Answered(r *model.Receipt)
}

// Message is what Render makes for one person. A reason in Exclude means that
// nothing may or can be sent: the person was erased, may no longer be written
// to, has no address.
type Message struct {
	From    string // of the envelope
	To      string
	Data    []byte
	Clean   bool // see model.Envelope
	Exclude string
	// Recycle takes Data back once the relay has answered; nil: nobody wants it.
	Recycle func([]byte)
}

// Render writes the message of one person in one wording; the cell of the claim
// says which variant of a test. An error means that the message cannot be
// written for a reason that is not the person's: the campaign is then paused. It
// is called by several goroutines.
type Render func(ctx context.Context, c model.Claim, version uint16) (Message, error)

// Together reads at once what the messages of some claims need. The Render that it
// gives is called for each of them at most once, by one goroutine and at once; what
// could not be read is an error of that.
type Together func(ctx context.Context, claims []model.Claim) Render

// Options of a worker. Ledger, Sender, Render and Now are required.
type Options struct {
	Ledger store.Ledger
	Sender Sender
	Render Render
	Now    func() time.Time
	// Together is for several messages at once; nil: Render reads for each.
	Together Together

	// Window is W, the most messages intended without a durable result; 128
	// when 0.
	Window int
	// Connections is how many messages the sender hands over at once; 8 when 0.
	Connections int
	// Lookahead is how many more are given to it, to wait there for a line; twice
	// the connections when 0, none when negative.
	Lookahead int
	Retry     Retry
	Guard     Guard
	// Random is a number in [0, 1), for the jitter of delays; nil: none.
	Random func() float64
	// Speed is how much faster Now runs than the machine's clock: more than 1
	// in the demonstration. 0 means 1.
	Speed float64

	// Pacing is how fast everything leaves at first: see SetPacing.
	Pacing model.Pacing
	// SentToday is how many messages of each lane left today already, for the
	// ceilings; nil: none.
	SentToday func(ctx context.Context, now time.Time) ([model.Lanes]int, error)
	// Room is how many bytes the disk of the ledger has left; nil: enough. Below
	// RoomLeast (64 MiB when 0) everything is held back, in sight
	// (Snapshot.DiskLow), and goes on by itself when there is room again.
	Room      func() (uint64, error)
	RoomLeast uint64
	// Shut holds everything back until Reachable says that people outside can say no.
	Shut bool
	// At is told the name of each step around which a process may die, for tests:
	// claim.before, claim.after, commit.before, commit.after.
	At func(point string)

	// Publish is told what happened by itself, in order, by one goroutine. It
	// may take its time and call the worker, except Stop; nil is nobody.
	Publish func(Notice)
	// Suppress is told that an address does not exist, before the result is
	// settled; nil is nobody.
	Suppress func(ctx context.Context, email, reason string) error
}

// Retry is how deferred messages are tried again: after First, then each time
// twice as late up to Max, with a jitter of a fifth; given up when the delays
// together pass GiveUp. The time of a pause or of trouble of the relay does not
// count. Zero values: 5 min, 4 h, 5 days.
type Retry struct {
	First, Max, GiveUp time.Duration
}

// Guard pauses a campaign by itself when, among the last Last answers, more
// than a share Unknown are "no such user", Refused are refusals of any kind, or
// Uncertain are lost answers. Zero values: 500, 2 %, 10 %, 5 %; a negative share
// never pauses. Complained warns and Spam pauses when complaints are a share of
// the messages accepted, once there are three complaints: 0.1 %, 0.3 %.
type Guard struct {
	Last                        int
	Unknown, Refused, Uncertain float64
	Complained, Spam            float64
}

// Job is a campaign to send.
type Job struct {
	ID      model.CampaignID
	Name    string
	Rate    float64 // messages a second, 0: as fast as the relay takes them
	Version uint16  // wording
	Resend  bool    // uncertain recipients are planned again when it starts
	Hours   model.Hours
	Cells   model.CellSet // who may be claimed: see Allow; 0 everybody
	// Complaints about the campaign that are known from before, and what its guard
	// has said about them: those that it has not spoken about pause it at its start.
	Complaints int
	Said       model.ComplaintsSaid
}

// NoticeKind says what a Notice is about.
type NoticeKind uint8

// The kinds of notices.
const (
	NoticeEvent    NoticeKind = iota // something to show
	NoticePaused                     // a guard paused the campaign; Why is its key
	NoticeFinished                   // nothing waits and nothing is deferred
	NoticeFirst                      // the relay took the first message
	NoticeCells                      // everybody of the cells allowed had a first answer
)

// Notice is something that happened without being asked for. ID and Name are
// empty when it concerns every campaign.
type Notice struct {
	Kind  NoticeKind
	ID    model.CampaignID
	Name  string
	Why   string
	Event model.Event
}

// The reasons of an automatic pause, keys of the catalogue.
const (
	WhyUnknown   = "deliver.guard.unknown"
	WhyRefused   = "deliver.guard.refused"
	WhyUncertain = "deliver.guard.uncertain"
	WhyRender    = "deliver.guard.render"
	WhyRelay     = "deliver.guard.relay"
	WhySender    = "deliver.guard.sender"
	WhyComplaint = "deliver.guard.complaint"
	WhyDisk      = "deliver.guard.disk"
	WhySuppress  = "deliver.guard.suppress"
	WhyPublic    = "deliver.guard.public"
)

// Reasons that the ledger keeps, as codes.
const (
	reasonExpired   = model.CodeExpired
	reasonCancelled = "cancelled"
	reasonNoAddress = "invalid"
	reasonDropped   = "relay_drop"
)

func (o *Options) withDefaults() Options {
	d := *o
	orInt(&d.Window, 128)
	orInt(&d.Connections, 8)
	orInt(&d.Guard.Last, 500)
	orInt(&d.Lookahead, 2*d.Connections)
	if d.RoomLeast == 0 {
		d.RoomLeast = 64 << 20
	}
	orFloat(&d.Guard.Unknown, 0.02)
	orFloat(&d.Guard.Refused, 0.10)
	orFloat(&d.Guard.Uncertain, 0.05)
	orFloat(&d.Guard.Complained, 0.001)
	orFloat(&d.Guard.Spam, 0.003)
	orFloat(&d.Speed, 1)
	orDuration(&d.Retry.First, 5*time.Minute)
	orDuration(&d.Retry.Max, 4*time.Hour)
	orDuration(&d.Retry.GiveUp, 5*24*time.Hour)
	if d.Random == nil {
		d.Random = func() float64 { return 0.5 }
	}
	if d.Publish == nil {
		d.Publish = func(Notice) {}
	}
	if d.Suppress == nil {
		d.Suppress = func(context.Context, string, string) error { return nil }
	}
	return d
}

func orInt(v *int, d int) {
	if *v == 0 {
		*v = d
	}
}

func orFloat(v *float64, d float64) {
	if *v == 0 {
		*v = d
	}
}

func orDuration(v *time.Duration, d time.Duration) {
	if *v == 0 {
		*v = d
	}
}
