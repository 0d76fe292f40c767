package cli

import (
	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// newImportMappingsCmd lists how the files of tills and ERPs are read, or
// forgets one.
func newImportMappingsCmd(s *session) *cobra.Command {
	var gone *string
	var asCSV *bool
	cmd := s.command("import mappings", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if *gone != "" {
			if err := desk.DeleteMapping(cmd.Context(), *gone); err != nil {
				return err
			}
			s.say(s.p.T("import.said.mapping_deleted", "name", *gone))
			return nil
		}
		all, err := desk.Mappings(cmd.Context())
		if err != nil {
			return err
		}
		p := s.p
		g := &grid{columns: []column{left(p.T("import.mappings.name"), "name"), left(p.T("import.mappings.kind"), "kind"), right(p.T("import.mappings.columns"), "columns"), left(p.T("import.mappings.at"), "at"), left(p.T("import.mappings.by"), "by")}}
		for _, m := range all {
			kind := p.T("import.page." + m.Kind) //i18n:keys import.page.*
			n := number(len(m.Titles))
			g.addBoth([]string{m.Name, kind, n, p.DateTime(m.At), m.By}, []string{m.Name, m.Kind, n, m.At.Format(rfc3339), m.By})
		}
		return s.show(orEmpty(all), *asCSV, g)
	})
	gone = s.textFlag(cmd, "delete", "")
	asCSV = s.csvFlag(cmd)
	return cmd
}

// sayQuery prints what takes a file out of a tool whose own export does not.
func (s *session) sayQuery(profile, kind string) error {
	query := campaigns.ImportQuery(profile, kind)
	if query == "" {
		return model.Invalid("import.no_query", "profile", profile)
	}
	if s.global.json {
		return s.json(map[string]string{"profile": profile, "kind": kind, "query": query})
	}
	_, err := s.Out.Write([]byte(query))
	return err
}
