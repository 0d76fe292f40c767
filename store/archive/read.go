package archive

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"blanche/model"
)

// read goes through a backup to its very end and compares every file with the
// manifest. Each file is given to keep as it comes, before anything is known
// of it: whoever keeps it uses it only when read returned nil.
func read(ctx context.Context, r io.Reader, keys Keys, keep func(name string, r io.Reader) error) (m Manifest, err error) {
	plain, sealed, err := keys.unseal(&stoppable{ctx, r})
	if err != nil {
		return m, worded(ctx, err, "backup.read_failed")
	}
	unpacked, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return m, damaged(manifestName, err)
	}
	defer unpacked.Close()
	t := &taker{tar: tar.NewReader(unpacked), keep: keep}
	if err := t.take(); err != nil {
		return m, worded(ctx, err, "backup.read_failed")
	}
	// The last checksum, and the end of the encrypted message, come last.
	if _, err := io.Copy(io.Discard, unpacked); err != nil {
		return m, worded(ctx, damaged(manifestName, err), "backup.read_failed")
	}
	if err := t.m.agrees(t.files); err != nil {
		return m, err
	}
	t.m.Sealed = sealed
	return t.m, nil
}

// Inspect reads a whole backup without keeping it, and returns its manifest.
func Inspect(ctx context.Context, r io.Reader, keys Keys) (Manifest, error) {
	return read(ctx, r, keys, func(_ string, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
}

// taker takes the files of a backup one after the other.
type taker struct {
	tar   *tar.Reader
	keep  func(string, io.Reader) error
	files []File
	m     Manifest
}

func (t *taker) take() error {
	for {
		h, err := t.tar.Next()
		if err != nil { // also at the end: the manifest was not there
			return damaged(manifestName, err)
		}
		if h.Name == manifestName {
			return t.manifest(h)
		}
		if h.Typeflag != tar.TypeReg || !allowed(h.Name) || t.has(h.Name) {
			return model.Refused("backup.bad_name", "file", h.Name)
		}
		if err := t.file(h); err != nil {
			return err
		}
	}
}

func (t *taker) has(name string) bool {
	for _, f := range t.files {
		if f.Name == name {
			return true
		}
	}
	return false
}

// file gives one file away, and notes what it was.
func (t *taker) file(h *tar.Header) error {
	sum := sha256.New()
	in := &faulty{r: io.TeeReader(t.tar, sum)}
	if err := t.keep(h.Name, in); err != nil {
		if in.err != nil {
			return damaged(h.Name, in.err)
		}
		return err
	}
	t.files = append(t.files, File{Name: h.Name, Size: h.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (t *taker) manifest(h *tar.Header) error {
	if h.Size > maxManifest {
		return damaged(manifestName, nil)
	}
	text, err := io.ReadAll(t.tar)
	if err == nil {
		err = json.Unmarshal(text, &t.m)
	}
	if err != nil {
		return damaged(manifestName, err)
	}
	if _, err := t.tar.Next(); !errors.Is(err, io.EOF) {
		return damaged(manifestName, err) // nothing may follow
	}
	return nil
}

// faulty remembers an error of reading, to be told from one of writing.
type faulty struct {
	r   io.Reader
	err error
}

func (f *faulty) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// stoppable is a reader that ends with its context.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
