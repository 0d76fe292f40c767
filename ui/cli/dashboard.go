package cli

import (
	"cmp"
	"context"
	"io"
	"path/filepath"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/tui"

	"github.com/spf13/cobra"
)

// dashboard is `blanche` alone: the screens, in the process that holds the data
// and sends, which is this one unless there is one already.
func (s *session) dashboard(cmd *cobra.Command, _ []string) error {
	if !s.InTerminal || !s.OutTerminal {
		return model.Invalid("cli.no_terminal").Hint("cli.without_terminal")
	}
	s.screens = true
	desk, err := s.useLogged(cmd.Context())
	if err != nil {
		return err
	}
	o := s.screenOptions(desk)
	if s.inside != nil {
		s.servedScreens(&o)
	} else {
		o.Holder, o.HandOver = true, s.handOver
	}
	if err := tui.Run(cmd.Context(), desk, o); err != nil {
		return err
	}
	if s.heir != 0 {
		s.note(s.p.T("cli.serve.handed", "pid", i18n.Raw(number(s.heir))))
	}
	return nil
}

// screenOptions is what the dashboard gets of this session.
func (s *session) screenOptions(desk campaigns.Desk) tui.Options {
	o := tui.Options{
		Lang: s.p.Lang(), Env: s.terminalEnv(), NoColor: s.plain(), Clock: s.Now, In: s.In, Out: s.Out,
	}
	if s.Files != nil {
		o.ReadFile, o.OpenImport, o.Complete = s.readFile, s.openImport, s.complete
		o.ExportContacts = s.exportMany(desk)
	}
	return o
}

// servedScreens is what screens get that are drawn on somebody else's terminal.
func (s *session) servedScreens(o *tui.Options) {
	at := s.inside.session
	at.Raw(true)
	sizes := make(chan tui.Size, 1)
	go func() {
		for {
			select {
			case size := <-at.Resized:
				select {
				case <-sizes: // only the last one counts
				default:
				}
				sizes <- tui.Size(size)
			case <-s.inside.gone:
				return
			}
		}
	}()
	o.Width, o.Height, o.Sizes, o.Slow = at.Size.Width, at.Size.Height, sizes, s.inside.crowded
}

// readFile reads a campaign file that the person names on a screen.
func (s *session) readFile(path string) ([]byte, error) {
	f, err := s.Files.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, maxCampaignFile))
}

// complete lists the paths that begin as the one typed, folders with their
// slash; hidden ones only when their point is typed.
func (s *session) complete(typed string) []string {
	folder, begin := filepath.Split(typed)
	entries, err := s.Files.ReadDir(cmp.Or(folder, "."))
	if err != nil {
		return nil // a folder that cannot be read completes nothing
	}
	var out []string
	for _, e := range entries {
		name := e.Name
		if !strings.HasPrefix(name, begin) || begin == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if e.Dir {
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
