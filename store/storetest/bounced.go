package storetest

import (
	"testing"
	"time"

	"blanche/model"
)

// ledgerBounced: a message that came back is bounced once, whatever else was
// written beside it; it stays among those taken, with its version and its hour.
func ledgerBounced(t *testing.T, f *sends) {
	p := plan(1100)
	must(t, 0, f.Ledger().Plan(ctx, 1, p))
	for range 2 {
		claim(t, f, 1, 1000, start)
	}
	settle(t, f,
		model.Outcome{Campaign: 1, Ordinal: 0, State: model.StateAccepted, Version: 3, At: start, Attempts: 1},
		model.Outcome{Campaign: 1, Ordinal: 1, State: model.StateAccepted, Version: 3, At: start, Attempts: 2},
		model.Outcome{Campaign: 1, Ordinal: 2, State: model.StateRefused, Version: 3, At: start, Attempts: 1, Code: "550 5.1.1"},
		model.Outcome{Campaign: 1, Ordinal: 1050, State: model.StateUncertain, Version: 3, At: start, Attempts: 1},
	)
	for o, want := range map[model.Ordinal]bool{1: true, 2: false, 1050: true, 5: false} {
		got, err := f.Ledger().Bounced(ctx, 1, p.Planned[o].Contact, "550 5.1.1", "no such user")
		if must(t, got, err) != want {
			t.Errorf("%d changed: %v, want %v", o, got, want)
		}
	}
	for _, who := range []model.ContactID{p.Planned[1].Contact, 1 << 40} {
		if got, err := f.Ledger().Bounced(ctx, 1, who, "550 5.1.1", "again"); must(t, got, err) {
			t.Errorf("%d: changed", who)
		}
	}
	if _, err := f.Ledger().Bounced(ctx, 9, 1, "", ""); err == nil {
		t.Error("a campaign without a plan: no error")
	}
	f.reopen()
	got, _, err := f.Ledger().Of(ctx, 1, p.Planned[1].Contact)
	if must(t, got, err); got.State != model.StateBounced || got.Version != 3 || !got.At.Equal(start.Truncate(time.Second)) || got.Attempts != 2 || got.Code != "550 5.1.1" || got.Text != "no such user" {
		t.Errorf("%+v", got)
	}
	all := tally(t, f, 1)
	if all.ByState[model.StateBounced] != 2 || all.Taken() != 3 || all.Versions[3] != 3 || !all.Balanced() {
		t.Errorf("%+v", all)
	}
	n := 0
	must(t, 0, f.Ledger().Lines(ctx, 1, []model.State{model.StateBounced}, func(model.Recipient) error { n++; return nil }))
	if n != 2 {
		t.Errorf("%d lines", n)
	}
}
