package cli

import (
	"blanche/model"

	"github.com/spf13/cobra"
)

func newCompactCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("compact", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if *dry {
			err := desk.May(model.Maintain)
			if err == nil {
				s.wouldChange(true)
			}
			return err
		}
		done, err := desk.Compact(cmd.Context())
		if err != nil {
			return err
		}
		type fileJSON struct {
			File   string `json:"file"`
			Before int64  `json:"before"`
			After  int64  `json:"after"`
		}
		out := make([]fileJSON, 0, len(done))
		g := &grid{columns: []column{left(s.p.T("cli.compact.file"), "file"), right(s.p.T("cli.compact.before"), "before"), right(s.p.T("cli.compact.after"), "after")}}
		for _, c := range done {
			out = append(out, fileJSON(c))
			g.add(c.File, s.p.Int(int(c.Before)), s.p.Int(int(c.After)))
		}
		return s.show(out, false, g)
	})
	dry = s.dryFlag(cmd)
	return cmd
}
