package cli

import (
	"strings"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/manual"

	"charm.land/glamour/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

func newManualCmd(s *session) *cobra.Command {
	c := s.command("manual", []string{"[PAGE]"}, func(_ *cobra.Command, args []string) error {
		name := manual.First
		if len(args) == 1 {
			name = args[0]
		}
		page, ok := manual.Page(s.p.Lang(), name)
		if !ok {
			e := model.NotFound("manual.unknown", "page", name)
			if near, ok := config.Nearest(name, manual.Names()); ok {
				return e.Hint("manual.nearest", "page", near)
			}
			return e.Hint("manual.list")
		}
		if s.global.json {
			return s.json(map[string]any{"page": name, "pages": manual.Names(), "markdown": page})
		}
		if s.OutTerminal {
			return s.pourOwn(s.rendered(page))
		}
		return s.pourOwn(wrapped(page, pageWidth))
	})
	c.ValidArgs = manual.Names()
	return c
}

// wrapped breaks the paragraphs of a page at its ordinary spaces: never inside
// a number or before a French sign, whose spaces are others.
func wrapped(page string, width int) string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		if code || ansi.StringWidth(line) <= width {
			b.WriteString(line)
			continue
		}
		used := 0
		for i, word := range strings.Split(strings.TrimRight(line, "\n"), " ") {
			w := ansi.StringWidth(word)
			switch {
			case i > 0 && used+1+w > width:
				b.WriteString("\n")
				used = 0
			case i > 0:
				b.WriteString(" ")
				used++
			}
			b.WriteString(word)
			used += w
		}
		b.WriteString("\n")
	}
	return b.String()
}

// pageWidth is where the lines of a page end where there is no terminal.
const pageWidth = 78

// rendered is a page of ours dressed for a terminal; a page that cannot be
// dressed is shown as it is.
func (s *session) rendered(page string) string {
	style := "dark"
	if s.plain() {
		style = "notty"
	}
	r, err := glamour.NewTermRenderer(glamour.WithStandardStyle(style), glamour.WithWordWrap(min(s.Width, 100)-2))
	if err != nil {
		return page
	}
	out, err := r.Render(strings.ReplaceAll(page, "\u202f", "\u00a0")) // it breaks lines at the narrow one
	if err != nil {
		return page
	}
	return out
}

// pourOwn writes a text of ours, which may carry styles.
func (s *session) pourOwn(text string) error {
	_, err := s.Out.Write([]byte(text))
	return err
}
