package cli

import (
	"slices"
	"strconv"

	"blanche/campaigns"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newSegmentSnapshotCmd(s *session) *cobra.Command {
	return s.group("segment snapshot", newSnapshotTakeCmd(s), newSnapshotListCmd(s), newSnapshotShowCmd(s), newSnapshotExportCmd(s), newSnapshotDeleteCmd(s))
}

func newSnapshotTakeCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("segment snapshot take", []string{"NAME", "RULE|NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		one, err := desk.Freeze(s.rehearsal(cmd.Context(), *dry), args[0], args[1])
		if err != nil {
			return err
		}
		if s.global.json {
			return s.json(one)
		}
		s.say(s.p.N("cli.segment.frozen", one.Matched, "name", one.Name, "sendable", one.Sendable))
		s.wouldChange(*dry)
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}

func newSnapshotListCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment snapshot list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		all, err := desk.FrozenSegments(cmd.Context())
		if err != nil {
			return err
		}
		p := s.p
		g := &grid{columns: []column{
			left(p.T("cli.segment.name"), "name"), left(p.T("segment.column.at"), "at"), left(p.T("segment.column.by"), "by"),
			left(p.T("segment.column.segment"), "segment"), left(p.T("cli.segment.rule"), "rule"),
			right(p.T("segment.column.matched"), "matched"), right(p.T("segment.column.sendable"), "sendable"),
		}}
		for _, x := range all {
			g.addBoth(
				[]string{x.Name, p.DateTime(x.At.In(desk.Now().Location())), x.By, x.Segment, say.Rule(p, x.Rule), p.Int(x.Matched), p.Int(x.Sendable)},
				[]string{x.Name, x.At.Format(rfc3339), x.By, x.Segment, x.Rule, strconv.Itoa(x.Matched), strconv.Itoa(x.Sendable)})
		}
		return s.show(orEmpty(all), *asCSV, g)
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

func newSnapshotShowCmd(s *session) *cobra.Command {
	var asCSV *bool
	cmd := s.command("segment snapshot show", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		t, err := desk.FrozenToday(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return s.answer(t, *asCSV, func() error {
			s.say(s.p.T("cli.segment.one", "name", t.Name, "rule", say.Rule(s.p, t.Rule)))
			s.say(s.p.T("segment.frozen.today", "here", t.Here, "matched", t.Matched, "still", t.Still, "left", t.Left, "joined", t.Joined))
			return nil
		})
	})
	asCSV = s.csvFlag(cmd)
	return cmd
}

// newSnapshotExportCmd is `export contacts` for the people of a snapshot.
func newSnapshotExportCmd(s *session) *cobra.Command {
	var excel *bool
	cmd := s.command("segment snapshot export", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		desk, err := s.use(ctx, false)
		if err != nil {
			return err
		}
		types, err := desk.AttrTypes(ctx, true)
		if err != nil {
			return err
		}
		names := attributes(types)
		var titles []string
		for _, name := range names {
			titles = append(titles, campaigns.AttrTitle(name))
		}
		x := s.export(desk, *excel, slices.Concat(contactColumns, titles, sumColumns)...)
		return x.end(desk.EachFrozen(ctx, args[0], func(r *campaigns.ContactRow) error { return x.contact(r, names, types) }))
	})
	excel = s.boolFlag(cmd, "excel-fr")
	return cmd
}

func newSnapshotDeleteCmd(s *session) *cobra.Command {
	var dry *bool
	cmd := s.command("segment snapshot delete", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		if err := desk.DeleteFrozen(s.rehearsal(cmd.Context(), *dry), args[0]); err != nil {
			return err
		}
		if s.global.json {
			return s.json(map[string]any{"name": args[0], "deleted": !*dry})
		}
		s.say(s.p.T("segment.frozen.deleted", "name", args[0]))
		s.wouldChange(*dry)
		return nil
	})
	dry = s.dryFlag(cmd)
	return cmd
}
