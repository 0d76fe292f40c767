package tui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"blanche/campaigns"
	"blanche/model"
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
	// Masked begins with people hidden.
	Masked bool
	// Holder says that this process holds the data: leaving ends it. An
	// attached session just leaves, and nothing stops.
	Holder bool
	// HandOver gives the data to a process in the background, which goes on
	// sending, and returns once it has them; nil where that cannot be.
	HandOver func(ctx context.Context) error
	// Width and Height are the size at the beginning where the door knows it,
	// and Sizes the later ones; otherwise the terminal is asked.
	Width, Height int
	Sizes         <-chan Size
	// Slow reports that many sessions are looking: the live picture is then
	// looked at twice a second instead of four times. Nil is never.
	Slow     func() bool
	Clock    func() time.Time // required
	In       io.Reader
	Out      io.Writer
	ReadFile func(path string) ([]byte, error)
	// OpenImport opens a file for an import, with where its rejected rows go.
	OpenImport func(path string) (campaigns.ImportRequest, func(), error)
	// ExportContacts writes people into a file that the person named.
	ExportContacts func(ctx context.Context, path string, ids []model.ContactID, far func(n int)) error
	// Complete lists the paths that begin as the one typed.
	Complete func(typed string) []string
}

// Size is the size of a terminal in cells.
type Size struct{ Width, Height int }

// frames is how many are drawn in a second at most: a key is seen within the
// next one. Half of them save nothing that can be measured, with fifty sessions,
// and cost a key ten milliseconds.
const frames = 60

// Run shows the dashboard until the person leaves or ctx ends. A context that
// was ended with a reason that can be said (Ended) gives it back as the error.
func Run(ctx context.Context, desk campaigns.Desk, opt Options) error {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := newApp(newSession(ctx, desk, opt), opt)
	_, err := tea.NewProgram(a, opt.program(ctx)...).Run()
	handed := a.handing.finish()
	if outer.Err() != nil {
		var why *model.Error
		if cause := context.Cause(outer); errors.As(cause, &why) {
			return cause
		}
		return handed
	}
	return err
}

func newSession(ctx context.Context, desk campaigns.Desk, opt Options) *screen.Session {
	return &screen.Session{
		Ctx: ctx, Desk: desk, P: i18n.New(opt.Lang), Clock: opt.Clock, Grace: screen.StartGrace, ReadFile: opt.ReadFile, OpenImport: opt.OpenImport, ExportContacts: opt.ExportContacts, Complete: opt.Complete,
		Th: theme.New(theme.Options{Profile: colorprofile.Env(opt.Env), Palette: opt.Palette, NoColor: opt.NoColor, ASCII: opt.ASCII}),
	}
}

// program is how the screen is driven. Nothing of it reads or changes what
// belongs to the whole process. Its signals end ctx: Bubble Tea listening to them
// too would wait for ever for a loop that ctx has ended first.
func (opt Options) program(ctx context.Context) []tea.ProgramOption {
	options := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithInput(opt.In), tea.WithOutput(opt.Out), tea.WithEnvironment(opt.Env),
		tea.WithColorProfile(colorprofile.Env(opt.Env)), tea.WithFPS(frames),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
			if _, stop := msg.(tea.SuspendMsg); stop { // the terminal is not ours to leave
				return nil
			}
			return msg
		}),
	}
	if opt.Width > 0 && opt.Height > 0 {
		options = append(options, tea.WithWindowSize(opt.Width, opt.Height))
	}
	return options
}
