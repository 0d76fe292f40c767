package cli

import (
	"path/filepath"
	"strconv"
	"strings"
)

// globals are the flags that every command takes.
type globals struct {
	data, lang         string
	json, yes, noColor bool
	readOnly           bool
}

// scanGlobals finds the global flags before the tree of commands exists: its
// help is worded in the language that they ask for. The tree reads them again,
// strictly; here a mistake is left for it to report.
func scanGlobals(args []string) globals {
	var g globals
	for i, arg := range args {
		if arg == "--" {
			break
		}
		name, value, has := strings.Cut(arg, "=")
		if !has && i+1 < len(args) {
			value = args[i+1]
		}
		switch name {
		case "--data":
			g.data = value
		case "--lang":
			g.lang = value
		case "--json":
			g.json = !has || isTrue(value)
		case "--yes":
			g.yes = !has || isTrue(value)
		case "--no-color":
			g.noColor = !has || isTrue(value)
		case "--read-only":
			g.readOnly = !has || isTrue(value)
		}
	}
	return g
}

// isTrue reads the value of a flag as the tree of commands will.
func isTrue(value string) bool {
	b, err := strconv.ParseBool(value)
	return err == nil && b
}

// path is a path as the person meant it: relative to the working folder.
func (s *session) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.Dir, name)
}

// plain reports whether colours are unwanted or impossible on standard output.
func (s *session) plain() bool {
	return s.global.noColor || !s.OutTerminal || s.Env.Get("NO_COLOR") != "" || s.Env.Get("TERM") == "dumb"
}
