package intake

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"blanche/model"
)

// hillstrom is the public e-mail experiment of Kevin Hillstrom (2008): 64,000
// customers, outside of the project.
func hillstrom(t *testing.T) (head []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "hillstrom", "hillstrom.csv.gz"))
	if err != nil {
		t.Skip("the Hillstrom data are not beside the project: ", err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func TestHillstromAsAFrenchExcelFileKeepsEveryCent(t *testing.T) {
	t.Parallel()
	head, rows := hillstrom(t)
	var people, orders strings.Builder
	people.WriteString("Adresse mail;Prénom;" + strings.Join(head, ";") + "\r\n")
	orders.WriteString("N° commande;Courriel;Date commande;Montant TTC\r\n")
	var history, spend model.Cents
	bought := 0
	for i, r := range rows {
		email := fmt.Sprintf("c%d@hillstrom.example", i)
		people.WriteString(email + ";Zoé;" + strings.ReplaceAll(strings.Join(r, ";"), ".", ",") + "\r\n")
		history += exact(t, r[2])
		if s := exact(t, r[len(r)-1]); s != 0 {
			bought++
			spend += s
			fmt.Fprintf(&orders, "%d;%s;%02d/11/2026 10:00;%s €\r\n", i, email, i%28+1, strings.Replace(r[len(r)-1], ".", ",", 1))
		}
	}
	f := newFake()
	rep := f.load(t, Contacts, cp1252(t, people.String()))
	if rep.Created != 64_000 || rep.Encoding != "windows-1252" || rep.Decimal != "," {
		t.Fatalf("%+v", rep)
	}
	var got model.Cents
	for i := range f.people {
		v, _ := f.people[i].Attr("history")
		got += exact(t, v)
		if z, _ := f.people[i].Attr("zip_code"); z != rows[i][5] || f.people[i].Postcode != "" {
			t.Fatalf("person %d: zip_code %q, postcode %q", i, z, f.people[i].Postcode)
		}
	}
	if got != history {
		t.Errorf("history %d, want %d", got, history)
	}
	rep = f.load(t, Orders, cp1252(t, orders.String()))
	if rep.Created != bought || rep.Unmatched != 0 {
		t.Fatalf("%+v, %d bought", rep, bought)
	}
	got = 0
	for _, o := range f.orders {
		got += o.Counts()
	}
	if got != spend {
		t.Errorf("spend %d, want %d", got, spend)
	}
}

func exact(t *testing.T, s string) model.Cents {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return model.Cents(f*100 + 0.5)
}
