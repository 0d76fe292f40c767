package campaigns

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"blanche/model"
	"blanche/store"
)

// MergeRequest says which two records are one person.
type MergeRequest struct {
	Keep, Gone string   // by e-mail or number
	Take       []string // fields that are the second one's: names of model.UniteFields, or attr.name
	// KeepBasis says that the legal ground of the first is the one to keep, where
	// both have another one: somebody must have chosen.
	KeepBasis bool
	// The versions that the person saw; 0: those that are there.
	KeepVersion, GoneVersion uint64
}

// PairView is two people side by side.
type PairView struct {
	Keep, Gone ContactRow
	After      model.Contact // with the sums of both
	Fields     []PairField   // those in which one of the two says something
	Reasons    []string      // why they may be one; none where somebody just says so
	Sure       int
	// ChooseBasis: the legal grounds differ, and one of them must be chosen.
	ChooseBasis bool
	Opposed     bool // one of the two is opposed: then the person is
}

// PairField is one field of both.
type PairField struct {
	Field string
	Keep  string
	Gone  string
	Taken bool // the second one's value is kept
	Fixed bool // nobody chooses: points, tags, tracking
	After string
}

// Unmerged is two people again.
type Unmerged struct{ Kept, Back model.Contact }

// MergedRecord is a record that went into another one.
type MergedRecord struct {
	ID    model.ContactID
	Into  model.ContactID
	Email string
	Name  string
	At    time.Time
}

// fixedFields are those of which nobody chooses one.
var fixedFields = []string{"points", "tags", "tracking"}

// ComparePair is two people side by side.
func (s *Service) ComparePair(ctx context.Context, keep, gone string, take []string) (PairView, error) {
	a, b, err := s.twoPeople(ctx, keep, gone)
	if err != nil {
		return PairView{}, err
	}
	v := PairView{}
	if v.Keep, err = s.row(ctx, a); err != nil {
		return v, err
	}
	if v.Gone, err = s.row(ctx, b); err != nil {
		return v, err
	}
	v.After = model.Unite(&a, &b, take)
	v.After.Orders, v.After.Spend = a.Orders+b.Orders, a.Spend+b.Spend
	v.ChooseBasis = basisDiffers(&a, &b)
	v.Opposed = v.Keep.Suppressed != nil || v.Gone.Suppressed != nil
	h := duplicateHasher{seed: maphash.MakeSeed()}
	v.Reasons, v.Sure = reasonCodes(h.reasonsOf(&a, &b))
	v.Fields = PairFields(&a, &b, &v.After, take)
	return v, nil
}

// PairFields are the fields in which one of two people says something, and what is
// kept of them.
func PairFields(a, b, after *model.Contact, take []string) (out []PairField) {
	names := slices.Clone(model.UniteFields)
	for _, c := range []*model.Contact{a, b} {
		for _, attr := range c.Attrs {
			if name := "attr." + attr.Name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, f := range append(names, fixedFields...) {
		p := PairField{
			Field: f, Keep: pairValue(a, f), Gone: pairValue(b, f), After: pairValue(after, f),
			Taken: slices.Contains(take, f), Fixed: slices.Contains(fixedFields, f),
		}
		if p.Keep != "" || p.Gone != "" {
			out = append(out, p)
		}
	}
	return out
}

func pairValue(c *model.Contact, field string) string {
	switch field {
	case "points":
		return strconv.FormatInt(c.Points, 10)
	case "tags":
		return strings.Join(c.Tags, ", ")
	case "tracking":
		return c.Tracking.String()
	}
	return model.UniteValue(c, field)
}

func basisDiffers(a, b *model.Contact) bool {
	return a.Basis != b.Basis && a.Basis != model.BasisNone && b.Basis != model.BasisNone
}

// twoPeople finds both, who must be two.
func (s *Service) twoPeople(ctx context.Context, keep, gone string) (a, b model.Contact, err error) {
	if a, err = s.person(ctx, keep); err != nil {
		return a, b, err
	}
	if b, err = s.person(ctx, gone); err != nil {
		return a, b, err
	}
	if a.ID == b.ID {
		err = model.Refused("duplicates.one_person", "a", keep, "b", gone)
	}
	return a, b, err
}

// MergeContacts makes one person of two. What is under way to either is waited
// for: after that a campaign that has both writes to the person once.
func (s *Service) MergeContacts(ctx context.Context, r MergeRequest) (model.Contact, error) {
	a, b, err := s.twoPeople(ctx, r.Keep, r.Gone)
	if err != nil {
		return model.Contact{}, err
	}
	for _, f := range r.Take {
		known := slices.Contains(model.UniteFields, f) || len(f) > 5 && f[:5] == "attr."
		if !known {
			return model.Contact{}, model.Invalid("duplicates.unknown_field", "field", f)
		}
	}
	join := func(a, b model.Contact) (model.Contact, error) {
		if basisDiffers(&a, &b) && !r.KeepBasis && !slices.Contains(r.Take, "basis") {
			return a, model.Refused("duplicates.choose_basis", "a", a.Basis, "b", b.Basis)
		}
		return model.Unite(&a, &b, r.Take), nil
	}
	if rehearsed(ctx) {
		return join(a, b)
	}
	pair := store.Pair{Keep: a.ID, Gone: b.ID, KeepVersion: r.KeepVersion, GoneVersion: r.GoneVersion}
	c, err := s.store.Unions().Unite(ctx, pair, s.Now(), join)
	if err != nil {
		s.unitedChanged(ctx, &a) // the oppositions are shared before
		return c, err
	}
	s.unitedChanged(ctx, &c)
	return c, s.quiet(ctx, a.Email, b.Email)
}

// watchedUnions are those of an import: what is under way to either person is waited
// for, and everything that keeps people by number hears of it.
type watchedUnions struct {
	store.Unions
	s *Service
}

func (w watchedUnions) Unite(ctx context.Context, p store.Pair, now time.Time, join func(a, b model.Contact) (model.Contact, error)) (model.Contact, error) {
	var emails []string
	c, err := w.Unions.Unite(ctx, p, now, func(a, b model.Contact) (model.Contact, error) {
		emails = []string{a.Email, b.Email}
		return join(a, b)
	})
	if err != nil {
		if a, gerr := w.s.store.Contacts().Get(ctx, p.Keep); gerr == nil {
			w.s.unitedChanged(ctx, &a) // the oppositions are shared before
		}
		return c, err
	}
	w.s.unitedChanged(ctx, &c)
	return c, w.s.quiet(ctx, emails...)
}

// unitedChanged tells everything that keeps people by number.
func (s *Service) unitedChanged(ctx context.Context, people ...*model.Contact) {
	s.kin.forget()
	for _, c := range people {
		s.base.apply(ctx, c)
	}
	s.forgetOrders()
	s.books.people.Add(1)
	s.dataCame()
}

// UnmergeContact gives back a record.
func (s *Service) UnmergeContact(ctx context.Context, ref string) (Unmerged, error) {
	gone, err := s.goneNumber(ctx, ref)
	if err != nil || rehearsed(ctx) {
		return Unmerged{}, err
	}
	kept, back, err := s.store.Unions().Divide(ctx, gone, s.Now())
	if errors.Is(err, store.ErrNotFound) {
		return Unmerged{}, model.NotFound("duplicates.not_merged", "ref", ref)
	}
	if err != nil {
		return Unmerged{}, err
	}
	s.unitedChanged(ctx, &kept, &back)
	return Unmerged{kept, back}, nil
}

// goneNumber finds the number that a name came with.
func (s *Service) goneNumber(ctx context.Context, ref string) (model.ContactID, error) {
	all, err := s.store.Unions().All(ctx)
	if err != nil {
		return 0, err
	}
	for id := range all {
		if id.String() == ref {
			return id, nil
		}
	}
	born, err := s.store.Unions().Whose(ctx, ref)
	if err == nil && born == 0 {
		err = model.NotFound("duplicates.not_merged", "ref", ref)
	}
	return born, err
}

// ApartContacts notes that two people are not the same.
func (s *Service) ApartContacts(ctx context.Context, a, b string) error {
	one, other, err := s.twoPeople(ctx, a, b)
	if err != nil || rehearsed(ctx) {
		return err
	}
	return s.store.Unions().SetApart(ctx, one.ID, other.ID, s.Now())
}

// MergedInto is what was united into a person.
func (s *Service) MergedInto(ctx context.Context, ref string) ([]MergedRecord, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Unions().Of(ctx, c.ID)
	out := []MergedRecord{}
	for i := range all {
		u := &all[i]
		out = append(out, MergedRecord{ID: u.Gone, Into: u.Into, Email: u.Was.Email, Name: u.Was.DisplayName(), At: u.At.In(s.cfg.Zone)})
	}
	return out, err
}

// kinship is who went into whom, read when it is first asked for.
type kinship struct {
	mu   sync.Mutex
	read bool
	turn uint64 // counts what was forgotten
	gone map[model.ContactID]store.Gone
	into map[model.ContactID][]model.ContactID
}

func (k *kinship) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.read = false
	k.turn++
}

// turns changes with every merge and every one taken back.
func (k *kinship) turns() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.turn
}

// united are the numbers that are gone, and by who has a record those that went
// into them. Both maps are read and never written.
func (s *Service) united(ctx context.Context) (gone map[model.ContactID]store.Gone, into map[model.ContactID][]model.ContactID, err error) {
	k := &s.kin
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.read {
		if k.gone, err = s.store.Unions().All(ctx); err != nil {
			return nil, nil, err
		}
		k.into = map[model.ContactID][]model.ContactID{}
		for id, g := range k.gone {
			k.into[g.Into] = append(k.into[g.Into], id)
		}
		k.read = true
	}
	return k.gone, k.into, nil
}
