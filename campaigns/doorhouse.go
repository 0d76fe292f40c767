package campaigns

// The doors to the house itself: who may come in, what was done, the data as a
// whole. Each passes the guard once.

import (
	"context"
	"io"
	"time"

	"blanche/campaigns/bus"
	"blanche/model"
)

// Me is who is asking.
func (d door) Me() model.Actor { return d.now() }

// May is why the person may not do something.
func (d door) May(a model.Action) error { return d.may(a) }

func (d door) Operators(ctx context.Context) ([]model.Operator, error) {
	return ask(ctx, d, "Operators", func(ctx context.Context) ([]model.Operator, error) { return d.s.Operators(ctx) })
}

func (d door) AddOperator(ctx context.Context, name string, role model.Role, keys []string) (model.Operator, error) {
	return ask(ctx, d, "AddOperator", func(ctx context.Context) (model.Operator, error) { return d.s.AddOperator(ctx, name, role, keys) })
}

func (d door) SetRole(ctx context.Context, name string, role model.Role) (model.Operator, error) {
	return ask(ctx, d, "SetRole", func(ctx context.Context) (model.Operator, error) { return d.s.SetRole(ctx, name, role) })
}

func (d door) SetKeys(ctx context.Context, name string, add, remove []string) (model.Operator, error) {
	return ask(ctx, d, "SetKeys", func(ctx context.Context) (model.Operator, error) { return d.s.SetKeys(ctx, name, add, remove) })
}

func (d door) RemoveOperator(ctx context.Context, name string) error {
	return tell(ctx, d, "RemoveOperator", func(ctx context.Context) error { return d.s.RemoveOperator(ctx, name) })
}

func (d door) AuditLines(ctx context.Context, q AuditQuery) ([]model.AuditLine, error) {
	return ask(ctx, d, "AuditLines", func(ctx context.Context) ([]model.AuditLine, error) { return d.s.AuditLines(ctx, q) })
}

func (d door) VerifyAudit(ctx context.Context, outside ...model.AuditHead) (model.AuditProof, error) {
	return ask(ctx, d, "VerifyAudit", func(ctx context.Context) (model.AuditProof, error) { return d.s.VerifyAudit(ctx, outside...) })
}

func (d door) Arm(ctx context.Context) error {
	return tell(ctx, d, "Arm", func(ctx context.Context) error { return d.s.Arm(ctx) })
}

func (d door) Backup(ctx context.Context, w io.Writer, r BackupRequest) (BackupReport, error) {
	return ask(ctx, d, "Backup", func(ctx context.Context) (BackupReport, error) {
		if d.me.May(model.ExportData) != nil { // who keeps the system keeps its backups, and reads nobody in them
			if d.s.cfg.BackupKey == "" {
				return BackupReport{}, model.Refused("team.seal_backups").Hint("team.seal_backups_hint")
			}
			r.Recipients, r.Passphrase = []string{d.s.cfg.BackupKey}, ""
		}
		return d.s.Backup(ctx, w, r)
	})
}

func (d door) CopyTo(ctx context.Context, dir string) error {
	return tell(ctx, d, "CopyTo", func(ctx context.Context) error { return d.s.CopyTo(ctx, dir) })
}

func (d door) Compact(ctx context.Context) ([]Compaction, error) {
	return ask(ctx, d, "Compact", func(ctx context.Context) ([]Compaction, error) { return d.s.Compact(ctx) })
}

func (d door) Check(ctx context.Context) (model.Health, error) {
	return ask(ctx, d, "Check", func(ctx context.Context) (model.Health, error) { return d.s.Check(ctx) })
}

func (d door) Today(ctx context.Context) (Today, error) {
	return ask(ctx, d, "Today", func(ctx context.Context) (Today, error) { return d.s.Today(ctx) })
}

func (d door) Arrived(ctx context.Context, how string) (func(), error) {
	return d.s.arrived(d.as(ctx, actOpen), how)
}

func (d door) Armed(ctx context.Context) (why model.Disarm, armed bool, err error) {
	if ctx, err = d.pass(ctx, "Armed"); err != nil {
		return why, false, err
	}
	return d.s.Armed(ctx)
}

func (d door) Follow(ctx context.Context) *bus.Mailbox {
	ctx, err := d.pass(ctx, "Follow")
	if err != nil {
		return bus.Closed(err)
	}
	return d.s.Follow(ctx)
}

// Live is for everybody; the addresses in it are not.
func (d door) Live() *Live {
	l := d.s.Live()
	switch {
	case d.may(model.ReadContacts) == nil || len(l.Events) == 0:
		return l
	case l.hidden != nil:
		return l.hidden()
	}
	return l.veiled()
}

func (d door) Now() time.Time { return d.s.Now() }

func (d door) Settings() Config { return d.s.Settings() }
