package cli

import (
	"context"

	"blanche/model"

	"github.com/spf13/cobra"
)

func newRestoreCmd(s *session) *cobra.Command {
	var f sealFlags
	var lists *[]string
	var dry *bool
	cmd := s.command("restore", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		set, err := s.config()
		if err != nil {
			return err
		}
		if err := s.reach(cmd.Context(), set.Paths.Data, true); err != nil {
			if s.holder != nil {
				_ = s.holder.Close()
				return model.Refused("cli.restore.held", "dir", set.Paths.Data)
			}
			return err
		}
		return s.restore(cmd.Context(), set.Paths.Data, args[0], f, *lists, *dry)
	}))
	f.identity, f.passphraseFile = s.textFlag(cmd, "identity", ""), s.textFlag(cmd, "passphrase-file", "")
	lists, dry = s.listFlag(cmd, "erasures"), s.dryFlag(cmd)
	return cmd
}

// restore puts a backup into the folder, which must hold no data.
func (s *session) restore(ctx context.Context, data, file string, f sealFlags, lists []string, dry bool) error {
	r := restoring{who: s.owner(), data: data, rand: s.Rand, now: s.Now, command: s.doing}
	var err error
	if r.unsealing, err = s.unsealing(ctx, f); err != nil {
		return err
	}
	for _, name := range lists {
		in, err := s.openInput(ctx, name)
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		r.erasures = append(r.erasures, in)
	}
	in, err := s.openInput(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = in.close() }()
	do := r.run
	if dry {
		do = r.rehearse
	}
	done, err := do(ctx, in)
	switch {
	case err != nil:
		return err
	case s.global.json:
		return s.json(done)
	}
	s.sayRestored(&done, data, dry)
	return nil
}

// sayRestored says what is in the folder now, or would be.
func (s *session) sayRestored(done *restoredJSON, data string, dry bool) {
	if done.Lists == 0 {
		defer s.note(s.p.T("cli.restore.no_list"))
	}
	if dry {
		s.say(s.p.T("cli.restore.would", "dir", data, "contacts", done.Contacts, "campaigns", done.Campaigns, "orders", done.Orders, "at", done.Created))
		s.wouldChange(true)
		return
	}
	s.say(s.p.T("cli.restore.done", "dir", data, "contacts", done.Contacts, "campaigns", done.Campaigns, "orders", done.Orders, "at", done.Created))
	if done.Erased > 0 {
		s.say(s.p.N("cli.restore.erased", done.Erased))
	}
	s.note(s.p.T("cli.restore.disarmed"))
}

func newArmCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("arm", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		why, armed, err := desk.Armed(cmd.Context())
		if err != nil {
			return err
		}
		if err := desk.Arm(s.rehearsal(cmd.Context(), *dry)); err != nil {
			return err
		}
		switch {
		case s.global.json:
			return s.json(map[string]any{"was_armed": armed, "armed": armed || !*dry})
		case armed:
			s.say(s.p.T("cli.arm.was"))
		case *dry:
			s.say(s.p.T("cli.arm.would", "at", why.Backup))
		default:
			s.say(s.p.T("cli.arm.done", "at", why.Backup))
		}
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}
