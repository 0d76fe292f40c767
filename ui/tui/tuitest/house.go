package tuitest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/bus"
	"blanche/model"
)

// Me is who is looking, an admin when nobody was named.
func (s *Shop) Me() model.Actor {
	if s.Actor.Role == "" {
		return model.Actor{Name: "sophie", Role: model.Admin, From: "local"}
	}
	return s.Actor
}

// May asks the one table of rights.
func (s *Shop) May(a model.Action) error { return s.Me().May(a) }

// Follow is a mailbox on the bus of the shop.
func (s *Shop) Follow(ctx context.Context) *bus.Mailbox { return s.Bus.Open(ctx) }

// Operators is the team.
func (s *Shop) Operators(context.Context) ([]model.Operator, error) { return s.Team, nil }

// AddOperator notes itself and adds the person; a key without AAAA is refused.
func (s *Shop) AddOperator(_ context.Context, name string, role model.Role, keys []string) (model.Operator, error) {
	if !strings.Contains(keys[0], "AAAA") {
		return model.Operator{}, model.Refused("team.key_taken", "fingerprint", keys[0], "name", name)
	}
	o := model.Operator{Name: name, Role: role, Created: s.Picture.At, Keys: []model.OperatorKey{keyOfOperator(name, s.Picture.At)}}
	s.Team = append(s.Team, o)
	return o, s.note("add " + name + " " + string(role))
}

// SetRole notes itself.
func (s *Shop) SetRole(_ context.Context, name string, role model.Role) (model.Operator, error) {
	for i := range s.Team {
		if s.Team[i].Name == name {
			s.Team[i].Role = role
		}
	}
	return model.Operator{}, s.note("role " + name + " " + string(role))
}

// SetKeys notes itself.
func (s *Shop) SetKeys(_ context.Context, name string, add, remove []string) (model.Operator, error) {
	return model.Operator{}, s.note(fmt.Sprintf("keys %s +%d -%d", name, len(add), len(remove)))
}

// RemoveOperator notes itself.
func (s *Shop) RemoveOperator(_ context.Context, name string) error {
	s.Team = slices.DeleteFunc(s.Team, func(o model.Operator) bool { return o.Name == name })
	return s.note("remove " + name)
}

// AuditLines answers as the desk does, but for the folding of texts.
func (s *Shop) AuditLines(_ context.Context, q campaigns.AuditQuery) ([]model.AuditLine, error) {
	var out []model.AuditLine
	for _, l := range s.Audit {
		e := l.Entry
		switch {
		case q.Before > 0 && l.Seq >= q.Before, q.Who != "" && e.Who != q.Who, q.Act != "" && !strings.HasPrefix(e.Act, q.Act), q.Object != "" && e.Object != q.Object:
		case q.Text != "" && !strings.Contains(fmt.Sprint(e), q.Text):
		case q.N > 0 && len(out) >= q.N:
			return out, nil
		default:
			out = append(out, l)
		}
	}
	return out, nil
}

// VerifyAudit is the proof that was set.
func (s *Shop) VerifyAudit(context.Context, ...model.AuditHead) (model.AuditProof, error) {
	return s.Proof, nil
}

func keyOfOperator(name string, at time.Time) model.OperatorKey {
	sum := sha256.Sum256([]byte(name))
	return model.OperatorKey{Line: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + fmt.Sprintf("%x", sum[:12]), Fingerprint: "SHA256:" + fmt.Sprintf("%x", sum)[:43], Comment: name + "@laptop", Added: at}
}

// addTeam adds five people, one without a key, one with two.
func (s *Shop) addTeam(now time.Time) {
	add := func(name string, role model.Role, keys int, ago int) {
		o := model.Operator{Name: name, Role: role, Version: 1, Created: now.AddDate(0, 0, -ago), Updated: now}
		for i := range keys {
			o.Keys = append(o.Keys, keyOfOperator(fmt.Sprint(name, i), o.Created))
		}
		s.Team = append(s.Team, o)
	}
	add("claire-dpo", model.DPO, 1, 90)
	add("ines", model.Maker, 2, 200)
	add("karim", model.Technical, 0, 3)
	add("paul", model.Viewer, 1, 12)
	add("sophie", model.Manager, 1, 400)
}

// addAudit adds lines of every kind, the newest first, with hostile texts, an
// address in a reason, and a detail that an erasure took away.
func (s *Shop) addAudit(now time.Time) {
	type change = model.FieldAudit
	entries := []model.AuditEntry{
		{Who: "sophie", Role: model.Manager, From: "local", Act: "session.open", Object: "session", Changes: []change{{Field: "how", After: "screens"}}},
		{Who: "ines", Role: model.Maker, From: "192.0.2.7:50122", Act: "contact.edit", Object: "contact:12", Reason: "appel de marie.canary@gmail.example", Changes: []change{
			{Field: "email", Before: "marie.canary@gmail.example", After: "m.canary@orange.example"}, {Field: "last_name", Before: "Canarisson", After: "Canarisson-Dubois"}, {Field: "tags", After: "vip"},
		}},
		{Who: "ines", Role: model.Maker, From: "192.0.2.7:50122", Act: "contact.edit", Object: "contact:9", Changes: nil},
		{Who: "sophie", Role: model.Manager, From: "local", Act: "campaign.new", Object: "campaign:noel-15", Changes: []change{{Field: "subject", After: hostileTitle}, {Field: "audience", After: "customer and spend_12m > 100"}}},
		{Who: "sophie", Role: model.Manager, From: "local", Act: "campaign.start", Object: "campaign:noel-15", Changes: []change{{Field: "state", Before: "approved", After: "running"}}},
		{Who: "ines", Role: model.Maker, From: "192.0.2.7:50122", Act: "campaign.pause", Object: "campaign:noel-15", Changes: []change{{Field: "state", Before: "running", After: "paused"}}},
		{Who: "blanche", Role: model.Admin, From: "worker", Act: "campaign.done", Object: "campaign:rentree"},
		{Who: "sophie", Role: model.Manager, From: "local", Act: "team.add", Object: "operator:paul", Changes: []change{{Field: "role", After: "viewer"}}},
		{Who: "claire-dpo", Role: model.DPO, From: "198.51.100.4:41000", Act: "contact.export", Object: "contact", Changes: []change{{Field: "rows", After: "412"}}},
		{Who: "\x1b[31mevil\r", Role: "future", From: "\u202e0.0.0.0", Act: "future.act", Object: "future:thing", Reason: "日本日本日本"},
	}
	var prev [sha256.Size]byte
	for i := range 40 {
		e := entries[i%len(entries)]
		e.At = now.Add(time.Duration(i-40) * 37 * time.Minute)
		l := model.AuditLine{Seq: uint64(i + 1), Entry: e, Prev: prev, Erased: e.Object == "contact:9"}
		l.Hash = l.Sum()
		prev = l.Hash
		s.Audit = append(s.Audit, l)
	}
	slices.Reverse(s.Audit)
	s.Proof = model.AuditProof{Lines: 1284, Intact: true, Erased: 3}
}

// Rules are two rules of the law, one of them of before.
func (s *Shop) Rules(context.Context) ([]campaigns.LegalRule, error) {
	return []campaigns.LegalRule{
		{Code: "prospect_retention", Value: 36, Unit: "months", Since: model.NewDate(2018, 5, 25), Source: "RGPD art. 5.1.e ; CNIL, délibération 2021-131 : trois ans après le dernier contact venant de la personne", Reviewed: model.NewDate(2026, 11, 22), InForce: true},
		{Code: "tracking_consent", Value: 0, Unit: "required", Since: model.NewDate(2018, 5, 25), Source: "CNIL", Reviewed: model.NewDate(2026, 11, 22)},
		{Code: "tracking_consent", Value: 1, Unit: "required", Since: model.NewDate(2026, 4, 14), Source: "CNIL, délibération 2026-042 du 12 mars 2026", Reviewed: model.NewDate(2026, 11, 22), InForce: true},
	}, nil
}
