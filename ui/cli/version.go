package cli

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// What .ci/build notes in the program (-ldflags -X): a build that does not
// depend on its folder cannot look them up itself.
var version, commit, committed string

// versionJSON is `version --json`.
type versionJSON struct {
	Version  string            `json:"version"`
	Commit   string            `json:"commit"`
	Modified bool              `json:"modified"`
	Date     string            `json:"date"`
	Go       string            `json:"go"`
	Schema   int               `json:"schema"` // of the data folders that it writes
	Modules  map[string]string `json:"modules"`
}

func newVersionCmd(s *session) *cobra.Command {
	var parts, asCSV *bool
	cmd := s.command("version", nil, func(*cobra.Command, []string) error {
		v := buildVersion()
		if *parts {
			info, _ := debug.ReadBuildInfo()
			return s.writeParts(billOf(info, v))
		}
		return s.answer(v, *asCSV, func() error {
			s.say("blanche " + v.Version)
			if v.Commit != "" {
				s.say(s.p.T("cli.version.commit", "commit", v.Commit, "date", v.Date))
			}
			s.say(s.p.T("cli.version.schema", "n", v.Schema), v.Go)
			return nil
		})
	})
	parts = s.boolFlag(cmd, "sbom")
	asCSV = s.csvFlag(cmd)
	return cmd
}

// buildVersion is what the build noted in the program.
func buildVersion() versionJSON {
	v := versionJSON{Version: "(devel)", Schema: schemaVersion(), Modules: map[string]string{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.read(info)
	}
	if version != "" {
		v.Version = version
	}
	if commit != "" {
		v.Commit, v.Date = commit, committed
	}
	return v
}

func (v *versionJSON) read(info *debug.BuildInfo) {
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
		if m.Replace != nil {
			m = m.Replace
		}
		v.Modules[m.Path] = m.Version
	}
}
