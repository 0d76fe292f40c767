package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/say"

	"github.com/charmbracelet/x/term"
)

// talk asks questions on standard error and reads the answers on standard
// input, be it a terminal or a file of lines.
type talk struct {
	s     *session
	flags map[string]*string // answers given as flags
	in    *bufio.Reader
	end   func()
}

// question is one thing to know. What is asked is init.ask.KEY.
type question struct {
	key, fallback string
	check         func(answer string) error
	hidden        bool // nothing of the answer is shown
}

func newTalk(ctx context.Context, s *session, flags map[string]*string) *talk {
	in := interruptible(ctx, s.In)
	return &talk{s: s, flags: flags, in: bufio.NewReader(in), end: func() { _ = in.Close() }}
}

func (t *talk) close() { t.end() }

// given is what a flag answers, empty where it does not.
func (t *talk) given(key string) string {
	if f := t.flags[key]; f != nil {
		return *f
	}
	return ""
}

// say writes a line for a person who is being asked.
func (t *talk) say(line string) {
	if !t.s.global.yes && !t.s.global.json {
		t.s.note(line)
	}
}

// ask puts a question until the answer fits, and notes the answer. A flag
// answers for good: where it does not fit, that is the error.
//
//i18n:keys init.ask.*
func (t *talk) ask(into *string, q question) error {
	if flag := t.given(q.key); flag != "" {
		*into = flag
		return q.check(flag)
	}
	if t.s.global.yes {
		*into = q.fallback
		return q.check(q.fallback)
	}
	for {
		answer, err := t.line(t.prompt(q), q.hidden)
		if err != nil {
			return err
		}
		switch answer {
		case "":
			answer = q.fallback
		case "-":
			answer = ""
		}
		wrong := q.check(answer)
		if wrong == nil {
			*into = answer
			return nil
		}
		t.wrong(wrong)
	}
}

// prompt is the question with what Enter answers.
func (t *talk) prompt(q question) string {
	fallback := q.fallback
	if fallback == "" {
		fallback = t.s.p.T("init.nothing")
	}
	return t.s.p.T("init.prompt", "question", t.s.p.T("init.ask."+q.key), "default", fallback)
}

// agrees asks yes or no.
func (t *talk) agrees(key string, usual bool) (bool, error) {
	if t.s.global.yes {
		return usual, nil
	}
	fallback := t.s.p.T("cli.no")
	if usual {
		fallback = t.s.p.T("cli.yes")
	}
	for {
		answer, err := t.line(t.prompt(question{key: key, fallback: fallback}), false)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(answer) {
		case "":
			return usual, nil
		case "o", "oui", "y", "yes":
			return true, nil
		case "n", "non", "no":
			return false, nil
		}
		t.wrong(model.Invalid("init.yes_or_no"))
	}
}

// wrong says why an answer does not fit. The question comes again.
func (t *talk) wrong(err error) {
	message, hint := say.Err(t.s.p, err)
	t.s.note("  " + message)
	if hint != "" {
		t.s.note("  " + hint)
	}
}

// line reads one answer.
func (t *talk) line(prompt string, hidden bool) (string, error) {
	if f, ok := t.s.In.(*os.File); ok && hidden && t.s.InTerminal {
		return t.secret(f, prompt)
	}
	_, _ = io.WriteString(t.s.Err, prompt+" ")
	answer, err := t.in.ReadString('\n')
	switch {
	case err == nil || errors.Is(err, io.EOF) && answer != "":
		return strings.TrimSpace(answer), nil
	case errors.Is(err, io.EOF):
		t.s.note("")
		return "", model.Invalid("init.no_answer").Because(errEnd)
	}
	t.s.note("")
	return "", err
}

// The keys that a terminal in raw mode no longer acts upon.
const (
	keyInterrupt = 0x03
	keyEnd       = 0x04
	keyErase     = 0x7f
	keyKill      = 0x15
)

// secret reads an answer of which the terminal shows nothing, from before it is
// asked for.
func (t *talk) secret(f *os.File, prompt string) (string, error) {
	before, err := term.MakeRaw(f.Fd())
	if err != nil {
		return "", err
	}
	defer func() {
		_ = term.Restore(f.Fd(), before)
		t.s.note("")
	}()
	_, _ = io.WriteString(t.s.Err, prompt+" ")
	var typed []rune
	for {
		switch r, _, err := t.in.ReadRune(); {
		case err != nil:
			return "", err
		case r == '\r' || r == '\n':
			return string(typed), nil
		case r == keyInterrupt:
			t.s.sayInterrupted()
			return "", ended(exitInterrupted)
		case r == keyEnd:
			return "", model.Invalid("init.no_answer").Because(errEnd)
		case r == keyErase && len(typed) > 0:
			typed = typed[:len(typed)-1]
		case r == keyKill:
			typed = nil
		case r >= ' ':
			typed = append(typed, r)
		}
	}
}

// setting checks an answer as the file of settings will be. What could break a
// line of that file is refused.
func setting(key string) func(string) error {
	return func(answer string) error {
		if strings.ContainsFunc(answer, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\ufffd' }) {
			return model.Invalid("init.bad_text")
		}
		return config.Check(key, answer)
	}
}
