package cli

import (
	"bytes"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/report"
	"blanche/ui/safe"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newReportCmd(s *session) *cobra.Command {
	return s.group("report", newReportMonthCmd(s))
}

func newReportMonthCmd(s *session) *cobra.Command {
	var html, asCSV *string
	cmd := s.command("report month", []string{"MONTH", "[FILE]"}, func(cmd *cobra.Command, args []string) error {
		file := *asCSV
		if len(args) == 2 {
			if file != toStandardOutput {
				return s.seeHelp(cmd, model.Invalid("cli.extra_argument", "value", args[1], "command", cmd.CommandPath()))
			}
			file = args[1]
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		m, err := desk.Month(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		s.worded(&m)
		return s.giveMonth(desk, &m, *html, file)
	})
	html = s.textFlag(cmd, "html", "")
	asCSV = s.textFlag(cmd, "csv", "")
	cmd.Flag("csv").NoOptDefVal = toStandardOutput // --csv alone, and --csv FILE
	return cmd
}

// toStandardOutput is the name of standard output among files.
const toStandardOutput = "-"

// worded fills in the sentences of the statements of a month.
func (s *session) worded(m *campaigns.Month) {
	for i := range m.Campaigns {
		st := &m.Campaigns[i].Statement
		say.Statement(s.p, st)
		st.Arms, st.Guards, st.Curve = orEmpty(st.Arms), orEmpty(st.Guards), orEmpty(st.Curve)
	}
}

// giveMonth writes the page and the table asked for, and on standard output
// what is left to say.
func (s *session) giveMonth(desk campaigns.Desk, m *campaigns.Month, html, file string) error {
	if html != "" {
		var page bytes.Buffer
		if err := report.Month(&page, s.p, m, desk.Now()); err != nil {
			return err
		}
		if err := s.writePage(html, page.Bytes()); err != nil {
			return err
		}
	}
	if file != "" {
		if err := s.writeExcel(desk, file, flatMonth(m)); err != nil {
			return err
		}
	}
	switch {
	case s.global.json:
		return s.json(m)
	case html == toStandardOutput || file == toStandardOutput:
		return nil
	}
	return s.sayMonth(m)
}

// sayMonth is a month for a person: sentences, then parts, in 80 columns.
func (s *session) sayMonth(m *campaigns.Month) error {
	title, text, parts := report.PlainMonth(s.p, m)
	s.say(title, "")
	s.paragraphs(text...)
	for _, part := range parts {
		if part.Title != "" {
			s.say("", strings.ToUpper(part.Title))
		}
		s.paragraphs(part.Text...)
		if part.Head != nil {
			g := &grid{rows: part.Rows}
			for i, head := range part.Head {
				if i == 0 || len(part.Head) == 2 {
					g.columns = append(g.columns, left(head, ""))
				} else {
					g.columns = append(g.columns, right(head, ""))
				}
			}
			if err := g.write(s.Out); err != nil {
				return err
			}
		}
		if part.Note != "" {
			s.paragraphs(part.Note)
		}
	}
	return nil
}

// lineWidth is what a person reads without turning the head.
const lineWidth = 80

// paragraphs are texts broken at ordinary spaces alone.
func (s *session) paragraphs(texts ...string) {
	for _, text := range texts {
		s.say(strings.TrimRight(wrapped(safe.Text(text)+"\n", lineWidth), "\n"))
	}
}
