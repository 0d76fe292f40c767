package ssh

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	gossh "golang.org/x/crypto/ssh"

	"blanche/model"
)

// hostKey reads the key at a path, and makes it (ed25519, 0600 in a 0700
// folder) where there is none. Without a path the key lives as long as the
// process.
func hostKey(path string) (gossh.Signer, error) {
	if path == "" {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return gossh.NewSignerFromKey(private)
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := makeHostKey(path); err != nil {
			return nil, err
		}
	}
	if err := keptSecret(path); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	signer, err := gossh.ParsePrivateKey(raw)
	if err != nil {
		return nil, model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	return signer, nil
}

// keptSecret refuses a key that others of this machine may read, or replace.
func keptSecret(path string) error {
	key, err := os.Lstat(path)
	if err != nil {
		return model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	const othersRead, othersWrite = 0o077, 0o022
	if !key.Mode().IsRegular() || key.Mode().Perm()&othersRead != 0 || folder.Mode().Perm()&othersWrite != 0 {
		return model.Refused("door.host_key_open", "file", path)
	}
	return nil
}

// makeHostKey writes a new key whole or not at all: of two processes that make
// one together, both end up with the same.
func makeHostKey(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(private, "blanche")
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	f, err := os.CreateTemp(folder, ".host_key.*") // 0600
	if err != nil {
		return model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(pem.EncodeToMemory(block))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return model.Failed(err, "door.host_key_unreadable", "file", path)
	}
	return nil
}
