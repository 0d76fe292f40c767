package contacts

import (
	"context"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"blanche/ui/tui/screen"
)

// completion is the names that begin as a path that was typed.
type completion struct {
	typed string
	names []string
}

// complete asks which files begin as the path that is typed.
func (b *bring) complete() tea.Cmd {
	typed := b.form.Value("path")
	return screen.Ask(b.x.s, screen.Contacts, b.x.s.Number(), func(context.Context) (completion, error) {
		return completion{typed, b.x.s.Complete(typed)}, nil
	})
}

// completed writes what the names have in common, and shows them; when there is
// nothing to add, Tab goes on to the next field.
func (b *bring) completed(c completion) {
	if b.step != askFile || b.form.Value("path") != c.typed {
		return
	}
	common := c.typed
	for i, name := range c.names {
		if i == 0 {
			common = name
			continue
		}
		for !strings.HasPrefix(name, common) {
			_, n := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-n]
		}
	}
	if len(common) > len(c.typed) {
		b.form.Set("path", common)
		b.form.Update(tea.KeyPressMsg(tea.Key{Code: tea.KeyEnd}))
	} else if len(c.names) < 2 {
		b.form.Update(tea.KeyPressMsg(tea.Key{Code: tea.KeyDown}))
	}
	b.choices = nil
	if len(c.names) > 1 {
		b.choices = c.names
	}
}
