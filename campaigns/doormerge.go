package campaigns

// The doors to records of one person. Each passes the guard once.

import (
	"context"

	"blanche/model"
)

func (d door) Duplicates(ctx context.Context, progress func(done, total int)) (DuplicateReport, error) {
	return ask(ctx, d, "Duplicates", func(ctx context.Context) (DuplicateReport, error) { return d.s.Duplicates(ctx, progress) })
}

func (d door) ComparePair(ctx context.Context, keep, gone string, take []string) (PairView, error) {
	return ask(ctx, d, "ComparePair", func(ctx context.Context) (PairView, error) { return d.s.ComparePair(ctx, keep, gone, take) })
}

func (d door) MergedInto(ctx context.Context, ref string) ([]MergedRecord, error) {
	return ask(ctx, d, "MergedInto", func(ctx context.Context) ([]MergedRecord, error) { return d.s.MergedInto(ctx, ref) })
}

func (d door) MergeContacts(ctx context.Context, r MergeRequest) (model.Contact, error) {
	return ask(ctx, d, "MergeContacts", func(ctx context.Context) (model.Contact, error) { return d.s.MergeContacts(ctx, r) })
}

func (d door) UnmergeContact(ctx context.Context, ref string) (Unmerged, error) {
	return ask(ctx, d, "UnmergeContact", func(ctx context.Context) (Unmerged, error) { return d.s.UnmergeContact(ctx, ref) })
}

func (d door) ApartContacts(ctx context.Context, a, b string) error {
	return tell(ctx, d, "ApartContacts", func(ctx context.Context) error { return d.s.ApartContacts(ctx, a, b) })
}
