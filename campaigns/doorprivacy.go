package campaigns

// The doors to what people said, and to their rights.

import (
	"context"

	"blanche/model"
)

// PrivacyDesk is what people said, what follows from it, and their rights. It
// helps to respect the rules that it knows; it says of nobody that they do.
type PrivacyDesk interface {
	// Consents tells what a person said, and whether they may be written to and
	// followed today, by a campaign or, without one, by an ordinary one. The
	// address from which a consent came is only for who has the right of
	// privacy (dpo).
	Consents(ctx context.Context, ref, campaign string) (ConsentReport, error)
	// RecordConsent writes down what a person said; a no opposes them too.
	RecordConsent(ctx context.Context, ref string, e ConsentEntry) (ConsentReport, error)
	// Rules lists the legal rules, with which of them hold today.
	Rules(ctx context.Context) ([]LegalRule, error)
	// Retention lists who was kept longer than the rules allow, and why.
	Retention(ctx context.Context) (RetentionReport, error)
	// RunRetention erases them, when confirm is how many they are.
	RunRetention(ctx context.Context, confirm int) (RetentionReport, error)
	// Access gathers everything that is held about a person.
	Access(ctx context.Context, ref string) (AccessFile, error)
	// Erase forgets a person, when their address was typed again.
	Erase(ctx context.Context, ref string, r EraseRequest) (EraseReport, error)
	// Register is the matter of a draft record of processing.
	Register(ctx context.Context) (Register, error)
}

func (d door) Consents(ctx context.Context, ref, campaign string) (ConsentReport, error) {
	r, err := ask(ctx, d, "Consents", func(ctx context.Context) (ConsentReport, error) { return d.s.Consents(ctx, ref, campaign) })
	d.veilConsents(&r)
	return r, err
}

// veilConsents takes away what only the right of privacy shows.
func (d door) veilConsents(r *ConsentReport) {
	if d.may(model.Privacy) == nil {
		return
	}
	for i := range r.Acts {
		r.Acts[i].IP = ""
	}
}

func (d door) RecordConsent(ctx context.Context, ref string, e ConsentEntry) (ConsentReport, error) {
	r, err := ask(ctx, d, "RecordConsent", func(ctx context.Context) (ConsentReport, error) { return d.s.RecordConsent(ctx, ref, e) })
	d.veilConsents(&r)
	return r, err
}

func (d door) Rules(ctx context.Context) ([]LegalRule, error) {
	return ask(ctx, d, "Rules", d.s.Rules)
}

func (d door) Retention(ctx context.Context) (RetentionReport, error) {
	return ask(ctx, d, "Retention", d.s.Retention)
}

func (d door) RunRetention(ctx context.Context, confirm int) (RetentionReport, error) {
	return ask(ctx, d, "RunRetention", func(ctx context.Context) (RetentionReport, error) { return d.s.RunRetention(ctx, confirm) })
}

func (d door) Access(ctx context.Context, ref string) (AccessFile, error) {
	return ask(ctx, d, "Access", func(ctx context.Context) (AccessFile, error) { return d.s.Access(ctx, ref) })
}

func (d door) Erase(ctx context.Context, ref string, r EraseRequest) (EraseReport, error) {
	return ask(ctx, d, "Erase", func(ctx context.Context) (EraseReport, error) { return d.s.Erase(ctx, ref, r) })
}

func (d door) Register(ctx context.Context) (Register, error) {
	return ask(ctx, d, "Register", d.s.Register)
}
