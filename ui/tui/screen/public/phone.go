package public

import (
	"net/netip"
	"net/url"
	"strings"

	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/qrcode"
)

// besideCode is how many cells the words beside the code need.
const besideCode = 28

// phoneLines are the code of the page to try, with its words beside it; where
// there is no room, its address.
func (x *Screen) phoneLines(w, h int) []string {
	p := x.s.P
	code, err := qrcode.New(x.state.TestPage, w-1, h)
	var drawn []string
	if err == nil {
		drawn = code.Lines(x.s.Th, w-1, h)
	}
	if drawn == nil {
		lines := append([]string{frame.Title(x.s.Th, w, p.T("site.phone_title"))}, x.phoneWords(w)...)
		if cw, ch := code.Room(); err == nil && !x.s.Th.G.ASCII {
			lines = append(lines, frame.Blank(w), frame.Fit("  "+p.T("site.no_room", "w", cw+1, "h", ch+5), w))
		}
		return frame.Block(lines, w, h)
	}
	cw := frame.Width(drawn[0])
	for i := range drawn {
		drawn[i] = " " + drawn[i]
	}
	if rest := w - cw - 2; rest >= besideCode {
		words := append([]string{frame.Title(x.s.Th, rest, p.T("site.phone_title"))}, x.phoneWords(rest)...)
		return frame.Beside(frame.Block(drawn, cw+1, h), cw+1, frame.Block(words, rest, h), rest, " ")
	}
	return frame.Block(drawn, w, h)
}

// phoneWords say what the page is, and where.
func (x *Screen) phoneWords(w int) (lines []string) {
	p, th := x.s.P, x.s.Th
	says := []string{p.T("site.phone"), p.T("site.nobody")}
	switch u, err := url.Parse(x.state.URL); {
	case atHome(x.state.URL):
		says = append(says, p.T("site.at_home"))
	case err == nil && strings.HasSuffix(u.Hostname(), ".example"):
		says = append(says, p.T("site.example"))
	}
	for _, text := range append(says, x.s.Text(x.state.TestPage)) {
		lines = append(lines, frame.Blank(w))
		for _, l := range frame.Wrap(text, max(w-3, 1)) {
			if text == says[0] {
				lines = append(lines, "  "+l+" ")
			} else {
				lines = append(lines, "  "+th.Muted.Render(l)+" ")
			}
		}
	}
	return lines
}

// atHome reports whether only this machine or its network gets to a site.
func atHome(site string) bool {
	u, err := url.Parse(site)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && (ip.IsLoopback() || ip.IsPrivate())
}
