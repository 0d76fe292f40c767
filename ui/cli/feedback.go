package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"unicode/utf8"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/safe"

	"github.com/spf13/cobra"
)

// exitTryAgain tells a mail server that pipes a message here to keep it and try
// later (EX_TEMPFAIL of sysexits): it would send another code back, as a bounce of
// the bounce.
const exitTryAgain = 75

// largestReport is how many bytes of a message are read.
const largestReport = 1 << 20

// newFeedbackCmd takes one message on its input: what a line of .forward or of
// aliases pipes here. Whatever is no report is read, said, and no error.
func newFeedbackCmd(s *session) *cobra.Command {
	var to *string
	var dry *bool
	cmd := s.command("feedback", nil, func(cmd *cobra.Command, _ []string) error {
		if s.InTerminal {
			return s.seeHelp(cmd, model.Invalid("feedback.no_message"))
		}
		r, err := s.takeReport(cmd.Context(), *to, *dry)
		if errors.Is(err, errElsewhere) {
			return err // run again, by the process that holds the data
		}
		if err != nil {
			s.sayError(err)
			return ended(exitTryAgain)
		}
		return s.sayFeedback(&r, *dry)
	})
	to, dry = s.textFlag(cmd, "envelope", ""), s.dryFlag(cmd)
	cmd.AddCommand(newFeedbackListCmd(s))
	return cmd
}

// serveReturns opens the mail server that takes reports.
func (s *session) serveReturns(ctx context.Context, house House, set *config.Loaded, address string) error {
	ours := set.Config.Sender.Bounces
	if ours == "" {
		return model.Refused("feedback.no_address")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return model.Failed(err, "cli.no_listen", "address", address)
	}
	s.note(s.p.T("feedback.listens", "address", l.Addr().String(), "ours", ours))
	s.behind(func() error { return house.Returns(ctx, l) })
	return nil
}

// takeReport hands over a message. It is read before anything is asked of the
// data, so that a server which pipes is never left with a broken pipe.
func (s *session) takeReport(ctx context.Context, to string, dry bool) (campaigns.FeedbackReading, error) {
	in, err := s.openInput(ctx, "-")
	if err != nil {
		return campaigns.FeedbackReading{}, err
	}
	raw, err := io.ReadAll(io.LimitReader(in, largestReport))
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	if closed := in.close(); err == nil {
		err = closed
	}
	if err != nil {
		return campaigns.FeedbackReading{}, err
	}
	s.read = raw // for the process that holds the data
	desk, err := s.use(ctx, false)
	if err != nil {
		return campaigns.FeedbackReading{}, err
	}
	return desk.Feedback(s.rehearsal(ctx, dry), raw, strings.FieldsFunc(to, func(r rune) bool { return r == ',' || r == ' ' }))
}

// sayFeedback says what was made of a message.
//
//i18n:keys feedback.nature.* response.class.*
func (s *session) sayFeedback(r *campaigns.FeedbackReading, dry bool) error {
	if s.global.json {
		return s.json(r)
	}
	s.say(s.p.T("feedback.nature." + r.Nature))
	for i := range r.Lines {
		l := &r.Lines[i]
		s.say("  " + safe.Line(strings.Join(s.feedbackCells(l)[1:], gap)))
		switch {
		case !l.Proven:
			s.say("  " + s.p.T("feedback.unproven"))
		case l.Again:
			s.say("  " + s.p.T("feedback.again"))
		case l.Suppressed:
			s.say("  " + s.p.T("feedback.suppressed"))
		}
	}
	if dry {
		s.wouldChange(true)
	}
	return nil
}

func newFeedbackListCmd(s *session) *cobra.Command {
	var campaign *string
	var most *int
	var asCSV *bool
	cmd := s.command("feedback list", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		lines, err := desk.Feedbacks(cmd.Context(), *campaign, *most)
		if err != nil {
			return err
		}
		if !s.global.json && !*asCSV && len(lines) > 0 {
			s.sayFeedbacks(lines)
			return nil
		}
		p := s.p
		g := &grid{columns: []column{
			left(p.T("feedback.at"), "at"), left(p.T("feedback.kind"), "kind"), left(p.T("feedback.class"), "class"), left(p.T("feedback.email"), "email"),
			left(p.T("feedback.campaign"), "campaign"), left(p.T("cli.lane.lane"), "lane"), left(p.T("feedback.detail"), "detail"),
		}}
		for i := range lines {
			l := &lines[i]
			g.addBoth(s.feedbackCells(l), []string{l.At.Format(rfc3339), l.Kind, l.Class, l.Email, l.Campaign, l.Lane, l.Detail})
		}
		return s.show(lines, *asCSV, g)
	})
	campaign, most, asCSV = s.textFlag(cmd, "campaign", ""), s.intFlag(cmd, "limit", 50), s.csvFlag(cmd)
	return cmd
}

// sayFeedbacks says each thing that came back in two lines of 80 columns at most:
// when and of whom, then what and why.
func (s *session) sayFeedbacks(lines []campaigns.FeedbackLine) {
	for i := range lines {
		c := s.feedbackCells(&lines[i])
		s.say(safe.Line(strings.Join([]string{c[0], cutText(c[3], 34), cutText(c[4], 20)}, " · ")))
		why := strings.Join(slices.DeleteFunc([]string{c[1], c[2], c[5]}, func(word string) bool { return word == "" }), ", ")
		if detail := cutText(c[6], max(1, 76-utf8.RuneCountInString(why)-3)); detail != "" {
			why += " · " + detail
		}
		s.say("  " + safe.Line(why))
	}
}

// feedbackCells is a line as a person reads it.
//
//i18n:keys feedback.nature.* response.class.*
func (s *session) feedbackCells(l *campaigns.FeedbackLine) []string {
	class := l.Class
	if class != "" {
		class = s.p.T("response.class." + class)
	}
	return []string{
		s.p.DateTime(l.At), s.p.T("feedback.nature." + l.Kind), class, cmp.Or(l.Email, "–"), cmp.Or(l.Campaign, "–"), s.lane(l.Lane), cutText(l.Detail, 60),
	}
}
