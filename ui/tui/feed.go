package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns/bus"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
)

// again is the shortest time between two reloads that facts ask for: a file
// that comes in line by line is not read again line by line.
const again = 400 * time.Millisecond

// feed is what the session hears of what others do.
type feed struct {
	box   *bus.Mailbox
	stale map[screen.ID]bool // what it shows is older than what was heard
	at    time.Time          // of the last reload
}

// mailMsg is what came into the mailbox.
type mailMsg struct {
	mail bus.Mail
	err  error
}

// follow opens the mailbox of the session and waits for the first mail.
func (a *App) follow() tea.Cmd {
	a.feed.box = a.s.Desk.Follow(a.s.Ctx)
	return a.hear()
}

// hear waits for facts: the one pending command of the session. Progress alone
// wakes nobody, the picture of the desk has it.
func (a *App) hear() tea.Cmd {
	box, ctx := a.feed.box, a.s.Ctx
	if box == nil {
		return nil
	}
	return func() tea.Msg {
		for {
			mail, err := box.Next(ctx)
			if err != nil || mail.Resync || len(mail.Facts) > 0 {
				return mailMsg{mail, err}
			}
		}
	}
}

// heard says what others did, and reloads what it concerns. A mailbox that
// closes is no more listened to: whoever closed it ends the session.
func (a *App) heard(m mailMsg) tea.Cmd {
	if m.err != nil {
		a.feed.box = nil
		return nil
	}
	for _, id := range screen.Order() {
		a.feed.stale[id] = a.feed.stale[id] || m.mail.Resync
	}
	for _, f := range m.mail.Facts {
		for _, id := range concerned(f) {
			a.feed.stale[id] = true
		}
		a.announce(f)
	}
	return tea.Batch(a.reload(), a.hear())
}

// reload reads again what is shown when it is stale, unless that was done a
// moment ago: the next tick does it then.
func (a *App) reload() tea.Cmd {
	now := a.s.Clock()
	if !a.feed.stale[a.active] || !a.shown[a.active] || now.Sub(a.feed.at) < again || a.barred(a.active) {
		return nil
	}
	a.feed.stale[a.active], a.feed.at = false, now
	return a.screens[a.active].Init()
}

// concerned are the screens that show what a fact is about.
func concerned(f bus.Fact) []screen.ID {
	noun, _, _ := strings.Cut(f.Act, ".") // an import is about the folder, and changes contacts
	switch noun {
	case "contact", "order":
		return []screen.ID{screen.Today, screen.Contacts, screen.Segments, screen.Audit}
	case "segment":
		return []screen.ID{screen.Segments, screen.Audit}
	case "campaign":
		return []screen.ID{screen.Today, screen.Campaigns, screen.Live, screen.ROI, screen.Audit}
	case "pacing":
		return []screen.ID{screen.Live, screen.Audit}
	case "team":
		return []screen.ID{screen.Team, screen.Audit}
	}
	return []screen.ID{screen.Audit}
}

// announce says in a line what somebody else did. What oneself did was said by
// the screen; what no sentence tells, and comings and goings, are not said.
//
//i18n:keys journal.fact.*
func (a *App) announce(f bus.Fact) {
	now := a.s.Clock()
	if f.Notice != nil {
		text := safe.Text(say.Event(a.s.P, *f.Notice))
		if f.Notice.Level == model.LevelStop {
			a.toasts.Warn(text, "", now)
		} else if f.Notice.Level == model.LevelWarn {
			a.toasts.Note(text, now)
		}
		return
	}
	key := "journal.fact." + f.Act
	if f.Who == a.s.Desk.Me().Name || !a.s.P.Has(key) {
		return
	}
	_, name, _ := strings.Cut(f.Object, ":")
	a.toasts.Info(a.s.P.T(key, "who", safe.Text(f.Who), "what", safe.Text(name)), now)
}
