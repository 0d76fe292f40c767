package campaigns

import (
	"strings"

	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// backLabel is the width of the labels of what came back.
const backLabel = 21

// backLines are what came back: each kind with its share, the links, and what the
// figures leave out.
func (x *Screen) backLines(w int) []string {
	p, th, st := x.s.P, x.s.Th, x.status()
	site := x.s.Desk.Settings().Public.URL != ""
	lines := []string{frame.Title(th, w, p.N("response.came.title_of", st.Accepted))}
	room := max(w-backLabel-3, 1)
	for _, r := range say.Returns(p, st, site) {
		label, tone := r.Label, th.Text
		if r.Part {
			label = "  " + label
		}
		if r.Warn {
			tone = th.Warn
			r.Text = th.G.Alert + " " + r.Text
		}
		for i, l := range frame.Wrap(r.Text, room) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, "  "+th.Muted.Render(frame.Fit(label, backLabel))+tone.Render(l)+" ")
		}
	}
	lines = append(lines, x.linkLines(w, st)...)
	note := say.ReturnsNote(p, st, site)
	if len(lines) > 1 {
		lines = append(lines, frame.Blank(w))
	}
	for _, l := range frame.Wrap(note, max(w-4, 1)) {
		lines = append(lines, "  "+th.Muted.Render(l)+"  ")
	}
	return lines
}

// linkLines are the links that people followed.
func (x *Screen) linkLines(w int, st *model.Status) []string {
	if st.Responses == nil {
		return nil
	}
	links := say.ReturnLinks(x.s.P, st.Responses)
	if len(links) == 0 {
		return nil
	}
	p, th := x.s.P, x.s.Th
	row := func(version, persons, share, clicks, url string) string {
		return frame.Fit("  "+frame.Fit(version, 4)+frame.FitRight(persons, 10)+frame.FitRight(share, 9)+frame.FitRight(clicks, 8)+"  "+url, w)
	}
	lines := []string{frame.Blank(w), th.Header.Render(row("", p.T("response.came.persons_title"), p.T("response.came.share_title"), p.T("response.came.hits_title"), p.T("response.came.link_title")))}
	for _, l := range links {
		lines = append(lines, row(l.Version, l.Persons, l.Share, l.Clicks, x.s.Text(strings.TrimPrefix(l.URL, "https://"))))
	}
	return lines
}
