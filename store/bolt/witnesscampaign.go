package bolt

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"blanche/model"
)

// campaignChanges names the fields as the campaign file and the commands do:
// first what a person wrote, then the life of the campaign, then what the
// launch froze.
func campaignChanges(old, next *model.Campaign) []model.FieldAudit {
	var c compared
	c.text("name", old.Name, next.Name)
	c.spec(&old.Spec, &next.Spec)
	c.text("version", versionText(old), versionText(next))
	before := old.State.String()
	if old.Name == "" {
		before = "" // there was none
	}
	c.text("state", before, next.State.String())
	c.time("checked", old.CheckedAt, next.CheckedAt)
	c.time("approved", old.ApprovedAt, next.ApprovedAt)
	c.text("approved_by", old.ApprovedBy, next.ApprovedBy)
	c.time("started", old.StartedAt, next.StartedAt)
	c.time("finished", old.FinishedAt, next.FinishedAt)
	c.text("paused_why", old.PausedWhy, next.PausedWhy)
	c.text("rate", number(old.Rate), number(next.Rate))
	c.frozen(old, next)
	c.test(&old.AB, &next.AB)
	return c
}

// spec compares what the campaign file says.
func (c *compared) spec(old, next *model.CampaignSpec) {
	c.text("spec.name", old.Name, next.Name)
	c.text("kind", old.Kind, next.Kind)
	c.text("title", old.Title, next.Title)
	c.text("audience", old.Audience, next.Audience)
	c.text("subject", old.Subject, next.Subject)
	c.text("from", old.From, next.From)
	c.text("lang", old.Lang, next.Lang)
	c.text("topic", old.Topic, next.Topic)
	c.text("b2b_purpose", yes(old.B2BPurpose), yes(next.B2BPurpose))
	c.body("body", old.Body, next.Body)
	c.text("body_html", yes(old.BodyHTML), yes(next.BodyHTML))
	c.text("share", number(old.Share), number(next.Share))
	c.text("share_auto", yes(old.ShareAuto), yes(next.ShareAuto))
	c.text("strata", strings.Join(old.Strata, ", "), strings.Join(next.Strata, ", "))
	c.text("unit", old.Unit, next.Unit)
	c.text("mail_universal", yes(old.MailUniversal), yes(next.MailUniversal))
	c.text("window_days", number(old.WindowDays), number(next.WindowDays))
	c.text("margin", number(old.Margin), number(next.Margin))
	c.text("code", old.Code, next.Code)
	c.text("cost_fixed_cents", number(old.FixedCents), number(next.FixedCents))
	c.text("cost_per_message_cents", number(old.PerMessageCents), number(next.PerMessageCents))
	c.time("start", old.Start, next.Start)
	c.text("planned_rate", number(old.Rate), number(next.Rate))
	c.text("resend_uncertain", yes(old.Resend), yes(next.Resend))
	c.text("max_people", number(old.MaxPeople), number(next.MaxPeople))
	c.text("hours", hoursText(old.Hours), hoursText(next.Hours))
	c.time("requested", old.Requested, next.Requested)
	c.text("ab", testText(&old.AB), testText(&next.AB))
}

// test compares who won the test of wordings, and who says so.
func (c *compared) test(old, next *model.ABState) {
	c.time("ab.decided", old.DecidedAt, next.DecidedAt)
	c.text("ab.verdict", old.Verdict, next.Verdict)
	c.text("ab.winner", number(int(old.Winner)), number(int(next.Winner)))
	c.text("ab.by", old.By, next.By)
}

func hoursText(h model.Hours) string {
	if h.Always() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d %v", h.From/60, h.From%60, h.To/60, h.To%60, h.Days)
}

// testText is a test of wordings: its terms, and the sums of its messages.
func testText(t *model.ABSpec) string {
	if len(t.Variants) == 0 && t.Share == 0 && t.Metric == "" && t.Delay == 0 {
		return ""
	}
	parts := []string{number(t.Share), t.Metric, t.Delay.String()}
	for _, v := range t.Variants {
		parts = append(parts, strings.Join([]string{v.Name, digest(v.Subject), digest(v.Body), yes(v.BodyHTML)}, " "))
	}
	return strings.Join(parts, "; ")
}

// frozen compares what the launch decides. The salt of the draw is a secret:
// its sum says enough.
func (c *compared) frozen(old, next *model.Campaign) {
	c.body("draw", old.Salt, next.Salt)
	c.text("domain", old.Domain, next.Domain)
	c.text("drawn_share", number(old.Share), number(next.Share))
	c.text("drawn_audience", old.Audience, next.Audience)
	c.text("matched", number(old.Matched), number(next.Matched))
	c.text("target", number(old.Target), number(next.Target))
	c.text("held_out", number(old.HeldOut), number(next.HeldOut))
	c.each("not_sent.", counts(old.NotSent), counts(next.NotSent))
	c.text("strata_drawn", quotasText(old.Quotas), quotasText(next.Quotas))
	c.time("drawn", old.DrawnAt, next.DrawnAt)
	c.text("drawn_unit", old.Unit, next.Unit)
	c.body("universal_draw", old.Universal.Salt, next.Universal.Salt)
	c.text("universal", universalText(&old.Universal), universalText(&next.Universal))
	c.text("insisted", old.Insisted.By, next.Insisted.By)
	c.time("insisted_at", old.Insisted.At, next.Insisted.At)
	c.text("foreseen", foreseenText(old.Foreseen), foreseenText(next.Foreseen))
	c.text("terms_changed", changesText(old.Changes), changesText(next.Changes))
	c.text("external", yes(old.External), yes(next.External))
}

func universalText(u *model.UniversalDraw) string {
	if *u == (model.UniversalDraw{}) {
		return ""
	}
	parts := []string{u.Period, number(u.Share), u.Unit, number(u.Taken)}
	if u.Mailed {
		parts = append(parts, "mailed")
	}
	return strings.Join(parts, " ")
}

func foreseenText(f model.Foresight) string {
	if f == (model.Foresight{}) {
		return ""
	}
	return fmt.Sprintf("%g %g %t %g", f.MDE, f.Expected, f.Known, f.Buyers)
}

func changesText(all []model.StatementChange) string {
	parts := make([]string, len(all))
	for i, c := range all {
		parts[i] = fmt.Sprintf("%s %s → %s (%s, %s)", c.Field, c.From, c.To, c.By, timeText(c.At))
	}
	return strings.Join(parts, "; ")
}

func counts(by map[string]int) map[string]string {
	out := make(map[string]string, len(by))
	for reason, n := range by {
		out[reason] = strconv.Itoa(n)
	}
	return out
}

func quotasText(quotas []model.StratumQuota) string {
	parts := make([]string, len(quotas))
	for i, q := range quotas {
		parts[i] = fmt.Sprintf("%s %d/%d", q.Stratum, q.HeldOut, q.Size)
		if q.Units > 0 || q.UnitsHeldOut > 0 {
			parts[i] += fmt.Sprintf(" (%d/%d)", q.UnitsHeldOut, q.Units)
		}
	}
	return strings.Join(parts, ", ")
}

// versionText names the current wording: its number, whose it is, and the sums
// of its file and of the message beside it.
func versionText(c *model.Campaign) string {
	if len(c.Versions) == 0 {
		return ""
	}
	v := c.Current()
	parts := []string{strconv.Itoa(int(v.Number))}
	if v.By != "" {
		parts = append(parts, v.By)
	}
	for _, s := range []string{v.Source, v.Body} {
		if s != "" {
			parts = append(parts, digest(s))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Bodies)) {
		parts = append(parts, name+" "+digest(v.Bodies[name]))
	}
	return strings.Join(parts, "; ")
}
