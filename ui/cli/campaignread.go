package cli

import (
	"slices"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"

	"github.com/spf13/cobra"
)

// previewJSON is `campaign preview --json`: the message, and of a test every
// wording of it.
type previewJSON struct {
	Variant  string        `json:"variant,omitempty"`
	To       string        `json:"to"`
	Subject  string        `json:"subject"`
	HTML     string        `json:"html"`
	Text     string        `json:"text"`
	EML      string        `json:"eml"`
	Variants []previewJSON `json:"variants,omitempty"`
}

func asPreview(m *campaigns.Preview) previewJSON {
	out := previewJSON{Variant: m.Variant, To: m.To, Subject: m.Subject, HTML: m.HTML, Text: m.Text, EML: string(m.EML)}
	for i := range m.Variants {
		out.Variants = append(out.Variants, asPreview(&m.Variants[i]))
	}
	return out
}

func newCampaignPreviewCmd(s *session) *cobra.Command {
	var as, variant *string
	var html, text, eml *bool
	cmd := s.command("campaign preview", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		if *as == "" {
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--as"))
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		m, err := desk.Preview(cmd.Context(), args[0], *as)
		if err == nil && *variant != "" {
			m, err = variantOf(&m, args[0], *variant)
		}
		if err != nil {
			return err
		}
		if s.global.json {
			return s.json(asPreview(&m))
		}
		part := s.readable
		switch {
		case *html:
			part = func(m *campaigns.Preview) string { return m.HTML }
		case *eml:
			part = func(m *campaigns.Preview) string { return string(m.EML) }
		case *text:
			part = func(m *campaigns.Preview) string { return m.Text }
		}
		return s.sayPreview(&m, part)
	})
	as, variant = s.textFlag(cmd, "as", ""), s.textFlag(cmd, "variant", "")
	html, text, eml = s.boolFlag(cmd, "html"), s.boolFlag(cmd, "text"), s.boolFlag(cmd, "eml")
	return cmd
}

// variantOf is one wording of a test.
func variantOf(m *campaigns.Preview, name, variant string) (campaigns.Preview, error) {
	if len(m.Variants) == 0 {
		return *m, model.Refused("campaign.no_test", "name", name)
	}
	at := slices.IndexFunc(m.Variants, func(v campaigns.Preview) bool { return v.Variant == variant })
	if at < 0 {
		names := ""
		for i := range m.Variants {
			if i > 0 {
				names += ", "
			}
			names += m.Variants[i].Variant
		}
		return *m, model.Invalid("campaign.unknown_variant", "variant", variant, "choices", names)
	}
	return m.Variants[at], nil
}

// sayPreview writes a part of a message, of a test that of every wording under
// its name.
func (s *session) sayPreview(m *campaigns.Preview, part func(*campaigns.Preview) string) error {
	if len(m.Variants) == 0 {
		return s.pour(part(m))
	}
	for i := range m.Variants {
		v := &m.Variants[i]
		if i > 0 {
			s.say("")
		}
		s.say(s.p.T("cli.preview.variant", "variant", v.Variant))
		if err := s.pour(part(v)); err != nil {
			return err
		}
	}
	return nil
}

// readable is a message as a person reads it.
func (s *session) readable(m *campaigns.Preview) string {
	return s.p.T("cli.preview.to", "to", m.To) + "\n" + s.p.T("cli.preview.subject", "subject", m.Subject) + "\n\n" + m.Text
}

// pour writes a text that others wrote: as it is into a file or a pipe, made
// harmless on a terminal.
func (s *session) pour(text string) error {
	if s.OutTerminal {
		text = safe.Multiline(text)
	}
	_, err := s.Out.Write([]byte(text))
	if err == nil && (text == "" || text[len(text)-1] != '\n') {
		_, err = s.Out.Write([]byte("\n"))
	}
	return err
}

func newCampaignTestCmd(s *session) *cobra.Command {
	var to, variant *string
	var dry *bool
	cmd := s.command("campaign test", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		if *to == "" {
			return s.seeHelp(cmd, model.Invalid("cli.missing_flag", "flag", "--to"))
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		aside, err := desk.Aside(cmd.Context(), args[0], *to)
		if err != nil {
			return err
		}
		switch aside {
		case campaigns.AsideHoldout:
			s.note(s.p.T("cli.campaign.aside_holdout", "name", args[0], "to", *to))
		case campaigns.AsideUniversal:
			s.note(s.p.T("cli.campaign.aside_universal", "to", *to))
		}
		if err := desk.TestSend(s.rehearsal(cmd.Context(), *dry), args[0], *variant, *to); err != nil {
			return err
		}
		if *dry {
			return s.sayCampaign(cmd.Context(), desk, args[0], s.p.T("cli.would_test", "name", args[0], "to", *to))
		}
		if s.global.json {
			return s.json(map[string]string{"name": args[0], "to": *to, "state": "accepted"})
		}
		s.say(s.p.T("cli.campaign.tested", "name", args[0], "to", *to))
		return nil
	})
	to, variant, dry = s.textFlag(cmd, "to", ""), s.textFlag(cmd, "variant", ""), s.dryFlag(cmd)
	return cmd
}
