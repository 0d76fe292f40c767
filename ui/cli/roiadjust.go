package cli

import (
	"strconv"

	"blanche/campaigns"

	"github.com/spf13/cobra"
)

func newROIAdjustCmd(s *session) *cobra.Command {
	var names, values *[]string
	var asCSV *bool
	cmd := s.command("roi adjust", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		p, err := floats(*values)
		if err != nil {
			return err
		}
		if !cmd.Flags().Changed("names") {
			for i := range p {
				*names = append(*names, strconv.Itoa(i+1))
			}
		}
		doc, err := campaigns.Adjust(*names, p)
		if err != nil {
			return err
		}
		return s.answer(doc, *asCSV, func() error { return s.adjustedTable(&doc).write(s.Out) })
	}))
	names, values = s.listFlag(cmd, "names"), s.listFlag(cmd, "p")
	asCSV = s.csvFlag(cmd)
	return cmd
}

func (s *session) adjustedTable(doc *campaigns.Adjusted) *grid {
	g := &grid{columns: []column{left(s.p.T("cli.adjust.name"), "name"), right("p", "p"), right("Bonferroni", "bonferroni"), right("Holm", "holm"), right("Benjamini-Hochberg", "bh")}}
	for i, name := range doc.Names {
		g.add(name, s.small(&doc.P[i]), s.small(&doc.Bonferroni[i]), s.small(&doc.Holm[i]), s.small(&doc.BH[i]))
	}
	return g
}
