package compose

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// FormatFile writes a campaign as a file that ParseFile reads back to the same
// specification. The message follows in place, whatever file it came from.
func FormatFile(s model.CampaignSpec) []byte {
	var b strings.Builder
	str := func(key, value string) { fmt.Fprintf(&b, "%s = %s\n", key, tomlString(value)) }
	optional := func(key, value string) {
		if value != "" {
			str(key, value)
		}
	}
	b.WriteString("+++\n")
	str("name", s.Name)
	str("kind", s.Kind)
	optional("title", s.Title)
	str("audience", s.Audience)
	str("subject", s.Subject)
	optional("from", s.From)
	str("lang", s.Lang)
	optional("topic", s.Topic)
	if s.B2BPurpose {
		b.WriteString("b2b_purpose = true\n")
	}
	if s.BodyHTML {
		str("format", "html")
	}
	if !s.Requested.IsZero() {
		str("requested", s.Requested.Format(time.RFC3339Nano))
	}
	strata := make([]string, len(s.Strata))
	for i, field := range s.Strata {
		strata[i] = tomlString(field)
	}
	share := tomlFloat(s.Share)
	if s.ShareAuto {
		share = `"auto"`
	}
	fmt.Fprintf(&b, "[holdout]\nshare = %s\nstrata = [%s]\n", share, strings.Join(strata, ", "))
	optional("unit", s.Unit)
	if s.MailUniversal {
		b.WriteString("mail_universal = true\n")
	}
	fmt.Fprintf(&b, "[measure]\nwindow_days = %d\nmargin = %s\n", s.WindowDays, tomlFloat(s.Margin))
	optional("code", s.Code)
	fmt.Fprintf(&b, "[cost]\nfixed_cents = %d\nper_message_cents = %d\n", s.FixedCents, s.PerMessageCents)
	formatSend(&b, &s)
	formatTest(&b, s.AB)
	b.WriteString("+++\n")
	b.WriteString(s.Body)
	return []byte(b.String())
}

// formatSend writes [send].
func formatSend(b *strings.Builder, s *model.CampaignSpec) {
	str := func(key, value string) {
		if value != "" {
			fmt.Fprintf(b, "%s = %s\n", key, tomlString(value))
		}
	}
	b.WriteString("[send]\n")
	if !s.Start.IsZero() {
		str("start", s.Start.Format(time.RFC3339Nano))
	}
	fmt.Fprintf(b, "rate = %s\n", tomlFloat(s.Rate))
	if s.Resend {
		str("uncertain", "resend")
	}
	if s.MaxPeople > 0 {
		fmt.Fprintf(b, "max_people = %d\n", s.MaxPeople)
	}
	str("hours", hoursText(s.Hours))
	str("days", daysText(s.Hours))
}

// formatTest writes [ab]; the first variant is the file itself.
func formatTest(b *strings.Builder, ab model.ABSpec) {
	if len(ab.Variants) < 2 {
		return
	}
	fmt.Fprintf(b, "[ab]\nshare = %s\nmetric = %s\ndelay = %s\n", tomlFloat(ab.Share), tomlString(ab.Metric), tomlString(delayText(ab.Delay)))
	for _, v := range ab.Variants[1:] {
		fmt.Fprintf(b, "[[ab.variant]]\nname = %s\n", tomlString(v.Name))
		if v.Subject != "" {
			fmt.Fprintf(b, "subject = %s\n", tomlString(v.Subject))
		}
		if v.Body != "" {
			fmt.Fprintf(b, "message = %s\n", tomlString(v.Body))
		}
		if v.BodyHTML {
			b.WriteString("format = \"html\"\n")
		}
	}
}

// tomlFloat is the shortest number that reads back the same.
func tomlFloat(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		return s + ".0"
	}
	return s
}

// tomlString is a basic string: letters as they are, the rest escaped.
func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r >= 0x7f && r < 0xa0:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
