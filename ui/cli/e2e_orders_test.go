package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// order is one line of the file of orders.
type order struct {
	id, email, date string
	cents           int64
	status          string
	counts          bool // paid, of a known person, in the window
}

// ordersOf makes orders of the spend column: most in the window, of 22/11 to
// 05/12; some on the day before it or after it, cancelled, paid back in part
// or whole, or of people whom nobody knows.
func ordersOf(people []customer) (out []order) {
	for i, c := range people {
		if c.spend == 0 {
			continue
		}
		n := len(out)
		day := []string{"22/11/2026", "23/11/2026", "27/11/2026 18:30", "30/11/2026", "01/12/2026", "05/12/2026 23:59", "05/12/2026"}[n%7]
		o := order{fmt.Sprintf("FA-%d", i), c.email, day, c.spend, "payée", true}
		switch {
		case n%11 == 3:
			o.date, o.counts = "06/12/2026", false
		case n%13 == 5:
			o.date, o.counts = "21/11/2026 23:59", false
		case n%17 == 7:
			o.status, o.counts = "annulée", false
		case n%19 == 2:
			o.email, o.counts = fmt.Sprintf("inconnu%d@ailleurs.example", i), false
		case n%5 == 1:
			out = append(out, order{o.id + "-R", c.email, "03/12/2026", -(c.spend / 3), "payée", true})
		case n%23 == 4:
			out = append(out, order{o.id + "-R", c.email, "04/12/2026", -c.spend, "payée", true})
		}
		out = append(out, o)
	}
	return out
}

func ordersFile(t *testing.T, orders []order) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("N° commande;Courriel;Date commande;Montant TTC;Statut\r\n")
	for _, o := range orders {
		sign, cents := "", o.cents
		if cents < 0 {
			sign, cents = "-", -cents
		}
		fmt.Fprintf(&b, "%s;%s;%s;%s%d,%02d €;%s\r\n", o.id, o.email, o.date, sign, cents/100, cents%100, o.status)
	}
	return windows1252(t, b.String())
}

// measured imports the orders and compares the ROI with the oracle's.
func measured(t *testing.T, s *shop, people, in []customer, left map[string]bool) {
	t.Helper()
	orders := ordersOf(people)
	spent, strangers := map[string]int64{}, 0
	for _, o := range orders {
		if o.counts {
			spent[o.email] += o.cents
		}
		if strings.HasPrefix(o.email, "inconnu") {
			strangers++
		}
	}
	var target, holdout arm
	for _, c := range in {
		if left[c.email] {
			holdout.spend = append(holdout.spend, spent[c.email])
		} else {
			target.spend = append(target.spend, spent[c.email])
		}
	}
	s.write("commandes.csv", ordersFile(t, orders))
	s.at("2026-12-02T10:00:00+01:00")
	if got := answer[imported](s, "import", "orders", "commandes.csv"); got.Created != len(orders) || got.Unmatched != strangers || got.Rejected != 0 {
		t.Fatalf("orders: %+v, want %d created and %d unmatched", got, len(orders), strangers)
	}
	if early := answer[statement](s, "roi", "noel-15"); early.Window.Closed || early.Verdict != "too_early" || early.Spend.Method != "sequence" || early.Money.P != nil {
		t.Errorf("while the window is open: %+v", early)
	}
	s.at("2026-12-10T09:00:00+01:00")
	first := s.run(0, "roi", "noel-15")
	st := answers[statement](t, first)[0]
	if faults := differ(st.figures(), judged(target, holdout, 0.40, 64000, 1)); len(faults) > 0 {
		t.Errorf("the ROI is not the oracle's: %s", strings.Join(faults, "; "))
	}
	if !st.Window.Closed || !strings.HasPrefix(st.Window.Start, "2026-11-22T00:00:00+01:00") || !strings.HasPrefix(st.Window.End, "2026-12-05T23:59:59+01:00") {
		t.Errorf("window %+v", st.Window)
	}
	if st.Method != "holdout" || st.Label != "causal" || st.Spend.Method != "prudent" || st.Buyers.Method != "newcombe" || st.Sentence == "" {
		t.Errorf("%s %s %s %s %q", st.Method, st.Label, st.Spend.Method, st.Buyers.Method, st.Sentence)
	}
	if got := answer[imported](s, "import", "orders", "commandes.csv"); got.Created != 0 || got.Updated != 0 || got.Unchanged != len(orders) {
		t.Errorf("the same orders again: %+v", got)
	}
	if again := s.run(0, "roi", "noel-15"); !slices.Equal(again, first) {
		t.Errorf("the same orders again change the ROI:\n%s%s", first, again)
	}
	t.Logf("%d sent, %d left alone; buyers %.0f and %d; ROI %.3f, from %.3f to %.3f: %s",
		len(target.spend), len(holdout.spend), st.figures()["target.buyers"], holdout.buyers(), st.Money.ROI, st.Money.ROICI[0], st.Money.ROICI[1], st.Verdict)
}
