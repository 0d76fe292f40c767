package campaigns

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"blanche/campaigns/lawful"
	"blanche/model"
)

// Register is the matter of a draft record of processing (GDPR 30), as codes
// and figures: the door words it. It helps whoever keeps the record, who
// completes it and answers for it.
type Register struct {
	Shop    string          `json:"shop"`
	Address string          `json:"address"`
	Entries []RegisterEntry `json:"entries"`
}

// RegisterEntry is one purpose.
type RegisterEntry struct {
	Purpose    string         `json:"purpose"` // prospecting, loyalty, measurement, tracking, oppositions, security
	Bases      map[string]int `json:"bases"`   // people by ground, where grounds count
	People     int            `json:"people"`
	Categories []string       `json:"categories"`                // of data
	Free       []string       `json:"free_attributes,omitempty"` // what the shop keeps beside, by the names of its columns
	Recipients []string       `json:"recipients"`
	Months     int            `json:"retention_months"` // 0: as long as the shop decides
	Security   []string       `json:"security"`
}

// Register gathers what the settings and the data say.
func (s *Service) Register(ctx context.Context) (Register, error) {
	rules, err := s.rules()
	if err != nil {
		return Register{}, err
	}
	held, err := s.held(ctx)
	if err != nil {
		return Register{}, err
	}
	_, opposed, err := s.store.Suppressions().Lookup(ctx)
	if err != nil {
		return Register{}, err
	}
	months := func(code string) int { return s.limit(rules, code).Months }
	relay := []string{"shop"}
	if host := relayHost(s.cfg.Relay.URL); host != "" {
		relay = append(relay, host)
	}
	guarded := []string{"roles", "audit", "file_rights", "hashed_oppositions", "sealed_backups"}
	return Register{Shop: s.cfg.Sender.Name, Address: s.cfg.Sender.Address, Entries: []RegisterEntry{
		{Purpose: "prospecting", Bases: held.bases, People: held.people, Categories: held.kinds("identity", "address", "phone", "birth", "company", "consents", "choices", "orders", "messages", "responses"), Free: held.free(), Recipients: relay, Months: months(lawful.ProspectRetention), Security: guarded},
		{Purpose: "loyalty", People: held.customers, Categories: []string{"identity", "card", "points", "orders"}, Recipients: []string{"shop"}, Months: months(lawful.CustomerRetention), Security: guarded},
		{Purpose: "measurement", People: held.customers, Categories: []string{"orders", "messages", "groups"}, Recipients: []string{"shop"}, Months: months(lawful.CustomerRetention), Security: guarded},
		{Purpose: "tracking", Bases: map[string]int{"consent": held.tracked}, People: held.tracked, Categories: []string{"clicks"}, Recipients: []string{"shop"}, Months: months(lawful.ProspectRetention), Security: guarded},
		{Purpose: "oppositions", People: opposed, Categories: []string{"fingerprint"}, Recipients: []string{"shop"}, Months: months(lawful.OppositionRetention), Security: guarded},
		{Purpose: "security", Categories: []string{"operators", "audit"}, Recipients: []string{"shop"}, Security: guarded},
	}}, nil
}

// heldData is what the records hold, of how many people.
type heldData struct {
	people, tracked, customers int
	bases, attrs               map[string]int
	phone, birth, company      bool // that somebody has one
	choices                    bool // that somebody made on the page of preferences
}

func (s *Service) held(ctx context.Context) (heldData, error) {
	h := heldData{bases: map[string]int{}, attrs: map[string]int{}}
	err := s.store.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
		h.people++
		h.bases[c.Basis.String()]++
		if c.Tracking == model.TrackingGranted {
			h.tracked++
		}
		if c.IsCustomer() {
			h.customers++
		}
		h.phone, h.birth, h.company = h.phone || c.Phone != "", h.birth || !c.Birth.IsZero(), h.company || c.Company != ""
		for _, a := range c.Attrs {
			if a.Name == model.AttrSubjects || a.Name == model.AttrFrequency {
				h.choices = true
			} else if h.attrs[a.Name]++; h.attrs[a.Name] == 1 {
				delete(h.attrs, a.Name)
				h.attrs[strings.Clone(a.Name)] = 1 // not the memory of a read transaction
			}
		}
		return nil
	})
	return h, err
}

// kinds leaves out, of those that not every shop has, what no record holds.
func (h *heldData) kinds(all ...string) []string {
	some := map[string]bool{"phone": h.phone, "birth": h.birth, "company": h.company, "choices": h.choices}
	return slices.DeleteFunc(all, func(kind string) bool { has, asked := some[kind]; return asked && !has })
}

func (h *heldData) free() []string { return slices.Sorted(maps.Keys(h.attrs)) }

// relayHost is the name of the relay, without who we are there.
func relayHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
