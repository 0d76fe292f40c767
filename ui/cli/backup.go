package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/doctor"
	"blanche/ui/ssh"

	"github.com/spf13/cobra"
)

// sealFlags say how a backup is closed, or opened.
type sealFlags struct {
	recipients     *[]string
	passphraseFile *string
	identity       *string
}

// backupJSON is the answer of `backup`.
type backupJSON struct {
	File string `json:"file"`
	campaigns.BackupReport
	Sealed  bool     `json:"sealed"`
	Tested  *bool    `json:"tested"` // restored and read in a process of its own; null: not asked, or sealed
	Removed []string `json:"removed"`
}

func newBackupCmd(s *session) *cobra.Command {
	var f sealFlags
	var keep, untested, dry *bool
	cmd := s.command("backup", []string{"[FILE]"}, func(cmd *cobra.Command, args []string) error {
		set, err := s.config()
		if err != nil {
			return err
		}
		target := set.Backup.Dir
		if len(args) == 1 {
			target = args[0]
		}
		if target == "" {
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", s.words("FILE"), "command", cmd.CommandPath()))
		}
		desk, err := s.useLong(cmd.Context())
		if err != nil {
			return err
		}
		if *dry {
			if err := desk.May(model.Maintain); err != nil {
				return err
			}
			s.wouldChange(true)
			return nil
		}
		return s.backup(cmd.Context(), desk, target, f, *keep, !*untested, len(args) == 0)
	})
	f.recipients, f.passphraseFile = s.listFlag(cmd, "recipient"), s.textFlag(cmd, "passphrase-file", "")
	keep, untested, dry = s.boolFlag(cmd, "keep"), s.boolFlag(cmd, "no-test"), s.dryFlag(cmd)
	return cmd
}

// backup writes a backup, restores it in a process of its own to see that it
// can be, and removes the ones that nobody keeps. The target of the settings is
// a folder: where it is not there (a disk that is not mounted) no file takes
// its name.
func (s *session) backup(ctx context.Context, desk campaigns.Desk, target string, f sealFlags, keep, test, ofSettings bool) error {
	r, err := s.backupRequest(ctx, f)
	if err != nil {
		return err
	}
	if target == "-" {
		_, err := desk.Backup(ctx, s.Out, r)
		return err
	}
	files, err := s.files(target)
	if err != nil {
		return err
	}
	dir := ""
	if _, err := files.ReadDir(target); err == nil {
		dir = files.Abs(target)
		target = filepath.Join(dir, campaigns.BackupName(desk.Now()))
	} else if ofSettings {
		return model.Failed(err, "cli.backup.no_folder", "dir", target)
	} else if keep {
		return model.Invalid("cli.backup.keep_in_folder", "file", target)
	}
	out := backupJSON{Sealed: len(r.Recipients) > 0 || r.Passphrase != "", Removed: []string{}}
	if out.File, out.BackupReport, err = s.writeBackup(ctx, desk, files, target, r); err != nil {
		return err
	}
	if test && (!out.Sealed || r.Passphrase != "") {
		whole, err := s.testBackup(ctx, files, out.File, unsealing{passphrase: r.Passphrase})
		s.noted(func(p *doctor.Past) { p.Restore = tested(s.Now(), err) })
		if err != nil {
			return err
		}
		out.Tested = &whole
	}
	if keep {
		if out.Removed, err = campaigns.KeepBackups(dir); err != nil {
			return err
		}
		out.Removed = orEmpty(out.Removed)
	}
	return s.sayBackup(&out)
}

func (s *session) backupRequest(ctx context.Context, f sealFlags) (campaigns.BackupRequest, error) {
	r := campaigns.BackupRequest{Recipients: *f.recipients, Version: buildVersion().Version}
	if len(r.Recipients) == 0 && *f.passphraseFile == "" && s.settings.Config.BackupKey != "" {
		r.Recipients = []string{s.settings.Config.BackupKey}
	}
	if s.settings.Paths.Written {
		if raw, err := os.ReadFile(s.settings.Paths.Config); err == nil {
			r.Settings = raw
		}
	}
	var err error
	r.Passphrase, err = s.secret(ctx, *f.passphraseFile)
	bar := s.newBar()
	r.Progress = func(done, total int64) {
		if done >= total {
			bar.clear()
			return
		}
		bar.set(float64(done)/float64(max(total, 1)), s.p.T("cli.backup.progress"))
	}
	return r, err
}

// secret reads the one line of a file that only its owner should read.
func (s *session) secret(ctx context.Context, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	raw, err := s.readInput(ctx, file)
	if err == nil && strings.TrimSpace(string(raw)) == "" {
		err = model.Invalid("cli.backup.empty_secret", "file", file)
	}
	return strings.TrimRight(string(raw), "\r\n"), err
}

// writeBackup writes the file of the caller: it has its name when it is whole.
func (s *session) writeBackup(ctx context.Context, desk campaigns.Desk, files ssh.Files, target string, r campaigns.BackupRequest) (string, campaigns.BackupReport, error) {
	w, err := files.Create(target, 0o600, true)
	if err != nil {
		return "", campaigns.BackupReport{}, createError(err, target)
	}
	m, err := desk.Backup(ctx, w, r)
	if err != nil {
		_ = w.Abort()
		return "", m, err
	}
	if err := w.Close(); err != nil {
		return "", m, fileError(err, target)
	}
	return w.Path(), m, nil
}

// sayBackup says what was written, and whether it can be restored.
func (s *session) sayBackup(b *backupJSON) error {
	defer func() {
		if b.Tested == nil && !s.global.json {
			s.note(s.p.T("cli.backup.untested", "file", b.File))
		}
	}()
	if s.global.json {
		return s.json(b)
	}
	s.say(s.p.T("cli.backup.done", "file", b.File, "contacts", b.Contacts, "campaigns", b.Campaigns, "orders", b.Orders))
	if b.Tested != nil {
		s.say(s.p.T("cli.backup.tested"))
	}
	for _, name := range b.Removed {
		s.say(s.p.T("cli.backup.removed", "file", name))
	}
	return nil
}
