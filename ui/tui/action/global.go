package action

import (
	"strconv"

	"blanche/model"
)

// azertyDigits are the unshifted signs of the digit row of a French keyboard.
var azertyDigits = [...]string{"&", "é", "\"", "'", "(", "-", "è", "_", "ç"}

// TabKeys are the keys of the tab at position i, from 0: its digit, the sign
// under it on AZERTY, and F2 to F10.
func TabKeys(i int) []string {
	if i < 0 || i >= len(azertyDigits) {
		return nil
	}
	return []string{strconv.Itoa(i + 1), azertyDigits[i], "f" + strconv.Itoa(i+2)}
}

// TabID is the id of the action that opens the tab at position i, from 0;
// TabIndex reads it back, -1 for any other id.
func TabID(i int) string { return "action.tab" + strconv.Itoa(i+1) }

// TabIndex is the position of the tab an action opens, -1 for other actions.
func TabIndex(id string) int {
	for i := range azertyDigits {
		if TabID(i) == id {
			return i
		}
	}
	return -1
}

// Tabs are the actions that open tabs; titles are already translated.
func Tabs(titles ...string) []Action {
	out := make([]Action, 0, len(titles))
	for i, title := range titles {
		if i < len(azertyDigits) {
			out = append(out, New(TabID(i), TabKeys(i)...).Labeled("action.do.tab", "title", title).Hidden())
		}
	}
	return out
}

// Global are the actions of every screen, tabs and movement apart.
func Global() []Action {
	return []Action{
		New("action.palette", ":", "ctrl+p"),
		New("action.help", "?", ","), // the last one shown: Footer keeps it at any width
		New("action.manual", "f1").Hidden(),
		New("action.next_tab", "tab", "gt").Hidden(),
		New("action.prev_tab", "shift+tab", "gT").Hidden(),
		New("action.back", "esc").Hidden(),
		New("action.express", "N").Need(model.WriteCampaigns).Alias("demande", "express", "request").Hidden(),
		New("action.journal", "!").Hidden(),
		New("action.public").Alias("desinscriptions", "crochets", "hooks", "qr", "site").Hidden(),
		New("action.refresh", "R").Hidden(),
		New("action.mouse").Alias("souris").Hidden(),
		New("action.mask", "M").Alias("masquer", "hide").Hidden(),
		New("action.language", "L").Alias("lang").WithArg().Hidden(),
		New("action.quit", "q", "ctrl+c").Hidden(),
	}
}

// Moves are the movements of a list; widgets read their keys themselves, the
// records are for the help and for the check of conflicts.
func Moves() []Action {
	moves := []Action{
		New("action.down", "j", "down"), New("action.up", "k", "up"),
		New("action.top", "gg", "home"), New("action.bottom", "G", "end"),
		New("action.half_down", "ctrl+d"), New("action.half_up", "ctrl+u"),
		New("action.page_down", "pgdown", "ctrl+f"), New("action.page_up", "pgup", "ctrl+b"),
	}
	for i := range moves {
		moves[i] = moves[i].Hidden().In("move")
	}
	return moves
}

// Lists are the actions of a screen with a table: filter, sort, marks.
func Lists() []Action {
	return []Action{
		New("action.open", "enter", "d"),
		New("action.filter", "/", "f"),
		New("action.sort", "s").Hidden(),
		New("action.sort_direction", "S").Hidden(),
		New("action.mark", "space").Hidden(),
		New("action.mark_range", "v").Hidden(),
		New("action.mark_all", "a", "ctrl+a").Hidden(),
		New("action.copy", "y").Hidden(),
	}
}
