package demo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"blanche/model"
	"blanche/store"
)

// The people who work in the shop: who prepares, who decides, who reads twice,
// who keeps it up, who answers for the data.
var (
	sophie = model.Actor{Name: "sophie", Role: model.Manager, From: "192.0.2.14:50122"}
	ines   = model.Actor{Name: "ines", Role: model.Maker, From: "192.0.2.31:49870"}
	paul   = model.Actor{Name: "paul", Role: model.Approver, From: "192.0.2.40:51644"}
	karim  = model.Actor{Name: "karim", Role: model.Technical, From: "198.51.100.7:60214"}
	claire = model.Actor{Name: "claire", Role: model.DPO, From: "192.0.2.52:40118"}
	owner  = model.Actor{Name: "demo", Role: model.Admin, From: "local"}
)

// putStaff lets the five in, each with a key that nobody has the other half of,
// and writes what they did with the campaigns that were sent.
func (s *Shop) putStaff(ctx context.Context, st store.Store) error {
	opened := s.Sent[0].Started.AddDate(0, -1, -60)
	entries := []model.AuditEntry{}
	for i, who := range []model.Actor{claire, ines, karim, paul, sophie} {
		at := opened.AddDate(0, 0, 9*i)
		key := s.key(who.Name, i, at)
		if _, err := st.Operators().Put(ctx, model.Operator{Name: who.Name, Role: who.Role, Keys: []model.OperatorKey{key}, Created: at, Updated: at}); err != nil {
			return err
		}
		entries = append(entries, entry(owner, "team.add", "operator:"+who.Name, at, change("role", "", string(who.Role)), change("keys", "", key.Fingerprint)))
	}
	for _, c := range s.Sent {
		entries = append(entries, s.deeds(c)...)
	}
	entries = append(entries, s.corrections()...)
	slices.SortStableFunc(entries, func(a, b model.AuditEntry) int { return a.At.Compare(b.At) })
	return st.Audit().Append(ctx, entries...)
}

// deeds are what the team did with a campaign: written, checked, approved,
// launched.
func (s *Shop) deeds(c *Campaign) []model.AuditEntry {
	start, object := c.Started, "campaign:"+c.Spec.Name
	return []model.AuditEntry{
		entry(ines, "campaign.new", object, start.Add(-50*time.Hour), change("subject", "", c.Spec.Subject), change("audience", "", c.Spec.Audience)),
		entry(ines, "campaign.check", object, start.Add(-49*time.Hour), change("state", "draft", "checked")),
		entry(paul, "campaign.approve", object, start.Add(-25*time.Hour), change("state", "checked", "approved")),
		entry(sophie, "campaign.start", object, start, change("state", "approved", "running")),
		entry(model.System(), "campaign.done", object, c.finished(), change("state", "running", "done")),
	}
}

// corrections are what was done with people in the last days.
func (s *Shop) corrections() []model.AuditEntry {
	var out []model.AuditEntry
	rnd := random(s.Seed, streamStaff, 1)
	cities := []string{"Nantes", "Rezé", "Angers", "Rennes", "Lyon", "Le Mans"}
	for day := range 12 {
		at := s.End.AddDate(0, 0, day-12)
		i := rnd.IntN(len(s.People))
		who, now := s.People[i].Contact.City, cities[rnd.IntN(len(cities))]
		out = append(out, entry(sophie, "session.open", "session", at.Add(-time.Duration(60+rnd.IntN(50))*time.Minute), change("how", "", "screens")))
		if who != now {
			e := entry(ines, "contact.edit", "contact:"+strconv.Itoa(i+1), at.Add(time.Duration(rnd.IntN(300))*time.Minute), change("city", who, now))
			if day%3 == 0 {
				e.Reason = "a déménagé"
			}
			out = append(out, e)
		}
		if day%4 == 1 {
			out = append(out, entry(claire, "contact.export", "folder", at.Add(5*time.Hour), change("rows", "", strconv.Itoa(20+rnd.IntN(200)))))
		}
		if day%5 == 2 {
			out = append(out, entry(karim, "folder.backup", "folder", at.Add(12*time.Hour), change("contacts", "", strconv.Itoa(len(s.People)))))
		}
	}
	return out
}

func change(field, before, after string) model.FieldAudit {
	return model.FieldAudit{Field: field, Before: before, After: after}
}

func entry(who model.Actor, act, object string, at time.Time, changes ...model.FieldAudit) model.AuditEntry {
	e := model.Deed{Actor: who, Act: act, At: at}.Entry(object)
	e.Changes = changes
	return e
}

// key is a public key in the form of authorized_keys: the point is chance, so
// that it opens nothing.
func (s *Shop) key(name string, number int, at time.Time) model.OperatorKey {
	const kind = "ssh-ed25519"
	blob := binary.BigEndian.AppendUint32(nil, uint32(len(kind)))
	blob = append(blob, kind...)
	blob = binary.BigEndian.AppendUint32(blob, 32)
	blob = append(blob, point(random(s.Seed, streamStaff, model.Date(2+number)))...)
	sum := sha256.Sum256(blob)
	return model.OperatorKey{
		Line: kind + " " + base64.StdEncoding.EncodeToString(blob), Fingerprint: "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:]),
		Comment: name + "@marguerite.example", Added: at,
	}
}

func point(rnd *rand.Rand) []byte {
	out := make([]byte, 0, 32)
	for range 4 {
		out = binary.BigEndian.AppendUint64(out, rnd.Uint64())
	}
	return out
}
