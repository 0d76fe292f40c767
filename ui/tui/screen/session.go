package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/mask"
	"blanche/ui/tui/theme"
)

// Session is what the screens of one terminal share. The shell replaces P and
// Th when the language or the theme changes, then calls Restyle.
type Session struct {
	Ctx  context.Context
	Desk campaigns.Desk
	P    *i18n.Printer
	Th   *theme.Theme
	// ReadFile reads a file that the person named, where that is allowed; nil
	// in a session from elsewhere.
	ReadFile func(path string) ([]byte, error)
	// OpenImport opens a file for an import: its content, size and name, and
	// where its rejected rows go. Nil in a session from elsewhere.
	OpenImport func(path string) (campaigns.ImportRequest, func(), error)
	// ExportContacts writes people into a file that the person named, where that is
	// allowed; nil in a session from elsewhere. far hears how many were written.
	ExportContacts func(ctx context.Context, path string, ids []model.ContactID, far func(n int)) error
	// Complete lists the paths that begin as the one typed; nil in a session from
	// elsewhere, whose files are not those of this machine.
	Complete func(typed string) []string
	// Mask hides who people are, on every screen; nil hides nothing.
	Mask *mask.Mask
	// Grace is how long a start from a screen waits, for somebody to stop it; 0
	// starts at once.
	Grace time.Duration
	// Clock is the wall clock of the person, for notices that pass.
	Clock func() time.Time

	number uint64
}

// StartGrace is the Grace of the sessions of people.
const StartGrace = 30 * time.Second

// Text is a text from outside, harmless on a line, with the addresses in it
// hidden where people are.
func (s *Session) Text(text string) string { return s.Mask.Text(safe.Text(text)) }

// Address is an e-mail address as this session shows it.
func (s *Session) Address(email string) string { return s.Mask.Address(safe.Text(email)) }

// Name is the name of a person as this session shows it.
func (s *Session) Name(name string) string { return s.Mask.Name(safe.Text(name)) }

// Number is a new request number; a reply to an older one is stale.
func (s *Session) Number() uint64 {
	s.number++
	return s.number
}

// Addressed is a message for one screen, shown or not.
type Addressed interface{ To() ID }

// Reply is the answer to Ask.
type Reply[T any] struct {
	to    ID
	Req   uint64
	Value T
	Err   error
}

// To is the screen that asked.
func (r Reply[T]) To() ID { return r.to }

// Ask runs work outside Update, until the session ends.
func Ask[T any](s *Session, to ID, req uint64, work func(context.Context) (T, error)) tea.Cmd {
	return func() tea.Msg {
		v, err := work(s.Ctx)
		return Reply[T]{to: to, Req: req, Value: v, Err: err}
	}
}

// Done is the answer to an action: what to say, and to whom it is of interest.
type Done struct {
	to   ID
	Say  string // already worded; empty says nothing
	Err  error
	Next tea.Cmd
}

// To is the screen whose action it was.
func (d Done) To() ID { return d.to }

// Act runs an action of the desk outside Update; the shell shows what it says
// or its error, and the screen gets the Done.
func Act(s *Session, to ID, say string, work func(context.Context) error) tea.Cmd {
	return func() tea.Msg {
		if err := work(s.Ctx); err != nil {
			return Done{to: to, Err: err}
		}
		return Done{to: to, Say: say}
	}
}

// Goto shows another screen, opened on a name.
type Goto struct {
	Screen ID
	Name   string
}

// Show is the command that sends a Goto.
func Show(to ID, name string) tea.Cmd {
	return func() tea.Msg { return Goto{Screen: to, Name: name} }
}

// Notice is a sentence for the status line; an error stays until dismissed.
type Notice struct {
	Text string
	Err  error
}

// Say shows a sentence for a few seconds.
func Say(text string) tea.Cmd { return func() tea.Msg { return Notice{Text: text} } }

// Fail shows an error until it is dismissed.
func Fail(err error) tea.Cmd { return func() tea.Msg { return Notice{Err: err} } }

// OpenModal puts a modal in front.
type OpenModal struct{ Modal Modal }

// Front is the command that opens a modal.
func Front(m Modal) tea.Cmd { return func() tea.Msg { return OpenModal{Modal: m} } }
