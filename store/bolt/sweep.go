package bolt

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blanche/store"
)

// apartFromSweep are the files of the folder that are the data, or settings and
// keys of the shop.
var apartFromSweep = []string{"crm.db", "send.db", erasuresName, "config.toml", "holder"}

// Sweep walks the folder; what is not a plain file is passed over.
func (e *Engine) Sweep(ctx context.Context, texts []string) (out store.Swept, err error) {
	if err := e.enter(ctx); err != nil {
		return out, err
	}
	defer e.leave()
	w := sweeper{ctx: ctx, dir: e.dir, out: &out}
	for _, text := range texts {
		if text = strings.TrimSpace(text); len(text) >= 5 { // shorter ones are in everything
			w.texts = append(w.texts, []byte(strings.ToLower(text)))
		}
	}
	if err := filepath.WalkDir(e.dir, w.visit); err != nil {
		return out, err
	}
	return out, syncDir(e.dir)
}

type sweeper struct {
	ctx   context.Context
	dir   string
	texts [][]byte
	out   *store.Swept
}

func (w *sweeper) visit(path string, d fs.DirEntry, err error) error {
	if err = errors.Join(err, w.ctx.Err()); err != nil {
		return err
	}
	name, err := filepath.Rel(w.dir, path)
	if err != nil {
		return err
	}
	base := filepath.Base(path)
	switch {
	case d.IsDir() && filepath.Dir(name) == backupsName && strings.HasPrefix(strings.TrimPrefix(base, "."), "before-schema-"):
		w.out.Removed = append(w.out.Removed, name)
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return fs.SkipDir
	case !d.Type().IsRegular() || filepath.Dir(name) == "." && slices.Contains(apartFromSweep, base):
		return nil
	case strings.HasSuffix(base, ".db") && strings.HasPrefix(base, "."): // a file that is being made: compaction removes it
		return nil
	case filepath.Dir(name) == "." && isMonth(base):
		return nil
	case closed(base):
		w.out.Kept = append(w.out.Kept, name)
		return nil
	}
	return w.file(path, name)
}

// closed reports whether a file is a backup, which is compressed or sealed.
func closed(base string) bool {
	for _, end := range []string{".tar", ".tar.gz", ".tgz", ".zst", ".age", ".gz", ".zip", ".bk"} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return false
}

// file removes the lines of a text that name one of the texts.
func (w *sweeper) file(path, name string) error {
	found, binary, err := w.look(path)
	switch {
	case err != nil || !found:
		return err
	case binary:
		w.out.Left = append(w.out.Left, name)
		return nil
	}
	if err := w.clean(path); err != nil {
		return err
	}
	w.out.Cleaned = append(w.out.Cleaned, name)
	return nil
}

func (w *sweeper) names(line []byte) bool {
	line = bytes.ToLower(line)
	return slices.ContainsFunc(w.texts, func(t []byte) bool { return bytes.Contains(line, t) })
}

// look reads a file line by line.
func (w *sweeper) look(path string) (found, binary bool, err error) {
	err = eachLine(path, func(line []byte) error {
		found = found || w.names(line)
		binary = binary || bytes.IndexByte(line, 0) >= 0
		return w.ctx.Err()
	})
	return found, binary, err
}

// clean writes a file anew without some lines, and puts it in its place.
func (w *sweeper) clean(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".sweep-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	err = eachLine(path, func(line []byte) error {
		if w.names(line) {
			return nil
		}
		_, err := temp.Write(line)
		return err
	})
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func eachLine(path string, do func([]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	r := bufio.NewReaderSize(f, 1<<16)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			if err := do(line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
