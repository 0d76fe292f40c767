package screen

import (
	"blanche/model"
	"blanche/ui/tui/theme"
)

// The tones that mean the same on every screen. Each goes with a word.

// VerdictTone is the tone of what a campaign brought.
func VerdictTone(th *theme.Theme, v model.Verdict) theme.Style {
	switch v {
	case model.VerdictPays:
		return th.Good
	case model.VerdictLoses, model.VerdictBlocked:
		return th.Danger
	case model.VerdictWorksProfitUnknown:
		return th.Warn
	}
	return th.Muted
}

// StateSign is the sign and the tone of the step of life of a campaign.
func StateSign(th *theme.Theme, s model.CampaignState) (string, theme.Style) {
	switch s {
	case model.Checked:
		return th.G.Bullet, th.Text
	case model.Approved:
		return th.G.Check, th.Text
	case model.Scheduled:
		return th.G.Diamond, th.Text
	case model.Running:
		return th.G.Dot, th.Accent
	case model.Paused:
		return th.G.Alert, th.Warn
	case model.Done:
		return th.G.Check, th.Good
	case model.Cancelled:
		return th.G.Fail, th.Muted
	case model.Late:
		return th.G.Alert, th.Danger
	}
	return th.G.Ring, th.Muted
}

// Titled is the title of a campaign, its name without one: not yet sanitized.
func Titled(title, name string) string {
	if title != "" {
		return title
	}
	return name
}
