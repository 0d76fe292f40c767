package cli

import (
	"context"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"

	"github.com/spf13/cobra"
)

func newUserCmd(s *session) *cobra.Command {
	return s.group("user", newUserAddCmd(s), newUserListCmd(s), newUserRoleCmd(s), newUserKeysCmd(s), newUserRemoveCmd(s))
}

// userJSON is an operator as scripts see it.
type userJSON struct {
	Name    string        `json:"name"`
	Role    model.Role    `json:"role"`
	Version uint64        `json:"version"`
	Keys    []userKeyJSON `json:"keys"`
	Created string        `json:"created"`
	Updated string        `json:"updated"`
}

type userKeyJSON struct {
	Fingerprint string `json:"fingerprint"`
	Comment     string `json:"comment"`
	Added       string `json:"added"`
}

func toUserJSON(o *model.Operator) userJSON {
	u := userJSON{Name: o.Name, Role: o.Role, Version: o.Version, Keys: []userKeyJSON{}, Created: o.Created.Format(rfc3339), Updated: o.Updated.Format(rfc3339)}
	for _, k := range o.Keys {
		u.Keys = append(u.Keys, userKeyJSON{k.Fingerprint, k.Comment, k.Added.Format(rfc3339)})
	}
	return u
}

// readKeys reads the public keys of a file in authorized_keys form.
func (s *session) readKeys(ctx context.Context, name string) ([]string, error) {
	raw, err := s.readInput(ctx, name)
	if err != nil {
		return nil, err
	}
	var keys []string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			keys = append(keys, line)
		}
	}
	if len(keys) == 0 {
		return nil, model.Invalid("cli.user.no_key", "file", name)
	}
	return keys, nil
}

func newUserAddCmd(s *session) *cobra.Command {
	var key, role *string
	var dry *bool
	cmd := s.command("user add", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		r, err := s.role(cmd, *role)
		if err != nil {
			return err
		}
		if *key == "" {
			return s.seeHelp(cmd, model.Invalid("cli.missing_argument", "name", "--key "+s.words("FILE"), "command", cmd.CommandPath()))
		}
		if err := s.elsewhere(cmd.Context()); err != nil {
			return err
		}
		keys, err := s.readKeys(cmd.Context(), *key)
		if err != nil {
			return err
		}
		return s.changeUser(cmd, *dry, func(ctx context.Context, desk campaigns.Desk) (model.Operator, error) {
			return desk.AddOperator(ctx, args[0], r, keys)
		})
	})
	key, role, dry = s.textFlag(cmd, "key", ""), s.textFlag(cmd, "role", ""), s.dryFlag(cmd)
	return cmd
}

// role reads the code of a role, and tells which there are.
func (s *session) role(cmd *cobra.Command, code string) (model.Role, error) {
	r, ok := model.ParseRole(code)
	if !ok {
		codes := strings.Join(roleCodes(), ", ") // what is typed, in every language
		return "", model.Invalid("cli.user.bad_role", "value", code).Hint("cli.user.roles", "roles", i18n.Raw(codes), "command", cmd.CommandPath())
	}
	return r, nil
}

func roleCodes() []string {
	var codes []string
	for _, r := range model.Roles() {
		codes = append(codes, string(r))
	}
	return codes
}

// changeUser changes an operator and shows it.
func (s *session) changeUser(cmd *cobra.Command, dry bool, change func(context.Context, campaigns.Desk) (model.Operator, error)) error {
	desk, err := s.use(cmd.Context(), false)
	if err != nil {
		return err
	}
	o, err := change(s.rehearsal(cmd.Context(), dry), desk)
	if err != nil {
		return err
	}
	defer s.wouldChange(dry)
	if s.global.json {
		return s.json(toUserJSON(&o))
	}
	return s.usersTable([]model.Operator{o}).write(s.Out)
}

func (s *session) usersTable(all []model.Operator) *grid {
	p := s.p
	g := &grid{columns: []column{left(p.T("cli.user.name"), "name"), left(p.T("cli.user.role"), "role"), left(p.T("cli.user.key"), "fingerprint"), left(p.T("cli.user.added"), "added")}}
	for _, o := range all {
		name, role := o.Name, p.T("team.role."+string(o.Role))
		for _, k := range o.Keys {
			g.addBoth([]string{name, role, k.Fingerprint + " " + k.Comment, p.DateTime(k.Added)}, []string{o.Name, string(o.Role), k.Fingerprint, k.Added.Format(rfc3339)})
			name, role = "", ""
		}
		if len(o.Keys) == 0 {
			g.addBoth([]string{name, role, p.T("cli.user.keyless"), ""}, []string{o.Name, string(o.Role), "", ""})
		}
	}
	return g
}

func newUserListCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("user list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		all, err := desk.Operators(cmd.Context())
		if err != nil {
			return err
		}
		out := make([]userJSON, 0, len(all))
		for i := range all {
			out = append(out, toUserJSON(&all[i]))
		}
		if len(all) == 0 && !s.global.json && !*asCSV {
			s.note(s.p.T("cli.user.nobody"))
			return nil
		}
		return s.show(out, *asCSV, s.usersTable(all))
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func newUserRoleCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("user role", []string{"NAME", "ROLE"}, func(cmd *cobra.Command, args []string) error {
		r, err := s.role(cmd, args[1])
		if err != nil {
			return err
		}
		return s.changeUser(cmd, *dry, func(ctx context.Context, desk campaigns.Desk) (model.Operator, error) {
			return desk.SetRole(ctx, args[0], r)
		})
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newUserKeysCmd(s *session) *cobra.Command {
	var add *string
	var remove *[]string
	var dry *bool
	cmd := s.command("user keys", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		var keys []string
		if *add != "" {
			err := s.elsewhere(cmd.Context())
			if err == nil {
				keys, err = s.readKeys(cmd.Context(), *add)
			}
			if err != nil {
				return err
			}
		}
		return s.changeUser(cmd, *dry, func(ctx context.Context, desk campaigns.Desk) (model.Operator, error) {
			if len(keys)+len(*remove) > 0 {
				return desk.SetKeys(ctx, args[0], keys, *remove)
			}
			all, err := desk.Operators(ctx)
			for _, o := range all {
				if o.Name == args[0] {
					return o, err
				}
			}
			return model.Operator{}, firstOf(err, model.NotFound("store.no_operator", "name", args[0]))
		})
	})
	add, remove, dry = s.textFlag(cmd, "add", ""), s.listFlag(cmd, "remove"), s.dryFlag(cmd)
	return cmd
}

func newUserRemoveCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("user remove", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.RemoveOperator(s.rehearsal(cmd.Context(), *dry), args[0]); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{"removed": args[0], "dry_run": *dry})
		}
		if *dry {
			s.wouldChange(true)
			return nil
		}
		s.say(s.p.T("cli.user.removed", "name", args[0]))
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}
