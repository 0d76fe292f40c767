package storetest

import (
	"context"
	"io"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// everyMethod is one call of each method, by name.
func everyMethod(ctx context.Context) map[string]func(store.Store) error {
	of := func(_ any, err error) error { return err }
	of2 := func(_, _ any, err error) error { return err }
	rows := []model.Contact{{Email: "lea@mail.example"}}
	return map[string]func(store.Store) error{
		"Contacts.Count":      func(s store.Store) error { return of(s.Contacts().Count(ctx)) },
		"Contacts.Last":       func(s store.Store) error { return of(s.Contacts().Last(ctx)) },
		"Contacts.Get":        func(s store.Store) error { return of(s.Contacts().Get(ctx, 1)) },
		"Contacts.ByEmail":    func(s store.Store) error { return of(s.Contacts().ByEmail(ctx, "lea@mail.example")) },
		"Contacts.ByExternal": func(s store.Store) error { return of(s.Contacts().ByExternal(ctx, "x")) },
		"Contacts.ByCard":     func(s store.Store) error { return of(s.Contacts().ByCard(ctx, "c")) },
		"Contacts.Many":       func(s store.Store) error { return of(s.Contacts().Many(ctx, []model.ContactID{1})) },
		"Contacts.Scan": func(s store.Store) error {
			return s.Contacts().Scan(ctx, 0, func(*model.Contact) error { return nil })
		},
		"Contacts.Merge": func(s store.Store) error { return of(s.Contacts().Merge(ctx, rows, start)) },
		"Contacts.Edit": func(s store.Store) error {
			return of(s.Contacts().Edit(ctx, 1, 1, start, func(*model.Contact) error { return nil }))
		},
		"Orders.Count": func(s store.Store) error { return of(s.Orders().Count(ctx)) },
		"Orders.Put": func(s store.Store) error {
			return of(s.Orders().Put(ctx, []model.Order{{Source: "web", ID: "1"}}))
		},
		"Orders.Get":  func(s store.Store) error { return of(s.Orders().Get(ctx, "web", "1")) },
		"Orders.Of":   func(s store.Store) error { return of(s.Orders().Of(ctx, 1)) },
		"Orders.Each": func(s store.Store) error { return s.Orders().Each(ctx, func(*model.Order) error { return nil }) },
		"Orders.Scan": func(s store.Store) error { return s.Orders().Scan(ctx, func(store.Sale) error { return nil }) },
		"Unions.Unite": func(s store.Store) error {
			return of(s.Unions().Unite(ctx, store.Pair{Keep: 1, Gone: 2}, start, func(a, _ model.Contact) (model.Contact, error) { return a, nil }))
		},
		"Unions.Divide": func(s store.Store) error {
			_, _, err := s.Unions().Divide(ctx, 1, start)
			return err
		},
		"Unions.Of":       func(s store.Store) error { return of(s.Unions().Of(ctx, 1)) },
		"Unions.All":      func(s store.Store) error { return of(s.Unions().All(ctx)) },
		"Unions.Whose":    func(s store.Store) error { return of(s.Unions().Whose(ctx, "x")) },
		"Unions.SetApart": func(s store.Store) error { return s.Unions().SetApart(ctx, 1, 2, start) },
		"Unions.Apart": func(s store.Store) error {
			return s.Unions().Apart(ctx, func(_, _ model.ContactID) error { return nil })
		},
		"Campaigns.Create": func(s store.Store) error {
			return of(s.Campaigns().Create(ctx, model.Campaign{Name: "a"}))
		},
		"Campaigns.Get":  func(s store.Store) error { return of(s.Campaigns().Get(ctx, "a")) },
		"Campaigns.List": func(s store.Store) error { return of(s.Campaigns().List(ctx)) },
		"Campaigns.Update": func(s store.Store) error {
			return of(s.Campaigns().Update(ctx, "a", func(*model.Campaign) error { return nil }))
		},
		"Mappings.Save":   func(s store.Store) error { return s.Mappings().Save(ctx, model.FileMapping{Name: "a"}) },
		"Mappings.Get":    func(s store.Store) error { return of(s.Mappings().Get(ctx, "a")) },
		"Mappings.List":   func(s store.Store) error { return of(s.Mappings().List(ctx)) },
		"Mappings.Delete": func(s store.Store) error { return s.Mappings().Delete(ctx, "a") },
		"Tokens.Save":     func(s store.Store) error { return s.Tokens().Save(ctx, model.Token{Name: "a"}) },
		"Tokens.Get":      func(s store.Store) error { return of(s.Tokens().Get(ctx, "a")) },
		"Tokens.List":     func(s store.Store) error { return of(s.Tokens().List(ctx)) },
		"Tokens.Delete":   func(s store.Store) error { return s.Tokens().Delete(ctx, "a") },
		"Outbox.Each":     func(s store.Store) error { return s.Outbox().Each(ctx, func(model.Outgoing) bool { return true }) },
		"Outbox.Change": func(s store.Store) error {
			return s.Outbox().Change(ctx, "c1", func(*model.Outgoing) error { return nil })
		},
		"Outbox.Delete":   func(s store.Store) error { return s.Outbox().Delete(ctx, "c1") },
		"Heard.Known":     func(s store.Store) error { return of(s.Heard().Known(ctx, nil, start)) },
		"Heard.Once":      func(s store.Store) error { return of(s.Heard().Once(ctx, "a", "b", start)) },
		"Segments.Save":   func(s store.Store) error { return s.Segments().Save(ctx, model.Segment{Name: "a"}) },
		"Segments.Get":    func(s store.Store) error { return of(s.Segments().Get(ctx, "a")) },
		"Segments.List":   func(s store.Store) error { return of(s.Segments().List(ctx)) },
		"Segments.Delete": func(s store.Store) error { return s.Segments().Delete(ctx, "a") },
		"Suppressions.Add": func(s store.Store) error {
			return s.Suppressions().Add(ctx, "a@b.example", model.Suppression{Reason: model.SuppressOpposed})
		},
		"Suppressions.AddEach": func(s store.Store) error {
			return s.Suppressions().AddEach(ctx, []string{"a@b.example"}, []model.Suppression{{Reason: model.SuppressOpposed}})
		},
		"Suppressions.AddMany": func(s store.Store) error {
			return s.Suppressions().AddMany(ctx, []string{"a@b.example"}, model.Suppression{Reason: model.SuppressOpposed})
		},
		"Suppressions.Get":    func(s store.Store) error { return of2(s.Suppressions().Get(ctx, "a@b.example")) },
		"Suppressions.Lookup": func(s store.Store) error { return of2(s.Suppressions().Lookup(ctx)) },
		"Suppressions.Lift":   func(s store.Store) error { return s.Suppressions().Lift(ctx, "a@b.example", start) },
		"Consents.Of":         func(s store.Store) error { return of(s.Consents().Of(ctx, 1)) },
		"Consents.OfAddress":  func(s store.Store) error { return of(s.Consents().OfAddress(ctx, "a@b.example")) },
		"Consents.Record":     func(s store.Store) error { return of(s.Consents().Record(ctx, 1, model.ConsentAct{}, start)) },
		"Points.Of":           func(s store.Store) error { return of(s.Points().Of(ctx, 1)) },
		"Points.Scan": func(s store.Store) error {
			return s.Points().Scan(ctx, func(*model.Contact, []model.PointsMove) error { return nil })
		},
		"Responses.Append": func(s store.Store) error {
			return of(s.Responses().Append(ctx, []model.Response{{At: start, Kind: model.ResponseClick}}))
		},
		"Responses.Of": func(s store.Store) error {
			return s.Responses().Of(ctx, 1, func(model.Response) bool { return true })
		},
		"Responses.List": func(s store.Store) error {
			return s.Responses().List(ctx, 1, func(model.Response) bool { return true })
		},
		"Responses.Tally": func(s store.Store) error { return of(s.Responses().Tally(ctx, 1)) },
		"Responses.People": func(s store.Store) error {
			return s.Responses().People(ctx, model.ResponseClick, 1, func(model.ContactID, time.Time, time.Time) bool { return true })
		},
		"Responses.Forget": func(s store.Store) error { return s.Responses().Forget(ctx, 1) },
		"Responses.Months": func(s store.Store) error { return of(s.Responses().Months(ctx)) },
		"Responses.Expire": func(s store.Store) error { return of(s.Responses().Expire(ctx, start)) },
		"Ledger.Plan":      func(s store.Store) error { return s.Ledger().Plan(ctx, 1, model.Plan{}) },
		"Ledger.HasPlan":   func(s store.Store) error { return of(s.Ledger().HasPlan(ctx, 1)) },
		"Ledger.HeldOut":   func(s store.Store) error { return of(s.Ledger().HeldOut(ctx, 1)) },
		"Ledger.Strata":    func(s store.Store) error { return of(s.Ledger().Strata(ctx, 1)) },
		"Ledger.Apart":     func(s store.Store) error { return of(s.Ledger().Apart(ctx, 1)) },
		"Secret":           func(s store.Store) error { return of(s.Secret(ctx, "a")) },
		"Ledger.Members":   func(s store.Store) error { return of(s.Ledger().Members(ctx, 1)) },
		"Ledger.Claim":     func(s store.Store) error { return of(s.Ledger().Claim(ctx, 1, model.Claims(1), start)) },
		"Ledger.Commit": func(s store.Store) error {
			return of(s.Ledger().Commit(ctx, nil, []model.Intent{{Campaign: 1}}))
		},
		"Ledger.NextDue":     func(s store.Store) error { return of(s.Ledger().NextDue(ctx, 1)) },
		"Ledger.ExcludeRest": func(s store.Store) error { return of(s.Ledger().ExcludeRest(ctx, 1, "cancelled", start)) },
		"Ledger.Resolve":     func(s store.Store) error { return of(s.Ledger().Resolve(ctx, 1, model.StatePlanned, start)) },
		"Ledger.Bounced":     func(s store.Store) error { return of(s.Ledger().Bounced(ctx, 1, 1, "550 5.1.1", "")) },
		"Ledger.Again":       func(s store.Store) error { return of(s.Ledger().Again(ctx, 1)) },
		"Ledger.Tally":       func(s store.Store) error { return of(s.Ledger().Tally(ctx, 1)) },
		"Ledger.Lines": func(s store.Store) error {
			return s.Ledger().Lines(ctx, 1, nil, func(model.Recipient) error { return nil })
		},
		"Ledger.Of":        func(s store.Store) error { return of2(s.Ledger().Of(ctx, 1, 1)) },
		"Frozen.Save":      func(s store.Store) error { return s.Frozen().Save(ctx, model.Frozen{Name: "a"}, nil) },
		"Frozen.Get":       func(s store.Store) error { return of(s.Frozen().Get(ctx, "a")) },
		"Frozen.List":      func(s store.Store) error { return of(s.Frozen().List(ctx)) },
		"Frozen.People":    func(s store.Store) error { return of(s.Frozen().People(ctx, "a")) },
		"Frozen.Delete":    func(s store.Store) error { return s.Frozen().Delete(ctx, "a") },
		"Pacing.Get":       func(s store.Store) error { return of(s.Pacing().Get(ctx)) },
		"Pacing.Change":    func(s store.Store) error { return of(s.Pacing().Change(ctx, func(*model.Pacing) error { return nil })) },
		"Operators.Get":    func(s store.Store) error { return of(s.Operators().Get(ctx, "ines")) },
		"Operators.ByKey":  func(s store.Store) error { return of(s.Operators().ByKey(ctx, "SHA256:a")) },
		"Operators.List":   func(s store.Store) error { return of(s.Operators().List(ctx)) },
		"Operators.Put":    func(s store.Store) error { return of(s.Operators().Put(ctx, operator("ines", "SHA256:a"))) },
		"Operators.Delete": func(s store.Store) error { return s.Operators().Delete(ctx, "ines") },
		"Audit.Append": func(s store.Store) error {
			return s.Audit().Append(ctx, model.AuditEntry{Act: "a", Object: "folder"})
		},
		"Audit.Head":   func(s store.Store) error { return of(s.Audit().Head(ctx)) },
		"Audit.Lines":  func(s store.Store) error { return s.Audit().Lines(ctx, 0, func(*model.AuditLine) error { return nil }) },
		"Audit.Back":   func(s store.Store) error { return s.Audit().Back(ctx, 0, everyLine) },
		"Audit.About":  func(s store.Store) error { return s.Audit().About(ctx, "folder", everyLine) },
		"Audit.Verify": func(s store.Store) error { return of(s.Audit().Verify(ctx)) },
		"Audit.Forget": func(s store.Store) error { return of(s.Audit().Forget(ctx, "folder")) },
		"Snapshot": func(s store.Store) error {
			snap, err := s.Snapshot(ctx)
			if err == nil {
				err = snap.Close()
			}
			return err
		},
		"Compact":  func(s store.Store) error { return of(s.Compact(ctx)) },
		"Room":     func(s store.Store) error { return of(s.Room(ctx)) },
		"Disarm":   func(s store.Store) error { return s.Disarm(ctx, model.Disarm{Since: start}) },
		"Disarmed": func(s store.Store) error { return of2(s.Disarmed(ctx)) },
		"Arm":      func(s store.Store) error { return s.Arm(ctx) },
		"Erase":    func(s store.Store) error { return s.Erase(ctx, 1, start) },
		"EraseMany": func(s store.Store) error {
			return of(s.EraseMany(ctx, []model.ContactID{1}, start))
		},
		"Sweep":    func(s store.Store) error { return of(s.Sweep(ctx, []string{"lea@mail.example"})) },
		"Erasures": func(s store.Store) error { return s.Erasures(ctx, io.Discard) },
		"Erased":   func(s store.Store) error { return of(s.Erased(ctx)) },
		"Replay":   func(s store.Store) error { return of(s.Replay(ctx, strings.NewReader(""))) },
		"Check":    func(s store.Store) error { return of(s.Check(ctx)) },
	}
}

func everyLine(*model.AuditLine) bool { return true }
