package campaigns

import (
	"html"
	"regexp"
	"strings"

	"blanche/campaigns"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// message is what a person would read, under its subject.
func (x *Screen) message(w int, v view) []string {
	p, th, pg := x.s.P, x.s.Th, x.page
	if pg.preview == nil {
		return x.noMessage(w)
	}
	name := p.T("campaign.screen.text")
	if v == viewHTML {
		name = p.T("campaign.screen.html")
	}
	lines := []string{
		frame.Title(th, w, name, p.T("campaign.screen.read_by", "email", x.s.Address(pg.preview.To)), th.Muted.Render(p.T("campaign.screen.other_reader"))),
	}
	if len(pg.preview.Variants) == 0 {
		lines = append(lines, frame.Fit("  "+th.Title.Render(x.s.Text(pg.preview.Subject)), w), frame.Blank(w))
	}
	if d := &pg.drawn; d.of != pg.preview || d.view != v || d.w != w || d.mask != x.s.Mask.Active() {
		*d = drawn{of: pg.preview, view: v, w: w, mask: x.s.Mask.Active(), lines: x.wordings(w, v)}
	}
	return append(lines, pg.drawn.lines...)
}

// noMessage says why there is nothing to read.
func (x *Screen) noMessage(w int) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("campaign.screen.text"))}
	if x.page.unreadable == nil {
		return append(lines, th.Muted.Render(frame.Fit("  "+p.T("campaign.screen.reading"), w)))
	}
	message, hint := say.Err(p, x.page.unreadable)
	for _, l := range frame.Wrap(th.G.Fail+" "+message, max(w-4, 1)) {
		lines = append(lines, "  "+th.Danger.Render(l))
	}
	for _, l := range frame.Wrap(hint, max(w-4, 1)) {
		lines = append(lines, "  "+th.Muted.Render(l))
	}
	return lines
}

// wordings is the message, of a test every wording under its name.
func (x *Screen) wordings(w int, v view) []string {
	pre := &x.page.preview.Preview
	if len(pre.Variants) == 0 {
		return x.body(w, v, pre)
	}
	var out []string
	for i := range pre.Variants {
		one := &pre.Variants[i]
		name := x.s.P.T("campaign.screen.variant", "variant", safe.Text(one.Variant))
		out = append(out, frame.Fit("  "+x.s.Th.Header.Render(name)+"   "+x.s.Th.Title.Render(x.s.Text(one.Subject)), w), frame.Blank(w))
		out = append(append(out, x.body(w, v, one)...), frame.Blank(w))
	}
	return out
}

// body is the text, which names its links at its end, or the HTML source under
// the list of its links.
func (x *Screen) body(w int, v view, pre *campaigns.Preview) []string {
	p, th := x.s.P, x.s.Th
	source := pre.Text
	var out []string
	if links := linksOf(pre.HTML); v == viewHTML {
		source = pre.HTML
		out = append(out, th.Header.Render(frame.Fit("  "+p.N("campaign.screen.links", len(links)), w)))
		for _, l := range links {
			out = append(out, frame.Fit("  "+th.Accent.Render(x.s.Text(l)), w))
		}
		out = append(out, frame.Blank(w))
	}
	for _, l := range frame.Wrap(x.s.Mask.Text(safe.Multiline(source)), max(w-4, 1)) {
		out = append(out, "  "+l)
	}
	return out
}

var hrefs = regexp.MustCompile(`(?i)<a\b[^>]*\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')`)

// linksOf are the addresses that a message leads to, each once, in order.
func linksOf(source string) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range hrefs.FindAllStringSubmatch(source, -1) {
		link := strings.TrimSpace(html.UnescapeString(m[1] + m[2]))
		if link != "" && !seen[link] {
			seen[link] = true
			out = append(out, link)
		}
	}
	return out
}
