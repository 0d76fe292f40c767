package cli

import (
	"blanche/model"

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
		if s.inside != nil || s.reach(cmd.Context(), set.Paths.Data) != nil {
			if s.holder != nil {
				_ = s.holder.Close()
			}
			return model.Refused("cli.upgrade.held", "dir", set.Paths.Data)
		}
		u, err := upgradeFolder(cmd.Context(), s.wiring(set, false), *dry)
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
