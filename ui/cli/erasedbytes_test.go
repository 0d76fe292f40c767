package cli

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/store/open"
)

// Of who was erased no byte is left in any file of the folder, whatever it is for,
// nor in a backup that is made later. The controls are the folder before, and the
// backup made before, in which the person still is until it expires: restored, it
// erases them again.
func TestOfAnErasedPersonNoByteIsLeftInAnyFileNorInLaterBackups(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	const lea = "lea.durand@clients.example"
	traces := []string{lea, "durandal", "+33612345678", "4970000017", "X-lea-17", "noisette"}
	// A movement of points is numbers: by how much, and the total, as the ledger of
	// points alone has them, one behind the other.
	const moved = 987_654_321
	traces = append(traces, string(binary.AppendVarint(binary.AppendVarint(nil, moved), moved)))
	s.write("people.csv", []byte("email;prenom;nom;telephone;carte;identifiant;note\n"+lea+";Léa;Durandal;06 12 34 56 78;4970000017;X-lea-17;noisette\nmax@clients.example;Max;Blé;;;;\n"))
	s.write("orders.csv", []byte("id;date;total;email\nW1;2026-11-01;10;"+lea+"\n"))
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "dit au comptoir")
	s.run(0, "import", "orders", "orders.csv")
	s.run(0, "contact", "set", lea, "city=Durandal-sur-Mer")
	s.run(0, "contact", "tag", lea, "noisette")
	s.run(0, "contact", "set", lea, fmt.Sprintf("points=%d", moved))
	s.run(0, "contact", "set", lea, "points=0")
	s.run(0, "contact", "complain", lea)
	data := s.env["BLANCHE_DATA"]
	s.answered(data, lea, "<"+lea+"> mailbox full")
	s.run(0, "backup", "before.bk")

	if months, err := filepath.Glob(filepath.Join(data, "track-*.db")); err != nil || len(months) == 0 {
		t.Errorf("nothing came back: %v, %v", months, err)
	}
	before := tracesIn(t, data, traces)
	for _, text := range traces {
		if before[text] == 0 {
			t.Errorf("%q is nowhere before: the test does not bite", text)
		}
	}
	s.run(0, "privacy", "erase", lea, "--confirm", lea)
	s.run(0, "backup", "after.bk")
	if left := tracesIn(t, data, traces); len(left) > 0 {
		t.Errorf("left in the folder: %v", left)
	}
	for file, dir := range map[string]string{"after.bk": "later", "before.bk": "earlier"} {
		s.run(0, "restore", file, "--data", filepath.Join(s.dir, dir), "--erasures", filepath.Join(data, "erasures.log"))
		s.run(0, "compact", "--data", filepath.Join(s.dir, dir))
		if left := tracesIn(t, filepath.Join(s.dir, dir), traces); len(left) > 0 {
			t.Errorf("left in %s: %v", dir, left)
		}
	}
}

// answered keeps something that came back from outside about a person.
func (s *shop) answered(data, email, said string) {
	s.t.Helper()
	now := func() time.Time { return s.now }
	st, err := open.Open(s.t.Context(), open.Options{Dir: data, Rand: s.rand, Now: now, Command: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := st.Contacts().ByEmail(s.t.Context(), email)
	if err == nil {
		_, err = st.Responses().Append(s.t.Context(), []model.Response{{At: s.now, Kind: model.ResponseBounce, Contact: c.ID, Class: model.BounceFull, Detail: said}})
	}
	if err := firstOf(err, st.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// tracesIn counts texts in every file below a folder, whatever their case.
func tracesIn(t *testing.T, dir string, traces []string) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		b = bytes.ToLower(b)
		for _, text := range traces {
			if n := bytes.Count(b, []byte(strings.ToLower(text))); n > 0 {
				found[text] += n
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
