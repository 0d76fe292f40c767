package model

import "time"

// Operator is a person who may come in over the network: a name, a role, and
// the keys that prove it.
type Operator struct {
	Name    string // [a-z0-9-]{1,64}, as of campaigns
	Role    Role
	Keys    []OperatorKey
	Version uint64 // counts the writes
	Created time.Time
	Updated time.Time
}

// OperatorKey is a public key of an operator.
type OperatorKey struct {
	Line        string // in authorized_keys form, without options: type and base64
	Fingerprint string // SHA256:… of OpenSSH
	Comment     string
	Added       time.Time
}

// Actor is who is asking, as far as it was proved.
type Actor struct {
	Name     string // of the operator, or of the account of the machine
	Role     Role
	From     string // FromLocal, or the network address
	ReadOnly bool   // asked for by the person: looks, whatever the role
}

// FromLocal is where somebody asks from who is on the machine of the data.
const FromLocal = "local"

// System is blanche itself: what the worker and the clock do.
func System() Actor { return Actor{Name: "blanche", Role: Admin, From: "worker"} }

// May tells why an actor may not do something, nil when it may. It is the one
// check of rights: the desk asks it before every method.
func (a Actor) May(act Action) error {
	switch {
	case a.ReadOnly && !act.Reads():
		return Refused("team.read_only", "action", act).Hint("team.read_only_hint")
	case !a.Role.May(act):
		return Refused("team.forbidden", "role", a.Role, "action", act, "holders", act.Holders()).Hint("team.forbidden_hint", "holders", act.Holders())
	}
	return nil
}
