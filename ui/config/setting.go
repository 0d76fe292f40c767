package config

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// setting is one line of the table of all settings. Each can be given in the
// file under its key, and in the environment as BLANCHE_KEY with dots turned
// into underscores.
type setting struct {
	key    string
	secret bool                     // never printed
	number bool                     // stands without quotes in the file
	read   func(*Loaded, any) error // takes a value of the file (string, int64, float64) or of the environment (string)
	show   func(*Loaded) (now any)  // the value in force
}

// fromFile reads a value of the file, which has numbers apart from texts.
func (s *setting) fromFile(l *Loaded, v any) error {
	if text, quoted := v.(string); quoted && s.number {
		return model.Invalid("config.quoted_number", "value", text)
	}
	return s.read(l, v)
}

// settings is the table: a new setting is one more line here and one more
// field in shape.
func settings() []setting {
	return []setting{
		{key: "lang", read: readLang, show: func(l *Loaded) any { return l.Config.Lang }},
		{key: "timezone", read: readZone, show: func(l *Loaded) any { return l.Config.Zone.String() }},
		text("sender.name", func(l *Loaded) *string { return &l.Config.Sender.Name }),
		text("sender.address", func(l *Loaded) *string { return &l.Config.Sender.Address }),
		text("sender.from", func(l *Loaded) *string { return &l.Config.Sender.From }).checked(mailbox),
		text("sender.unsubscribe", func(l *Loaded) *string { return &l.Config.Sender.Unsubscribe }).checked(address),
		text("sender.bounces", func(l *Loaded) *string { return &l.Config.Sender.Bounces }).checked(returns),
		{key: "relay.url", read: readRelay, show: func(l *Loaded) any { return redacted(l.Config.Relay.URL) }},
		{key: "relay.password", secret: true, read: func(l *Loaded, v any) error { return readText(v, &l.Config.Relay.Password) }, show: func(l *Loaded) any { return l.Config.Relay.Password }},
		text("relay.password_file", func(l *Loaded) *string { return &l.passwordFile }),
		text("law.rules", func(l *Loaded) *string { return &l.rulesFile }),
		text("relay.ca_file", func(l *Loaded) *string { return &l.Config.Relay.CAFile }),
		count("relay.connections", 1, 100, func(l *Loaded) *int { return &l.Config.Relay.Connections }),
		count("relay.window", 1, 100_000, func(l *Loaded) *int { return &l.Config.Relay.Window }),
		text("dkim.domain", func(l *Loaded) *string { return &l.dkim.domain }),
		text("dkim.selector", func(l *Loaded) *string { return &l.dkim.keys[0].selector }),
		text("dkim.key_file", func(l *Loaded) *string { return &l.dkim.keys[0].file }),
		text("dkim.second_selector", func(l *Loaded) *string { return &l.dkim.keys[1].selector }),
		text("dkim.second_key_file", func(l *Loaded) *string { return &l.dkim.keys[1].file }),
		text("public.url", func(l *Loaded) *string { return &l.Public.URL }).checked(site),
		text("public.listen", func(l *Loaded) *string { return &l.Public.Listen }).checked(listen),
		text("public.tls_certificate", func(l *Loaded) *string { return &l.Public.Certificate }),
		text("public.tls_key", func(l *Loaded) *string { return &l.Public.Key }),
		text("public.proxies", func(l *Loaded) *string { return &l.Public.Proxies }).checked(networks),
		text("public.subjects", func(l *Loaded) *string { return &l.Public.subjects }),
		count("public.keep_months", 0, 120, func(l *Loaded) *int { return &l.Config.Public.KeepMonths }),
		count("public.token_key", 0, 255, func(l *Loaded) *int { return &l.Config.Public.Key }),
		{key: "tracking.opens", read: readOpens, show: showOpens},
		text("feedback.listen", func(l *Loaded) *string { return &l.Doors.Bounces }).checked(listen),
		text("feedback.maildir", func(l *Loaded) *string { return &l.Config.Maildir }),
		text("feedback.ses.topic", func(l *Loaded) *string { return &l.vendors.topic }).checked(topics),
		text("feedback.sendgrid.public_key", func(l *Loaded) *string { return &l.vendors.sendGrid }).checked(sendGridKey),
		text("feedback.mailgun.secret_file", func(l *Loaded) *string { return &l.vendors.mailgun }),
		text("feedback.postmark.secret_file", func(l *Loaded) *string { return &l.vendors.postmark }),
		text("feedback.brevo.secret_file", func(l *Loaded) *string { return &l.vendors.brevo }),
		text("hooks.secret_file", func(l *Loaded) *string { return &l.hookFiles.request }),
		text("hooks.shopify_secret_file", func(l *Loaded) *string { return &l.hookFiles.shopify }),
		text("hooks.woocommerce_secret_file", func(l *Loaded) *string { return &l.hookFiles.wooCommerce }),
		receivers(),
		text("inbox.dir", func(l *Loaded) *string { return &l.Config.Inbox.Dir }),
		{key: "inbox.basis", read: readInboxBasis, show: func(l *Loaded) any { return l.Config.Inbox.Basis.String() }},
		text("inbox.source", func(l *Loaded) *string { return &l.Config.Inbox.Source }),
		delay("retry.first", func(l *Loaded) *time.Duration { return &l.Config.Retry.First }),
		delay("retry.max", func(l *Loaded) *time.Duration { return &l.Config.Retry.Max }),
		delay("retry.give_up", func(l *Loaded) *time.Duration { return &l.Config.Retry.GiveUp }),
		count("measure.window_days", 1, 366, func(l *Loaded) *int { return &l.Config.WindowDays }),
		{key: "measure.margin", number: true, read: readMargin, show: func(l *Loaded) any { return l.Config.Margin }},
		{key: "holdout.universal", number: true, read: readUniversal, show: func(l *Loaded) any { return l.Config.Holdout.Universal }},
		text("holdout.household", func(l *Loaded) *string { return &l.Config.Holdout.Household }),
		count("roi.returns_days", 0, 366, func(l *Loaded) *int { return &l.Config.ReturnsDays }),
		count("pressure.max_messages", 0, 1000, func(l *Loaded) *int { return &l.Config.Pressure.MaxMessages }),
		count("pressure.days", 0, 366, func(l *Loaded) *int { return &l.Config.Pressure.Days }),
		count("approval.above", 0, 1<<31-1, func(l *Loaded) *int { return &l.Config.Approval }),
		text("ssh.listen", func(l *Loaded) *string { return &l.Doors.SSH }).checked(listen),
		delay("ssh.idle", func(l *Loaded) *time.Duration { return &l.Doors.Idle }),
		count("ssh.sessions", 1, 1000, func(l *Loaded) *int { return &l.Doors.Sessions }),
		text("http.listen", func(l *Loaded) *string { return &l.Doors.HTTP }).checked(listen),
		text("audit.file", func(l *Loaded) *string { return &l.Audit.File }),
		text("audit.mail", func(l *Loaded) *string { return &l.Config.AuditMail }).checked(address),
		text("backup.dir", func(l *Loaded) *string { return &l.Backup.Dir }),
		text("backup.recipient", func(l *Loaded) *string { return &l.Config.BackupKey }),
	}
}

// Keys lists the keys of all settings.
func Keys() []string {
	var keys []string
	for _, s := range settings() {
		keys = append(keys, s.key)
	}
	return keys
}

func readText(v any, field *string) error {
	s, ok := v.(string)
	if !ok {
		return model.Invalid("config.not_text", "value", asText(v))
	}
	*field = strings.TrimSpace(s)
	return nil
}

func readLang(l *Loaded, v any) error {
	s := asText(v)
	if !slices.Contains([]string{"fr", "en"}, s) {
		return model.Invalid("config.bad_lang", "value", s)
	}
	l.Config.Lang = s
	return nil
}

func readZone(l *Loaded, v any) error {
	zone, err := time.LoadLocation(asText(v))
	if err != nil || asText(v) == "" {
		return model.Invalid("config.bad_zone", "value", asText(v))
	}
	l.Config.Zone = zone
	return nil
}

func readMargin(l *Loaded, v any) error {
	m, err := strconv.ParseFloat(asText(v), 64)
	if err != nil || !(m > 0 && m <= 1) {
		return model.Invalid("config.bad_margin", "value", asText(v))
	}
	l.Config.Margin = m
	return nil
}

// readUniversal reads a share of the base that no campaign writes to: 0 is none,
// and a quarter is more than anybody needs.
func readUniversal(l *Loaded, v any) error {
	share, err := strconv.ParseFloat(asText(v), 64)
	if err != nil || !(share >= 0 && share <= 0.25) {
		return model.Invalid("config.bad_universal", "value", asText(v))
	}
	l.Config.Holdout.Universal = share
	return nil
}

// readRelay refuses what could never work or would send in clear text over a
// network: tls=none is for the machine itself.
func readRelay(l *Loaded, v any) error {
	raw := asText(v)
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" {
		return model.Invalid("config.bad_relay", "value", redacted(raw))
	}
	switch tls := u.Query().Get("tls"); {
	case tls == "none" && !loopback(u.Hostname()):
		return model.Invalid("config.clear_text", "host", u.Hostname())
	case tls != "" && tls != "none" && tls != "starttls" && tls != "tls":
		return model.Invalid("config.bad_tls", "value", tls)
	}
	for name := range u.Query() {
		if name != "tls" {
			return model.Invalid("config.bad_query", "name", name)
		}
	}
	l.Config.Relay.URL = raw
	return nil
}

// isTestRelay reports whether an address that was read is one in clear text on
// this machine.
func isTestRelay(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Query().Get("tls") == "none" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// redacted is an address without the password it may hold.
func redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return masked
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), masked)
	}
	s, err := url.PathUnescape(u.String())
	if err != nil {
		return u.String()
	}
	return s
}

// masked stands for a secret.
const masked = "••••"

// asText is a value of the file as it would be typed.
func asText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
