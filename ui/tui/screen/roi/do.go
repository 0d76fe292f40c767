package roi

import (
	"math"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// Actions are what can be done here.
func (x *Screen) Actions() []action.Action {
	programme := action.New("roi.programme", "p").Alias("annee", "year", "programme", "program")
	switch {
	case x.year != nil && x.open == "":
		return []action.Action{
			action.New("roi.year_before", "left", "h"), action.New("roi.year_after", "right", "l"),
			action.New("roi.formulas", "i"), action.New("roi.list", "esc").Hidden(), action.New("roi.copy", "y").Hidden(),
		}
	case x.open == "" && len(x.all) == 0:
		return []action.Action{action.New("campaign.new", "n").Need(model.WriteCampaigns), action.New("import.file", "i").Need(model.ImportFiles)}
	case x.open == "":
		return []action.Action{
			action.New("roi.open", "enter", "d"), action.New("roi.campaign", "c"), programme,
			action.New("roi.sort", "s"), action.New("roi.filter", "/", "f").Hidden(),
		}
	}
	return []action.Action{
		action.New("roi.list", "esc").Hidden(),
		action.New("roi.part_after", "v", "]"), action.New("roi.part_before", "V", "[").Hidden(),
		action.New("roi.previous", "left", "h"), action.New("roi.next", "right", "l"),
		action.New("roi.formulas", "i"),
		action.New("roi.campaign", "c"),
		programme.Hidden(),
		action.New("roi.copy", "y").Hidden(),
	}
}

// Do does one of them.
func (x *Screen) Do(id, _ string) tea.Cmd {
	switch id {
	case "campaign.new":
		return screen.Show(screen.Campaigns, "+")
	case "import.file":
		return screen.Show(screen.Contacts, "+")
	case "roi.list":
		x.Back()
	case "roi.sort":
		x.by = (x.by + 1) % sortings
		x.arrange()
	case "roi.filter":
		x.bar.Open()
	case "roi.formulas":
		x.formula, x.scroll = !x.formula, 0
	case "roi.part_after":
		x.leaf(1)
	case "roi.part_before":
		x.leaf(-1)
	case "roi.previous":
		x.turn(-1)
	case "roi.next":
		x.turn(1)
	case "roi.programme":
		return x.openYear()
	case "roi.year_before":
		return x.turnYear(-1)
	case "roi.year_after":
		return x.turnYear(1)
	default:
		return x.doCampaign(id)
	}
	return nil
}

// doCampaign does what is done with one campaign.
func (x *Screen) doCampaign(id string) tea.Cmd {
	m, ok := x.shown()
	if !ok {
		if id == "roi.campaign" && x.open != "" {
			return screen.Show(screen.Campaigns, x.open)
		}
		return nil
	}
	switch id {
	case "roi.open":
		x.show(m.line.Name)
	case "roi.campaign":
		return screen.Show(screen.Campaigns, m.line.Name)
	case "roi.copy":
		return tea.Batch(tea.SetClipboard(m.statement.Sentence), screen.Say(x.s.P.T("roi.screen.copied")))
	}
	return nil
}

// leaf shows the next part of a campaign, or the one before.
func (x *Screen) leaf(step int) {
	x.part = part((int(x.part) + step + int(parts)) % int(parts))
	x.scroll = 0
}

// Key moves in the list, or in the part shown; the filter takes what it can.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	name := k.String()
	if x.bar.Active() {
		if x.bar.Key(name, k.Text) {
			x.arrange()
		}
		return nil, true
	}
	by, known := map[string]int{
		"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "ctrl+f": 10, "ctrl+d": 5, "pgup": -10, "ctrl+b": -10, "ctrl+u": -5,
		"home": math.MinInt32, "G": math.MaxInt32, "end": math.MaxInt32, "g": math.MinInt32,
	}[name]
	switch {
	case !known:
		return nil, false
	case x.open == "" && x.year == nil:
		x.move(by)
	default:
		x.scroll = max(x.scroll+by, 0)
	}
	return nil, true
}
