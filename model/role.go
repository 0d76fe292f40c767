package model

import "slices"

// Role is what a person may do here; the zero value may do nothing.
type Role string

// The roles of a shop, from the one who looks to the one who decides on people.
const (
	Viewer    Role = "viewer"    // looks
	Maker     Role = "operator"  // prepares: contacts, segments, campaigns
	Manager   Role = "manager"   // launches, stops, answers for the result
	Approver  Role = "approver"  // the second pair of eyes
	Technical Role = "technical" // keeps the system up: backups, checks, relay
	DPO       Role = "dpo"       // data protection officer: people's rights, the audit
	Admin     Role = "admin"     // everything, and who may do what
)

// Roles lists the roles, the narrowest first.
func Roles() []Role {
	return []Role{Viewer, Maker, Manager, Approver, Technical, DPO, Admin}
}

// ParseRole reads the code of a role.
func ParseRole(s string) (Role, bool) {
	r := Role(s)
	return r, slices.Contains(Roles(), r)
}

// Action is what can be asked of the desk, as a right.
type Action string

// The actions. Each method of the desk stands under exactly one of them.
const (
	ReadFigures    Action = "figures.read"   // campaigns, progress, counts, results: no person
	ReadContacts   Action = "contact.read"   // people, one by one
	EditContacts   Action = "contact.edit"   // correct a person, note an opposition
	ImportFiles    Action = "contact.import" // contacts and orders from files
	ExportData     Action = "contact.export" // take people out
	SaveSegments   Action = "segment.save"
	WriteCampaigns Action = "campaign.write"   // write, edit, clone, record
	CheckCampaigns Action = "campaign.check"   // preflight, test message, relay
	Approve        Action = "campaign.approve" // let somebody else's campaign leave
	Launch         Action = "campaign.launch"  // start, schedule, resume, decide on the uncertain
	HoldBack       Action = "campaign.pause"   // pause, slow down: never hurts
	CancelSends    Action = "campaign.cancel"
	ReadTeam       Action = "team.read"
	ManageTeam     Action = "team.manage"
	ReadAudit      Action = "audit.read"
	Privacy        Action = "privacy.act" // access to and erasure of one person's data
	Maintain       Action = "system.maintain"
)

// rights is the one table of who may do what: for each action, the roles that
// may. Admin may do everything.
var rights = map[Action][]Role{
	ReadFigures:    {Viewer, Maker, Manager, Approver, Technical, DPO},
	ReadContacts:   {Viewer, Maker, Manager, Approver, DPO},
	EditContacts:   {Maker, Manager, DPO},
	ImportFiles:    {Maker, Manager},
	ExportData:     {Manager, DPO},
	SaveSegments:   {Maker, Manager},
	WriteCampaigns: {Maker, Manager},
	CheckCampaigns: {Maker, Manager, Approver, Technical},
	Approve:        {Approver},
	Launch:         {Manager},
	HoldBack:       {Maker, Manager, Approver, Technical},
	CancelSends:    {Manager},
	ReadTeam:       {Manager, Technical, DPO},
	ManageTeam:     {},
	ReadAudit:      {Manager, DPO},
	Privacy:        {DPO},
	Maintain:       {Technical},
}

// Actions lists every action there is.
func Actions() []Action {
	all := make([]Action, 0, len(rights))
	for a := range rights {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// reading are the actions that change nothing: what a session that only reads
// may do, whatever its role.
var reading = []Action{ReadFigures, ReadContacts, ReadTeam, ReadAudit}

// May reports whether a role may do something. An action without a line in the
// table may be done by nobody.
func (r Role) May(a Action) bool {
	allowed, known := rights[a]
	return known && (r == Admin || slices.Contains(allowed, r))
}

// Holders are the roles that may do something, the narrowest first.
func (a Action) Holders() []Role {
	var out []Role
	for _, r := range Roles() {
		if r.May(a) {
			out = append(out, r)
		}
	}
	return out
}

// Reads reports whether an action changes nothing.
func (a Action) Reads() bool { return slices.Contains(reading, a) }
