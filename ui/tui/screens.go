package tui

import (
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/audit"
	"blanche/ui/tui/screen/campaigns"
	"blanche/ui/tui/screen/contacts"
	"blanche/ui/tui/screen/duplicates"
	"blanche/ui/tui/screen/live"
	"blanche/ui/tui/screen/public"
	"blanche/ui/tui/screen/roi"
	"blanche/ui/tui/screen/segments"
	"blanche/ui/tui/screen/team"
	"blanche/ui/tui/screen/today"
)

// screens makes the screens of a session.
func screens(s *screen.Session) map[screen.ID]screen.Screen {
	return map[screen.ID]screen.Screen{
		screen.Today:     today.New(s),
		screen.Contacts:  contacts.New(s),
		screen.Segments:  segments.New(s),
		screen.Campaigns: campaigns.New(s),
		screen.Live:      live.New(s),
		screen.ROI:       roi.New(s),
		screen.Team:      team.New(s),
		screen.Audit:     audit.New(s),

		screen.Duplicates: duplicates.New(s),
		screen.Public:     public.New(s),
	}
}
