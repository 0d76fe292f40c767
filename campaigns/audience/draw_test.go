package audience

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

const dataDir = "../../../shared/data"

// golden reads one reference case of a data set, or skips where it is absent.
func golden(t *testing.T, set, id string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dataDir, set, "golden-open.json"))
	if err != nil {
		t.Skipf("no reference data: %v", err)
	}
	var file struct{ Cases []map[string]any }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		if c["id"] == id {
			return c["expected"].(map[string]any)
		}
	}
	t.Fatalf("no case %s in %s", id, set)
	return nil
}

// lines gives the lines of a packed file after its header.
func lines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(dataDir, path))
	if err != nil {
		t.Skipf("no reference data: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for s := bufio.NewScanner(z); s.Scan(); {
		all = append(all, s.Text())
	}
	return all[1:]
}

func TestTheDrawIsTheOneOfTheReferenceCase(t *testing.T) {
	t.Parallel()
	want := golden(t, "hillstrom", "zone-blanche-draw")
	f, err := os.Open(filepath.Join(dataDir, "hillstrom/hillstrom.csv.gz"))
	if err != nil {
		t.Skipf("no reference data: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	report, err := DrawFile(z, "", "camp-2008-03-20", 0.10, []string{"history_segment"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	close := cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 1e-14 })
	if d := cmp.Diff(want, got, close); d != "" {
		t.Error(d)
	}
}

func TestADrawOverAFileNamesAMissingColumn(t *testing.T) {
	t.Parallel()
	_, err := DrawFile(strings.NewReader("id,ville\na,x\n"), "id", "s", 0.5, []string{"vile"})
	if err == nil || !strings.Contains(err.Error(), "nearest=ville") {
		t.Errorf("%v", err)
	}
	r, err := DrawFile(strings.NewReader("id,ville\nb,x\na,x\n"), "id", "s", 1, []string{"ville"})
	if err != nil || r.StratifiedSum != nil || fmt.Sprint(r.StratifiedFirst) != "[a b]" {
		t.Errorf("%+v %v", r, err)
	}
}

// Member is one person of a target.
type Member struct {
	ID      model.ContactID
	Stratum string
	Unit    string
}

// Draw draws among people in any order, and lists both sides by number.
func Draw(salt string, share float64, people []Member) (heldOut []model.HeldOut, planned []model.ContactID, quotas []model.StratumQuota) {
	t := newTarget(len(people))
	for _, m := range people {
		t.add(m.ID, m.Stratum, m.Unit)
	}
	out, quotas := t.draw(salt, share)
	plan := t.plan(out, quotas, func(model.ContactID) model.Lane { return 0 })
	slices.SortFunc(plan.HeldOut, func(a, b model.HeldOut) int { return int(a.Contact) - int(b.Contact) })
	for _, p := range plan.Planned {
		planned = append(planned, p.Contact)
	}
	slices.Sort(planned)
	return plan.HeldOut, planned, quotas
}

func targetGen() *rapid.Generator[[]Member] {
	return rapid.Custom(func(t *rapid.T) []Member {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		strata := rapid.IntRange(1, 6).Draw(t, "strata")
		target := make([]Member, n)
		for i := range target {
			target[i] = Member{ID: model.ContactID(3*i + 1), Stratum: fmt.Sprint("s", rapid.IntRange(1, strata).Draw(t, "stratum"))}
		}
		return target
	})
}

func TestTheDrawIsExactRepeatableAndLeavesNobodyInBothArms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		target := targetGen().Draw(t, "target")
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		salt := rapid.StringN(1, 32, -1).Draw(t, "salt")
		held, planned, quotas := Draw(salt, share, target)
		if want := int(math.Floor(share*float64(len(target)) + 0.5)); len(held) != want || len(held)+len(planned) != len(target) {
			t.Fatalf("%d held out and %d planned of %d at %v", len(held), len(planned), len(target), share)
		}
		for _, q := range quotas {
			if exact := float64(q.Size) * float64(len(held)) / float64(len(target)); math.Abs(float64(q.HeldOut)-exact) >= 1 {
				t.Fatalf("quota %+v of %v", q, exact)
			}
		}
		shuffled := slices.Clone(target)
		slices.Reverse(shuffled)
		again, rest, _ := Draw(salt, share, shuffled)
		if !slices.Equal(held, again) || !slices.Equal(planned, rest) {
			t.Fatal("another order of the same people drew others")
		}
		if d := Verify(salt, share, quotas, held, planned); d != DoubtNone {
			t.Fatalf("a fair draw is doubted: %s", d)
		}
	})
}

// chi2 is Pearson's statistic of the 2×2 table of two yes-or-no lists.
func chi2(a, b []bool) float64 {
	var n [2][2]float64
	for i := range a {
		x, y := 0, 0
		if a[i] {
			x = 1
		}
		if b[i] {
			y = 1
		}
		n[x][y]++
	}
	d := n[0][0]*n[1][1] - n[0][1]*n[1][0]
	return d * d * float64(len(a)) / ((n[0][0] + n[0][1]) * (n[1][0] + n[1][1]) * (n[0][0] + n[1][0]) * (n[0][1] + n[1][1]))
}

func TestAnotherSaltDrawsIndependently(t *testing.T) {
	t.Parallel()
	people := make([]Drawn, 20000)
	for i := range people {
		people[i] = Drawn{strconv.Itoa(i + 1), fmt.Sprint(i % 3)}
	}
	first, _ := DrawExact("salt-0", 0.2, people)
	over := 0
	for i := 1; i <= 100; i++ {
		other, _ := DrawExact("salt-"+strconv.Itoa(i), 0.2, people)
		if chi2(first, other) > 3.841 {
			over++
		}
	}
	if over > 13 { // 5 expected; 13 or more once in 1,500 times
		t.Errorf("%d of 100 draws depend on the first at 5 %%", over)
	}
	same, _ := DrawExact("salt-0", 0.2, people)
	if chi2(first, same) < 19000 {
		t.Error("control: the same salt should be seen as dependent")
	}
}

func TestAHandThatSwapsSomebodyIsSeen(t *testing.T) {
	t.Parallel()
	target := make([]Member, 400)
	for i := range target {
		target[i] = Member{model.ContactID(i + 1), []string{"a", "b"}[i%2], ""}
	}
	held, planned, quotas := Draw("s", 0.1, target)
	late := slices.MaxFunc(planned, func(a, b model.ContactID) int {
		return cmpFloat(Bucket("s", a.String()), Bucket("s", b.String()))
	})
	swapped := slices.Clone(held)
	others := slices.Clone(planned)
	swapped[0].Contact, others[slices.Index(others, late)] = late, held[0].Contact
	if d := Verify("s", 0.1, quotas, swapped, others); d != DoubtOrder {
		t.Errorf("swap: %q", d)
	}
	if d := Verify("s", 0.1, quotas, held[1:], append(planned, held[0].Contact)); d != DoubtMembers {
		t.Errorf("one fewer: %q", d)
	}
	if d := Verify("s", 0.1, quotas, held, append(planned[1:], held[0].Contact)); d != DoubtBoth {
		t.Errorf("in both: %q", d)
	}
	if d := Verify("s", 0.2, quotas, held, planned); d != DoubtQuotas {
		t.Errorf("another share: %q", d)
	}
	if d := Verify("t", 0.1, quotas, held, planned); d != DoubtOrder {
		t.Errorf("another salt: %q", d)
	}
}

func cmpFloat(a, b float64) int {
	if a < b {
		return -1
	}
	return 1
}

func TestScoresAreThoseOfTheReferenceCase(t *testing.T) {
	t.Parallel()
	want := golden(t, "cdnow", "rfm-1998-07-01")
	reference := model.NewDate(1998, 7, 1)
	index := map[string]int{}
	var ids []string
	var buyers []Buyer
	days := map[string]bool{}
	for _, row := range lines(t, "cdnow/CDNOW_master.txt.gz") {
		f := strings.Fields(row)
		if len(f) != 4 {
			continue
		}
		day, ok := civil(f[1][:4], f[1][4:6], f[1][6:])
		amount, err := model.ParseCents(f[3], '.')
		if !ok || err != nil {
			t.Fatal(row)
		}
		if day >= reference {
			continue
		}
		i, known := index[f[0]]
		if !known {
			i = len(buyers)
			index[f[0]] = i
			ids, buyers = append(ids, f[0]), append(buyers, Buyer{})
		}
		b := &buyers[i]
		b.Last = max(b.Last, day)
		b.Spend += amount
		if !days[f[0]+f[1]] {
			days[f[0]+f[1]] = true
			b.Days++
		}
	}
	cells := map[string]any{}
	scores := Score(buyers)
	for _, s := range scores {
		k := fmt.Sprint(s.R, s.F, s.M)
		k = strings.ReplaceAll(k, " ", "")
		n, _ := cells[k].(float64)
		cells[k] = n + 1
	}
	if d := cmp.Diff(want["cells"], any(cells)); d != "" {
		t.Error(d)
	}
	for _, x := range want["first10"].([]any) {
		x := x.(map[string]any)
		i := index[x["id"].(string)]
		b, s := buyers[i], scores[i]
		got := map[string]any{
			"id": ids[i], "r": float64(reference - b.Last), "f": float64(b.Days), "m": b.Spend.Euros(),
			"R": float64(s.R), "F": float64(s.F), "M": float64(s.M),
		}
		if d := cmp.Diff(x, got); d != "" {
			t.Error(d)
		}
	}
}

func TestFileThatCannotBeDrawnSaysWhyAndHow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"nothing":         {"", "roi.empty_file"},
		"a short row":     {"id,city\n1,a\n2\n", "roi.bad_row line=3: wrong number of fields"},
		"an unknown name": {"ident,city\n1,a\n", "rule.no_field word=id nearest=ident"},
	} {
		_, err := DrawFile(strings.NewReader(c.file), "id", "s", 0.1, []string{"city"})
		var e *model.Error
		if !errors.As(err, &e) || e.Error() != c.want || e.HintKey == "" {
			t.Errorf("%s: %v, want %s with a hint", name, err, c.want)
		}
	}
}
