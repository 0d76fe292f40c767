package doctor

import (
	"context"
	"strings"
)

// The sizes of a terminal, in cells: all is shown, and something is.
const (
	wide, high    = 80, 24
	narrow, short = 40, 10
)

// locale is that of characters, as POSIX finds it.
func (e *exam) locale(context.Context) Result {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value := e.Env.Get(name)
		if value == "" {
			continue
		}
		upper := strings.ToUpper(value)
		if strings.Contains(upper, "UTF-8") || strings.Contains(upper, "UTF8") {
			return ok("ok", "name", name, "value", value)
		}
		return warn("bytes", "name", name, "value", value)
	}
	return warn("none")
}

func (e *exam) terminal(context.Context) Result {
	t, name := e.Terminal, e.Env.Get("TERM")
	if t.Width == 0 {
		return skip("none")
	}
	values := []any{"name", name, "width", t.Width, "height", t.Height, "colors", e.colors(name)}
	switch {
	case t.Width < narrow || t.Height > 0 && t.Height < short:
		return fail("tiny", values...)
	case name == "" || name == "dumb":
		return warn("dumb", values...)
	case t.Width < wide || t.Height > 0 && t.Height < high:
		return warn("small", values...)
	}
	return ok("ok", values...)
}

// colors is how many colours the terminal says it has.
func (e *exam) colors(term string) int {
	depth := strings.ToLower(e.Env.Get("COLORTERM"))
	switch {
	case e.Env.Get("NO_COLOR") != "" || term == "" || term == "dumb":
		return 0
	case depth == "truecolor" || depth == "24bit":
		return 1 << 24
	case strings.Contains(term, "256color"):
		return 256
	}
	return 16
}
