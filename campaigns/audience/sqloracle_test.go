package audience

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"blanche/model"
)

// atOnce is how many rules PostgreSQL counts in one pass over the people.
const atOnce = 20

// counted is what PostgreSQL says of some rules, as they are meant and with the
// nulls of SQL.
func counted(ctx context.Context, db *pgx.Conn, rules []model.Rule) (meant, nulls []int, err error) {
	var joins, columns []string
	meant, nulls = make([]int, len(rules)), make([]int, len(rules))
	into := make([]any, 0, 2*len(rules))
	for i, r := range rules {
		columns = append(columns, "count(*) filter (where "+toSQL{true, &joins}.rule(r)+")")
		into = append(into, &meant[i])
	}
	for i, r := range rules {
		if !hasNot(r) {
			nulls[i] = -1
			continue
		}
		columns = append(columns, "count(*) filter (where "+toSQL{false, &joins}.rule(r)+")")
		into = append(into, &nulls[i])
	}
	sql := "select " + strings.Join(columns, ", ") + " from people p" + strings.Join(joins, "")
	return meant, nulls, db.QueryRow(ctx, sql).Scan(into...)
}

// oracle counts all the rules over a few connections at a time.
func oracle(ctx context.Context, db *pgx.Conn, rules []model.Rule) (meant, nulls []int, err error) {
	meant, nulls = make([]int, len(rules)), make([]int, len(rules))
	batches := make(chan int, len(rules))
	for from := 0; from < len(rules); from += atOnce {
		batches <- from
	}
	close(batches)
	group, ctx := errgroup.WithContext(ctx)
	for range 2 {
		group.Go(func() error {
			own, err := pgx.ConnectConfig(ctx, db.Config())
			if err != nil {
				return err
			}
			defer func() { _ = own.Close(context.WithoutCancel(ctx)) }()
			for from := range batches {
				some := rules[from:min(from+atOnce, len(rules))]
				m, n, err := counted(ctx, own, some)
				if err != nil {
					return err
				}
				copy(meant[from:], m)
				copy(nulls[from:], n)
			}
			return nil
		})
	}
	return meant, nulls, group.Wait()
}

// judged is every how many rules PostgreSQL says too why somebody of it may not be
// written to.
const judged = 5

// verdicts are, of each of those rules, how many people there are under each of
// sqlReasons, by the terms of a campaign.
func verdicts(ctx context.Context, db *pgx.Conn, rules []model.Rule) (all [][]int, err error) {
	for from := 0; from < len(rules); from += judged * atOnce {
		var joins, columns []string
		var into []any
		for i := from; i < min(from+judged*atOnce, len(rules)); i += judged {
			of, rule := make([]int, len(sqlReasons)), toSQL{true, &joins}.rule(rules[i])
			for k, reason := range sqlReasons {
				columns = append(columns, fmt.Sprintf("count(*) filter (where p.reason%d = '%s' and %s)", i/judged%len(sqlTerms), reason, rule))
				into = append(into, &of[k])
			}
			all = append(all, of)
		}
		sql := "select " + strings.Join(columns, ", ") + " from people p" + strings.Join(joins, "")
		if err := db.QueryRow(ctx, sql).Scan(into...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// verdictsOf are what a count says of the same.
func verdictsOf(n model.SegmentCount) []int {
	e := n.Excluded
	return []int{n.Sendable, e.Opposed, e.NoConsent, e.Bounced, e.Invalid, e.Topic, e.Frequency, e.Pressure}
}

// Each rule is read in French or in English, as a person would write it. With
// BLANCHE_LONG there are 100,000 people and 500 rules.
func TestARuleCountsAsItsSQLDoes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("short")
	}
	ctx := t.Context()
	db := postgres(t)
	random := rand.New(rand.NewPCG(20261122, 6))
	people, many := sqlSizes()
	v := newVillage(random, people)
	if err := v.fill(ctx, db); err != nil {
		t.Fatal(err)
	}
	why := func(email string) (model.SuppressReason, bool) { r, ok := v.why[email]; return r, ok }
	b, err := Build(ctx, &v.folder, villageOrders{v}, why, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	maker, rules := ruleMaker{random}, make([]model.Rule, many)
	for i := range rules {
		words := []*model.RuleWords{french, english}[i%2]
		if rules[i], err = b.Parse(words.Rule(maker.rule(2))); err != nil {
			t.Fatal(err)
		}
	}
	meant, nulls, err := oracle(ctx, db, rules)
	if err != nil {
		t.Fatal(err)
	}
	whys, err := verdicts(ctx, db, rules)
	if err != nil {
		t.Fatal(err)
	}
	fields, lawless := map[string]int{}, 0
	differ, some, facts := 0, 0, Facts{Now: now, Events: v.news, Recent: func(id model.ContactID) int { return v.recent[id] }}
	facts.Got = func() (func(model.ContactID) time.Time, error) {
		return func(id model.ContactID) time.Time { return v.got[id] }, nil
	}
	for i, r := range rules {
		ours, err := b.Count(r, facts)
		if err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		if ours.Matched != meant[i] {
			t.Errorf("%s: %d, PostgreSQL says %d", r, ours.Matched, meant[i])
		}
		for _, field := range []string{"rfm ", "rfm_r", "rfm_f", "rfm_m", "sendable"} {
			if strings.Contains(r.String(), field) {
				fields[field]++
			}
		}
		if i%judged == 0 {
			f := facts
			f.Terms = sqlTerms[i/judged%len(sqlTerms)]
			ours, err := b.Count(r, f)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := verdictsOf(ours), whys[i/judged]; !slices.Equal(got, want) {
				t.Errorf("%s with %+v: %v are %v, PostgreSQL says %v", r, f.Terms, sqlReasons, got, want)
			}
			if f.Terms = (Terms{B2BPurpose: !f.Terms.B2BPurpose}); ours.Matched > 0 { // the control
				if other, err := b.Count(r, f); err == nil && !slices.Equal(verdictsOf(other), whys[i/judged]) {
					lawless++
				}
			}
		}
		if meant[i] > 0 && meant[i] < people {
			some++
		}
		if nulls[i] >= 0 && nulls[i] != meant[i] { // the control
			differ++
		}
	}
	t.Logf("%d people, %d rules, %d of them of some people and not all; with the nulls of SQL %d count otherwise", people, many, some, differ)
	if len(fields) < 5 || lawless == 0 {
		t.Errorf("rules of classes and of who may be written to: %v; by other terms %d differ", fields, lawless)
	}
	if differ == 0 {
		t.Error("not with nulls counts the same: the oracle sees nothing")
	}
	if some < many/2 {
		t.Errorf("only %d rules are of some people and not all", some)
	}
}

func hasNot(r model.Rule) bool {
	_, not := r.(model.RuleNot)
	return not || slices.ContainsFunc(r.Operands(), hasNot)
}
