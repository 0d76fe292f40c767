package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"blanche/model"
	"blanche/ui/ssh"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// runElsewhere runs the command line again in the process that holds the data:
// the same tree, with the input, output, files, window and signals of this
// one. It returns the exit code of over there.
func (s *session) runElsewhere(ctx context.Context, args []string) int {
	defer func() { _ = s.holder.Close() }()
	call := ssh.Call{
		Argv: withoutData(args), In: s.In, Out: s.Out, Err: s.Err, Env: append(s.terminalEnv(), s.localeEnv()...),
		Term: s.Env.Get("TERM"), Files: s.Files, TTY: [3]bool{s.InTerminal, s.OutTerminal, s.ErrTerminal},
		Size: ssh.Size{Width: s.Width}, Signals: signals(ctx),
	}
	if len(s.read) > 0 {
		call.In = io.MultiReader(bytes.NewReader(s.read), s.In)
	}
	call.PTY = s.screens
	restore, err := s.takeTerminal(&call)
	if err != nil {
		return s.exit(ctx, err)
	}
	code, err := s.holder.Run(context.WithoutCancel(ctx), call)
	restore()
	if err != nil && call.PTY {
		_, _ = io.WriteString(s.Out, plainTerminal)
	}
	switch {
	case err == nil:
		return code
	case errors.Is(err, ssh.ErrLost) && s.screens && ctx.Err() == nil:
		return s.comeBack(ctx, args)
	case errors.Is(err, ssh.ErrLost):
		return s.exit(ctx, model.Busy("cli.holder_lost").Because(err))
	}
	var own *fs.PathError
	switch {
	case errors.Is(err, ssh.ErrSilent):
		return s.exit(ctx, model.Busy("cli.holder_silent", "dir", s.settings.Paths.Data).Because(err))
	case errors.As(err, &own): // what the caller's own output refused
		return s.exit(ctx, err)
	}
	return s.exit(ctx, model.Failed(err, "cli.holder_failed"))
}

// plainTerminal takes back what the screens of over there asked of the terminal
// and can ask no more to be undone: their own screen, keys and pastes that are
// marked, the mouse, the hidden cursor, colours.
var plainTerminal = ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1) +
	ansi.ResetMode(ansi.ModeMouseNormal, ansi.ModeMouseButtonEvent, ansi.ModeMouseAnyEvent, ansi.ModeFocusEvent, ansi.ModeMouseExtSgr,
		ansi.ModeBracketedPaste, ansi.ModeSynchronizedOutput) +
	ansi.ResetMode(ansi.ModeAltScreenSaveCursor) + ansi.SetMode(ansi.ModeTextCursorEnable) + ansi.ResetStyle

// comeBack shows the screens again after the process that held the data has
// gone: at the one that took over, or as the one that takes over.
func (s *session) comeBack(ctx context.Context, args []string) int {
	s.note(s.p.T("cli.holder_gone"))
	select {
	case <-time.After(500 * time.Millisecond):
	case <-ctx.Done():
	}
	return s.Run(ctx, args)
}

// signals passes on how the context ended: ctrl+c or the end of this process.
func signals(ctx context.Context) <-chan os.Signal {
	out := make(chan os.Signal, 1)
	context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), errInterrupted) {
			out <- os.Interrupt
			return
		}
		out <- syscall.SIGTERM
	})
	return out
}

// takeTerminal gives the keys of this terminal, unread, to the screens of over
// there, and its size as it changes. The function returned gives them back.
func (s *session) takeTerminal(call *ssh.Call) (restore func(), err error) {
	in, ok := s.In.(*os.File)
	if !call.PTY || !ok {
		return func() {}, nil
	}
	old, err := term.MakeRaw(in.Fd())
	if err != nil {
		return nil, model.Failed(err, "cli.no_raw")
	}
	call.Size = windowOf(in)
	resized, winch, done := make(chan ssh.Size, 1), make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(winch, syscall.SIGWINCH)
	go func() {
		for {
			select {
			case <-winch:
				select {
				case <-resized: // only the last size counts
				default:
				}
				resized <- windowOf(in)
			case <-done:
				return
			}
		}
	}()
	call.Resized = resized
	return func() {
		signal.Stop(winch)
		close(done)
		_ = term.Restore(in.Fd(), old)
	}, nil
}

func windowOf(f *os.File) ssh.Size {
	w, h, err := term.GetSize(f.Fd())
	if err != nil {
		return ssh.Size{Width: 80, Height: 24}
	}
	return ssh.Size{Width: w, Height: h}
}

// withoutData is a command line without the folder: over there it is known,
// and a relative one would mean another.
func withoutData(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--":
			return append(out, args[i:]...)
		case args[i] == "--data":
			i++
		case !strings.HasPrefix(args[i], "--data="):
			out = append(out, args[i])
		}
	}
	return out
}

// localeEnv is the part of the environment that tells the language.
func (s *session) localeEnv() []string {
	var env []string
	for _, name := range []string{"LANG", "LC_ALL", "LC_MESSAGES"} {
		if v, ok := s.Env(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
