package audience

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// The purchases of CDNOW, as orders of a base, fall into the cells of the
// reference answers.
func TestTheGridIsThatOfTheReferenceCase(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "..", "shared", "data", "cdnow")
	raw, err := os.ReadFile(filepath.Join(folder, "golden-open.json"))
	if err != nil {
		t.Skip("the reference data are not beside the project: ", err)
	}
	var golden struct {
		Cases []struct {
			Method   string          `json:"method"`
			Expected json.RawMessage `json:"expected"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(raw, &golden); err != nil {
		t.Fatal(err)
	}
	var want struct {
		Customers int            `json:"customers"`
		Value     float64        `json:"total_value"`
		Cells     map[string]int `json:"cells"`
	}
	for _, c := range golden.Cases {
		if c.Method == "rfm" {
			if err := json.Unmarshal(c.Expected, &want); err != nil {
				t.Fatal(err)
			}
		}
	}
	wanted := map[string]int{}
	for cell, n := range want.Cells {
		wanted[cell[:2]] += n
	}
	b := cdnow(t, folder).build(t)
	got, customers, spend := map[string]int{}, 0, model.Cents(0)
	for _, c := range b.Grid(model.NewDate(1998, time.June, 30)) {
		if c.Customers > 0 {
			got[strconv.Itoa(c.R)+strconv.Itoa(c.F)] = c.Customers
		}
		customers, spend = customers+c.Customers, spend+c.Spend
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if customers != want.Customers || spend.Euros() != want.Value {
		t.Errorf("%d customers, %.2f instead of %d, %.2f", customers, spend.Euros(), want.Customers, want.Value)
	}
}

// cdnow is a folder of the customers of the file.
func cdnow(t *testing.T, dir string) *folder {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "CDNOW_master.txt.gz"))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = file.Close() }()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	f, seen := &folder{}, map[int]bool{}
	for lines := bufio.NewScanner(zip); lines.Scan(); {
		cells := strings.Fields(lines.Text())
		id, err := strconv.Atoi(cells[0])
		if err != nil {
			continue // the header
		}
		day, err1 := time.Parse("20060102", cells[1])
		dollars, err2 := strconv.ParseFloat(cells[3], 64)
		if err1 != nil || err2 != nil {
			t.Fatal(lines.Text())
		}
		if !seen[id] {
			seen[id] = true
			f.contacts = append(f.contacts, model.Contact{ID: model.ContactID(id), Created: day})
		}
		f.sales = append(f.sales, store.Sale{Contact: model.ContactID(id), Day: model.DateOf(day, time.UTC), Cents: model.Cents(dollars*100 + 0.5)})
	}
	slices.SortFunc(f.contacts, func(a, b model.Contact) int { return int(a.ID) - int(b.ID) })
	slices.SortStableFunc(f.sales, func(a, b store.Sale) int {
		if a.Contact != b.Contact {
			return int(a.Contact) - int(b.Contact)
		}
		return int(a.Day) - int(b.Day)
	})
	return f
}
