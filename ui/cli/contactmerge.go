package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

// duplicateJSON is a proposal as commands write it.
type duplicateJSON struct {
	A       personJSON `json:"a"` // the record that came first
	B       personJSON `json:"b"`
	Reasons []string   `json:"reasons"` // the surest first
	Sure    int        `json:"confidence"`
}

// personJSON is enough of a person to tell two of them apart.
type personJSON struct {
	ID       model.ContactID `json:"id"`
	Email    string          `json:"email"`
	Name     string          `json:"name"`
	Phone    string          `json:"phone"`
	Postcode string          `json:"postcode"`
	Birth    *model.Date     `json:"birth"`
	Card     string          `json:"card"`
	Orders   uint32          `json:"orders"`
	Spend    model.Cents     `json:"spend_cents"`
	Reason   string          `json:"reason"` // why they may not be written to; "" when they may
}

func asPerson(r *campaigns.ContactRow) personJSON {
	p := personJSON{
		ID: r.ID, Email: r.Email, Name: r.DisplayName(), Phone: r.Phone, Postcode: r.Postcode, Card: r.Card, Orders: r.Orders, Spend: r.Spend, Reason: r.Reason,
	}
	if !r.Birth.IsZero() {
		p.Birth = &r.Birth
	}
	return p
}

// duplicatesJSON is the answer of `contact duplicates`.
type duplicatesJSON struct {
	Read      int                  `json:"read"`
	Proposals []duplicateJSON      `json:"proposals"`
	Total     int                  `json:"total"`
	Groups    []duplicateGroupJSON `json:"groups"`
}

// duplicateGroupJSON is people who share something and are not proposed.
type duplicateGroupJSON struct {
	Reason string            `json:"reason"`
	People int               `json:"people"`
	First  []model.ContactID `json:"first"`
}

func newContactDuplicatesCmd(s *session) *cobra.Command {
	var limit *int
	var asCSV *bool
	cmd := s.command("contact duplicates", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		bar := s.newBar()
		found, err := desk.Duplicates(cmd.Context(), func(done, total int) {
			bar.set(float64(done)/float64(max(total, 1)), s.p.Int(done))
		})
		bar.clear()
		if err != nil {
			return err
		}
		pairs := found.Pairs
		if *limit > 0 && len(pairs) > *limit {
			pairs = pairs[:*limit]
		}
		out := duplicatesJSON{Read: found.Read, Proposals: []duplicateJSON{}, Total: len(found.Pairs), Groups: []duplicateGroupJSON{}}
		if out.Proposals, err = peopleOf(cmd.Context(), desk, pairs); err != nil {
			return err
		}
		for _, g := range found.Big {
			out.Groups = append(out.Groups, duplicateGroupJSON{g.Reason, g.People, g.First})
		}
		return s.sayDuplicates(&out, *asCSV)
	})
	limit = s.intFlag(cmd, "limit", 100)
	asCSV = s.csvFlag(cmd)
	return cmd
}

// peopleOf reads the two of each pair, some pairs at a time.
func peopleOf(ctx context.Context, desk campaigns.Desk, pairs []campaigns.DuplicatePair) ([]duplicateJSON, error) {
	out := make([]duplicateJSON, 0, len(pairs))
	for some := range slices.Chunk(pairs, 250) {
		var ids []model.ContactID
		for _, p := range some {
			ids = append(ids, p.A, p.B)
		}
		slices.Sort(ids)
		rows, err := desk.ContactRows(ctx, slices.Compact(ids))
		if err != nil {
			return nil, err
		}
		by := map[model.ContactID]*campaigns.ContactRow{}
		for i := range rows {
			by[rows[i].ID] = &rows[i]
		}
		for _, p := range some {
			if a, b := by[p.A], by[p.B]; a != nil && b != nil {
				out = append(out, duplicateJSON{asPerson(a), asPerson(b), p.Reasons, p.Sure})
			}
		}
	}
	return out, nil
}

func (s *session) sayDuplicates(out *duplicatesJSON, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("duplicates.column.sure"), "confidence"), left(p.T("duplicates.column.reason"), "reasons"),
		left(p.T("duplicates.column.first"), "a_email"), left("", "a_name"), left(p.T("duplicates.column.second"), "b_email"), left("", "b_name"), right("", "a_id"), right("", "b_id"),
	}}
	for _, d := range out.Proposals {
		raw := []string{number(d.Sure), strings.Join(d.Reasons, " "), d.A.Email, d.A.Name, d.B.Email, d.B.Name, d.A.ID.String(), d.B.ID.String()}
		shown := slices.Clone(raw)
		shown[0], shown[1] = p.Percent(float64(d.Sure)/100, 0), say.DuplicateReasons(p, d.Reasons)
		for i := 2; i < 6; i++ {
			shown[i] = cutText(shown[i], 28)
		}
		g.addBoth(shown, raw)
	}
	if s.global.json {
		return s.json(out)
	}
	if err := s.show(nil, asCSV, g); err != nil || asCSV {
		return err
	}
	s.say(p.N("duplicates.found", out.Total, "read", out.Read))
	for _, big := range out.Groups {
		s.say(p.T("duplicates.group", "people", big.People, "what", say.DuplicateReasons(p, []string{big.Reason})))
	}
	return nil
}

func newContactMergeCmd(s *session) *cobra.Command {
	var dry, keepBasis *bool
	var take *[]string
	cmd := s.command("contact merge", []string{"EMAIL|ID", "EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		fields, keep, err := chosenFields(*take)
		if err != nil {
			return err
		}
		view, err := desk.ComparePair(cmd.Context(), args[0], args[1], fields)
		if err != nil {
			return err
		}
		r := campaigns.MergeRequest{
			Keep: view.Keep.ID.String(), Gone: view.Gone.ID.String(), Take: fields, KeepBasis: keep || *keepBasis, KeepVersion: view.Keep.Version, GoneVersion: view.Gone.Version,
		}
		if _, err := desk.MergeContacts(s.rehearsal(cmd.Context(), *dry), r); err != nil {
			return err
		}
		return s.sayMerge(&view, *dry)
	})
	take, keepBasis, dry = s.listFlag(cmd, "take"), s.boolFlag(cmd, "keep-basis"), s.dryFlag(cmd)
	return cmd
}

// chosenFields reads field=b, field=a: those of the second record, and whether the
// legal ground of the first was chosen.
func chosenFields(take []string) (fields []string, keepBasis bool, err error) {
	for _, one := range take {
		field, of, _ := strings.Cut(one, "=")
		switch {
		case of == "b" && field != "":
			fields = append(fields, field)
		case of == "a" && field == "basis":
			keepBasis = true
		case of == "a" && field != "":
		default:
			return nil, false, model.Invalid("duplicates.bad_take", "value", one)
		}
	}
	return fields, keepBasis, nil
}

// mergeJSON is the answer of `contact merge`.
type mergeJSON struct {
	Kept   model.ContactID `json:"kept"`
	Gone   model.ContactID `json:"gone"`
	DryRun bool            `json:"dry_run"`
	Fields []mergeField    `json:"fields"`
	Orders uint32          `json:"orders"`
	Spend  model.Cents     `json:"spend_cents"`
	Reason []string        `json:"reasons"`
}

type mergeField struct {
	Field string `json:"field"`
	A     string `json:"a"`
	B     string `json:"b"`
	After string `json:"after"`
}

func (s *session) sayMerge(v *campaigns.PairView, dry bool) error {
	p := s.p
	out := mergeJSON{
		Kept: v.Keep.ID, Gone: v.Gone.ID, DryRun: dry, Orders: v.After.Orders, Spend: v.After.Spend, Fields: []mergeField{}, Reason: orEmpty(v.Reasons),
	}
	g := &grid{columns: []column{
		left(p.T("duplicates.column.field"), "field"), left(p.T("duplicates.column.first"), "a"), left(p.T("duplicates.column.second"), "b"), left(p.T("duplicates.column.after"), "after"),
	}}
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, mergeField{f.Field, f.Keep, f.Gone, f.After})
		if f.Keep != f.Gone {
			g.addBoth([]string{say.PairField(p, f.Field), cutText(say.PairValue(p, f.Field, f.Keep), 30), cutText(say.PairValue(p, f.Field, f.Gone), 30), cutText(say.PairValue(p, f.Field, f.After), 30)}, []string{f.Field, f.Keep, f.Gone, f.After})
		}
	}
	return s.answer(out, false, func() error {
		if err := s.show(nil, false, g); err != nil {
			return err
		}
		s.say(p.N("duplicates.sums", int(v.After.Orders), "spend", p.Money(v.After.Spend), "points", strconv.FormatInt(v.After.Points, 10)))
		if v.Opposed {
			s.say(p.T("duplicates.opposed"))
		}
		if dry {
			s.wouldChange(true)
			return nil
		}
		s.say(p.T("duplicates.merged", "a", v.Keep.ID.String(), "b", v.Gone.ID.String()))
		return nil
	})
}

func newContactUnmergeCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("contact unmerge", []string{"EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		done, err := desk.UnmergeContact(s.rehearsal(cmd.Context(), *dry), args[0])
		if err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{"kept": done.Kept.ID, "back": done.Back.ID, "dry_run": *dry})
		}
		if *dry {
			s.say(s.p.T("duplicates.would_unmerge", "ref", args[0]))
			s.wouldChange(true)
			return nil
		}
		s.say(s.p.T("duplicates.unmerged", "a", done.Kept.ID.String(), "b", done.Back.ID.String()))
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newContactApartCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("contact apart", []string{"EMAIL|ID", "EMAIL|ID"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.ApartContacts(s.rehearsal(cmd.Context(), *dry), args[0], args[1]); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{"a": args[0], "b": args[1], "dry_run": *dry})
		}
		s.say(s.p.T("duplicates.apart", "a", args[0], "b", args[1]))
		s.wouldChange(*dry)
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}
