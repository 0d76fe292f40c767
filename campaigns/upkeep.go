package campaigns

import (
	"context"
	"io"
	"time"

	"blanche/store"
	"blanche/store/archive"
)

// BackupRequest says how a backup is made.
type BackupRequest struct {
	Recipients []string // age public keys that can open it
	Passphrase string   // opens it, instead of keys
	Settings   []byte   // the settings file, to be kept with the data; nil none
	Version    string   // of the program, noted
	Progress   func(done, total int64)
}

// BackupReport is what a backup holds.
type BackupReport = archive.Manifest

// Compaction is what became of one file.
type Compaction = store.Compaction

// BackupName is the name of a backup made at an instant.
func BackupName(at time.Time) string { return archive.Name(at) }

// KeepBackups removes from a folder the backups that nobody keeps any more: 7
// daily, 4 weekly and 12 monthly ones stay. It returns their names.
func KeepBackups(dir string) ([]string, error) { return archive.Keep(dir, archive.Usual) }

// NewestBackup is the time of the newest backup of a folder.
func NewestBackup(dir string) (time.Time, bool, error) { return archive.Newest(dir) }

// Backup writes a copy of everything, as it is at one moment; the sending goes
// on meanwhile, and the copy leaves it the disk. What has left has left: a copy
// that was cut short has its line in the audit too.
func (s *Service) Backup(ctx context.Context, w io.Writer, r BackupRequest) (BackupReport, error) {
	snap, err := s.store.Snapshot(ctx)
	if err != nil {
		return BackupReport{}, err
	}
	defer func() { _ = snap.Close() }()
	o := archive.Options{Now: s.Now(), Version: r.Version, Seal: archive.Seal{Recipients: r.Recipients, Passphrase: r.Passphrase}, Progress: r.Progress}
	for _, c := range s.Live().Running {
		if c.Sending {
			o.Rate = archive.Beside // the disk is the campaign's first
		}
	}
	if r.Settings != nil {
		o.Extra = []archive.Extra{{Name: "config.toml", Data: r.Settings}}
	}
	out := outward{to: w}
	m, err := archive.Write(ctx, &out, snap, o)
	if err != nil && !out.some {
		return m, err
	}
	return m, s.noteEnd(ctx, err, "folder", "contacts", m.Contacts, "campaigns", m.Campaigns, "sealed", len(r.Recipients) > 0 || r.Passphrase != "")
}

// outward notices whether anything was written.
type outward struct {
	to   io.Writer
	some bool
}

func (o *outward) Write(p []byte) (int, error) {
	o.some = o.some || len(p) > 0
	return o.to.Write(p)
}

// CopyTo writes the files of the folder, as they are at one moment, into an
// empty folder: damage included, for a process that looks for it.
func (s *Service) CopyTo(ctx context.Context, dir string) error {
	snap, err := s.store.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = snap.Close() }()
	return s.noteEnd(ctx, archive.Copy(ctx, snap, dir), "folder")
}

// Compact writes the files anew without what was deleted.
func (s *Service) Compact(ctx context.Context) ([]Compaction, error) {
	done, err := s.store.Compact(ctx)
	if err != nil {
		return nil, err
	}
	values := make([]any, 0, 2*len(done))
	for _, c := range done {
		values = append(values, c.File, c.After)
	}
	return done, s.note(ctx, "folder", values...)
}
