package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

// testLedgerMachine drives two campaigns through random steps and compares
// every line, the tally and what is handed out with a ledger in memory.
func testLedgerMachine(t *testing.T, fresh func(*testing.T) SenderOpener) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{f: openSends(rt, fresh(t)), now: start, lines: map[model.CampaignID][]model.Recipient{}, opposed: map[string]bool{}}
		defer func() { _ = m.f.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"plan": m.plan, "claim": m.claim, "claim again": m.claim, "commit": m.commit, "commit again": m.commit, "illegal": m.illegal,
			"reopen": m.reopen, "exclude": m.exclude, "resolve": m.resolve, "again": m.again, "oppose": m.oppose,
			"wait": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "seconds")) * time.Second)
			},
			"": m.check,
		})
	})
}

type machine struct {
	f       *sends
	now     time.Time
	lines   map[model.CampaignID][]model.Recipient
	opposed map[string]bool
}

// some draws one of two campaigns that has a plan.
func (m *machine) some(t *rapid.T) model.CampaignID {
	c := model.CampaignID(rapid.IntRange(1, 2).Draw(t, "campaign"))
	if m.lines[c] == nil {
		t.Skip("no plan")
	}
	return c
}

func emailOf(id model.ContactID) string { return fmt.Sprintf("c%d@mail.example", id) }

func (m *machine) plan(t *rapid.T) {
	c := model.CampaignID(rapid.IntRange(1, 2).Draw(t, "campaign"))
	if m.lines[c] != nil {
		t.Skip("planned")
	}
	p := plan(rapid.OneOf(rapid.IntRange(1, 12), rapid.SampledFrom([]int{999, 1000, 1003})).Draw(t, "people"))
	must(t, 0, m.f.Ledger().Plan(ctx, c, p))
	for i, one := range p.Planned {
		m.lines[c] = append(m.lines[c], model.Recipient{Ordinal: model.Ordinal(i), Contact: one.Contact, Lane: one.Lane, Cell: one.Cell})
	}
}

// commit settles some of the open lines, and announces some of the claimed.
func (m *machine) commit(t *rapid.T) {
	var results []model.Outcome
	var intents []model.Intent
	var open []*model.Recipient
	for _, c := range []model.CampaignID{1, 2} {
		for i := range m.lines[c] {
			line := &m.lines[c][i]
			if line.State != model.StateClaimed && line.State != model.StateIntended || len(open) > 12 {
				continue
			}
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				open = append(open, line)
			case 1:
				results = append(results, m.outcome(t, c, line))
			case 2:
				if line.State == model.StateClaimed {
					intents = append(intents, model.Intent{Campaign: c, Ordinal: line.Ordinal, Email: emailOf(line.Contact), Version: uint16(rapid.IntRange(1, 3).Draw(t, "version")), At: m.now})
				}
			}
		}
	}
	taken, err := m.f.Ledger().Commit(ctx, results, intents)
	must(t, taken, err)
	for _, o := range results {
		m.settled(o)
	}
	for i, in := range intents {
		line := &m.lines[in.Campaign][in.Ordinal]
		line.State, line.Version, line.At = model.StateIntended, in.Version, m.now
		if m.opposed[in.Email] {
			line.State, line.Version, line.Code, line.Text = model.StateExcluded, 0, "opposed", ""
		}
		if taken[i] == m.opposed[in.Email] {
			t.Fatalf("intent of %s taken: %v", in.Email, taken[i])
		}
	}
}

func (m *machine) outcome(t *rapid.T, c model.CampaignID, line *model.Recipient) model.Outcome {
	o := model.Outcome{
		Campaign: c, Ordinal: line.Ordinal, At: m.now, Attempts: line.Attempts + 1, Text: "déjà vu", Version: uint16(rapid.IntRange(0, 2).Draw(t, "version")),
		Code:  rapid.SampledFrom([]string{"451", "550 5.1.1", "552 5.2.2"}).Draw(t, "code"),
		State: rapid.SampledFrom([]model.State{model.StatePlanned, model.StateAccepted, model.StateDeferred, model.StateRefused, model.StateExcluded, model.StateUncertain}).Draw(t, "state"),
	}
	if o.State == model.StateDeferred {
		o.NextTry = m.now.Add(time.Duration(rapid.IntRange(-5, 600).Draw(t, "delay")) * time.Second)
	}
	return o
}

// settled is the same in memory.
func (m *machine) settled(o model.Outcome) {
	line := &m.lines[o.Campaign][o.Ordinal]
	line.State = o.State
	switch o.State {
	case model.StatePlanned:
		line.Version, line.At = 0, time.Time{}
		return
	case model.StateAccepted:
		line.Code, line.Text = "", ""
	default:
		line.Code, line.Text = o.Code, o.Text
	}
	line.At, line.Attempts, line.NextTry = o.At, o.Attempts, o.NextTry
	if o.Version != 0 {
		line.Version = o.Version
	}
}

// illegal: one wrong change among right ones, and nothing is written.
func (m *machine) illegal(t *rapid.T) {
	c := m.some(t)
	wrong := slices.IndexFunc(m.lines[c], func(r model.Recipient) bool {
		return r.State != model.StateClaimed && r.State != model.StateIntended
	})
	const never = 60_000 // a version that nothing was written in: this is no repetition
	if wrong < 0 {
		t.Skip("everybody is open")
	}
	var results []model.Outcome
	for _, r := range m.lines[c] {
		if r.State == model.StateClaimed && len(results) < 3 {
			results = append(results, model.Outcome{Campaign: c, Ordinal: r.Ordinal, State: model.StateAccepted, At: m.now})
		}
	}
	results = append(results, model.Outcome{Campaign: c, Ordinal: model.Ordinal(wrong), State: model.StateAccepted, Version: never, At: m.now})
	if _, err := m.f.Ledger().Commit(ctx, results, nil); err == nil {
		t.Fatalf("no error from %v", m.lines[c][wrong].State)
	}
}

func (m *machine) reopen(*rapid.T) {
	m.f.reopen()
	for c := range m.lines {
		for i := range m.lines[c] {
			line := &m.lines[c][i]
			switch line.State {
			case model.StateClaimed:
				line.State, line.Version, line.At = model.StatePlanned, 0, time.Time{}
			case model.StateIntended:
				line.State, line.Code, line.Text = model.StateUncertain, "interrupted", ""
				line.Attempts++
			}
		}
	}
}

func (m *machine) exclude(t *rapid.T) {
	c := m.some(t)
	if !rapid.Bool().Draw(t, "really") {
		t.Skip("too often otherwise")
	}
	reason := rapid.SampledFrom([]string{"cancelled", "cancelled", "window"}).Draw(t, "reason")
	n, err := m.f.Ledger().ExcludeRest(ctx, c, reason, m.now)
	must(t, n, err)
	for i := range m.lines[c] {
		line := &m.lines[c][i]
		if line.State == model.StatePlanned || line.State == model.StateDeferred {
			line.State, line.Version, line.At, line.NextTry, line.Code = model.StateExcluded, 0, m.now, time.Time{}, reason
			n--
		}
	}
	if n != 0 {
		t.Fatalf("%d too many excluded", n)
	}
}

func (m *machine) resolve(t *rapid.T) {
	c := m.some(t)
	to := rapid.SampledFrom([]model.State{model.StatePlanned, model.StateAccepted}).Draw(t, "to")
	n, err := m.f.Ledger().Resolve(ctx, c, to, m.now)
	must(t, n, err)
	for i := range m.lines[c] {
		line := &m.lines[c][i]
		if line.State != model.StateUncertain {
			continue
		}
		n--
		line.State, line.At = to, m.now
		if to == model.StatePlanned {
			line.Version, line.At = 0, time.Time{}
		}
	}
	if n != 0 {
		t.Fatalf("%d too many resolved", n)
	}
}

func (m *machine) oppose(t *rapid.T) {
	email := emailOf(model.ContactID(rapid.IntRange(1, 24).Draw(t, "who")))
	must(t, 0, m.f.Suppressions().Add(ctx, email, model.Suppression{Reason: model.SuppressOpposed, At: m.now}))
	m.opposed[email] = true
}

// check compares every line and every count.
func (m *machine) check(t *rapid.T) {
	all := []model.State{0, 1, 2, 3, 4, 5, 6, 7}
	for c, lines := range m.lines {
		got := tally(t, m.f, c)
		want := model.Tally{HeldOut: got.HeldOut, Planned: len(lines), Versions: map[uint16]int{}}
		var due time.Time
		for _, r := range lines {
			want.ByState[r.State]++
			want.ByLane[r.Lane][r.State]++
			want.ByCell[r.Cell][r.State]++
			if r.State == model.StateAccepted {
				want.Versions[r.Version]++
			}
			if r.State == model.StateDeferred && (due.IsZero() || r.NextTry.Before(due)) {
				due = r.NextTry
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("tally (-want +got):\n%s", diff)
		}
		i := 0
		must(t, 0, m.f.Ledger().Lines(ctx, c, all, func(r model.Recipient) error {
			if r.State == model.StateUncertain && r.Code == "interrupted" {
				lines[i].At = r.At // of the opening: the clock of the engine
			}
			if r != lines[i] {
				t.Fatalf("line %d: %+v, want %+v", i, r, lines[i])
			}
			i++
			return nil
		}))
		next, err := m.f.Ledger().NextDue(ctx, c)
		if i != len(lines) || !must(t, next, err).Equal(due) {
			t.Fatalf("%d lines, next due %v, want %d, %v", i, next, len(lines), due)
		}
	}
}
