package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"slices"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"

	"github.com/spf13/cobra"
)

func newROIDrawCmd(s *session) *cobra.Command {
	var id, salt *string
	var share *float64
	var strata *[]string
	var asCSV *bool
	cmd := s.command("roi draw", []string{"FILE"}, s.atHome(func(cmd *cobra.Command, args []string) error {
		switch {
		case *salt == "":
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--salt"))
		case !(*share >= 0 && *share <= 1):
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--share", "value", decimal(*share)))
		}
		in, err := s.openInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		defer func() { _ = in.close() }()
		plain, err := unzipped(in)
		if err != nil {
			return model.Invalid("roi.bad_gzip").Hint("roi.gzip_hint").Because(err)
		}
		draw, err := campaigns.DrawFile(plain, *id, *salt, *share, *strata)
		if err != nil {
			return err
		}
		if !*asCSV || s.global.json {
			return s.answer(draw, false, func() error { return s.sayDraw(draw, *share) })
		}
		g := &grid{columns: []column{left("", "id"), left("", "held_out")}}
		draw.HeldOut(func(id string, heldOut bool) { g.add(id, boolean(heldOut)) })
		return s.writeCSV(g)
	}))
	id, salt = s.textFlag(cmd, "id", ""), s.textFlag(cmd, "salt", "")
	share, strata = s.floatFlag(cmd, "share", 0.1), s.listFlag(cmd, "strata")
	asCSV = s.csvFlag(cmd)
	return cmd
}

// sayDraw says how many the draw leaves alone, by stratum when there are some.
func (s *session) sayDraw(draw *campaigns.DrawReport, share float64) error {
	p := s.p
	people := 0
	draw.HeldOut(func(string, bool) { people++ })
	s.say(p.N("cli.draw.held_out", draw.StratifiedCount, "people", people, "share", i18n.Raw(p.Percent(share, 0))))
	if len(draw.StratifiedQuota) > 1 {
		g := &grid{columns: []column{left(p.T("cli.draw.stratum"), ""), right(p.T("cli.draw.held"), "")}}
		for _, stratum := range slices.Sorted(maps.Keys(draw.StratifiedQuota)) {
			g.add(stratum, p.Int(draw.StratifiedQuota[stratum]))
		}
		s.say("")
		if err := g.write(s.Out); err != nil {
			return err
		}
		s.say("", p.N("cli.draw.simple", draw.SimpleCount))
	}
	s.note(p.T("cli.draw.list"))
	return nil
}

// unzipped is a stream without its gzip, when it has one.
func unzipped(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(in)
	}
	return in, nil
}
