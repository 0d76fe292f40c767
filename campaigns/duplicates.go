package campaigns

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"

	"blanche/model"
)

// DuplicateDesk finds records of one person, and makes them one.
type DuplicateDesk interface {
	// Duplicates proposes pairs, the surest first; nothing is ever united by
	// itself. It reads everybody once for each million and a half of people, in
	// bounded memory, and ends with ctx.
	Duplicates(ctx context.Context, progress func(done, total int)) (DuplicateReport, error)
	// ComparePair is two people side by side, with what would become of them; take
	// are the fields that are the second one's.
	ComparePair(ctx context.Context, keep, gone string, take []string) (PairView, error)
	// MergeContacts makes one person of two: the second goes into the first.
	MergeContacts(ctx context.Context, r MergeRequest) (model.Contact, error)
	// UnmergeContact gives back a record that went into another one, found by an
	// address, external id, card or number that was its own.
	UnmergeContact(ctx context.Context, ref string) (Unmerged, error)
	// ApartContacts notes that two people are not the same: they are not proposed
	// again.
	ApartContacts(ctx context.Context, a, b string) error
	// MergedInto is what was united into a person, the oldest first.
	MergedInto(ctx context.Context, ref string) ([]MergedRecord, error)
}

// DuplicateReport is what Duplicates found.
type DuplicateReport struct {
	Read  int // people
	Pairs []DuplicatePair
	Big   []DuplicateGroup
}

// DuplicatePair is two records that may be one person; A came first.
type DuplicatePair struct {
	A, B    model.ContactID
	Reasons []string // codes, the surest first
	Sure    int      // of a hundred
}

// DuplicateGroup is more people than one person makes: they share something, and
// are not proposed pair by pair.
type DuplicateGroup struct {
	Reason string
	People int
	First  []model.ContactID // a few of them
}

// Limits of a search.
const (
	bigGroup    = 8         // people: from there on a group is named, not proposed
	manyOfPhone = 5         // people of one phone, whatever their names: named
	atATime     = 1_500_000 // people whose keys are in memory together
	mostPairs   = 200_000   // proposed in one search: the rest come when these are done
)

// duplicateKey is one key of one person.
type duplicateKey struct {
	key uint64
	id  uint32
	bit byte
}

// Duplicates sorts the keys of everybody and looks at those that meet. Of more
// people than fit, the keys are taken in several readings, each a part of all
// possible keys: what meets is in one part.
func (s *Service) Duplicates(ctx context.Context, progress func(done, total int)) (DuplicateReport, error) {
	last, err := s.store.Contacts().Last(ctx)
	if err != nil {
		return DuplicateReport{}, err
	}
	parts := int(last)/atATime + 1
	f := duplicateSearch{
		hash: duplicateHasher{seed: maphash.MakeSeed()}, total: parts * int(last), progress: progress,
		apart: map[[2]model.ContactID]bool{}, pairs: map[[2]uint32]uint8{},
	}
	err = s.store.Unions().Apart(ctx, func(a, b model.ContactID) error {
		f.apart[[2]model.ContactID{a, b}] = true
		return nil
	})
	for part := 0; part < parts && err == nil; part++ {
		f.keys = f.keys[:0]
		n := 0
		err = s.store.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
			n++
			f.read(c, uint64(part), uint64(parts))
			return nil
		})
		f.people = n
		f.meet()
	}
	if err != nil {
		return DuplicateReport{}, err
	}
	return f.report(), nil
}

// duplicateSearch is one search.
type duplicateSearch struct {
	hash        duplicateHasher
	keys        []duplicateKey
	apart       map[[2]model.ContactID]bool
	pairs       map[[2]uint32]uint8
	big         []DuplicateGroup
	people      int
	done, total int
	progress    func(done, total int)
}

func (f *duplicateSearch) read(c *model.Contact, part, parts uint64) {
	f.hash.keys(c, func(bit byte, key uint64) {
		if key%parts == part {
			f.keys = append(f.keys, duplicateKey{key, uint32(c.ID), bit})
		}
	})
	if f.done++; f.progress != nil && f.done%10_000 == 0 {
		f.progress(min(f.done, f.total), f.total)
	}
}

// meet looks at the keys that are equal.
func (f *duplicateSearch) meet() {
	slices.SortFunc(f.keys, func(a, b duplicateKey) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	for n := 0; n < len(f.keys); {
		end := n + 1
		for end < len(f.keys) && f.keys[end].key == f.keys[n].key {
			end++
		}
		if end > n+1 {
			f.group(f.keys[n:end])
		}
		n = end
	}
}

// group proposes the pairs of people who share a key, or names them when they
// are many.
func (f *duplicateSearch) group(same []duplicateKey) {
	bit := same[0].bit
	if most := bigGroup; bit == bitShared && len(same) >= manyOfPhone || bit != bitShared && len(same) >= most {
		g := DuplicateGroup{Reason: duplicateReasons[bit].code, People: len(same)}
		for _, k := range same[:min(len(same), 3)] {
			g.First = append(g.First, model.ContactID(k.id))
		}
		f.big = append(f.big, g)
		return
	}
	if bit == bitShared {
		return
	}
	for i, a := range same {
		for _, b := range same[i+1:] {
			pair := [2]uint32{a.id, b.id}
			if f.apart[[2]model.ContactID{model.ContactID(a.id), model.ContactID(b.id)}] || len(f.pairs) >= mostPairs && f.pairs[pair] == 0 {
				continue
			}
			f.pairs[pair] |= 1 << bit
		}
	}
}

func (f *duplicateSearch) report() DuplicateReport {
	r := DuplicateReport{Read: f.people, Pairs: make([]DuplicatePair, 0, len(f.pairs)), Big: f.big}
	for pair, bits := range f.pairs {
		codes, sure := reasonCodes(bits)
		r.Pairs = append(r.Pairs, DuplicatePair{A: model.ContactID(pair[0]), B: model.ContactID(pair[1]), Reasons: codes, Sure: sure})
	}
	slices.SortFunc(r.Pairs, func(a, b DuplicatePair) int {
		return cmp.Or(cmp.Compare(b.Sure, a.Sure), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	slices.SortFunc(r.Big, func(a, b DuplicateGroup) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.First[0], b.First[0]))
	})
	return r
}
