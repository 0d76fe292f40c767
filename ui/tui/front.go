package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/ui/manual"
	"blanche/ui/safe"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/toast"
)

// pages is a modal of lines to read: help, manual, journal.
type pages struct {
	title  string
	lines  func(w int, filter string) []string
	filter string
	search bool // what is typed filters
	from   int
	s      *screen.Session
}

func newHelp(s *screen.Session, layers ...[]action.Action) screen.Modal {
	return &pages{s: s, title: s.P.T("app.help"), search: true, lines: func(w int, filter string) []string {
		return action.HelpLines(s.Th, s.P, w, filter, layers...)
	}}
}

// newManual opens the page of the manual that goes with a screen.
func newManual(s *screen.Session, on screen.ID) screen.Modal {
	page := map[screen.ID]string{screen.Contacts: "import", screen.Segments: "rules", screen.Campaigns: "send", screen.Live: "send", screen.ROI: "roi", screen.Team: "team", screen.Audit: "team"}[on]
	if page == "" {
		page = "start"
	}
	text, ok := manual.Page(s.P.Lang(), page)
	if !ok {
		text, _ = manual.Page(s.P.Lang(), manual.First)
	}
	return &pages{s: s, title: s.P.T("app.manual"), lines: func(w int, _ string) []string { return pageLines(s.Th, text, w) }}
}

// pageLines draws a page of the manual: titles, lists, and commands apart.
func pageLines(th *theme.Theme, text string, w int) []string {
	var lines []string
	code := false
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, "\n")
		switch {
		case strings.HasPrefix(l, "```"):
			code = !code
		case code:
			lines = append(lines, th.Accent.Render(frame.Fit("    "+l, w)))
		case strings.HasPrefix(l, "#"):
			lines = append(lines, th.Title.Render(frame.Fit(strings.TrimLeft(l, "# "), w)))
		case strings.TrimSpace(l) == "":
			lines = append(lines, frame.Blank(w))
		default:
			lines = append(lines, frame.Wrap(strings.NewReplacer("**", "", "`", "").Replace(l), w)...)
		}
	}
	return lines
}

func newJournal(s *screen.Session, t *toast.Toasts) screen.Modal {
	return &pages{s: s, title: s.P.T("app.journal"), lines: func(w int, _ string) []string {
		return t.Journal(w, max(1, 2*len(t.Entries())))
	}}
}

func (p *pages) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch k.String() {
	case "esc", "ctrl+c", "f1", "enter":
		return true, nil
	case "down", "ctrl+n":
		p.from++
	case "up", "ctrl+p":
		p.from--
	case "pgdown", "ctrl+d", "ctrl+f":
		p.from += 10
	case "pgup", "ctrl+u", "ctrl+b":
		p.from -= 10
	case "home":
		p.from = 0
	case "backspace":
		if r := []rune(p.filter); len(r) > 0 {
			p.filter = string(r[:len(r)-1])
		}
	default:
		return p.typed(k)
	}
	p.from = max(p.from, 0)
	return false, nil
}

// typed filters the help; in the other pages letters move and close.
func (p *pages) typed(k tea.KeyPressMsg) (bool, tea.Cmd) {
	if p.search {
		p.filter, p.from = p.filter+safe.Text(k.Text), 0
		return false, nil
	}
	switch k.String() {
	case "q", "!", "?", ",":
		return true, nil
	case "j", "space":
		p.from++
	case "k":
		p.from = max(p.from-1, 0)
	}
	return false, nil
}

func (p *pages) Paste(string) {}

func (p *pages) Lines(w, h int) []string {
	bw := w
	if w > 104 {
		bw = 96
	}
	title := []string{p.title}
	if p.filter != "" {
		title = append(title, p.filter)
	}
	lines := p.lines(bw-2, p.filter)
	room := max(h-3, 1)
	p.from = min(p.from, max(len(lines)-room, 0))
	shown := lines[p.from:min(p.from+room, len(lines))]
	box := []string{frame.Title(p.s.Th, bw, title...)}
	for _, l := range shown {
		box = append(box, " "+frame.Fit(l, bw-2)+" ")
	}
	for len(box) < room+1 {
		box = append(box, frame.Blank(bw))
	}
	more := p.s.P.T("app.close")
	if p.from+room < len(lines) {
		more = p.s.P.T("app.more") + " " + more
	}
	return append(box, p.s.Th.Muted.Render(frame.Bar("", more, bw)), frame.Rule(p.s.Th, bw))
}

// palette is the command line over all actions.
type palette struct {
	a *App
	p *action.Palette
}

func newPalette(a *App, layers ...[]action.Action) screen.Modal {
	return &palette{a: a, p: action.NewPalette(a.s.P, layers...)}
}

func (m *palette) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	hit, verdict := m.p.Key(k.String(), k.Text)
	switch verdict {
	case action.Chosen:
		return true, m.a.do(hit.Action.ID, hit.Arg)
	case action.Closed:
		return true, nil
	}
	return false, nil
}

func (m *palette) Paste(text string) { m.p.SetQuery(m.p.Query() + strings.TrimSpace(text)) }

func (m *palette) Lines(w, h int) []string {
	bw := min(w, 76)
	box := []string{frame.Title(m.a.s.Th, bw, m.a.s.P.T("app.palette"))}
	box = append(box, m.p.Lines(m.a.s.Th, bw, min(h-2, 16))...)
	return append(box, frame.Rule(m.a.s.Th, bw))
}
