package campaigns

import (
	"context"
	"io"
	"time"

	"blanche/campaigns/bus"
	"blanche/model"
)

// Desk is what every screen and every command may ask for, as one person: see
// Service.As. Its errors are model.Error where a person can do something about
// them; what the role of the person forbids is model.Refused("team.forbidden").
// Methods are safe for concurrent use and end soon after their context.
type Desk interface {
	TeamDesk
	AuditDesk
	FolderDesk
	ContactDesk
	DuplicateDesk
	ListDesk
	ImportDesk
	ExportDesk
	SegmentDesk
	FeedbackDesk
	SegmentViewDesk
	CampaignDesk
	LaunchDesk
	PaceDesk
	MeasureDesk
	PrivacyDesk
	ResponseDesk
	PublicStateDesk
	HookDesk
	HookQueueDesk

	// Follow is a mailbox of what happens from now on, until ctx ends.
	Follow(ctx context.Context) *bus.Mailbox
	// Live is the latest picture of what moves: an immutable value, replaced
	// four times a second while something is being sent. It costs nothing.
	Live() *Live
	// Today gathers what the first screen says.
	Today(ctx context.Context) (Today, error)
	// Now is the time of the desk, which a demonstration accelerates, in the
	// time zone of the shop.
	Now() time.Time
	// Settings are the settings in force, without secrets.
	Settings() Config
}

// TeamDesk is who may do what.
type TeamDesk interface {
	// Me is who is asking.
	Me() model.Actor
	// May is why the person may not do something, nil when they may: to grey
	// out what would be refused.
	May(a model.Action) error
	Operators(ctx context.Context) ([]model.Operator, error)
	// AddOperator lets a person come in over the network. keys are lines of an
	// authorized_keys file; a key with options, one too weak, and one that is
	// somebody's already are refused.
	AddOperator(ctx context.Context, name string, role model.Role, keys []string) (model.Operator, error)
	SetRole(ctx context.Context, name string, role model.Role) (model.Operator, error)
	// SetKeys adds lines of authorized_keys and removes keys by fingerprint.
	SetKeys(ctx context.Context, name string, add, remove []string) (model.Operator, error)
	RemoveOperator(ctx context.Context, name string) error
}

// AuditDesk is who did what.
type AuditDesk interface {
	// AuditLines answers with the newest first.
	AuditLines(ctx context.Context, q AuditQuery) ([]model.AuditLine, error)
	// VerifyAudit reads the whole chain and compares it with heads that were
	// kept outside.
	VerifyAudit(ctx context.Context, outside ...model.AuditHead) (model.AuditProof, error)
	// Arrived notes that the person came in, and how ("screens", or the
	// command); left notes that they went, once.
	Arrived(ctx context.Context, how string) (left func(), err error)
}

// FolderDesk looks after the data as a whole.
type FolderDesk interface {
	// Armed tells whether messages may leave this folder, and if not why: a
	// restored one sends nothing until Arm.
	Armed(ctx context.Context) (why model.Disarm, armed bool, err error)
	Arm(ctx context.Context) error
	// Backup writes a copy of everything as it is at one moment, while the
	// sending goes on.
	Backup(ctx context.Context, w io.Writer, r BackupRequest) (BackupReport, error)
	// CopyTo writes the files of the folder as they are into an empty one.
	CopyTo(ctx context.Context, dir string) error
	// Compact writes the files anew without what was deleted.
	Compact(ctx context.Context) ([]Compaction, error)
	// Check reads every record of the store.
	Check(ctx context.Context) (model.Health, error)
}

// ContactDesk looks people up and corrects them.
type ContactDesk interface {
	ContactTotals(ctx context.Context) (ContactTotals, error)
	// Contacts answers with the numbers of the people, in order; the screen
	// asks for the rows that it shows, and only those.
	Contacts(ctx context.Context, q ContactQuery) (ContactList, error)
	// FindContacts is Contacts with what is known at once first, then more.
	FindContacts(ctx context.Context, q ContactQuery, f func(ContactList) error) error
	ContactRows(ctx context.Context, ids []model.ContactID) ([]ContactRow, error)
	// Contact finds by e-mail or by number.
	Contact(ctx context.Context, ref string) (ContactCard, error)
	// EditContact changes fields by name, as `contact set` does, on the version
	// that the person saw; *ConflictError when somebody was faster.
	EditContact(ctx context.Context, id model.ContactID, version uint64, set []FieldChange) (model.Contact, error)
	// Oppose records that a person must not be written to any more.
	Oppose(ctx context.Context, ref, source string) error
	// Complain records that a person called a message spam: they are suppressed,
	// and the guard of the campaign counts it. campaign may be empty: the last one
	// that they got.
	Complain(ctx context.Context, ref, campaign string) error
	History(ctx context.Context, ref string) ([]model.HistoryLine, error)
}

// ImportDesk brings files in.
type ImportDesk interface {
	MappingDesk
	Import(ctx context.Context, r ImportRequest) (model.ImportReport, error)
	// LookAtFile tells how a file would be read, with its first rows.
	LookAtFile(ctx context.Context, r ImportRequest) (FileLook, error)
}

// ExportDesk takes data out a row at a time, never all of it in memory. An
// error of the function given ends the visit and is returned.
type ExportDesk interface {
	// EachContact visits the contacts whom a rule matches, all without one.
	EachContact(ctx context.Context, rule string, f func(*ContactRow) error) error
	// EachOrder visits the orders of those whom a rule matches; without one every
	// order, those of nobody known too.
	EachOrder(ctx context.Context, rule string, f func(*model.Order) error) error
	// EachRecipient visits the audience of a launched campaign: its recipients,
	// then its zone blanche; of them whom a rule matches, if there is one.
	EachRecipient(ctx context.Context, name, rule string, f func(*ArmLine) error) error
	// EachConsent visits the ledger of consents of those whom a rule matches, all
	// without one. The address from which a consent came is only for who has the
	// right of privacy (dpo).
	EachConsent(ctx context.Context, rule string, f func(*ActOf) error) error
	// EachPoints visits the ledger of points of those whom a rule matches, all
	// without one.
	EachPoints(ctx context.Context, rule string, f func(*PointsOf) error) error
	// EachMessage visits the ledger of sending of every campaign: who was planned,
	// and what became of them.
	EachMessage(ctx context.Context, rule string, f func(*MessageLine) error) error
	// EachResponse visits what came back from outside, the latest first.
	EachResponse(ctx context.Context, rule string, f func(*ResponseLine) error) error
	// EachMerge visits the records that went into other ones.
	EachMerge(ctx context.Context, f func(*MergeLine) error) error
	// EachCampaign visits the campaigns with all their wordings, EachSegment the
	// saved segments.
	EachCampaign(ctx context.Context, f func(*model.Campaign) error) error
	EachSegment(ctx context.Context, f func(*model.Segment) error) error
	// AttrTypes says what the values of each free column are. Without wait the
	// answer is nil where finding out would take long.
	AttrTypes(ctx context.Context, wait bool) (map[string]string, error)
}

// SegmentDesk counts and keeps rules.
type SegmentDesk interface {
	// Count takes a rule or the name of a saved segment.
	Count(ctx context.Context, rule string) (model.SegmentCount, error)
	Sample(ctx context.Context, rule string, n int) ([]ContactRow, error)
	// Explain says why a rule matches a person or not, part by part.
	Explain(ctx context.Context, rule, ref string) (Explanation, error)
	SaveSegment(ctx context.Context, name, rule string) (model.Segment, error)
	Segments(ctx context.Context) ([]model.Segment, error)
	Segment(ctx context.Context, name string) (model.Segment, error)
	// RuleFields lists the fields a rule may use, for completion.
	RuleFields(ctx context.Context) ([]string, error)
	// RuleForm is what a form of rules offers: fields, operators, values.
	RuleForm(ctx context.Context) (model.RuleForm, error)
}

// CampaignDesk writes campaigns.
type CampaignDesk interface {
	Campaigns(ctx context.Context) ([]CampaignLine, error)
	Campaign(ctx context.Context, name string) (CampaignDetail, error)
	// NewCampaign takes a campaign file; read gives the files it names.
	NewCampaign(ctx context.Context, source []byte, read ReadFile) (model.Campaign, error)
	EditCampaign(ctx context.Context, name string, source []byte, read ReadFile) (model.Campaign, error)
	CloneCampaign(ctx context.Context, name, as string) (model.Campaign, error)
	// DraftFile is a campaign file with these values filled in, for the form.
	DraftFile(spec model.CampaignSpec) []byte
	// RecordCampaign notes a campaign that another tool sent, from a CSV of
	// email|external_id, arm (target|holdout) and optionally stratum.
	RecordCampaign(ctx context.Context, r RecordRequest) (model.Campaign, error)
	// Preview is the message as a person would get it: of a test, every variant.
	Preview(ctx context.Context, name, ref string) (Preview, error)
	// CheckCampaign is the preflight. A campaign without a blocking line
	// becomes checked.
	CheckCampaign(ctx context.Context, name string) (model.Checklist, error)
	// TestSend sends one copy to an address, outside the ledger: of a test, one of
	// each variant, or of the one named.
	TestSend(ctx context.Context, name, variant, address string) error
	// Aside tells whether an address is that of somebody left alone: to be said
	// before a copy goes there.
	Aside(ctx context.Context, name, address string) (Aside, error)
}

// LaunchDesk starts, watches and stops the sending. The methods that need a
// process that sends return model.Busy in one that does not (Options.Sends).
type LaunchDesk interface {
	Approve(ctx context.Context, name string) error
	Schedule(ctx context.Context, name string) error
	// Start freezes the audience, draws the zone blanche and sends. confirm
	// must be the number of planned people; another number (or -1) is refused
	// with *ConfirmError, which carries the right one.
	Start(ctx context.Context, name string, confirm int) error
	// StartIn is Start after a time of grace, in which Hold stops it and nothing
	// has happened yet: Status.LeavesAt says when. It asks for the confirmation at
	// once. A process that ends before has started nothing.
	StartIn(ctx context.Context, name string, confirm int, grace time.Duration) error
	// Hold stops a start in its time of grace.
	Hold(ctx context.Context, name string) error
	// ChooseVariant gives the rest of a campaign under test the wording of a
	// variant, whatever the figures say.
	ChooseVariant(ctx context.Context, name, variant string) error
	Pause(ctx context.Context, name string) error
	Resume(ctx context.Context, name string) error
	SetRate(ctx context.Context, name string, perSecond float64) error
	Cancel(ctx context.Context, name string) error
	Status(ctx context.Context, name string) (model.Status, error)
	// Wait follows a campaign until it is done or paused, or ctx ends: each is
	// called about every interval and once at the end.
	Wait(ctx context.Context, name string, interval time.Duration, each func(model.Status)) (model.Status, error)
	Missing(ctx context.Context, name string) ([]RecipientLine, error)
	Uncertain(ctx context.Context, name string) ([]RecipientLine, error)
	// ResolveUncertain sends the uncertain ones again (same Message-ID), or
	// counts them as sent. Returns how many.
	ResolveUncertain(ctx context.Context, name string, resend bool) (int, error)
	// SendAgain plans again the refused whose refusal may pass, and nobody else:
	// never who was served, excluded, opposed, is in doubt, or has no such address.
	// Each keeps their Message-ID and gets the wording of the day. A campaign that
	// runs or is done sends at once, which needs a process that sends; one that is
	// paused waits for Resume. Returns how many.
	SendAgain(ctx context.Context, name string) (int, error)
	// CheckRelay says what the relay offers and what is wrong.
	CheckRelay(ctx context.Context) (RelayReport, error)
}

// PaceDesk is how fast everything leaves.
type PaceDesk interface {
	// Lanes is every lane: its pace, and where it stands now.
	Lanes(ctx context.Context) (LaneReport, error)
	// SetLane changes the pace of a lane, "all" the rate of all together; what is
	// nil stays. In effect within a second.
	SetLane(ctx context.Context, lane string, c LaneChange) (LaneReport, error)
	// SetWarmUp begins, changes or ends (first 0) the warm-up of every lane.
	SetWarmUp(ctx context.Context, first int, growth float64) (LaneReport, error)
}

// MeasureDesk compares with the zone blanche.
type MeasureDesk interface {
	ROI(ctx context.Context, name string) (model.Statement, error)
	Holdout(ctx context.Context, name string) (Holdout, error)
	// VerifyHoldout replays the draw and compares it with the ledger.
	VerifyHoldout(ctx context.Context, name string) (HoldoutProof, error)
	// PlanHoldout says what zones blanches of several sizes could show.
	PlanHoldout(ctx context.Context, r HoldoutRequest) (HoldoutPlan, error)
	// Month is what a month was, written 2026-11: sales, campaigns, sending, plan.
	Month(ctx context.Context, month string) (Month, error)
	// Programme is what the campaigns that left in a year brought together.
	Programme(ctx context.Context, year int) (Programme, error)
	// Universal tells how the universal zone blanche stands.
	Universal(ctx context.Context) (UniversalState, error)
}

// ReadFile gives the content of a file that a campaign file names, relative to
// the place it was read from. Nil where no file may be read.
type ReadFile func(name string) ([]byte, error)
