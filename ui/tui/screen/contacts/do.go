package contacts

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// Actions are what can be done now; an inner page has its own.
func (x *Screen) Actions() []action.Action {
	leave := action.New("contact.close", "esc")
	switch {
	case x.page != nil:
		return pageActions(x.page)
	case x.edit != nil:
		return []action.Action{action.New("contact.save", "ctrl+s").Danger(action.Reversible), leave}
	case x.bar.Active():
		return []action.Action{action.New("contact.keep_filter", "enter"), leave}
	}
	list := action.Lists()
	for i := range list {
		if list[i].ID == "action.open" || list[i].ID == "action.copy" {
			list[i] = list[i].Off(x.noPerson)
		}
	}
	edit := action.New("contact.edit", "e").Danger(action.Reversible).Need(model.EditContacts).Off(x.noPerson).Alias("modifier", "corriger")
	consents := action.New("contact.consents", "c").Need(model.ReadContacts).Off(x.noPerson).Alias("consentement", "actes")
	bring := action.New("import.file", "i").Need(model.ImportFiles).Off(x.noFiles).Alias("importer")
	rule := action.New("contact.rule", "w").Alias("segment", "regle").WithArg()
	oppose := action.New("contact.oppose", "O").Danger(action.Destructive).Need(model.EditContacts).Off(x.noOppose).Alias("opposition", "desinscrire")
	var all []action.Action
	switch x.card.mode {
	case full: // what is done about one person, first
		all = append(all, edit, consents, oppose, leave, list[0].Hidden(), list[1].Hidden(), bring.Hidden(), rule.Hidden())
	case pane:
		all = append(all, list[0], edit, consents, oppose, list[1], leave.Hidden(), bring.Hidden(), rule.Hidden())
	case closed:
		all = append(all, list[0], edit, list[1], bring, consents.Hidden(), rule, oppose)
	}
	all = append(all, action.New("contact.duplicates", "D").Need(model.ReadContacts).Alias("doublons").Hidden())
	all = append(all, list[2:]...)
	all = append(all, x.manyActions()...)
	if x.card.mode == closed && (x.table.MarkCount() > 0 || x.query.asking || x.many != nil || x.bar.Text() != "") {
		all = append(all, leave.Hidden())
	}
	return all
}

func (x *Screen) noPerson() string {
	if _, ok := x.under(); ok || x.card.mode != closed && x.card.person != nil {
		return ""
	}
	return x.s.P.T("contact.screen.nobody")
}

func (x *Screen) noFiles() string {
	if x.s.OpenImport == nil {
		return x.s.P.T("import.not_here")
	}
	return ""
}

func (x *Screen) noOppose() string {
	if why := x.noPerson(); why != "" {
		return why
	}
	if row, _ := x.under(); row.Reason == "opposed" {
		return x.s.P.T("contact.screen.opposed_already")
	}
	return ""
}

// under is the person that actions are about: of the card on the whole page,
// else under the cursor.
func (x *Screen) under() (campaigns.ContactRow, bool) {
	if x.card.mode == full && x.card.person != nil {
		return x.card.person.ContactRow, true
	}
	key, ok := x.table.Cursor()
	if !ok {
		return campaigns.ContactRow{}, false
	}
	return x.rows.at(key)
}

// Do does one of the actions.
func (x *Screen) Do(id, arg string) tea.Cmd {
	if x.page != nil && id != "contact.close" {
		return x.page.do(id)
	}
	switch id {
	case "action.open":
		return x.open()
	case "action.filter":
		x.bar.Open()
	case "action.sort":
		return x.nextSort()
	case "action.sort_direction":
		return x.turnSort()
	case "action.mark":
		return x.move("space")
	case "action.mark_range":
		return x.move("v")
	case "action.mark_all":
		return x.move("a")
	case "contact.close":
		_, cmd := x.leave()
		return cmd
	case "contact.duplicates":
		return screen.Show(screen.Duplicates, "")
	case "import.file":
		return x.bring()
	case "contact.tag":
		return x.tagMany()
	case "contact.export":
		return x.exportMany()
	case "contact.columns":
		return x.chooseColumns()
	case "contact.undo":
		return x.takeBack()
	case "contact.rule":
		x.page = newRule(x, arg)
		return x.page.update(nil)
	}
	return x.doPerson(id)
}

// doPerson does an action about one person.
func (x *Screen) doPerson(id string) tea.Cmd {
	row, ok := x.under()
	if !ok {
		return nil
	}
	switch id {
	case "action.copy":
		if x.s.Mask.Active() {
			return screen.Say(x.s.P.T("contact.screen.masked"))
		}
		return tea.Batch(tea.SetClipboard(row.Email), screen.Say(x.s.P.T("contact.screen.copied", "email", row.Email)))
	case "contact.consents":
		return x.showConsents(row)
	case "contact.edit":
		x.edit = x.newEdit(row.Contact)
	case "contact.oppose":
		return x.oppose(row)
	}
	return nil
}

// oppose asks, by name, before an opposition: nothing takes it back.
func (x *Screen) oppose(row campaigns.ContactRow) tea.Cmd {
	p, ref, source := x.s.P, row.ID.String(), x.s.P.T("contact.oppose.source")
	name := x.called(&row.Contact)
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title:  p.T("contact.oppose.title"),
		Body:   []string{p.T("contact.oppose.body", "name", name, "email", x.s.Address(row.Email)), p.T("contact.oppose.forever")},
		Act:    p.T("contact.do.oppose"),
		Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Contacts, p.T("contact.oppose.done", "name", name), func(ctx context.Context) error {
			return x.s.Desk.Oppose(ctx, ref, source)
		})
	}))
}

// open opens the card beside the list, then on the whole page, then closes it.
func (x *Screen) open() tea.Cmd {
	switch {
	case x.card.mode == closed && x.pane:
		x.card.show(pane)
	case x.card.mode == full:
		x.card.show(closed)
		return nil
	default:
		x.card.show(full)
	}
	key, _ := x.table.Cursor()
	if key == x.card.key && x.card.person != nil && x.card.person.ID.String() == key {
		return x.reloadCard()
	}
	x.card.person = nil
	return x.askCard(key)
}

// Key gives a key that is no action to what has the keyboard.
func (x *Screen) Key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	name := k.String()
	switch {
	case x.page != nil:
		return x.page.key(k), true
	case x.edit != nil:
		return x.editKey(k), true
	case x.bar.Active():
		if x.bar.Key(name, k.Text) {
			return x.search(), true
		}
		return nil, true
	case x.card.mode == full:
		return nil, x.scroll(name)
	}
	if !x.table.Key(name) {
		return nil, false
	}
	return tea.Batch(x.want(), x.follow()), true
}

// move gives a key to the table.
func (x *Screen) move(key string) tea.Cmd {
	x.table.Key(key)
	return tea.Batch(x.want(), x.follow())
}

// scroll moves a card that has the whole page.
func (x *Screen) scroll(key string) bool {
	was := x.card.from
	x.card.from = scrolled(was, x.card.page, key)
	return x.card.from != was || slices.Contains([]string{"k", "up", "pgup", "home", "g", "ctrl+u", "ctrl+b"}, key)
}

func (x *Screen) zone() *time.Location { return x.s.Desk.Now().Location() }
