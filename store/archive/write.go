package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/time/rate"

	"blanche/model"
	"blanche/store"
)

// Options say how a backup is made.
type Options struct {
	Now     time.Time // noted as the time of the backup
	Version string    // of this program
	Seal    Seal
	Extra   []Extra // files to keep with the data
	// Rate bounds how much data is read in a second, in bytes, so that a send
	// under way keeps its pace: see Beside. 0 is as fast as it goes.
	Rate int
	// Progress, when there is one, is told how far the copy is, in bytes.
	Progress func(done, total int64)
}

// Beside is the rate of a backup beside a sender at full speed.
const Beside = 32 << 20

// Extra is a small file that is not data of the store: the settings.
type Extra struct {
	Name string // letters, digits, ".", "_", "-"
	Data []byte
}

// Write makes a backup of a snapshot, which it does not close: each file of it
// is let go as soon as it is written.
func Write(ctx context.Context, w io.Writer, snap store.Snapshot, o Options) (Manifest, error) {
	m := Manifest{Format: format, Created: o.Now.UTC().Truncate(time.Second), Version: o.Version, Facts: snap.Facts()}
	sealed, err := o.Seal.seal(w)
	if err != nil {
		return m, err
	}
	cores, pace := 2, rate.NewLimiter(rate.Inf, 0)
	if o.Rate > 0 {
		cores, pace = 1, rate.NewLimiter(rate.Limit(o.Rate), 1<<20)
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(cores))
	if err != nil {
		return m, err
	}
	b := &builder{ctx: ctx, tar: tar.NewWriter(packed), m: &m, progress: o.Progress, pace: pace}
	err = b.build(snap, o.Extra)
	err = errors.Join(err, packed.Close()) // ends its goroutines in any case
	if err == nil {
		err = sealed.Close()
	}
	m.Sealed = len(o.Seal.Recipients) > 0 || o.Seal.Passphrase != ""
	return m, worded(ctx, err, "backup.write_failed")
}

// worded gives a technical error its sentence.
func worded(ctx context.Context, err error, key string) error {
	var known *model.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return model.Failed(err, key)
}

type builder struct {
	ctx         context.Context
	tar         *tar.Writer
	m           *Manifest
	progress    func(done, total int64)
	done, total int64
	pace        *rate.Limiter
}

func (b *builder) build(snap store.Snapshot, extra []Extra) error {
	for _, f := range snap.Files() {
		b.total += f.Size
	}
	for _, f := range snap.Files() {
		if !allowed(f.Name) {
			return model.Refused("backup.bad_name", "file", f.Name)
		}
		if err := b.add(f.Name, f.Size, f.WriteTo); err != nil {
			return err
		}
	}
	for _, x := range extra {
		if !allowed(extraFolder + x.Name) {
			return model.Refused("backup.bad_name", "file", x.Name)
		}
		err := b.add(extraFolder+x.Name, int64(len(x.Data)), func(_ context.Context, w io.Writer) error {
			_, err := io.Copy(w, bytes.NewReader(x.Data))
			return err
		})
		if err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(b.m, "", "  ")
	if err != nil {
		return err
	}
	if err := b.header(manifestName, int64(len(text))); err != nil {
		return err
	}
	_, err = b.tar.Write(text)
	return errors.Join(err, b.tar.Close())
}

func (b *builder) header(name string, size int64) error {
	return b.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: b.m.Created, Format: tar.FormatPAX,
	})
}

// add writes one file and notes its checksum.
func (b *builder) add(name string, size int64, writeTo func(context.Context, io.Writer) error) error {
	if err := b.header(name, size); err != nil {
		return err
	}
	sum := sha256.New()
	if err := writeTo(b.ctx, io.MultiWriter(sum, b.tar, b)); err != nil {
		return err
	}
	b.m.Files = append(b.m.Files, File{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// Write counts what went through, and waits where that was too fast.
func (b *builder) Write(p []byte) (int, error) {
	b.done += int64(len(p))
	if b.progress != nil {
		b.progress(min(b.done, b.total), b.total)
	}
	for n := len(p); n > 0; n -= 1 << 20 {
		if err := b.pace.WaitN(b.ctx, min(n, 1<<20)); err != nil {
			return 0, err
		}
	}
	return len(p), b.ctx.Err()
}

// WriteFile makes a backup that has its name once it is whole and synced. A
// file of that name is never replaced.
func WriteFile(ctx context.Context, path string, snap store.Snapshot, o Options) (m Manifest, err error) {
	dir := filepath.Dir(path)
	if _, err := os.Lstat(path); err == nil {
		return m, model.Refused("backup.exists", "file", path)
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return m, model.Failed(err, "backup.write_failed")
	}
	defer func() { _ = os.Remove(f.Name()) }()
	m, err = Write(ctx, &spread{f: f}, snap, o)
	if err = errors.Join(err, syncUnless(err, f), f.Close()); err != nil {
		return m, worded(ctx, err, "backup.write_failed")
	}
	if err := takeName(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return m, model.Refused("backup.exists", "file", path)
	} else if err != nil {
		return m, model.Failed(err, "backup.write_failed")
	}
	return m, worded(ctx, syncDir(dir), "backup.write_failed")
}

// spread syncs a file as it grows: one large sync at the end would hold up the
// small ones of a sender on the same disk.
type spread struct {
	f     *os.File
	since int
}

func (s *spread) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	if s.since += n; err == nil && s.since >= 4<<20 {
		s.since = 0
		err = s.f.Sync()
	}
	return n, err
}

func syncUnless(failed error, f *os.File) error {
	if failed != nil {
		return nil
	}
	return f.Sync()
}

// takeName gives a file another name, that nobody has.
func takeName(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		a, err1 := os.Lstat(from)
		b, err2 := os.Lstat(to)
		if err1 == nil && err2 == nil && os.SameFile(a, b) {
			return os.Remove(from) // linked before the process ended
		}
		return fs.ErrExist
	}
	// A file system without links.
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
