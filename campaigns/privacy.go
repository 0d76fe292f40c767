package campaigns

import (
	"context"
	"errors"
	"slices"
	"strings"

	"blanche/model"
	"blanche/store"
)

// EraseRequest asks for the erasure of one person.
type EraseRequest struct {
	Confirm string // the address of the person, typed again; their number where there is none
}

// EraseReport is what an erasure did, and what it could not.
type EraseReport struct {
	ID        model.ContactID `json:"id"`
	Orders    int             `json:"orders"`     // kept, without a buyer
	Messages  int             `json:"messages"`   // kept in the sums of their campaigns
	Compacted bool            `json:"compacted"`  // false: the bytes stay in the files until `blanche compact`
	Cleaned   []string        `json:"cleaned"`    // files that lost lines
	Removed   []string        `json:"removed"`    // copies of the data, made by an upgrade, that are gone
	Backups   []string        `json:"backups"`    // hold what they held; the erasure is done again when one is put back
	Left      []string        `json:"files_left"` // name the person, and were not touched
}

// Erase forgets a person for good (GDPR 17): nothing is sent to them any more,
// their record, acts and what the audit says of their fields go, their orders
// stay without a buyer and campaigns keep their sums, the address stays opposed
// as a keyed hash. Then the files are written anew, so that the bytes are gone.
// Without the address in Confirm it is refused, with what it would do; a
// rehearsal needs none.
func (s *Service) Erase(ctx context.Context, ref string, r EraseRequest) (EraseReport, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return EraseReport{}, err
	}
	report, err := s.erasable(ctx, &c)
	if err != nil {
		return report, err
	}
	if rehearsed(ctx) && r.Confirm == "" {
		return report, nil
	}
	if name := erasedName(&c); model.EmailKey(r.Confirm) != model.EmailKey(name) {
		return report, model.Refused("privacy.confirm_erase", "ref", name, "orders", report.Orders, "messages", report.Messages).
			Hint("privacy.confirm_erase_with", "ref", name)
	}
	if rehearsed(ctx) {
		return report, nil
	}
	whole, err := s.whole(ctx, []model.Contact{c})
	if err != nil {
		return report, err
	}
	quiet, err := s.hush(ctx, whole)
	if err != nil {
		return report, err
	}
	if _, err := s.eraseAll(ctx, c.ID); err != nil {
		return report, err
	}
	return report, errors.Join(s.scrub(ctx, &report, tracesOf(whole)), quiet)
}

// whole are the records of people, with those that were united into them.
func (s *Service) whole(ctx context.Context, people []model.Contact) ([]model.Contact, error) {
	all := slices.Clip(people)
	for i := range people {
		of, err := s.store.Unions().Of(ctx, people[i].ID)
		if err != nil {
			return nil, err
		}
		for _, u := range of {
			all = append(all, u.Was, u.Before, u.After)
		}
	}
	return all, nil
}

// hush suppresses addresses for an erasure, without a line that names them, then
// waits until nothing is on its way to them. What may still arrive after that is
// told in quiet: it does not hold an erasure up.
func (s *Service) hush(ctx context.Context, whole []model.Contact) (quiet, err error) {
	var emails []string
	for i := range whole {
		if whole[i].Email != "" {
			emails = append(emails, model.EmailKey(whole[i].Email))
		}
	}
	slices.Sort(emails)
	if emails = slices.Compact(emails); len(emails) == 0 {
		return nil, nil
	}
	sup := model.Suppression{Reason: model.SuppressOpposed, At: s.Now(), Source: "erasure"}
	if err := s.store.Suppressions().AddMany(store.Evidenced(ctx, model.Evidence{}), emails, sup); err != nil {
		return nil, err
	}
	if quiet = s.quiet(ctx, emails...); model.KindOf(quiet) == model.KindPartial {
		return unnamed(quiet, whole), nil
	}
	return nil, quiet
}

// unnamed tells that a message may still arrive by the numbers of people: an error
// is read on screens and kept in files, and must not outlive what it names.
func unnamed(quiet error, people []model.Contact) error {
	out := &model.Error{Kind: model.KindPartial, Key: "privacy.still_leaving"}
	var numbers []string
	for i := range people {
		if n := people[i].ID.String(); !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > 3 {
		numbers = append(numbers[:3], "…")
	}
	if cause := errors.Unwrap(quiet); cause != nil {
		out.Cause = errors.New(veil(cause.Error()))
	}
	out.Args = []any{"id", strings.Join(numbers, ", ")}
	return out
}

// eraseAll erases people for good. What another program sends is kept before, and
// is gone, or after, and finds them in the list.
func (s *Service) eraseAll(ctx context.Context, ids ...model.ContactID) (n int, err error) {
	s.hearing.Lock()
	defer s.hearing.Unlock()
	n, err = s.store.EraseMany(ctx, ids, s.Now())
	s.forgotten(ids...)
	return n, err
}

// erasedName is what has to be typed to erase somebody.
func erasedName(c *model.Contact) string {
	if c.Email != "" {
		return c.Email
	}
	return c.ID.String()
}

// erasable counts what an erasure of somebody leaves without a name.
func (s *Service) erasable(ctx context.Context, c *model.Contact) (EraseReport, error) {
	r := EraseReport{ID: c.ID, Cleaned: []string{}, Removed: []string{}, Backups: []string{}, Left: []string{}}
	orders, err := s.store.Orders().Of(ctx, c.ID)
	if err != nil {
		return r, err
	}
	messages, err := s.messagesOf(ctx, c.ID)
	r.Orders, r.Messages = len(orders), len(messages)
	return r, err
}

// forgotten tells everything that keeps people in memory that some are gone.
func (s *Service) forgotten(ids ...model.ContactID) {
	for _, id := range ids {
		s.touched(id)
	}
	s.dataCame()
}

// scrub takes the bytes of who was erased out of the files: the data is written
// anew, and what lies beside it loses their lines. What could not be done is in
// the report, and an error says how to do it later.
func (s *Service) scrub(ctx context.Context, r *EraseReport, texts []string) error {
	ctx = context.WithoutCancel(ctx) // half an erasure is none
	swept, err := s.store.Sweep(ctx, texts)
	if err != nil {
		return model.Failed(err, "privacy.sweep_failed").Hint("privacy.compact_later")
	}
	r.Cleaned, r.Removed = append(r.Cleaned, swept.Cleaned...), append(r.Removed, swept.Removed...)
	r.Backups, r.Left = append(r.Backups, swept.Kept...), append(r.Left, swept.Left...)
	if _, err := s.store.Compact(ctx); err != nil {
		return &model.Error{Kind: model.KindPartial, Key: "privacy.not_compacted", Cause: err, HintKey: "privacy.compact_later"}
	}
	r.Compacted = true
	return nil
}

// tracesOf are the texts by which a file beside the data would name a person.
func tracesOf(whole []model.Contact) (texts []string) {
	for i := range whole {
		c := &whole[i]
		some := []string{c.Email, c.Phone, c.Card, c.ExternalID}
		if c.FirstName != "" && c.LastName != "" {
			some = append(some, c.FirstName+" "+c.LastName, c.LastName+" "+c.FirstName, c.LastName+", "+c.FirstName)
		}
		for _, text := range some {
			if text != "" && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
