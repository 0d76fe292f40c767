package cli

import (
	"blanche/ui/config"

	"github.com/spf13/cobra"
)

func newPathsCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("paths", nil, func(*cobra.Command, []string) error {
		data := s.global.data
		if data != "" {
			data = s.path(data)
		}
		paths, err := config.Locate(data, s.Env)
		if s.inside != nil { // the environment of the caller says nothing about this process
			paths, err = s.settings.Paths, nil
		}
		if err != nil {
			return err
		}
		g := &grid{columns: []column{left("", "name"), left("", "path")}}
		g.addBoth([]string{s.p.T("cli.paths.data"), paths.Data}, []string{"data", paths.Data})
		file := paths.Config
		if !paths.Written {
			file += " " + s.p.T("cli.paths.missing")
		}
		g.addBoth([]string{s.p.T("cli.paths.config"), file}, []string{"config", paths.Config})
		g.addBoth([]string{s.p.T("cli.paths.state"), paths.State}, []string{"state", paths.State})
		g.addBoth([]string{s.p.T("cli.paths.cache"), paths.Cache}, []string{"cache", paths.Cache})
		g.addBoth([]string{s.p.T("cli.paths.runtime"), paths.Runtime}, []string{"runtime", paths.Runtime})
		return s.show(paths, *asCSV, g)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}
