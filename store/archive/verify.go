package archive

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"blanche/model"
	"blanche/store"
)

// Verified is what a backup proved to be.
type Verified struct {
	Manifest Manifest
	Health   store.Health
}

// Verify restores a backup into a new folder inside temp, reads every record,
// and removes it again. Ask from a child process: a damaged page can end the
// one that reads it.
func Verify(ctx context.Context, r io.Reader, temp string, keys Keys, open Opener) (out Verified, err error) {
	dir, err := os.MkdirTemp(temp, ".verifying.*")
	if err != nil {
		return out, model.Failed(err, "backup.verify_failed")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if out.Manifest, err = extract(ctx, r, keys, dir, func(string) {}); err != nil {
		return out, worded(ctx, err, "backup.verify_failed")
	}
	s, err := open(ctx, dir)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := out.Manifest.compare(ctx, s); err != nil {
		return out, err
	}
	out.Health, err = s.Check(ctx)
	return out, err
}

// VerifyFile is Verify of a file.
func VerifyFile(ctx context.Context, path, temp string, keys Keys, open Opener) (Verified, error) {
	f, err := os.Open(path)
	if err != nil {
		return Verified{}, model.Failed(err, "backup.verify_failed")
	}
	defer func() { _ = f.Close() }()
	return Verify(ctx, f, temp, keys, open)
}

// Copy writes the files of a snapshot into an empty folder as they are, damage
// included: what a child process opens to verify a folder that is held.
func Copy(ctx context.Context, snap store.Snapshot, dir string) error {
	for _, file := range snap.Files() {
		f, err := os.OpenFile(filepath.Join(dir, file.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			err = errors.Join(file.WriteTo(ctx, f), f.Close())
		}
		if err != nil {
			return worded(ctx, err, "backup.verify_failed")
		}
	}
	return nil
}
