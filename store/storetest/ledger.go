package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// plan is an audience of the contacts 1, 3, 5… in all lanes and cells, with 2,
// 4… of every ten held out.
func plan(n int) model.Plan {
	var p model.Plan
	for i := range n {
		p.Planned = append(p.Planned, model.Planned{
			Contact: model.ContactID(2*i + 1), Lane: model.Lane(i % model.Lanes), Cell: model.Cell(i % model.Cells),
		})
		if i%10 == 0 {
			p.HeldOut = append(p.HeldOut, model.HeldOut{Contact: model.ContactID(2*i + 2), Stratum: fmt.Sprint("s", i%3)})
		}
	}
	return p
}

// oneLane is the same audience, handed out in plan order.
func oneLane(n int) model.Plan {
	p := plan(n)
	for i := range p.Planned {
		p.Planned[i].Lane = model.LaneOrange
	}
	return p
}

func testLedger(t *testing.T, fresh func(*testing.T) SenderOpener) {
	for name, test := range map[string]func(*testing.T, *sends){
		"APlanIsFrozen":                        ledgerPlan,
		"AWrongPlanIsRefused":                  ledgerWrongPlan,
		"ACampaignWithoutAPlanHasNoLines":      ledgerWithout,
		"OfFindsEveryLine":                     ledgerOf,
		"AnIntentSurvivesAsUncertain":          ledgerRecovers,
		"WhoOpposesWhileQueuedIsExcluded":      ledgerSuppressed,
		"AnIllegalChangeWritesNothing":         ledgerIllegal,
		"WhatIsWrittenMayBeWrittenAgain":       ledgerAgain,
		"NobodyIsClaimedTwice":                 ledgerClaims,
		"WhatAServerSaysIsCutAtACharacter":     ledgerText,
		"ADeferredRecipientComesBackWhenItIs":  ledgerDeferred,
		"TheRestOfACancelledCampaignIsCounted": ledgerRest,
		"EachLaneGetsItsQuota":                 ledgerQuotas,
		"WhoIsNotAskedForHidesNobody":          ledgerHides,
		"CellsThatAreNotOpenWait":              ledgerCells,
		"WhoIsGivenBackIsFoundInItsLane":       ledgerGivenBack,
		"ARefusalThatMayPassIsTriedAnew":       ledgerRefused,
		"WhatCameBackIsBouncedOnce":            ledgerBounced,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, testSends(t, fresh))
		})
	}
}

func tally(t fataler, s Sender, c model.CampaignID) model.Tally {
	t.Helper()
	out, err := s.Ledger().Tally(ctx, c)
	if must(t, out, err); !out.Balanced() {
		t.Fatalf("campaign %d is out of balance: %+v", c, out)
	}
	return out
}

func claim(t fataler, s Sender, c model.CampaignID, n int, now time.Time) []model.Claim {
	t.Helper()
	out, err := s.Ledger().Claim(ctx, c, model.Claims(n), now)
	return must(t, out, err)
}

func settle(t fataler, s Sender, outcomes ...model.Outcome) {
	t.Helper()
	_, err := s.Ledger().Commit(ctx, outcomes, nil)
	must(t, 0, err)
}

func ledgerPlan(t *testing.T, f *sends) {
	p := plan(2345)
	for i := range 1200 {
		p.Apart = append(p.Apart, model.ContactID(4*i+20_000))
	}
	p.Strata = []string{"fidèles", "perdus"}
	strata := make([]string, len(p.Planned))
	for i := range p.Planned {
		n := i / 5 % 3
		p.Planned[i].Stratum = uint16(n)
		if n > 0 {
			strata[i] = p.Strata[n-1]
		}
	}
	must(t, 0, f.Ledger().Plan(ctx, 7, p))
	wantIs(t, "a second plan", f.Ledger().Plan(ctx, 7, plan(1)), store.ErrExists)
	f.reopen()
	held, err := f.Ledger().HeldOut(ctx, 7)
	if diff := cmp.Diff(p.HeldOut, must(t, held, err)); diff != "" {
		t.Errorf("held out (-want +got):\n%s", diff)
	}
	apart, err := f.Ledger().Apart(ctx, 7)
	if diff := cmp.Diff(p.Apart, must(t, apart, err)); diff != "" {
		t.Errorf("set apart (-want +got):\n%s", diff)
	}
	kept, err := f.Ledger().Strata(ctx, 7)
	if diff := cmp.Diff(strata, must(t, kept, err)); diff != "" {
		t.Errorf("strata (-want +got):\n%s", diff)
	}
	must(t, 0, f.Ledger().Plan(ctx, 70, plan(3)))
	if none, err := f.Ledger().Strata(ctx, 70); must(t, len(none), err) != 0 {
		t.Errorf("strata of a plan that names none: %v", none)
	}
	members, err := f.Ledger().Members(ctx, 7)
	must(t, members, err)
	for i, m := range members {
		if m != p.Planned[i].Contact {
			t.Fatalf("member %d is %d", i, m)
		}
	}
	got := tally(t, f, 7)
	if len(members) != 2345 || got.Planned != 2345 || got.HeldOut != 235 || got.ByState[model.StatePlanned] != 2345 || got.ByLane[1][0] != 293 || got.ByCell[4][0] != 469 {
		t.Errorf("%d members, tally %+v", len(members), got)
	}
	must(t, 0, f.Ledger().Plan(ctx, 8, model.Plan{}))
	if empty := tally(t, f, 8); empty.Planned != 0 || !empty.Finished() {
		t.Errorf("an empty plan: %+v", empty)
	}
}

func ledgerWrongPlan(t *testing.T, f *sends) {
	one := func(ids ...model.ContactID) (p []model.Planned) {
		for _, id := range ids {
			p = append(p, model.Planned{Contact: id})
		}
		return p
	}
	for name, p := range map[string]model.Plan{
		"not sorted":        {Planned: one(2, 1)},
		"twice":             {Planned: one(1, 1)},
		"nobody":            {Planned: one(0)},
		"in both":           {Planned: one(1, 5, 9), HeldOut: []model.HeldOut{{Contact: 2}, {Contact: 5}}},
		"held out twice":    {HeldOut: []model.HeldOut{{Contact: 2}, {Contact: 2}}},
		"apart and planned": {Planned: one(1, 5, 9), Apart: []model.ContactID{2, 9}},
		"apart and out":     {Planned: one(1), HeldOut: []model.HeldOut{{Contact: 2}}, Apart: []model.ContactID{2}},
		"apart twice":       {Apart: []model.ContactID{2, 2}},
		"a lane of nobody":  {Planned: []model.Planned{{Contact: 1, Lane: model.Lane(model.Lanes)}}},
		"a cell of nobody":  {Planned: []model.Planned{{Contact: 1, Cell: model.Cell(model.Cells)}}},
	} {
		if err := f.Ledger().Plan(ctx, 1, p); model.KindOf(err) != model.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if has, err := f.Ledger().HasPlan(ctx, 1); has || err != nil {
		t.Errorf("HasPlan = %v, %v", has, err)
	}
}

func ledgerWithout(t *testing.T, f *sends) {
	if got := tally(t, f, 1); got.Planned != 0 {
		t.Errorf("Tally: %+v", got)
	}
	if got := claim(t, f, 1, 5, start); len(got) != 0 {
		t.Errorf("Claim: %+v", got)
	}
	if _, found, err := f.Ledger().Of(ctx, 1, 1); found || err != nil {
		t.Errorf("Of: %v, %v", found, err)
	}
	_, err := f.Ledger().Commit(ctx, []model.Outcome{{Campaign: 1, State: model.StateAccepted}}, nil)
	wantIs(t, "Commit", err, store.ErrNotFound)
	_, err = f.Ledger().ExcludeRest(ctx, 1, "cancelled", start)
	wantIs(t, "ExcludeRest", err, store.ErrNotFound)
}

func ledgerOf(t *testing.T, f *sends) {
	p := plan(2001)
	must(t, 0, f.Ledger().Plan(ctx, 1, p))
	for i, one := range p.Planned {
		got, found, err := f.Ledger().Of(ctx, 1, one.Contact)
		if want := (model.Recipient{Ordinal: model.Ordinal(i), Contact: one.Contact, Lane: one.Lane, Cell: one.Cell}); err != nil || !found || got != want {
			t.Fatalf("Of(%d) = %+v, %v, %v", one.Contact, got, found, err)
		}
	}
	for _, id := range []model.ContactID{0, 2, 2000, 4002, 1 << 40} {
		if _, found, err := f.Ledger().Of(ctx, 1, id); found || err != nil {
			t.Errorf("Of(%d): %v, %v", id, found, err)
		}
	}
}

func ledgerRecovers(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(5)))
	claims := claim(t, f, 1, 3, start)
	intents := []model.Intent{{Campaign: 1, Ordinal: claims[0].Ordinal, Email: "a@mail.example", Version: 4, At: start}}
	taken, err := f.Ledger().Commit(ctx, nil, intents)
	if must(t, taken, err); !taken[0] {
		t.Fatal("the intent was not taken")
	}
	for range 2 { // the second opening finds nothing left to settle
		f.reopen()
		got := tally(t, f, 1)
		if got.ByState != [model.States]int{model.StatePlanned: 4, model.StateUncertain: 1} {
			t.Fatalf("after opening: %+v", got.ByState)
		}
	}
	r, _, err := f.Ledger().Of(ctx, 1, claims[0].Contact)
	if must(t, r, err); r.Version != 4 || r.Code != "interrupted" || r.Attempts != 1 || r.At.IsZero() {
		t.Errorf("uncertain: %+v", r)
	}
	if again := claim(t, f, 1, 9, start); len(again) != 4 || again[0].Ordinal != claims[1].Ordinal {
		t.Errorf("claimed again: %+v", again)
	}
}

func ledgerSuppressed(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(3)))
	claim(t, f, 1, 3, start)
	must(t, 0, f.Suppressions().Add(ctx, "LEA@mail.example", model.Suppression{Reason: model.SuppressOpposed, At: start}))
	taken, err := f.Ledger().Commit(ctx, nil, []model.Intent{
		{Campaign: 1, Ordinal: 0, Email: "max@mail.example", Version: 1, At: start},
		{Campaign: 1, Ordinal: 1, Email: "lea@mail.example", Version: 1, At: start},
	})
	if diff := cmp.Diff([]bool{true, false}, must(t, taken, err)); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	r, _, err := f.Ledger().Of(ctx, 1, 3)
	if must(t, r, err); r.State != model.StateExcluded || r.Code != "opposed" || !r.At.Equal(start) {
		t.Errorf("excluded: %+v", r)
	}
}

func ledgerIllegal(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(9)))
	claim(t, f, 1, 4, start)
	settle(t, f, model.Outcome{Campaign: 1, Ordinal: 3, State: model.StateAccepted, At: start})
	before := tally(t, f, 1)
	good := model.Outcome{Campaign: 1, Ordinal: 0, State: model.StateAccepted, At: start}
	for name, bad := range map[string]model.Outcome{
		"planned to accepted": {Campaign: 1, Ordinal: 8, State: model.StateAccepted},
		"accepted twice":      {Campaign: 1, Ordinal: 3, State: model.StateAccepted, Version: 2},
		"accepted, refused":   {Campaign: 1, Ordinal: 3, State: model.StateRefused},
		"to claimed":          {Campaign: 1, Ordinal: 1, State: model.StateClaimed},
		"to intended":         {Campaign: 1, Ordinal: 1, State: model.StateIntended},
		"to no state":         {Campaign: 1, Ordinal: 1, State: 99},
		"nobody":              {Campaign: 1, Ordinal: 9, State: model.StateAccepted},
		"no campaign":         {Campaign: 2, Ordinal: 1, State: model.StateAccepted},
	} {
		bad.At = start
		if _, err := f.Ledger().Commit(ctx, []model.Outcome{good, bad}, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	intent := func(o model.Ordinal, version uint16) model.Intent {
		return model.Intent{Campaign: 1, Ordinal: o, Email: "a@mail.example", Version: version, At: start}
	}
	if _, err := f.Ledger().Commit(ctx, nil, []model.Intent{intent(1, 1), intent(1, 2)}); err == nil {
		t.Error("an intent twice: no error")
	}
	if _, err := f.Ledger().Commit(ctx, []model.Outcome{good}, []model.Intent{intent(7, 1)}); err == nil {
		t.Error("an intent of somebody planned: no error")
	}
	if _, err := f.Ledger().Resolve(ctx, 1, model.StateRefused, start); err == nil {
		t.Error("resolved to refused: no error")
	}
	if diff := cmp.Diff(before, tally(t, f, 1)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
	settle(t, f, good)
}

// ledgerAgain: a commit that was durable and returned an error is repeated, also
// after other results came in, and changes nothing.
func ledgerAgain(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(9)))
	claim(t, f, 1, 6, start)
	at := start.Add(1500 * time.Millisecond)
	intents := []model.Intent{{Campaign: 1, Ordinal: 5, Email: "a@mail.example", Version: 3, At: at}}
	results := []model.Outcome{
		{Campaign: 1, Ordinal: 0, State: model.StateAccepted, At: at, Attempts: 1, Version: 3},
		{Campaign: 1, Ordinal: 1, State: model.StateRefused, At: at, Attempts: 2, Version: 3, Code: strings.Repeat("5", 90), Text: "no"},
		{Campaign: 1, Ordinal: 2, State: model.StateDeferred, At: at, Attempts: 1, NextTry: at.Add(time.Hour), Code: "450", Text: "later"},
		{Campaign: 1, Ordinal: 3, State: model.StateUncertain, At: at, Attempts: 1, Code: "dropped"},
		{Campaign: 1, Ordinal: 4, State: model.StatePlanned, At: at},
	}
	commit := func() []model.Recipient {
		taken, err := f.Ledger().Commit(ctx, results, intents)
		if must(t, taken, err); !taken[0] {
			t.Error("the intent was not taken")
		}
		var lines []model.Recipient
		must(t, 0, f.Ledger().Lines(ctx, 1, []model.State{
			model.StateAccepted, model.StateRefused, model.StateDeferred, model.StateUncertain, model.StatePlanned, model.StateIntended,
		}, func(r model.Recipient) error { lines = append(lines, r); return nil }))
		return lines
	}
	if diff := cmp.Diff(commit(), commit()); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
	if next, err := f.Ledger().NextDue(ctx, 1); !must(t, next, err).Equal(at.Add(time.Hour)) {
		t.Errorf("NextDue = %v", next)
	}
	if due := claim(t, f, 1, 9, at.Add(time.Hour)); len(due) != 5 || due[0].Ordinal != 2 {
		t.Errorf("claimed: %+v", due)
	}
	for name, change := range map[string]func(*model.Outcome){
		"version":  func(o *model.Outcome) { o.Version++ },
		"second":   func(o *model.Outcome) { o.At = o.At.Add(time.Second) },
		"code":     func(o *model.Outcome) { o.Code = "551" },
		"attempts": func(o *model.Outcome) { o.Attempts++ },
	} {
		other := results[1]
		change(&other)
		if _, err := f.Ledger().Commit(ctx, []model.Outcome{other}, nil); model.KindOf(err) != model.KindInvalid {
			t.Errorf("another %s: %v", name, err)
		}
	}
}

func ledgerClaims(t *testing.T, f *sends) {
	const people, workers = 3000, 6
	must(t, 0, f.Ledger().Plan(ctx, 1, plan(people)))
	got := make(chan []model.Claim, workers)
	for range workers {
		go func() {
			var mine []model.Claim
			for {
				some, err := f.Ledger().Claim(ctx, 1, model.Claims(97), start)
				if err != nil || len(some) == 0 {
					got <- mine
					return
				}
				mine = append(mine, some...)
			}
		}()
	}
	seen := map[model.Ordinal]bool{}
	for range workers {
		for _, c := range <-got {
			if seen[c.Ordinal] || c.Contact != model.ContactID(2*c.Ordinal+1) ||
				c.Lane != model.Lane(int(c.Ordinal)%model.Lanes) || c.Cell != model.Cell(int(c.Ordinal)%model.Cells) {
				t.Fatalf("claimed twice, or wrong: %+v", c)
			}
			seen[c.Ordinal] = true
		}
	}
	if len(seen) != people {
		t.Errorf("%d claimed, want %d", len(seen), people)
	}
	// What is given back, in a page long passed, is found again.
	settle(t, f, model.Outcome{Campaign: 1, Ordinal: 5, State: model.StatePlanned})
	if again := claim(t, f, 1, 9, start); len(again) != 1 || again[0].Ordinal != 5 {
		t.Errorf("claimed again: %+v", again)
	}
}

func ledgerText(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(1)))
	claim(t, f, 1, 1, start)
	settle(t, f, model.Outcome{Campaign: 1, State: model.StateRefused, At: start, Attempts: 1, Code: "550 5.1.1", Text: strings.Repeat("é", 400) + "x"})
	r, _, err := f.Ledger().Of(ctx, 1, 1)
	if must(t, r, err); r.Text != strings.Repeat("é", 256) || r.Code != "550 5.1.1" || r.Attempts != 1 {
		t.Errorf("refused: %+v", r)
	}
}

func ledgerDeferred(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(3)))
	claim(t, f, 1, 3, start)
	due := start.Add(10 * time.Minute)
	for o := range model.Ordinal(3) {
		settle(t, f, model.Outcome{Campaign: 1, Ordinal: o, State: model.StateDeferred, At: start, Attempts: 1, NextTry: due.Add(-time.Duration(o) * time.Minute), Code: "451", Text: "later"})
	}
	f.reopen()
	next, err := f.Ledger().NextDue(ctx, 1)
	if want := due.Add(-2 * time.Minute); !must(t, next, err).Equal(want) {
		t.Errorf("NextDue = %v, want %v", next, want)
	}
	if early := claim(t, f, 1, 9, next.Add(-time.Millisecond)); len(early) != 0 {
		t.Errorf("too early: %+v", early)
	}
	got := claim(t, f, 1, 2, due)
	if len(got) != 2 || got[0].Ordinal != 2 || got[1].Ordinal != 1 || got[0].Attempts != 1 {
		t.Errorf("claimed: %+v", got)
	}
}

func ledgerRest(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, oneLane(1200)))
	claim(t, f, 1, 3, start)
	settle(t, f, model.Outcome{Campaign: 1, State: model.StateDeferred, At: start, NextTry: start.Add(time.Hour), Attempts: 1, Text: "later"},
		model.Outcome{Campaign: 1, Ordinal: 1, State: model.StateAccepted, At: start, Attempts: 1, Version: 3})
	n, err := f.Ledger().ExcludeRest(ctx, 1, "cancelled", start)
	if must(t, n, err) != 1198 {
		t.Errorf("excluded %d, want 1198", n)
	}
	got := tally(t, f, 1)
	if got.ByState != [model.States]int{model.StateClaimed: 1, model.StateAccepted: 1, model.StateExcluded: 1198} || got.Versions[3] != 1 {
		t.Errorf("tally: %+v", got)
	}
	if next, err := f.Ledger().NextDue(ctx, 1); err != nil || !next.IsZero() {
		t.Errorf("NextDue = %v, %v", next, err)
	}
	must(t, 0, f.Ledger().Lines(ctx, 1, []model.State{model.StateExcluded}, func(r model.Recipient) error {
		if r.Code != "cancelled" || !r.At.Equal(start) {
			t.Fatalf("line: %+v", r)
		}
		return nil
	}))
}
