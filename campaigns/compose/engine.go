package compose

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/osteele/liquid"
	"github.com/osteele/liquid/render"
)

// keptFilters are those of Liquid that are right and bounded as they are; the
// rest is ours (textFilters) or does not exist here.
var keptFilters = []string{
	"default", "downcase", "upcase", "strip", "lstrip", "rstrip", "strip_newlines", "escape", "escape_once",
	"strip_html", "remove", "remove_first", "url_encode", "size", "first", "last", "uniq",
	"plus", "minus", "times", "divided_by", "modulo", "abs", "ceil", "floor", "round",
}

// filterNames are the filters an author may write.
func filterNames(lang string) []string {
	names := append(slices.Clone(keptFilters), "raw")
	for name := range textFilters(lang) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// newEngine makes a Liquid that reaches nothing outside its variables. The
// language decides how dates are written.
func newEngine(lang string) *liquid.Engine {
	e := liquid.NewEngine()
	e.StrictVariables()
	for name, f := range textFilters(lang) {
		e.RegisterFilter(name, f)
	}
	for _, s := range escapers {
		e.RegisterFilter(s.filter, printFilter(s.escape))
	}
	e.RegisterTag("include", func(render.Context) (string, error) { return "", errors.New("include") })
	e.RegisterTag("blanche_step", func(ctx render.Context) (string, error) {
		b, ok := ctx.Get(budgetName).(*budget)
		if !ok {
			return "", errSteps
		}
		n, err := strconv.Atoi(ctx.TagArgs())
		if err != nil {
			return "", errSteps
		}
		return "", b.spend(n)
	})
	return e
}

// printFilter ends every {{ … }}: it counts, notes an empty value and escapes.
func printFilter(escape func(b []byte, s string) []byte) func(value, b any, hole int) (string, error) {
	return func(value, b any, hole int) (string, error) {
		s := textOf(value)
		bud, ok := b.(*budget)
		if !ok {
			return "", errSteps
		}
		if len(s) > maxValue {
			return "", errValue
		}
		if bud.empty != nil && strings.TrimSpace(s) == "" {
			bud.empty(hole)
		}
		return string(escape(nil, s)), bud.spend(len(s))
	}
}

// textOf is a value as it is printed.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case []string:
		return strings.Join(v, ", ")
	case []any:
		parts := make([]string, 0, len(v))
		for _, one := range v {
			parts = append(parts, textOf(one))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		return ""
	}
	return fmt.Sprint(v)
}

// runLiquid renders a block. A panic of a filter is an error of the template.
func runLiquid(t *liquid.Template, w io.Writer, vars map[string]any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("template: %v", clip(fmt.Sprint(r)))
		}
	}()
	if e := t.FRender(w, vars); e != nil {
		return e
	}
	return nil
}
