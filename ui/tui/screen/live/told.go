package live

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
)

// told is what is known of the wordings of the campaign shown: who wrote them,
// when, and what changed.
type told struct {
	name     string
	version  int
	req      uint64
	versions []model.CampaignVersion
}

// tell asks for the wordings of the campaign shown, once for each version.
func (x *Screen) tell() tea.Cmd {
	c, _, ok := x.shown()
	if !ok || c.Version < 2 || x.told.name == c.Name && x.told.version == c.Version {
		return nil
	}
	x.told = told{name: c.Name, version: c.Version, req: x.s.Number()}
	return screen.Ask(x.s, screen.Live, x.told.req, func(ctx context.Context) (campaigns.CampaignDetail, error) {
		return x.s.Desk.Campaign(ctx, c.Name)
	})
}

func (x *Screen) takeTold(msg screen.Reply[campaigns.CampaignDetail]) tea.Cmd {
	if msg.Req != x.told.req {
		return nil
	}
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	x.told.versions = msg.Value.Campaign.Versions
	return nil
}

// wording is a version by its number, and the one before; nil when it is not
// known.
func (t *told) wording(n int) (v, before *model.CampaignVersion) {
	for i := range t.versions {
		if int(t.versions[i].Number) != n {
			continue
		}
		if i > 0 {
			before = &t.versions[i-1]
		}
		return &t.versions[i], before
	}
	return nil, nil
}

// changed says in which of its parts a wording differs from the one before.
func changed(v, before *model.CampaignVersion) (subject, body bool) {
	front, text := halves(v.Source)
	oldFront, oldText := halves(before.Source)
	return subjectOf(front) != subjectOf(oldFront), text != oldText || v.Body != before.Body
}

// halves are the settings and the message of a campaign file.
func halves(source string) (front, text string) {
	const fence = "+++"
	_, rest, _ := strings.Cut(source, fence)
	front, text, _ = strings.Cut(rest, "\n"+fence)
	return front, strings.TrimSpace(text)
}

// subjectOf is the line of the settings that gives the subject.
func subjectOf(front string) string {
	for line := range strings.Lines(front) {
		if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "subject" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
