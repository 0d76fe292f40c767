package bolt

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// Records are written in one place, which wants the acts of what it changes.
func TestNothingWritesARecordWithoutItsActs(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	// A union keeps the records that it was made of, apart from those that are read.
	// A draft is put by putDraft.
	callers := map[string]string{"appendContact": "sealContact appendUnion draft", "sealContact": "putContact Record"}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				name, ok := call.Fun.(*ast.Ident)
				if ok && (name.Name == "appendContact" || name.Name == "sealContact") && !strings.Contains(callers[name.Name], f.Name.Name) {
					t.Errorf("%s: %s calls %s: write with putContact", path, f.Name.Name, name.Name)
				}
				return true
			})
		}
	}
}

func TestARecordWithoutAPenKeepsItsChoices(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	err := e.crm.db.Update(func(tx *bolt.Tx) error {
		c := model.Contact{ID: 1, Basis: model.BasisConsent}
		return putContact(tx.Bucket(bucketContact), nil, standing{}, &c, "", "")
	})
	if err == nil {
		t.Error("a ground without an act")
	}
}

// Who had a ground before there was a ledger has it as a first act, and keeps it
// when something follows.
func TestWhatWasKnownBeforeTheLedgerIsItsFirstAct(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpack(t, 3, dir)
	e, err := Open(t.Context(), goldenOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	c, err := e.Contacts().ByEmail(t.Context(), "p5@mail.example")
	if err != nil || c.Basis != model.BasisConsent || c.Tracking != model.TrackingRefused {
		t.Fatalf("%+v, %v", c, err)
	}
	before, err := e.Consents().Of(t.Context(), c.ID)
	if err != nil || len(before) != 2 || !before[0].Known || before[0].Source != "form" || !before[0].At.Equal(start.Add(-time.Hour)) || !before[1].Known {
		t.Fatalf("%+v, %v", before, err)
	}
	later := start.Add(48 * time.Hour)
	if _, err := e.Contacts().Edit(t.Context(), c.ID, c.Version, later, func(c *model.Contact) error { c.Tracking = model.TrackingGranted; return nil }); err != nil {
		t.Fatal(err)
	}
	after, err := e.Consents().Of(t.Context(), c.ID)
	if err != nil || len(after) != 3 || after[2].Known || after[2].Choice != model.Granted {
		t.Fatalf("%+v, %v", after, err)
	}
	for i := range after {
		after[i].Recorded, after[i].Contact = time.Time{}, 0
	}
	if diff := cmp.Diff(before, after[:2]); diff != "" {
		t.Errorf("what was known (-before +after):\n%s", diff)
	}
}

// A million people of one file are to cost few bytes each.
func TestAPageOfOneFileCostsFewBytesAPerson(t *testing.T) {
	t.Parallel()
	var acts []model.ConsentAct
	for i := range consentBlock {
		acts = append(acts, model.ConsentAct{
			Contact: model.ContactID(1<<20 + i), At: start.Add(-time.Duration(i) * time.Hour), Recorded: start, Basis: model.BasisConsent, Operator: "ines", Wording: "J’accepte",
			Source: fmt.Sprintf("formulaire du site (clients-2026.csv:%d)", 900_000+i),
		})
	}
	body := appendActs(nil, acts)
	if each := float64(len(body)) / float64(len(acts)); each > 20 {
		t.Errorf("%.1f bytes an act", each)
	}
	back, err := decodeActs(body, (1<<20)/consentBlock)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(acts, back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzActsDecodeOrFail(f *testing.F) {
	f.Add(appendActs(nil, []model.ConsentAct{{Contact: 3, At: start, Recorded: start, Source: "a:12", Wording: "w", IP: "i", Operator: "o", Reason: 1, Known: true}}))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, body []byte) {
		acts, err := decodeActs(body, 0)
		if err != nil {
			return
		}
		again, err := decodeActs(appendActs(nil, acts), 0)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(acts, again); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// What the ledger costs an import: the same people with a ground and without.
func BenchmarkMergeWithActs(b *testing.B) {
	for name, basis := range map[string]model.Basis{"none": model.BasisNone, "consent": model.BasisConsent} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				e, err := Open(b.Context(), options(b.TempDir()))
				if err != nil {
					b.Fatal(err)
				}
				rows := make([]model.Contact, 10_000)
				for n := range 10 {
					for i := range rows {
						k := n*len(rows) + i
						rows[i] = model.Contact{Email: fmt.Sprintf("p%07d@mail.example", k), FirstName: "Léa", LastName: "Martin", City: "Nantes", Basis: basis}
						rows[i].BasisSource, rows[i].BasisAt = fmt.Sprintf("form (clients.csv:%d)", k+2), start
					}
					if _, err := e.Contacts().Merge(b.Context(), rows, start); err != nil {
						b.Fatal(err)
					}
				}
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
