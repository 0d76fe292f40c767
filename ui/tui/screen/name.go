package screen

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// What Open may be asked for beside the name of a thing. No name of the store
// begins so.
const (
	// OpenNew is the form of a new thing: a campaign, an import.
	OpenNew = "+"
	// OpenExpress is the form of a campaign somebody asked for just now: its
	// clock runs.
	OpenExpress = "!"
	openReword  = "="
)

// Reword shows the form on the wording of a campaign.
func Reword(name string) tea.Cmd { return Show(Campaigns, openReword+name) }

// Reworded is the campaign that Open was asked to reword; false for anything
// else.
func Reworded(open string) (name string, ok bool) { return strings.CutPrefix(open, openReword) }
