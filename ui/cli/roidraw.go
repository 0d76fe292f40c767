package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"

	"blanche/campaigns"
	"blanche/model"

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
			return s.answer(draw, false, func() error { return s.sayFigures(draw) })
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

// unzipped is a stream without its gzip, when it has one.
func unzipped(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(in)
	}
	return in, nil
}
