package ssh

import (
	"errors"
	"strings"
)

// join writes an argument list so that a POSIX shell, and split, read it back
// byte for byte.
func join(argv []string) string {
	var b strings.Builder
	for i, arg := range argv {
		if i > 0 {
			b.WriteByte(' ')
		}
		if arg != "" && strings.Trim(arg, plain) == "" {
			b.WriteString(arg)
			continue
		}
		b.WriteString("'" + strings.ReplaceAll(arg, "'", `'\''`) + "'")
	}
	return b.String()
}

// plain is what no shell reads anything into.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,@%+="

var errUnclosed = errors.New("a quote or a backslash without its end")

// split cuts a command line into words as a POSIX shell does, and does nothing
// else of what a shell does: no variable, no pattern, no pipe, no comment.
func split(line string) ([]string, error) {
	var argv []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\n':
			if inWord {
				argv = append(argv, word.String())
				word.Reset()
				inWord = false
			}
		case '\\', '\'', '"':
			n, ok := quoted(&word, line[i:])
			if !ok {
				return nil, errUnclosed
			}
			i += n - 1
			inWord = inWord || line[i-n+1:i+1] != "\\\n"
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		argv = append(argv, word.String())
	}
	return argv, nil
}

// quoted adds what stands quoted at the start of s, and tells how long that
// was; false where it does not end.
func quoted(word *strings.Builder, s string) (n int, ok bool) {
	switch s[0] {
	case '\\':
		if len(s) < 2 {
			return 0, false
		}
		if s[1] != '\n' { // else: the line goes on
			word.WriteByte(s[1])
		}
		return 2, true
	case '\'':
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return 0, false
		}
		word.WriteString(s[1 : 1+end])
		return end + 2, true
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return i + 1, true
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '\n':
			i++
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\\"$`", s[i+1]) >= 0:
			i++
			word.WriteByte(s[i])
		default:
			word.WriteByte(s[i])
		}
	}
	return 0, false
}
