package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/i18n"
	"blanche/ui/ssh"
	"blanche/ui/web"

	"github.com/charmbracelet/x/term"
)

// App is all that a command line touches outside itself. It is not changed by
// a run and may serve several, one after the other or together.
type App struct {
	In       io.Reader
	Out, Err io.Writer
	Env      config.Env
	Dir      string // working folder, of relative paths
	Now      func() time.Time
	Rand     io.Reader
	Local    *time.Location // time zone of the machine

	InTerminal, OutTerminal, ErrTerminal bool
	Width                                int // of the terminal, 80 when unknown

	// Self is the program, to be run again in a process of its own; empty: what
	// would be, is done in this one.
	Self string
	// User is the account of the person on this machine.
	User string
	// Files is where the files named on the command line are; nil where there
	// are none but standard input and output (a session over a network).
	Files ssh.Files
	// Reach finds the process that holds a data folder; nil never looks.
	Reach func(ctx context.Context, data string, at ssh.Door) (*ssh.Client, error)
	// Open holds a data folder. The returned function releases it.
	Open func(ctx context.Context, w Wiring) (House, func(context.Context) error, error)

	// inside is set where the command line runs in the process that holds the
	// data, for somebody at one of its doors.
	inside *inside
}

// House is a folder that this process holds: the desk, for whoever asks.
type House interface {
	As(who model.Actor) campaigns.Desk
	// Outside is what somebody may do who holds a link of a message.
	Outside() campaigns.PublicDesk
	// Admit and ShopDesk let other programs in, VendorDesk the providers of mail.
	web.Gate
	web.VendorGate
	// Knows finds who proves themselves with a key, by its fingerprint.
	Knows(ctx context.Context, fingerprint string) (model.Operator, error)
	// Keys counts the keys that open the door of the network.
	Keys(ctx context.Context) (int, error)
	// Returns takes reports of non-delivery on a listener until ctx ends.
	Returns(ctx context.Context, l net.Listener) error
	// Flow is what goes through the public part, in figures.
	Flow(ctx context.Context) (campaigns.Flow, error)
	// Beat is when the send loop last showed that it is alive.
	Beat() time.Time
}

// Wiring is what Open gets.
type Wiring struct {
	Command string // what is being done, told to whoever finds the folder held
	Data    string
	Set     config.Loaded
	Now     func() time.Time
	Rand    io.Reader
	Sends   bool
	Lean    bool                                         // is there to send, and for nobody to look
	Resumes bool                                         // goes on by itself with what a dead process left running
	Heads   func(context.Context, model.AuditHead) error // takes the end of the audit outside; nil: nowhere
}

// The two ways in which a person or a system ends a command.
var (
	errInterrupted = errors.New("interrupted")
	errTerminated  = errors.New("terminated")
)

// Main runs a command line of this process and returns its exit code.
func Main(args []string) int {
	spareProcessor()
	return here().runUntilSignal(args)
}

// spareProcessor gives the program one processor of Go more than there are: a
// write that waits for the disk keeps one until it returns, and on a machine of
// two that would be half of the sending. GOMAXPROCS in the environment wins.
func spareProcessor() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}

// here is the App of this process.
func here() App {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	a := App{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Env: os.LookupEnv, Dir: dir, Now: time.Now, Rand: rand.Reader, Local: time.Local,
		InTerminal:  term.IsTerminal(os.Stdin.Fd()),
		OutTerminal: term.IsTerminal(os.Stdout.Fd()),
		ErrTerminal: term.IsTerminal(os.Stderr.Fd()),
		Width:       80,
		User:        account(),
		Self:        itself(),
		Files:       ssh.OSFiles(dir),
		Reach:       ssh.Dial,
		Open:        openDesk,
	}
	if w, _, err := term.GetSize(os.Stderr.Fd()); err == nil && w > 0 {
		a.Width = w
	}
	return a
}

// itself is the file of this program.
func itself() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	return self
}

// runUntilSignal runs a command line that ctrl+c, SIGTERM and the closing of
// the terminal end.
func (a App) runUntilSignal(args []string) int {
	ctx, stop := untilSignal(context.Background())
	defer stop()
	return a.Run(ctx, args)
}

// untilSignal ends the context at ctrl+c, at SIGTERM or when the terminal
// closes, with the first cause. The second ctrl+c kills the process, as if
// nobody had listened. The other two change nothing more, however often they
// come (closing one window sends several), until the returned function is
// called. A process that was told to outlive its terminal (nohup) does.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	listening, end := context.WithCancel(context.Background())
	interrupts, ends := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	signal.Notify(ends, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(ends, syscall.SIGHUP)
	}
	go func() {
		for {
			select {
			case <-interrupts:
				signal.Stop(interrupts)
				cancel(errInterrupted)
			case <-ends:
				cancel(errTerminated)
			case <-listening.Done():
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(interrupts)
		signal.Stop(ends)
		end()
		cancel(nil)
	}
}

// Run runs one command line, without the program name, and returns its exit
// code. It returns once everything it opened is closed.
func (a App) Run(ctx context.Context, args []string) int {
	s := newSession(a, args)
	root := newRootCmd(s)
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would take those of the process
	err := root.ExecuteContext(ctx)
	if closeErr := s.close(); err == nil {
		err = closeErr
	}
	if errors.Is(err, errElsewhere) {
		return s.runElsewhere(ctx, args)
	}
	return s.exit(ctx, err)
}

// session is one run of one command line.
type session struct {
	App
	p      *i18n.Printer
	global globals
	doing  string // the path of the command

	settings   *config.Loaded
	settErr    error
	wishedLang string // by settings that cannot be read

	looks     bool // it is for screens
	long      bool // it takes its time, and sends nothing
	desk      campaigns.Desk
	closeDesk func(context.Context) error
	endsBy    time.Time // when a command that was told to end must have; zero: it was not

	holder  *ssh.Client // the process that holds the data, when it is another
	screens bool        // the command is the dashboard
	taken   bool        // standard input is being read
	read    []byte      // what was taken of it before the data were asked for

	doors      *doors // of a process that stays
	background sync.WaitGroup
	logger     *slog.Logger // nil: nobody is told
	heir       int          // the process that took the data over; 0 none
}

func newSession(a App, args []string) *session {
	s := &session{App: a, global: scanGlobals(args)}
	s.settings, s.settErr = s.loadSettings()
	s.p = i18n.New(s.language())
	return s
}

func (s *session) loadSettings() (*config.Loaded, error) {
	if s.inside != nil {
		return &s.inside.settings, nil
	}
	data := s.global.data
	if data != "" {
		data = s.path(data)
	}
	paths, err := config.Locate(data, s.Env)
	if err != nil {
		return nil, err
	}
	s.wishedLang = config.Language(paths, s.Env)
	return config.Load(paths, s.Env, s.Local)
}

// language is that of the flag, else of the settings, else of the locale, else
// English.
func (s *session) language() string {
	wish := s.wishedLang
	if s.settings != nil && s.settings.Given("lang") {
		wish = s.settings.Config.Lang
	}
	return i18n.Match(s.global.lang, wish, s.locale(), "en")
}

// locale is the language of the messages of the machine, as POSIX finds it.
func (s *session) locale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := s.Env.Get(name); v != "" {
			return v
		}
	}
	return ""
}

// config gives the settings, or why they cannot be read.
func (s *session) config() (*config.Loaded, error) {
	if s.settErr != nil {
		return nil, s.settErr
	}
	return s.settings, nil
}

// closing is how long an end may take in all: the messages on the wire get most
// of the time that a slow relay needs after the final dot, the rest is for what
// is then cut.
const (
	closing = 60 * time.Second
	cutting = 5 * time.Second
)

// close closes the desk when it is open. It does not obey the end of the
// command: what is on the wire is settled first.
func (s *session) close() error {
	release := s.closeDesk
	if release == nil {
		return nil
	}
	s.closeDesk = nil
	err := s.closeDoors()
	by := s.endsBy
	if by.IsZero() {
		by = time.Now().Add(closing)
	}
	ctx, cancel := context.WithDeadline(context.Background(), by)
	defer cancel()
	gone := release(ctx)
	if errors.Is(gone, context.DeadlineExceeded) {
		gone = nil // the lines were cut, and who was on them is listed as uncertain
	}
	return firstOf(gone, err)
}
