package cli

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"

	"blanche/model"
	"blanche/ui/config"
)

// outside takes the end of the audit out of the data folder: to the log (the
// journal of the system, for a service) and to the file of the settings.
// Whoever rewrites the chain from then on would have to rewrite these as well.
func outside(set *config.Loaded, log *slog.Logger) func(context.Context, model.AuditHead) error {
	return func(_ context.Context, head model.AuditHead) error {
		h := toHeadJSON(head)
		if log != nil {
			log.Info("audit_head", "seq", h.Seq, "hash", h.Hash)
		}
		if set.Audit.File == "" {
			return nil
		}
		file := headsFile(set)
		line, err := json.Marshal(h)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return model.Failed(err, "cli.audit.head_failed", "file", file)
		}
		_, err = f.Write(append(line, '\n'))
		return firstOf(err, f.Sync(), f.Close())
	}
}

// headsFile is the file of the settings, from the folder of the settings.
func headsFile(set *config.Loaded) string {
	if filepath.IsAbs(set.Audit.File) {
		return set.Audit.File
	}
	return filepath.Join(filepath.Dir(set.Paths.Config), set.Audit.File)
}
