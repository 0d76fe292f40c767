package campaigns

import (
	"cmp"
	"context"
	"slices"
	"time"

	"blanche/campaigns/lawful"
	"blanche/model"
)

// LegalRule is a rule of the law, of a mailbox provider or of the shop itself,
// as data: see package lawful.
type LegalRule struct {
	Code     string     `json:"code"`
	Value    float64    `json:"value"`
	Unit     string     `json:"unit"` // months, days, hours, percent, messages, required
	Since    model.Date `json:"since"`
	Source   string     `json:"source"`
	Reviewed model.Date `json:"reviewed"`
	Own      bool       `json:"own"`      // of the shop
	InForce  bool       `json:"in_force"` // today
}

// pressureRule is the code of the limit that the shop gives itself.
const pressureRule = "pressure"

// rules are those of the program with those of the settings over them.
func (s *Service) rules() (lawful.Rules, error) { return lawful.Read(s.cfg.Rules) }

// CheckRules refuses rules of the shop that cannot be read or checked.
func CheckRules(text string) error {
	_, err := lawful.Read(text)
	return err
}

// Rules lists the rules by code, then date, with which of them hold today.
func (s *Service) Rules(_ context.Context) ([]LegalRule, error) {
	all, err := s.rules()
	if err != nil {
		return nil, err
	}
	today := model.DateOf(s.Now(), s.cfg.Zone)
	out := make([]LegalRule, 0, len(all)+1)
	for _, r := range all {
		now, found := all.At(r.Code, today)
		out = append(out, LegalRule{
			Code: r.Code, Value: r.Value, Unit: r.Unit, Since: r.Since, Source: r.Source, Reviewed: r.Reviewed, Own: r.Own,
			InForce: found && now.Since == r.Since,
		})
	}
	if p := s.cfg.Pressure; p.MaxMessages > 0 {
		out = append(out, LegalRule{Code: pressureRule, Value: float64(p.MaxMessages), Unit: "messages", Source: "[pressure] max_messages, days", Own: true, InForce: true})
	}
	slices.SortStableFunc(out, func(a, b LegalRule) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Since, b.Since)) })
	return out, nil
}

// due is until when an answer to a person is owed.
func (s *Service) due(rules lawful.Rules) time.Time {
	months := 1
	if r, found := rules.At(lawful.AccessDelay, model.DateOf(s.Now(), s.cfg.Zone)); found && r.Unit == "months" {
		months = int(r.Value)
	}
	return s.Now().AddDate(0, months, 0)
}
