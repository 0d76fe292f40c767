package cli

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionJSON is `version --json`.
type versionJSON struct {
	Version  string            `json:"version"`
	Commit   string            `json:"commit"`
	Modified bool              `json:"modified"`
	Date     string            `json:"date"`
	Go       string            `json:"go"`
	Modules  map[string]string `json:"modules"`
}

func newVersionCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("version", nil, func(*cobra.Command, []string) error {
		v := buildVersion()
		return s.answer(v, *asCSV, func() error {
			s.say("blanche " + v.Version)
			if v.Commit != "" {
				s.say(s.p.T("cli.version.commit", "commit", v.Commit, "date", v.Date))
			}
			s.say(v.Go)
			return nil
		})
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// buildVersion is what the build noted in the program.
func buildVersion() versionJSON {
	v := versionJSON{Version: "(devel)", Modules: map[string]string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Go = info.GoVersion
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, set := range info.Settings {
		switch set.Key {
		case "vcs.revision":
			v.Commit = set.Value
		case "vcs.modified":
			v.Modified = set.Value == "true"
		case "vcs.time":
			v.Date = set.Value
		}
	}
	for _, m := range info.Deps {
		v.Modules[m.Path] = m.Version
	}
	return v
}
