package audience

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is a connection to a private server that ends with the test; the
// test is skipped where there is none.
func postgres(t *testing.T) *pgx.Conn {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		t.Skip("no PostgreSQL on this machine")
	}
	bin := filepath.Dir(found[len(found)-1])
	dir, err := os.MkdirTemp("", "blanche-sql-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	as, err := lowered(dir)
	if err != nil {
		t.Skip("PostgreSQL does not run as root, and nobody is called postgres: ", err)
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(t.Context(), filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Skipf("initdb: %v %s", err, out)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-h", "", "-c", "fsync=off", "-c", "work_mem=64MB", "-c", "jit=off")
	server.SysProcAttr, server.Dir = as, dir
	if err := server.Start(); err != nil {
		t.Skip("postgres: ", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	deadline := time.Now().Add(time.Minute)
	for {
		db, err := pgx.Connect(t.Context(), "host="+dir+" user=postgres dbname=postgres sslmode=disable")
		if err == nil {
			return db
		}
		if time.Now().After(deadline) {
			t.Skip("postgres does not answer: ", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
