package campaigns

import (
	"context"
	"net/url"

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
	Categories []string       `json:"categories"` // of data
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
	var people, tracked, customers int
	bases := map[string]int{}
	err = s.store.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
		people++
		bases[c.Basis.String()]++
		if c.Tracking == model.TrackingGranted {
			tracked++
		}
		if c.IsCustomer() {
			customers++
		}
		return nil
	})
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
		{Purpose: "prospecting", Bases: bases, People: people, Categories: []string{"identity", "address", "consents", "orders", "messages"}, Recipients: relay, Months: months(lawful.ProspectRetention), Security: guarded},
		{Purpose: "loyalty", People: customers, Categories: []string{"identity", "card", "points", "orders"}, Recipients: []string{"shop"}, Months: months(lawful.CustomerRetention), Security: guarded},
		{Purpose: "measurement", People: customers, Categories: []string{"orders", "messages", "groups"}, Recipients: []string{"shop"}, Months: months(lawful.CustomerRetention), Security: guarded},
		{Purpose: "tracking", Bases: map[string]int{"consent": tracked}, People: tracked, Categories: []string{"clicks"}, Recipients: []string{"shop"}, Months: months(lawful.ProspectRetention), Security: guarded},
		{Purpose: "oppositions", People: opposed, Categories: []string{"fingerprint"}, Recipients: []string{"shop"}, Months: months(lawful.OppositionRetention), Security: guarded},
		{Purpose: "security", Categories: []string{"operators", "audit"}, Recipients: []string{"shop"}, Security: guarded},
	}}, nil
}

// relayHost is the name of the relay, without who we are there.
func relayHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
