package cli

import (
	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/manual"

	"charm.land/glamour/v2"
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
			page = s.rendered(page)
		}
		return s.pourOwn(page)
	})
	c.ValidArgs = manual.Names()
	return c
}

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
	out, err := r.Render(page)
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
