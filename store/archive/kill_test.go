package archive

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The test binary starts itself as a child that restores, and dies at a step.
const (
	childEnv = "BLANCHE_ARCHIVE_CHILD" // the folder
	fileEnv  = "BLANCHE_ARCHIVE_FILE"  // the backup
	stepEnv  = "BLANCHE_ARCHIVE_STEP"  // where to die
	clumsy   = "BLANCHE_ARCHIVE_CLUMSY"
)

func child() {
	f, err := os.Open(os.Getenv(fileEnv))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	dir := os.Getenv(childEnv)
	die := func(step string) {
		fmt.Println(step)
		if step == os.Getenv(stepEnv) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if os.Getenv(clumsy) != "" { // the control: straight into the folder
		_, err = extract(context.Background(), f, Keys{}, dir, die)
	} else {
		o := restoreOptions()
		o.step = die
		_, err = Restore(context.Background(), f, dir, o)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func TestAKilledRestoreLeavesNoDataOrAllOfIt(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 40)
	want := everything(t, s)
	b, _ := backup(t, s, Options{Extra: []Extra{{"config.toml", []byte("x")}}})
	file := filepath.Join(t.TempDir(), "b.bk")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	life := func(dir, step string, env ...string) string {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(append(os.Environ(), childEnv+"="+dir, fileEnv+"="+file, stepEnv+"="+step), env...)
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	all := strings.Fields(strings.ReplaceAll(life(t.TempDir(), ""), "wrote ", "wrote_"))
	if len(all) < 6 {
		t.Fatalf("steps: %q", all)
	}
	for _, step := range all {
		dir := t.TempDir()
		step = strings.ReplaceAll(step, "_", " ")
		if said := life(dir, step); !strings.HasSuffix(said, step+"\n") {
			t.Fatalf("%s: %s", step, said)
		}
		if step == "ready" {
			if err := Finish(dir); err != nil {
				t.Fatal(err)
			}
			if got := everything(t, openTest(t, dir)); got != want {
				t.Errorf("%s: what Finish completed differs", step)
			}
			continue
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.db")); len(left) > 0 {
			t.Errorf("%s: %q is left", step, left)
		}
		if _, err := Restore(t.Context(), bytes.NewReader(b), dir, restoreOptions()); err != nil {
			t.Errorf("%s, again: %v", step, err)
		}
		wantNames(t, dir, "config.toml", "crm.db", "send.db")
	}
	// The control: a restore straight into the folder leaves half of it.
	dir := t.TempDir()
	life(dir, "wrote send.db", clumsy+"=1")
	if left, _ := filepath.Glob(filepath.Join(dir, "*.db")); len(left) != 1 {
		t.Errorf("the control left %q", left)
	}
}

// Finish may die too: between any two names.
func TestFinishMayBeRepeatedAtEachName(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 10)
	b, _ := backup(t, s, Options{Extra: []Extra{{"config.toml", []byte("x")}}})
	names := []string{"config.toml", "crm.db", "send.db"}
	for named := range len(names) + 1 {
		for _, linked := range []bool{false, true} {
			dir := t.TempDir()
			if _, err := Restore(t.Context(), bytes.NewReader(b), dir, restoreOptions()); err != nil {
				t.Fatal(err)
			}
			ready := filepath.Join(dir, readyName)
			if err := os.Mkdir(ready, 0o700); err != nil {
				t.Fatal(err)
			}
			for i, n := range names {
				from, to := filepath.Join(dir, n), filepath.Join(ready, n)
				var err error
				switch {
				case i == named && linked:
					err = os.Link(from, to)
				case i >= named:
					err = os.Rename(from, to)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := Finish(dir); err != nil {
				t.Fatalf("%d, %v: %v", named, linked, err)
			}
			wantNames(t, dir, names...)
			if h, err := openTest(t, dir).Check(t.Context()); err != nil || h.Contacts != 10 {
				t.Errorf("%d, %v: %+v, %v", named, linked, h, err)
			}
		}
	}
}
