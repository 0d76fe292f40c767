package cli

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"
)

// askRelay asks where messages go until a relay answers, or is kept as it is.
func (b *beginner) askRelay(ctx context.Context) error {
	for {
		if err := b.askRelayOnce(); err != nil {
			return err
		}
		try, err := b.talk.agrees("try", true)
		if err != nil || !try {
			return err
		}
		b.talk.say(b.p.T("init.trying", "relay", hostOf(b.relay)))
		problem := b.try(ctx, func(desk campaigns.Desk) error {
			r, err := desk.CheckRelay(ctx)
			if err == nil {
				err = r.Problem
			}
			return err
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if problem == nil {
			b.good = true
			b.talk.say(b.p.T("init.answers", "relay", hostOf(b.relay)))
			return nil
		}
		b.talk.wrong(problem)
		if keep, err := b.talk.agrees("keep", b.talk.given("relay") != "" || b.global.yes); err != nil || keep {
			return err
		}
	}
}

// askRelayOnce asks for the address of the relay, and for the account and its
// password where there is one.
func (b *beginner) askRelayOnce() error {
	fallback := b.Env.Get(config.Variable("relay.url"))
	if fallback == "" {
		fallback = "smtp://127.0.0.1:25?tls=none"
	}
	check := func(answer string) error { return setting("relay.url")(relayURL(answer)) }
	if err := b.talk.ask(&b.relay, question{key: "relay", fallback: fallback, check: check}); err != nil {
		return err
	}
	b.relay = relayURL(b.relay)
	u, err := url.Parse(b.relay)
	if err != nil {
		return err
	}
	if account := ""; u.User == nil && u.Query().Get("tls") != "none" {
		if err := b.talk.ask(&account, question{key: "account", check: setting("sender.name")}); err != nil {
			return err
		}
		if account != "" {
			u.User = url.User(account)
			b.relay = u.String()
		}
	}
	return b.askPassword(u)
}

// askPassword takes the password of an account: from a file, else as it is
// typed, unseen. It is never an argument, which every process of the machine
// could read, and stands in a file of its own.
func (b *beginner) askPassword(u *url.URL) error {
	_, inURL := u.User.Password()
	b.password = ""
	if file := b.talk.given("password-file"); file != "" {
		raw, err := os.ReadFile(b.path(file))
		if err != nil {
			return fileError(err, file)
		}
		b.password = strings.TrimRight(string(raw), "\r\n")
		return nil
	}
	if u.User == nil || inURL || b.Env.Get(config.Variable("relay.password")) != "" {
		return nil
	}
	return b.talk.ask(&b.password, question{key: "password", check: func(string) error { return nil }, hidden: true})
}

// relayURL is the address that a person meant who wrote only the machine:
// STARTTLS on 587, TLS on 465, in clear text to this machine alone.
func relayURL(answer string) string {
	if answer == "" || strings.Contains(answer, "://") {
		return answer
	}
	host, port, err := net.SplitHostPort(answer)
	if err != nil {
		host, port = answer, ""
	}
	tls := "starttls"
	switch {
	case host == "localhost" || net.ParseIP(host).IsLoopback():
		tls = "none"
		if port == "" {
			port = "25"
		}
	case port == "465":
		tls = "tls"
	case port == "":
		port = "587"
	}
	return "smtp://" + net.JoinHostPort(host, port) + "?tls=" + tls
}

// hostOf is the machine of an address, which may be shown.
func hostOf(relay string) string {
	u, err := url.Parse(relay)
	if err != nil {
		return ""
	}
	return u.Host
}

// zoneHere is the name of the time zone of this machine. That of a server is
// often UTC and says nothing: the days of a shop begin at its own midnight.
func (b *beginner) zoneHere() string {
	zone := ""
	if b.settings != nil && b.settings.Config.Zone != nil {
		zone = b.settings.Config.Zone.String()
	}
	if link, err := os.Readlink("/etc/localtime"); zone == "Local" && err == nil {
		_, zone, _ = strings.Cut(link, "/zoneinfo/")
	}
	if zone == "" || strings.HasSuffix(zone, "UTC") || setting("timezone")(zone) != nil {
		zone = b.p.T("init.default.timezone")
	}
	return zone
}

// try builds a desk on the answers in a folder of its own, which goes away: the
// settings are read as they will be, and nothing of the trial stays.
func (b *beginner) try(ctx context.Context, f func(campaigns.Desk) error) (err error) {
	dir, err := os.MkdirTemp("", "blanche-init-*")
	if err != nil {
		return model.Failed(err, "cli.no_temporary")
	}
	defer func() { err = firstOf(err, os.RemoveAll(dir)) }()
	trial := *b
	trial.paths, trial.force = config.Paths{Data: dir, Config: filepath.Join(dir, "config.toml")}, false
	if err := trial.write(); err != nil {
		return err
	}
	set, err := config.Load(trial.paths, b.Env, b.Local)
	if err != nil {
		return err
	}
	house, release, err := b.Open(ctx, Wiring{Command: b.doing, Data: dir, Set: *set, Now: b.Now, Rand: b.Rand})
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, release(context.WithoutCancel(ctx))) }()
	return f(house.As(b.owner()))
}

// firstMail sends the first test mail, by the whole line that a campaign takes.
func (b *beginner) firstMail(ctx context.Context) error {
	if b.test == "" {
		return nil
	}
	p := b.p
	return b.try(ctx, func(desk campaigns.Desk) error {
		if _, err := desk.Import(ctx, campaigns.ImportRequest{Kind: "contacts", Name: "init", Source: strings.NewReader("email\n" + b.test + "\n")}); err != nil {
			return err
		}
		usual := desk.Settings()
		spec := model.CampaignSpec{
			WindowDays: usual.WindowDays, Margin: usual.Margin,
			Name: "init", Kind: "newsletter", Title: p.T("init.mail.subject"), Audience: "customer", Lang: b.lang,
			Subject: p.T("init.mail.subject"), Body: p.T("init.mail.body", "name", b.name),
		}
		if _, err := desk.NewCampaign(ctx, desk.DraftFile(spec), nil); err != nil {
			return err
		}
		return desk.TestSend(ctx, "init", "", b.test)
	})
}
