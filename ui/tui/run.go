package tui

import (
	"context"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"blanche/campaigns"
	"blanche/ui/i18n"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
)

// Options is what the door decides for a session.
type Options struct {
	Lang      string
	Env       []string // of the terminal: TERM, COLORTERM, NO_COLOR
	NoColor   bool
	ASCII     bool
	Palette   theme.Palette
	ForceDark bool
	Demo      bool
	Clock     func() time.Time // required
	In        io.Reader
	Out       io.Writer
	ReadFile  func(path string) ([]byte, error)
	// OpenImport opens a file for an import, with where its rejected rows go.
	OpenImport func(path string) (campaigns.ImportRequest, func(), error)
	// Complete lists the paths that begin as the one typed.
	Complete func(typed string) []string
}

// Run shows the dashboard until the person leaves or ctx ends.
func Run(ctx context.Context, desk campaigns.Desk, opt Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	profile := colorprofile.Env(opt.Env)
	s := &screen.Session{
		Ctx: ctx, Desk: desk, P: i18n.New(opt.Lang), Clock: opt.Clock, ReadFile: opt.ReadFile, OpenImport: opt.OpenImport, Complete: opt.Complete,
		Th: theme.New(theme.Options{Profile: profile, Palette: opt.Palette, NoColor: opt.NoColor, ASCII: opt.ASCII}),
	}
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(opt.In), tea.WithOutput(opt.Out), tea.WithEnvironment(opt.Env), tea.WithColorProfile(profile)}
	_, err := tea.NewProgram(newApp(s, opt), options...).Run()
	if ctx.Err() != nil {
		return nil
	}
	return err
}
