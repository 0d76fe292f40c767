package audience

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"blanche/model"
)

// households are people of whom several live under one roof; those of roof 0
// live alone.
func households() *rapid.Generator[[]Member] {
	return rapid.Custom(func(t *rapid.T) []Member {
		target := make([]Member, rapid.IntRange(1, 300).Draw(t, "n"))
		for i := range target {
			target[i] = Member{ID: model.ContactID(2*i + 1), Stratum: fmt.Sprint("s", rapid.IntRange(1, 3).Draw(t, "stratum"))}
			if roof := rapid.IntRange(0, 80).Draw(t, "roof"); roof > 0 {
				target[i].Unit = fmt.Sprint("roof ", roof)
			}
		}
		return target
	})
}

func TestAHouseholdIsOnOneSideAndTheQuotasAreOfHouseholds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		target := households().Draw(t, "target")
		share := rapid.SampledFrom([]float64{0, 0.05, 0.1, 0.3, 0.5, 0.9}).Draw(t, "share")
		held, planned, quotas := Draw("salt", share, target)
		if len(held)+len(planned) != len(target) {
			t.Fatalf("%d + %d of %d", len(held), len(planned), len(target))
		}
		key := func(id model.ContactID) string { return target[(id-1)/2].Unit }
		units := map[string]bool{}
		for _, m := range target {
			units[drawnAs(m.ID, m.Unit)] = true
		}
		people, all, out := 0, 0, 0
		for _, q := range quotas {
			if q.Units > 0 {
				all, out = all+q.Units, out+q.UnitsHeldOut
			} else { // everybody lives alone
				all, out = all+q.Size, out+q.HeldOut
			}
			people += q.Size
		}
		if people != len(target) || all != len(units) || out != int(share*float64(all)+0.5) {
			t.Fatalf("%d people, %d units, %d held out of %d at %g", people, all, out, len(units), share)
		}
		verify := func(held []model.HeldOut, planned []model.ContactID) Doubt {
			if quotas[0].Units == 0 {
				return Verify("salt", share, quotas, held, planned)
			}
			return VerifyUnits("salt", share, quotas, held, planned, key)
		}
		if d := verify(held, planned); d != DoubtNone {
			t.Fatalf("the draw itself leaves a doubt: %s", d)
		}
	})
}

func TestAHouseholdTornApartIsSeen(t *testing.T) {
	t.Parallel()
	var target []Member
	for i := range 200 {
		target = append(target, Member{ID: model.ContactID(i + 1), Unit: fmt.Sprint("roof ", i/2)})
	}
	key := func(id model.ContactID) string { return target[id-1].Unit }
	held, planned, quotas := Draw("s", 0.2, target)
	if len(held) != 40 || quotas[0].UnitsHeldOut != 20 {
		t.Fatalf("%d held out: %+v", len(held), quotas)
	}
	moved := held[0].Contact
	torn := append(slices.Clone(planned), moved)
	torn[0], torn[len(torn)-1] = torn[len(torn)-1], torn[0]
	swapped := append([]model.HeldOut{{Contact: planned[0]}}, held[1:]...)
	if d := VerifyUnits("s", 0.2, quotas, swapped, torn[:len(torn)-1], key); d != DoubtUnit {
		t.Errorf("a household on both sides leaves %q", d)
	}
	if d := VerifyUnits("t", 0.2, quotas, held, planned, key); d != DoubtOrder {
		t.Errorf("another salt leaves %q", d)
	}
}

func TestOneSaltIsOneListAndTwoSaltsAreIndependent(t *testing.T) {
	t.Parallel()
	people := make([]Drawn, 20_000)
	for i := range people {
		people[i] = Drawn{ID: fmt.Sprint(i + 1)}
	}
	again, _ := DrawExact("0", 0.2, slices.Clone(people))
	over, draws := 0, 40
	for n := range draws {
		one, _ := DrawExact(fmt.Sprint(n), 0.2, people)
		other := DrawSimple(fmt.Sprint("universal ", n), 0.1, people)
		if n == 0 && !slices.Equal(one, again) {
			t.Error("the same salt gives two lists")
		}
		if chi2(one, other) > 10.83 { // 1 in 1,000
			over++
		}
	}
	if over > 1 {
		t.Errorf("%d of %d pairs of salts depend on each other", over, draws)
	}
	if same := chi2(again, again); same < 19_000 { // the control: a list depends on itself
		t.Errorf("control: %g", same)
	}
}

func TestTheUniversalZoneBlancheIsTakenOutOfEveryTarget(t *testing.T) {
	t.Parallel()
	f := &folder{why: map[string]model.SuppressReason{}}
	for i := range 5000 {
		c := model.Contact{ID: model.ContactID(i + 1), Email: fmt.Sprintf("p%d@orange.example", i), Basis: model.BasisConsent}
		c.SetAttr("foyer", fmt.Sprint("f", i/3))
		if i%10 == 0 {
			f.why[c.Email] = model.SuppressOpposed
		}
		f.contacts = append(f.contacts, c)
	}
	b := f.build(t)
	for _, unit := range []string{"", "foyer", "attr.foyer", "nobody has it"} {
		facts := Facts{Now: now, Apart: Apart{Salt: "half-year", Share: 0.1, Unit: unit}}
		ask := Ask{Rule: model.RuleAll{}, Share: 0.2, Salt: "s"}
		plan, sum, err := b.Plan(ask, facts)
		if err != nil {
			t.Fatal(err)
		}
		if unit == "nobody has it" {
			facts.Apart.Unit = ""
		}
		key, err := b.Units(facts.Apart.Unit, facts)
		if err != nil {
			t.Fatal(err)
		}
		count, err := b.Count(ask.Rule, facts)
		if err != nil || count.Excluded != sum.Excluded || count.Sendable != sum.Target {
			t.Errorf("%q: counted %+v, planned %+v, %v", unit, count, sum, err)
		}
		if sum.Excluded.Universal != len(plan.Apart) || sum.Excluded.Universal < 350 || sum.Excluded.Universal > 550 {
			t.Errorf("%q: %d taken out, %d listed", unit, sum.Excluded.Universal, len(plan.Apart))
		}
		if sum.Matched != sum.Excluded.Total()+sum.HeldOut+sum.Planned || sum.Excluded.Opposed != 500 {
			t.Errorf("%q: %+v", unit, sum)
		}
		planned := make([]model.ContactID, len(plan.Planned))
		for i, p := range plan.Planned {
			planned[i] = p.Contact
		}
		if d := VerifyApart(facts.Apart, plan.Apart, plan.HeldOut, planned, key); d != DoubtNone {
			t.Errorf("%q: the layer leaves %q", unit, d)
		}
		if d := VerifyApart(facts.Apart, plan.Apart, plan.HeldOut, append(planned, plan.Apart[0]), key); d != DoubtApart {
			t.Errorf("%q: somebody written to leaves %q", unit, d)
		}
		if d := VerifyApart(facts.Apart, planned[:1], plan.HeldOut, planned, key); d != DoubtTaken {
			t.Errorf("%q: somebody wrongly taken out leaves %q", unit, d)
		}
	}
}

func TestAnEditMovesSomebodyBetweenHouseholds(t *testing.T) {
	t.Parallel()
	f := &folder{why: map[string]model.SuppressReason{}}
	for i := range 64 {
		f.contacts = append(f.contacts, model.Contact{ID: model.ContactID(i + 1), Email: fmt.Sprintf("p%d@orange.example", i), Basis: model.BasisConsent, City: fmt.Sprint("c", i)})
	}
	b := f.build(t)
	facts := Facts{Now: now, Apart: Apart{Salt: "x", Share: 0.5, Unit: "city"}}
	before, err := b.Count(model.RuleAll{}, facts)
	if err != nil || before.Excluded.Universal == 0 || before.Excluded.Universal == 64 {
		t.Fatalf("%+v %v", before, err)
	}
	for i := range f.contacts {
		f.contacts[i].City = "one roof"
		b.Apply(&f.contacts[i], 0)
	}
	after, err := b.Count(model.RuleAll{}, facts)
	if err != nil || after.Excluded.Universal != 0 && after.Excluded.Universal != 64 {
		t.Errorf("one household is on two sides: %+v %v", after, err)
	}
}
