package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newContactCmd(s *session) *cobra.Command {
	return s.group("contact",
		newContactListCmd(s), newContactShowCmd(s), newContactSetCmd(s), newContactHistoryCmd(s), newContactTagCmd(s), newContactOpposeCmd(s), newContactComplainCmd(s), newContactConsentCmd(s),
		newContactDuplicatesCmd(s), newContactMergeCmd(s), newContactUnmergeCmd(s), newContactApartCmd(s))
}

func newContactListCmd(s *session) *cobra.Command {
	var where, after, find, sort *string
	var limit *int
	var asCSV *bool
	cmd := s.command("contact list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if *limit < 0 {
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--limit", "value", number(*limit)))
		}
		cursor, err := strconv.ParseUint("0"+*after, 10, 63)
		if err != nil {
			return model.Invalid("cli.bad_cursor", "value", *after)
		}
		types, err := desk.AttrTypes(cmd.Context(), false) // before the rows: it reads the columns that they show
		if err != nil {
			return err
		}
		by, down := strings.CutPrefix(*sort, "-")
		q := campaigns.ContactQuery{Where: *where, Find: *find, Sort: campaigns.ContactSort(by), Desc: down}
		rows, err := listContacts(cmd.Context(), desk, q, model.ContactID(cursor), *limit)
		if err != nil {
			return err
		}
		return s.showContacts(rows, types, *asCSV)
	})
	where, after, find = s.textFlag(cmd, "where", ""), s.textFlag(cmd, "after", ""), s.textFlag(cmd, "find", "")
	sort = s.textFlag(cmd, "sort", "")
	limit = s.intFlag(cmd, "limit", 100)
	asCSV = s.csvFlag(cmd)
	return cmd
}

// listContacts gives contacts in an order, after one of them, at most limit of
// them (0: all).
func listContacts(ctx context.Context, desk campaigns.Desk, q campaigns.ContactQuery, after model.ContactID, limit int) ([]campaigns.ContactRow, error) {
	list, err := desk.Contacts(ctx, q)
	if err != nil {
		return nil, err
	}
	var ids []model.ContactID
	byNumber := q.Sort == campaigns.SortNumber && !q.Desc
	begun := byNumber || after == 0
	for i := 0; i < list.Len() && (limit <= 0 || len(ids) < limit); i++ {
		id := list.ID(i)
		if begun && (!byNumber || id > after) {
			ids = append(ids, id)
		}
		begun = begun || id == after
	}
	return desk.ContactRows(ctx, ids)
}

func (s *session) showContacts(rows []campaigns.ContactRow, types map[string]string, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("cli.contact.id"), "id"), left(p.T("cli.contact.name"), "name"), left(p.T("cli.contact.email"), "email"), left(p.T("cli.contact.city"), "city"),
		right(p.T("cli.contact.orders"), "orders"), right(p.T("cli.contact.spend"), "spend_cents"), left(p.T("cli.contact.sendable"), "reason"),
	}}
	out := make([]contactJSON, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		out = append(out, asContact(r, types))
		g.addBoth(
			[]string{r.ID.String(), cutText(r.DisplayName(), 30), cutText(r.Email, 40), cutText(r.City, 20), p.Int(int(r.Orders)), p.Money(r.Spend), say.Reason(p, r.Reason)},
			[]string{r.ID.String(), r.DisplayName(), r.Email, r.City, strconv.Itoa(int(r.Orders)), strconv.FormatInt(int64(r.Spend), 10), r.Reason})
	}
	return s.show(out, asCSV, g)
}

func newContactShowCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("contact show", []string{"EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		card, err := desk.Contact(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.answer(asCard(&card), *asCSV, func() error { return s.sayCard(&card) })
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func newContactSetCmd(s *session) *cobra.Command {
	var seen *int
	var dry, merge *bool
	cmd := s.command("contact set", []string{"EMAIL|ID", "FIELD=VALUE…"}, func(cmd *cobra.Command, args []string) error {
		var set []campaigns.FieldChange
		for _, pair := range args[1:] {
			field, value, ok := strings.Cut(pair, "=")
			if !ok || field == "" {
				return model.Invalid("cli.bad_field", "value", pair)
			}
			set = append(set, campaigns.FieldChange{Field: field, Value: value})
		}
		e := edit{ref: args[0], dry: *dry, seen: uint64(max(*seen, 0)), merge: *merge || *seen == 0, change: func(*campaigns.ContactCard) []campaigns.FieldChange { return set }}
		return s.editContact(cmd.Context(), &e)
	})
	seen, merge, dry = s.intFlag(cmd, "version", 0), s.boolFlag(cmd, "merge"), s.dryFlag(cmd)
	return cmd
}

func newContactTagCmd(s *session) *cobra.Command {
	var dry *bool
	var remove *[]string
	cmd := s.command("contact tag", []string{"EMAIL|ID", "[TAG…]"}, func(cmd *cobra.Command, args []string) error {
		return s.editContact(cmd.Context(), &edit{ref: args[0], dry: *dry, merge: true, anew: true, change: func(c *campaigns.ContactCard) []campaigns.FieldChange {
			tags := slices.DeleteFunc(append(slices.Clone(c.Tags), args[1:]...), func(t string) bool { return slices.Contains(*remove, t) })
			return []campaigns.FieldChange{{Field: "tags", Value: strings.Join(tags, ",")}}
		}})
	})
	remove = s.listFlag(cmd, "remove")
	dry = s.dryFlag(cmd)
	return cmd
}

// edit is a change of one contact.
type edit struct {
	ref    string
	dry    bool
	seen   uint64 // the version that the person saw; 0: the one that is there now
	merge  bool   // what others changed meanwhile in other fields is kept, and no reason to stop
	anew   bool   // the change is worked out again on what others changed
	change func(*campaigns.ContactCard) []campaigns.FieldChange
}

// apply makes the change on the version that it is based on. What others did
// meanwhile is kept, or the change is refused with who did it: never lost.
func (e *edit) apply(ctx context.Context, desk campaigns.Desk) (card campaigns.ContactCard, set []campaigns.FieldChange, err error) {
	if e.merge {
		ctx = campaigns.Merging(ctx)
	}
	for seen := e.seen; ; {
		if card, err = desk.Contact(ctx, e.ref); err != nil {
			return card, nil, err
		}
		if seen == 0 {
			seen = card.Version
		}
		set = e.change(&card)
		next, err := desk.EditContact(ctx, card.ID, seen, set)
		var beaten *campaigns.ConflictError
		if e.anew && errors.As(err, &beaten) && ctx.Err() == nil {
			seen = 0
			continue
		}
		card.Contact = next
		return card, set, err
	}
}

// editContact changes a contact, and shows it.
func (s *session) editContact(ctx context.Context, e *edit) error {
	desk, err := s.use(ctx, false)
	if err != nil {
		return err
	}
	card, set, err := e.apply(s.rehearsal(ctx, e.dry), desk)
	if err != nil {
		return err
	}
	if e.dry {
		return s.answer(asCard(&card), false, func() error {
			for _, f := range set {
				s.say(s.p.T("cli.would_set", "field", f.Field, "value", f.Value))
			}
			s.wouldChange(true)
			return nil
		})
	}
	if card, err = desk.Contact(ctx, card.ID.String()); err != nil {
		return err
	}
	return s.answer(asCard(&card), false, func() error { return s.sayCard(&card) })
}

func newContactOpposeCmd(s *session) *cobra.Command {
	var source *string
	var dry *bool
	cmd := s.command("contact oppose", []string{"EMAIL"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.Oppose(s.rehearsal(cmd.Context(), *dry), args[0], *source); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]string{"email": args[0], "suppressed": model.SuppressOpposed.String()})
		}
		if *dry {
			s.say(s.p.T("cli.would_oppose", "ref", args[0]))
			return nil
		}
		s.say(s.p.T("cli.contact.opposed", "ref", args[0]))
		return nil
	})
	source = s.textFlag(cmd, "source", "")
	dry = s.dryFlag(cmd)
	return cmd
}

func newContactComplainCmd(s *session) *cobra.Command {
	var campaign *string
	var dry *bool
	cmd := s.command("contact complain", []string{"EMAIL"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.Complain(s.rehearsal(cmd.Context(), *dry), args[0], *campaign); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]string{"email": args[0], "suppressed": model.SuppressComplaint.String(), "campaign": *campaign})
		}
		if *dry {
			s.say(s.p.T("cli.would_oppose", "ref", args[0]))
			return nil
		}
		s.say(s.p.T("cli.contact.complained", "ref", args[0]))
		return nil
	})
	campaign = s.textFlag(cmd, "campaign", "")
	dry = s.dryFlag(cmd)
	return cmd
}

func newContactHistoryCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("contact history", []string{"EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		lines, err := desk.History(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		p, zone := s.p, desk.Now().Location()
		g := &grid{columns: []column{
			left(p.T("cli.history.at"), "at"), left(p.T("cli.history.kind"), "kind"), left(p.T("cli.history.campaign"), "campaign"),
			left(p.T("cli.history.ref"), "ref"), left(p.T("cli.history.detail"), "detail"),
		}}
		for i := range lines {
			lines[i].At = lines[i].At.In(zone)
		}
		shown := lines
		if !s.global.json && !*asCSV { // a person reads a thing once
			shown = say.Told(lines)
		}
		for _, l := range shown {
			ref := l.Ref
			if l.Kind == "consent" || l.Kind == "points" { // the rest of the line says it
				ref = ""
			}
			g.addBoth([]string{say.When(p, l), say.Fact(p, l), l.Campaign, cutText(ref, 30), cutText(say.Detail(p, l), 90)},
				[]string{l.At.Format(rfc3339), l.Kind, l.Campaign, l.Ref, l.Detail})
		}
		return s.show(orEmpty(lines), *asCSV, g)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}
