package ssh_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/ui/ssh"
)

// over runs a function on the files of a caller, at home or through the door.
func over(t *testing.T, dir string, do func(f ssh.Files)) {
	t.Helper()
	home, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		do(s.Files)
		return 0
	}})
	if got, err := run(t, home, ssh.Call{Argv: []string{"x"}, Files: ssh.OSFiles(dir)}); err != nil || got.code != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

// bothWays runs a test of files on those of this machine and on those of a caller.
func bothWays(t *testing.T, test func(t *testing.T, dir string, f ssh.Files)) {
	t.Helper()
	t.Run("here", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		test(t, dir, ssh.OSFiles(dir))
	})
	t.Run("through the door", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		over(t, dir, func(f ssh.Files) { test(t, dir, f) })
	})
}

func write(t *testing.T, f ssh.Files, path string, content []byte) error {
	t.Helper()
	w, err := f.Create(path, 0o640, false)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		t.Error(err)
	}
	return w.Close()
}

func read(f ssh.File, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}

func TestAFileGoesBothWays(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, dir string, f ssh.Files) {
		if err := write(t, f, "a.csv", []byte("one\n")); err != nil {
			t.Error(err)
		}
		if err := write(t, f, filepath.Join(dir, "a.csv"), []byte("two\n")); err != nil { // in its place
			t.Error(err)
		}
		file, err := f.Open("a.csv")
		if err != nil {
			t.Error(err)
			return
		}
		if file.Size() != 4 || file.Path() != filepath.Join(dir, "a.csv") {
			t.Error(file.Size(), file.Path())
		}
		if got, err := read(file, nil); string(got) != "two\n" || err != nil {
			t.Errorf("%q %v", got, err)
		}
		onlyHas(t, dir, "a.csv")
	})
}

func onlyHas(t *testing.T, dir string, names ...string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("the folder holds: %s", diff)
	}
}

func TestWhatAFileRefusesIsToldApart(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, dir string, f ssh.Files) {
		_ = os.Mkdir(filepath.Join(dir, "folder"), 0o700)
		_ = os.WriteFile(filepath.Join(dir, "taken"), nil, 0o600)
		_ = os.WriteFile(filepath.Join(dir, "folder", "inside"), []byte("in"), 0o600)
		_ = os.Symlink(filepath.Join(dir, "taken"), filepath.Join(dir, "folder", "out"))
		openIn := func(name string) error { _, err := read(f.OpenIn("folder", name)); return err }
		create := func(path string, exclusive bool) error { _, err := f.Create(path, 0o600, exclusive); return err }
		_, missing := f.Open("missing")
		_, folder := f.Open("folder")
		_, noList := f.ReadDir("missing")
		for what, c := range map[string]struct{ got, want error }{
			"a file that is not there":        {missing, fs.ErrNotExist},
			"a folder read as a file":         {folder, ssh.ErrFolder},
			"a folder that is not there":      {noList, fs.ErrNotExist},
			"a name that is taken":            {create("taken", true), fs.ErrExist},
			"a file in no folder":             {create("nowhere/x", false), fs.ErrNotExist},
			"a folder written as a file":      {create("folder", false), ssh.ErrFolder},
			"a name that leaves the folder":   {openIn("../taken"), ssh.ErrOutside},
			"a path from the root":            {openIn("/etc/passwd"), ssh.ErrOutside},
			"a link that leaves the folder":   {openIn("out"), ssh.ErrOutside},
			"a file that is not in it":        {openIn("none"), fs.ErrNotExist},
			"the control: a file of a folder": {openIn("inside"), nil},
		} {
			if !errors.Is(c.got, c.want) {
				t.Errorf("%s: %v, want %v", what, c.got, c.want)
			}
		}
	})
}

func TestAFileWithoutTheRightToItIsToldApart(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Log("root may read everything: the kind goes over the wire from files that refuse")
	}
	home, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		if _, err := s.Files.Open("x"); !errors.Is(err, fs.ErrPermission) {
			return 1
		}
		return 0
	}})
	got, err := run(t, home, ssh.Call{Argv: []string{"x"}, Files: refusing{ssh.OSFiles("/")}})
	if err != nil || got.code != 0 {
		t.Errorf("%+v %v", got, err)
	}
	// A caller who has no files to give refuses them likewise.
	if got, err := run(t, home, ssh.Call{Argv: []string{"x"}}); err != nil || got.code != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

// A holder that runs as somebody else could read and write with our rights.
func TestAHolderWhoIsSomebodyElseGetsNoFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	home, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		raw, err := read(s.Files.Open("secret"))
		_, created := s.Files.Create("new", 0o600, false)
		_, _ = fmt.Fprintf(s.Out, "%s %v %v", raw, errors.Is(err, fs.ErrPermission), errors.Is(created, fs.ErrPermission))
		return 0
	}})
	for uid, want := range map[int]string{os.Geteuid() + 4000: " true true", os.Geteuid(): "secret false false", 0: "secret false false"} {
		c, err := ssh.DialHolderOf(t.Context(), home, uid)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := c.Run(t.Context(), ssh.Call{Argv: []string{"x"}, Out: &out, Files: ssh.OSFiles(dir)}); err != nil || out.String() != want {
			t.Errorf("the holder is %d: %q %v", uid, out.String(), err)
		}
		_ = c.Close()
	}
}

// refusing are files that nobody may read, and a disk that is full.
type refusing struct{ ssh.Files }

func (refusing) Open(path string) (ssh.File, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
}

func (refusing) Create(string, fs.FileMode, bool) (ssh.Writer, error) { return full{}, nil }

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write(p []byte) (int, error) { return 0, errFull }
func (full) Close() error                { return nil }
func (full) Abort() error                { return nil }
func (full) Path() string                { return "x" }

func TestADiskThatIsFullIsTold(t *testing.T) {
	t.Parallel()
	home, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		w, err := s.Files.Create("x", 0o600, false)
		if err != nil {
			return 1
		}
		for err == nil {
			_, err = w.Write(make([]byte, 1<<20))
		}
		_, _ = io.WriteString(s.Out, err.Error())
		if w.Close() == nil {
			return 2
		}
		return 0
	}})
	got, err := run(t, home, ssh.Call{Argv: []string{"x"}, Files: refusing{ssh.OSFiles("/")}})
	if err != nil || got.code != 0 || !strings.Contains(got.out, errFull.Error()) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestAFolderIsListed(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, dir string, f ssh.Files) {
		_ = os.Mkdir(filepath.Join(dir, "b"), 0o700)
		_ = os.WriteFile(filepath.Join(dir, "c"), []byte("123"), 0o600)
		_ = os.Symlink("b", filepath.Join(dir, "a"))
		got, err := f.ReadDir(".")
		for i := range got {
			if got[i].Dir {
				got[i].Size = 0 // of the file system
			}
		}
		if diff := cmp.Diff([]ssh.Entry{{Name: "a", Dir: true}, {Name: "b", Dir: true}, {Name: "c", Size: 3}}, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if got, err := f.ReadDir("b"); len(got) != 0 || err != nil {
			t.Error(got, err)
		}
	})
}

func TestAnExclusiveFileHasItsNameAtOnceAndItsContentAtTheEnd(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, dir string, f ssh.Files) {
		w, err := f.Create("new", 0o600, true)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = w.Write([]byte("content"))
		if _, err := f.Create("new", 0o600, true); !errors.Is(err, fs.ErrExist) {
			t.Errorf("the name was given twice: %v", err)
		}
		if raw, _ := os.ReadFile(filepath.Join(dir, "new")); len(raw) != 0 {
			t.Errorf("%q stands there before the end", raw)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if raw, _ := os.ReadFile(filepath.Join(dir, "new")); string(raw) != "content" {
			t.Errorf("%q", raw)
		}
		other, err := f.Create("other", 0o600, true)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = other.Write([]byte("content"))
		_ = other.Abort()
		if err := other.Close(); err == nil {
			t.Error("an aborted file was committed")
		}
		until(t, "only the first", func() bool { list, _ := os.ReadDir(dir); return len(list) == 1 })
		onlyHas(t, dir, "new")
	})
}

func TestWhatIsNoRegularFileIsWrittenAsItGoes(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, _ string, f ssh.Files) {
		if err := write(t, f, os.DevNull, []byte("gone")); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
			t.Error("it has become a file", err)
		}
	})
}

func TestANewFileObeysTheUmask(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, dir string, f ssh.Files) {
		if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o666); err != nil {
			t.Error(err)
		}
		for name, exclusive := range map[string]bool{"new": false, "only": true} {
			w, err := f.Create(name, 0o666, exclusive)
			if err != nil {
				t.Error(err)
				return
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			want, _ := os.Stat(filepath.Join(dir, "plain"))
			if got, err := os.Stat(filepath.Join(dir, name)); err != nil || got.Mode() != want.Mode() {
				t.Errorf("%s is %v, want %v (%v)", name, got.Mode(), want.Mode(), err)
			}
		}
	})
}

func TestAFileIsWrittenThroughALinkAndKeepsItsMode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_ = os.WriteFile(filepath.Join(dir, "real"), []byte("old"), 0o604)
	_ = os.Chmod(filepath.Join(dir, "real"), 0o604)
	_ = os.Symlink("real", filepath.Join(dir, "link"))
	if err := write(t, ssh.OSFiles(dir), "link", []byte("new")); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(filepath.Join(dir, "real"))
	info, _ := os.Lstat(filepath.Join(dir, "real"))
	link, _ := os.Lstat(filepath.Join(dir, "link"))
	if string(raw) != "new" || info.Mode().Perm() != 0o604 || link.Mode().Type() != fs.ModeSymlink {
		t.Errorf("%q %v %v", raw, info.Mode(), link.Mode())
	}
}

func TestFiftyMegabytesGoBothWays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := bytes.Repeat([]byte("0123456789abcdef"), 50<<20/16)
	copy(big[1<<20:], "not the same everywhere")
	if err := os.WriteFile(filepath.Join(dir, "big"), big, 0o600); err != nil {
		t.Fatal(err)
	}
	over(t, dir, func(f ssh.Files) {
		from, err := f.Open("big")
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = from.Close() }()
		to, err := f.Create("copy", 0o600, false)
		if err != nil {
			t.Error(err)
			return
		}
		n, err := io.Copy(to, from)
		if err := errors.Join(err, to.Close()); n != from.Size() || err != nil {
			t.Error(n, err)
		}
	})
	raw, err := os.ReadFile(filepath.Join(dir, "copy"))
	if err != nil || sha256.Sum256(raw) != sha256.Sum256(big) {
		t.Errorf("the copy of %d bytes is another (%v)", len(raw), err)
	}
	onlyHas(t, dir, "big", "copy")
}

func TestAnUploadThatBreaksOffLeavesNoFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		commit bool
		leave  bool
		want   []string
	}{
		{"the session ends without closing it", false, false, []string{"old"}},
		{"the caller leaves", false, true, []string{"old"}},
		{"the control: it is closed", true, false, []string{"new", "old"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			_ = os.WriteFile(filepath.Join(dir, "old"), []byte("old"), 0o600)
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			home, _ := atHome(t, ssh.Options{Serve: func(gone context.Context, s *ssh.Session) int {
				for _, w := range []struct {
					name      string
					exclusive bool
				}{{"old", false}, {"new", true}} {
					f, err := s.Files.Create(w.name, 0o600, w.exclusive)
					if err != nil {
						t.Error(err)
						return 1
					}
					_, _ = f.Write(bytes.Repeat([]byte("half"), 1<<16))
					if c.commit && w.exclusive {
						_ = f.Close()
					}
				}
				if c.leave {
					leave()
					<-gone.Done()
				}
				return 0
			}})
			_, _ = attach(t, home).Run(ctx, ssh.Call{Argv: []string{"x"}, Files: ssh.OSFiles(dir)})
			until(t, "nothing half written", func() bool { list, _ := os.ReadDir(dir); return len(list) == len(c.want) })
			onlyHas(t, dir, c.want...)
			if raw, _ := os.ReadFile(filepath.Join(dir, "old")); string(raw) != "old" {
				t.Errorf("the old file holds %d bytes", len(raw))
			}
		})
	}
}

func TestADownloadEndsWithCtrlC(t *testing.T) {
	t.Parallel()
	interrupt := make(chan os.Signal, 1)
	home, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		f, err := s.Files.Open("x")
		if err != nil {
			return 1
		}
		interrupt <- os.Interrupt
		if _, err := io.ReadAll(f); !errors.Is(err, ssh.ErrInterrupted) {
			t.Error(err)
			return 2
		}
		return 0
	}})
	never := newNever()
	defer never.end()
	code, err := attach(t, home).Run(t.Context(), ssh.Call{Argv: []string{"x"}, Files: never, Signals: interrupt})
	if code != 0 || err != nil {
		t.Error(code, err)
	}
}

// never are files that open and then give nothing.
type never struct {
	ssh.Files
	r *io.PipeReader
	w *io.PipeWriter
}

func newNever() never {
	r, w := io.Pipe()
	return never{ssh.OSFiles("/"), r, w}
}

func (n never) end()                          { _ = n.w.Close() }
func (n never) Open(string) (ssh.File, error) { return neverFile{n.r}, nil }

type neverFile struct{ *io.PipeReader }

func (neverFile) Size() int64  { return 0 }
func (neverFile) Path() string { return "x" }
