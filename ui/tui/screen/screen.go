package screen

import (
	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/tui/action"
)

// ID names a screen; it is its place among the tabs, too.
type ID string

// The screens, in the order of their tabs.
const (
	Today     ID = "today"
	Contacts  ID = "contacts"
	Segments  ID = "segments"
	Campaigns ID = "campaigns"
	Live      ID = "live"
	ROI       ID = "roi"
	Team      ID = "team"
	Audit     ID = "audit"

	Duplicates ID = "duplicates" // of the contacts: no tab of its own
	Public     ID = "public"     // of the team: no tab of its own

	// Behind is, for Show, the tab that a screen without a tab was opened from.
	Behind ID = "behind"
)

// Order is the order of the tabs.
func Order() []ID { return []ID{Today, Contacts, Segments, Campaigns, Live, ROI, Team, Audit} }

// Screen is one tab.
type Screen interface {
	// Init loads what the screen needs when it is shown for the first time.
	Init() tea.Cmd
	// Update takes the answers of Ask and, while Captures, what is typed.
	Update(msg tea.Msg) tea.Cmd
	// View gives exactly h lines of w cells.
	View(w, h int) []string
	// Actions are what can be done now, the ones that are off with the reason.
	Actions() []action.Action
	// Do does one of the actions; arg is what the palette passed.
	Do(id, arg string) tea.Cmd
	// Key gives the screen a key that is no action; false when it has no use
	// for it.
	Key(k tea.KeyPressMsg) (tea.Cmd, bool)
	// Captures reports that a text field has the keys: none is an action.
	Captures() bool
	// Open shows one thing by name: a campaign, a contact. Empty is the list.
	Open(name string) tea.Cmd
	// Back leaves the inner page; false when there is none to leave.
	Back() bool
	// Refresh comes four times a second while the screen is shown.
	Refresh(live *campaigns.Live) tea.Cmd
	// Restyle follows a change of language or of theme.
	Restyle()
}

// Modal is what stands in front of a screen and takes all keys: a dialog, the
// palette, the help. Nil from Key's first result keeps it open.
type Modal interface {
	// Key handles a key; done closes the modal before cmd is run.
	Key(k tea.KeyPressMsg) (done bool, cmd tea.Cmd)
	// Paste handles pasted text.
	Paste(text string)
	// Lines draws the box, at most w by h.
	Lines(w, h int) []string
}
