package campaigns

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/lawful"
	"blanche/model"
	"blanche/store"
)

// ConsentReport is what a person said, and what follows from it today.
type ConsentReport struct {
	ID          model.ContactID `json:"id"`
	Email       string          `json:"email"`
	Basis       model.Basis     `json:"basis"`
	BasisSource string          `json:"basis_source"`
	BasisAt     *time.Time      `json:"basis_date"`
	// RefusalOffered is when a customer was told that they could refuse: the
	// ground of similar products wants it. Nil where nobody noted it.
	RefusalOffered *time.Time            `json:"refusal_offered"`
	Tracking       model.Tracking        `json:"tracking"`
	Suppressed     *model.SuppressReason `json:"suppressed"`
	Campaign       string                `json:"campaign,omitempty"` // whose terms decided; empty: an ordinary one
	MaySend        bool                  `json:"may_send"`
	SendReason     string                `json:"send_reason"` // "" when the person may be written to
	MayTrack       bool                  `json:"may_track"`
	TrackReason    string                `json:"track_reason"`
	Acts           []ConsentLine         `json:"acts"`
}

// ConsentLine is one act of the ledger, as a person reads it.
type ConsentLine struct {
	At       *time.Time            `json:"at"`       // when the person did it; nil when nobody knows
	Recorded *time.Time            `json:"recorded"` // nil for what was known before there was a ledger
	Purpose  model.Purpose         `json:"purpose"`
	Channel  model.Channel         `json:"channel"`
	Act      model.Choice          `json:"act"`
	Basis    model.Basis           `json:"basis"`
	Reason   *model.SuppressReason `json:"reason"`
	Source   string                `json:"source"`
	Line     int                   `json:"line,omitempty"`
	Wording  string                `json:"wording"`
	Operator string                `json:"operator"`
	IP       string                `json:"ip,omitempty"` // only for who has the right of privacy
	Known    bool                  `json:"known,omitempty"`
}

// ConsentEntry is an act that somebody writes down for a person.
type ConsentEntry struct {
	Purpose model.Purpose
	Choice  model.Choice // Granted, Declined, Withdrawn or Informed
	Basis   model.Basis  // of Informed: BasisCustomer or BasisB2B
	Channel model.Channel
	Source  string // required
	Wording string // required of a yes: what the person read
	Wish    string // of HowOften and AboutWhat, with Chosen: what the person chose
	IP      string
	At      time.Time // zero: now
}

// Consents tells what a person said, and whether they may be written to and
// followed today, by a campaign or, without a name, by an ordinary one.
func (s *Service) Consents(ctx context.Context, ref, campaign string) (ConsentReport, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return ConsentReport{}, err
	}
	r, err := s.stance(ctx, &c, campaign)
	if err != nil {
		return r, err
	}
	acts, err := s.store.Consents().Of(ctx, c.ID)
	if err != nil {
		return r, err
	}
	r.Acts = make([]ConsentLine, 0, len(acts))
	for i := range acts {
		r.Acts = append(r.Acts, s.consentLine(&acts[i]))
		if a := &acts[i]; a.Purpose == model.Prospecting && a.Choice == model.Informed && a.Basis == model.BasisCustomer && !a.At.IsZero() {
			r.RefusalOffered = s.zoned(a.At)
		}
	}
	return r, nil
}

// stance is the report without the acts: the two decisions, asked of the
// functions that everybody asks.
func (s *Service) stance(ctx context.Context, c *model.Contact, campaign string) (ConsentReport, error) {
	r := ConsentReport{
		ID: c.ID, Email: c.Email, Basis: c.Basis, BasisSource: c.BasisSource, BasisAt: s.zoned(c.BasisAt), Tracking: c.Tracking, Campaign: campaign,
	}
	sup, known, err := s.store.Suppressions().Get(ctx, c.Email)
	if err != nil {
		return r, err
	}
	if known {
		r.Suppressed = &sup.Reason
	}
	person, terms, err := s.judged(ctx, c, sup.Reason, campaign)
	if err != nil {
		return r, err
	}
	r.SendReason = audience.MaySend(person, terms)
	r.TrackReason, err = s.mayTrack(c.Tracking)
	r.MaySend, r.MayTrack = r.SendReason == model.NotOpposed, r.TrackReason == ""
	return r, err
}

// judged is what decides about a person and a campaign, or an ordinary one.
func (s *Service) judged(ctx context.Context, c *model.Contact, suppressed model.SuppressReason, campaign string) (person audience.Person, terms audience.Terms, err error) {
	person = audience.PersonOf(c, suppressed)
	var spec *model.CampaignSpec
	if campaign != "" {
		of, err := s.campaign(ctx, campaign)
		if err != nil {
			return person, terms, err
		}
		spec = &of.Spec
	}
	facts, err := s.facts(ctx, spec)
	if err != nil {
		return person, terms, err
	}
	if terms = facts.Terms; campaign == "" {
		terms.MaxMessages = 0
	} else if facts.Recent != nil {
		person.Recent = facts.Recent(c.ID)
	}
	if person.Wish.Every > 0 {
		got, err := facts.Got()
		if err != nil {
			return person, terms, err
		}
		person.Own = got != nil && audience.Within(got(c.ID), person.Wish, facts.Now)
	}
	return person, terms, nil
}

// mayTrack is why a person may not be followed, under the rules of today.
func (s *Service) mayTrack(said model.Tracking) (string, error) {
	rules, err := s.rules()
	if err != nil {
		return audience.TrackUnknown, err
	}
	return audience.MayTrack(said, rules.Requires(lawful.TrackingConsent, model.DateOf(s.Now(), s.cfg.Zone))), nil
}

func (s *Service) zoned(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(s.cfg.Zone)
	return &t
}

func (s *Service) consentLine(a *model.ConsentAct) ConsentLine {
	l := ConsentLine{
		At: s.zoned(a.At), Recorded: s.zoned(a.Recorded), Purpose: a.Purpose, Channel: a.Channel, Act: a.Choice, Basis: a.Basis,
		Source: a.Source, Line: a.Line(), Wording: a.Wording, Operator: a.Operator, IP: a.IP, Known: a.Known,
	}
	if a.Reason != 0 {
		l.Reason = &a.Reason
	}
	return l
}

// RecordConsent writes an act down. A no to commercial messages is an
// opposition too: it is suppressed first, and nothing is under way when this
// returns. A yes lifts no opposition: somebody who said no has to be let in
// again by a decision of its own.
func (s *Service) RecordConsent(ctx context.Context, ref string, e ConsentEntry) (ConsentReport, error) {
	c, err := s.person(ctx, ref)
	if err == nil {
		err = e.check(s.Now())
	}
	if err == nil && e.Purpose.IsWish() {
		err = s.wished(&e)
	}
	if err != nil || rehearsed(ctx) {
		return ConsentReport{ID: c.ID, Email: c.Email, Basis: c.Basis, Tracking: c.Tracking}, err
	}
	ctx = store.Evidenced(ctx, model.Evidence{Source: e.Source, Wording: e.Wording, Channel: e.Channel, IP: e.IP})
	act := model.ConsentAct{
		At: e.At, Purpose: e.Purpose, Channel: e.Channel, Choice: e.Choice, Basis: e.Basis, Source: e.Source, Wording: e.Wording, IP: e.IP,
	}
	if e.Purpose.IsWish() {
		act.Wording = e.Wish
	}
	var quiet error
	if e.Purpose == model.Prospecting && (e.Choice == model.Declined || e.Choice == model.Withdrawn) {
		act.Basis = c.Basis
		quiet = s.silence(store.ActElsewhere(ctx), addressee{c.ID, c.Email}, model.Suppression{Reason: model.SuppressOpposed, Source: e.Source})
		if quiet != nil && model.KindOf(quiet) != model.KindPartial {
			return ConsentReport{}, quiet
		}
	}
	if e.Purpose == model.Prospecting && e.Choice == model.Granted {
		act.Basis = model.BasisConsent
	}
	next, err := s.store.Consents().Record(ctx, c.ID, act, s.Now())
	if err != nil {
		return ConsentReport{}, err
	}
	s.base.apply(ctx, &next)
	s.roster.Changed(ctx, &next)
	s.changed()
	r, err := s.Consents(ctx, c.ID.String(), "")
	return r, cmp.Or(err, quiet)
}

// wished brings a wish into the form in which it is kept, and refuses what nobody
// can choose on the page of preferences.
func (s *Service) wished(e *ConsentEntry) error {
	said := strings.TrimSpace(e.Wish)
	if e.Purpose == model.HowOften {
		for code, words := range frequencyWords {
			if slices.Contains(words, audience.Fold(said)) {
				e.Wish = code
				return nil
			}
		}
		return model.Invalid("consent.bad_frequency", "value", said)
	}
	subjects := s.cfg.Public.Subjects
	if len(subjects) == 0 {
		return model.Invalid("consent.no_subjects")
	}
	if said == model.NoSubject {
		return nil
	}
	var kept []string
	for word := range strings.FieldsFuncSeq(said, func(r rune) bool { return r == '|' || r == ',' || r == ';' }) {
		i := slices.IndexFunc(subjects, func(one string) bool { return audience.Fold(one) == audience.Fold(strings.TrimSpace(word)) })
		if i < 0 {
			return model.Invalid("consent.bad_subject", "value", strings.TrimSpace(word)).Hint("consent.subjects_are", "subjects", strings.Join(subjects, ", "))
		}
		kept = append(kept, subjects[i])
	}
	if len(kept) == 0 {
		return model.Invalid("consent.bad_subject", "value", said).Hint("consent.subjects_are", "subjects", strings.Join(subjects, ", "))
	}
	e.Wish = strings.Join(kept, "|")
	return nil
}

// frequencyWords are the words for how often somebody wants to be written to.
var frequencyWords = map[string][]string{
	model.FrequencyAll:     {"all", "always", "toutes", "tous", "toujours"},
	model.FrequencyWeekly:  {"weekly", "week", "semaine", "hebdomadaire"},
	model.FrequencyMonthly: {"monthly", "month", "mois", "mensuel", "mensuelle"},
}

// maxProof is how long a source or a wording may be, in bytes: the text itself,
// or "sha256:…" of a longer one.
const maxProof = 2000

// check refuses an act that proves nothing.
func (e *ConsentEntry) check(now time.Time) error {
	e.Source, e.Wording = strings.TrimSpace(e.Source), strings.TrimSpace(e.Wording)
	switch {
	case e.Source == "":
		return model.Invalid("consent.needs_source")
	case e.Choice == model.Granted && e.Wording == "":
		return model.Invalid("consent.needs_wording")
	case len(e.Source) > maxProof || len(e.Wording) > maxProof || strings.ContainsRune(e.Source+e.Wording+e.IP, 0):
		return model.Invalid("consent.too_long", "most", maxProof)
	case e.At.After(now):
		return model.Invalid("consent.future")
	case e.Choice == model.Informed && e.Basis != model.BasisCustomer && e.Basis != model.BasisB2B:
		return model.Invalid("consent.informed_of")
	case e.Purpose.IsWish() != (e.Choice == model.Chosen), !e.Purpose.IsWish() && e.Choice > model.Informed:
		return model.Invalid("consent.informed_of")
	}
	return nil
}
