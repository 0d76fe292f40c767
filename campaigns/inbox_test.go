package campaigns_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// inboxIn watches a folder.
func inboxIn(dir string) func(*shop) {
	return func(s *shop) {
		s.opt.Config.Inbox = campaigns.Inbox{Dir: dir, Basis: model.BasisCustomer, Source: "caisse"}
		s.opt.Word = func(err error) string { return "dit : " + err.Error() }
	}
}

// left are the names below a folder.
func left(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func leave(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Files that are left are imported by those who serve, the good and the bad; one
// that comes again, as after a death between the import and the move, counts
// nothing twice.
func TestFilesThatAreLeftAreImportedOnce(t *testing.T) {
	dir := t.TempDir()
	inShop(t, nil, inboxIn(dir), func(s *shop) {
		const orders = "id;email;date;total\n1;a@clients.example;2026-11-02;10,00\n2;b@clients.example;2026-11-03;20,00\n"
		leave(t, dir, "clients-1.csv", "email;prenom\na@clients.example;Ana\nb@clients.example;Bo\n")
		leave(t, dir, "commandes-1.csv", orders)
		leave(t, dir, "quoi.csv", "a;b\n1;2\n")
		leave(t, dir, "contacts-bad.csv", "email\nc@clients.example\nnonsense\n")
		leave(t, dir, "contacts-later.csv.part", "email\nlater@clients.example\n")
		time.Sleep(time.Minute)
		want := "contacts-later.csv.part done/clients-1.csv done/commandes-1.csv done/contacts-bad.csv rejects/contacts-bad-rejets.csv rejects/quoi.csv rejects/quoi.csv.txt"
		if got := left(t, dir); got != want {
			t.Errorf("left: %s", got)
		}
		why, err := os.ReadFile(filepath.Join(dir, "rejects/quoi.csv.txt"))
		s.must(err)
		if !strings.HasPrefix(string(why), "dit : inbox.unknown_kind") {
			t.Errorf("why: %s", why)
		}
		today, err := s.desk.Today(s.ctx)
		s.must(err)
		if in := today.Inbox; today.Contacts != 3 || today.Orders30 != 2 || in.Taken != 4 || in.Refused != 2 || in.Last != "quoi.csv" || in.Why == nil || in.Waiting != 0 {
			t.Errorf("today: %d contacts, %d orders, %+v", today.Contacts, today.Orders30, in)
		}
		acts := map[string]int{}
		s.must(s.store.Audit().Lines(s.ctx, 0, func(l *model.AuditLine) error { acts[l.Entry.Act]++; return nil }))
		if acts["import.refuse"] != 2 || acts["contact.import"] < 3 {
			t.Errorf("the journal: %v", acts)
		}
		leave(t, dir, "commandes-1.csv", orders)
		time.Sleep(2 * time.Second)
		s.reopen(true)
		time.Sleep(time.Minute)
		leave(t, dir, "commandes-2.csv", "id;email;date;total\n3;b@clients.example;2026-11-03;20,00\n") // the control
		time.Sleep(time.Minute)
		today, err = s.desk.Today(s.ctx)
		s.must(err)
		if today.Orders30 != 3 || !strings.Contains(left(t, dir), "done/commandes-1-2.csv done/commandes-1.csv done/commandes-2.csv") {
			t.Errorf("again: %d orders, %s", today.Orders30, left(t, dir))
		}
	})
}

// Nothing is watched where the settings do not say so.
func TestNobodyLooksIntoAFolderUnasked(t *testing.T) {
	dir := t.TempDir()
	inShop(t, nil, nil, func(s *shop) {
		leave(t, dir, "clients-1.csv", "email\na@clients.example\n")
		time.Sleep(time.Minute)
		if got := left(t, dir); got != "clients-1.csv" {
			t.Errorf("left: %s", got)
		}
	})
}
