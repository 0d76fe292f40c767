package doctor

import (
	"context"
	"errors"
	"os"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// The ages from which something is late.
const (
	day         = 24 * time.Hour
	backupLate  = 26 * time.Hour // one a day, with some slack
	backupLost  = 7 * day
	verifyLate  = 31 * day
	restoreLate = 35 * day
)

func (e *exam) schema(context.Context) Result {
	var known *model.Error
	switch u := e.Upgrade; {
	case u != nil && u.Needed():
		return warn("old", "from", u.From, "to", u.To)
	case e.SettingsErr != nil:
		return skip("unasked")
	case e.Desk != nil:
		return ok("ok", "schema", e.Schema)
	case e.DeskErr == nil:
		return skip("none")
	case errors.As(e.DeskErr, &known) && known.Key == "store.newer":
		return fail("newer", "why", e.DeskErr)
	case model.KindOf(e.DeskErr) == model.KindBusy:
		return skip("held", "why", e.DeskErr)
	}
	return fail("unopened", "why", e.DeskErr)
}

func (e *exam) verify(context.Context) Result {
	last := Noted(e.Paths.Data).Verify
	switch {
	case e.Desk == nil && e.DeskErr == nil:
		return skip("none")
	case last.At.IsZero():
		return warn("never")
	case last.Faults > 0:
		return fail("damaged", "at", last.At, "n", last.Faults)
	case e.now.Sub(last.At) > verifyLate:
		return warn("old", "at", last.At)
	}
	return ok("ok", "at", last.At)
}

func (e *exam) backup(context.Context) Result {
	if e.Settings == nil {
		return skip("unknown")
	}
	dir := e.Settings.Backup.Dir
	if dir == "" {
		return warn("unset")
	}
	if _, err := os.ReadDir(dir); err != nil { // NewestBackup finds none there
		return fail("unreadable", "dir", dir, "why", err)
	}
	at, found, err := campaigns.NewestBackup(dir)
	switch {
	case err != nil:
		return fail("unreadable", "dir", dir, "why", err)
	case !found:
		return warn("never", "dir", dir)
	case e.now.Sub(at) > backupLost:
		return fail("lost", "dir", dir, "at", at)
	case e.now.Sub(at) > backupLate:
		return warn("old", "dir", dir, "at", at)
	}
	return ok("ok", "dir", dir, "at", at)
}

func (e *exam) restoreTest(context.Context) Result {
	last := Noted(e.Paths.Data).Restore
	switch {
	case e.Desk == nil && e.DeskErr == nil:
		return skip("none")
	case last.At.IsZero():
		return warn("never")
	case last.Faults > 0:
		return fail("failed", "at", last.At)
	case e.now.Sub(last.At) > restoreLate:
		return warn("old", "at", last.At)
	}
	return ok("ok", "at", last.At)
}

func (e *exam) armed(ctx context.Context) Result {
	if e.Desk == nil {
		return skip("unknown")
	}
	why, armed, err := e.Desk.Armed(ctx)
	switch {
	case err != nil:
		return fail("unreadable", "why", err)
	case !armed:
		return warn("disarmed", "since", why.Since)
	}
	return ok("ok")
}

// universal says whether some are left alone by every campaign, and how many
// campaigns wrote to them all the same.
func (e *exam) universal(ctx context.Context) Result {
	if e.Desk == nil {
		return skip("unknown")
	}
	u, err := e.Desk.Universal(ctx)
	args := []any{"n", u.People, "of", u.Of, "period", u.Period, "campaigns", u.Insisted}
	switch {
	case err != nil:
		return fail("unreadable", "why", err)
	case !(u.Share > 0):
		return skip("off")
	case u.Insisted > 0:
		return warn("insisted", args...)
	}
	return ok("ok", args...)
}

func (e *exam) auditOutside(context.Context) Result {
	switch {
	case e.Settings == nil:
		return skip("unknown")
	case e.Settings.Audit.File == "" && e.Settings.Config.AuditMail == "":
		return warn("nowhere")
	}
	return ok("ok")
}
