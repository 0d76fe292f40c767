package cli

import (
	"context"
	"errors"

	"blanche/model"
	"blanche/ui/config"

	"github.com/spf13/cobra"
)

// upgrade brings the data of an older blanche forward, after a copy of them.
// Every opening does the same; this tells about it, and with --dry-run before.
func newUpgradeCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("upgrade", nil, func(cmd *cobra.Command, _ []string) error {
		set, err := s.config()
		if err != nil {
			return err
		}
		u, err := s.upgradeHere(cmd.Context(), set, *dry)
		if err != nil {
			return err
		}
		u.Steps = orEmpty(u.Steps)
		if s.global.json {
			return s.json(u)
		}
		s.sayUpgrade(&u, *dry)
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}

// upgradeHere brings the folder forward. One that is in use was, by whoever holds
// it.
func (s *session) upgradeHere(ctx context.Context, set *config.Loaded, dry bool) (model.Upgrade, error) {
	current := model.Upgrade{Dir: set.Paths.Data, From: schemaVersion(), To: schemaVersion()}
	if s.inside != nil {
		return current, nil
	}
	err := s.reach(ctx, set.Paths.Data, true)
	switch {
	case errors.Is(err, errElsewhere):
		return current, s.holder.Close()
	case err != nil:
		return current, err
	}
	return upgradeFolder(ctx, s.wiring(set, false), dry)
}

// sayUpgrade tells what was, or would be, changed.
//
//i18n:keys store.upgrade_*
func (s *session) sayUpgrade(u *model.Upgrade, dry bool) {
	if !u.Needed() {
		s.say(s.p.T("cli.upgrade.current", "dir", u.Dir, "schema", u.From))
		return
	}
	s.say(s.p.T("cli.upgrade.from_to", "dir", u.Dir, "from", u.From, "to", u.To, "contacts", u.Contacts, "campaigns", u.Campaigns))
	for _, step := range u.Steps {
		s.say("  " + s.p.T("store.upgrade_"+step))
	}
	if u.Backup != "" {
		s.say(s.p.T("cli.upgrade.copied", "dir", u.Backup))
	}
	s.wouldChange(dry)
}
