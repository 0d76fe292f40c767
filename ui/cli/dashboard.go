package cli

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui"

	"github.com/spf13/cobra"
)

// dashboard is `blanche` alone: the screens, in a process that sends.
func (s *session) dashboard(cmd *cobra.Command, _ []string) error {
	if !s.InTerminal || !s.OutTerminal {
		return model.Invalid("cli.no_terminal").Hint("cli.without_terminal")
	}
	desk, err := s.use(cmd.Context(), true)
	if err != nil {
		return err
	}
	return tui.Run(cmd.Context(), desk, s.screens())
}

// screens is what the dashboard gets of this session.
func (s *session) screens() tui.Options {
	return tui.Options{
		Lang: s.p.Lang(), Env: s.terminalEnv(), NoColor: s.plain(), Clock: s.Now, In: s.In, Out: s.Out,
		ReadFile:   func(path string) ([]byte, error) { return os.ReadFile(s.path(path)) },
		OpenImport: s.openImport,
		Complete:   s.complete,
	}
}

// complete lists the paths that begin as the one typed, folders with their
// slash; hidden ones only when their point is typed.
func (s *session) complete(typed string) []string {
	folder, begin := filepath.Split(typed)
	entries, err := os.ReadDir(s.path(cmp.Or(folder, ".")))
	if err != nil {
		return nil // a folder that cannot be read completes nothing
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, begin) || begin == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if e.IsDir() {
			name += string(filepath.Separator)
		}
		out = append(out, folder+name)
	}
	return out
}

// openImport opens a file that the dashboard imports; the refused rows go
// where the command puts them.
func (s *session) openImport(path string) (campaigns.ImportRequest, func(), error) {
	in, err := s.openInput(context.Background(), path)
	if err != nil {
		return campaigns.ImportRequest{}, nil, err
	}
	r := campaigns.ImportRequest{Name: path, Source: in, Size: in.size, Map: map[string]string{}, Rejects: s.rejectsFile(in, s.settings.Paths.Data)}
	return r, func() { _ = in.close() }, nil
}

// terminalEnv is the part of the environment that describes the terminal.
func (s *session) terminalEnv() []string {
	var env []string
	for _, name := range []string{"TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM_PROGRAM", "LC_TERMINAL", "TMUX", "STY", "WT_SESSION", "SSH_TTY"} {
		if v, ok := s.Env(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
