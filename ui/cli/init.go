package cli

import (
	"context"
	"errors"
	"os"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/i18n"

	"github.com/spf13/cobra"
)

// A beginner is one run of `blanche init`: from a folder without settings to a
// file of settings that was read again, and a first test mail. Every question
// has a default and is checked before the next one; nothing is written before
// the last answer, so that leaving in the middle leaves nothing.
type beginner struct {
	*session
	beginning
	talk  *talk
	paths config.Paths
	force bool
	good  bool // the relay answered
}

// beginning is what the file of settings is written from.
type beginning struct {
	lang, zone                       string
	name, address, from, unsubscribe string
	relay, password                  string
	test                             string // where the first test mail goes; empty for nowhere
}

// initJSON is `init --json`.
type initJSON struct {
	File   string  `json:"file"`
	Data   string  `json:"data"`
	Relay  string  `json:"relay"`
	Answer bool    `json:"relay_answers"`
	Test   *string `json:"test_sent_to"`
}

func newInitCmd(s *session) *cobra.Command {
	var dry, force *bool
	flags := map[string]*string{}
	cmd := s.command("init", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		b := &beginner{session: s, talk: newTalk(cmd.Context(), s, flags), force: *force}
		defer b.talk.close()
		return b.begin(cmd.Context(), *dry)
	}))
	for _, name := range []string{"name", "address", "from", "unsubscribe", "relay", "account", "password-file", "timezone", "test"} {
		flags[name] = s.textFlag(cmd, name, "")
	}
	force, dry = s.boolFlag(cmd, "force"), s.dryFlag(cmd)
	return cmd
}

// begin asks, writes, sends the test mail, and says what comes next.
func (b *beginner) begin(ctx context.Context, dry bool) error {
	if err := b.place(); err != nil {
		return err
	}
	if err := b.ask(ctx); err != nil {
		return err
	}
	if dry {
		_, err := b.Out.Write([]byte(b.file()))
		b.wouldChange(true)
		return err
	}
	if err := b.write(); err != nil {
		return err
	}
	sent := b.firstMail(ctx)
	if err := b.conclude(sent == nil && b.test != ""); err != nil {
		return err
	}
	return sent
}

// place finds where the settings go, and refuses to write over others.
func (b *beginner) place() error {
	data := b.global.data
	if data != "" {
		data = b.path(data)
	}
	paths, err := config.Locate(data, b.Env)
	if err != nil {
		return err
	}
	return b.settle(paths)
}

func (b *beginner) settle(paths config.Paths) error {
	b.paths = paths
	if paths.Written && !b.force {
		return model.Refused("init.exists", "file", paths.Config).Hint("init.exists_hint")
	}
	return nil
}

// ask puts the questions in their order.
func (b *beginner) ask(ctx context.Context) error {
	b.talk.say(b.p.T("init.welcome"))
	for _, step := range []func(context.Context) error{b.askLanguage, b.askFolder, b.askSender, b.askRelay, b.askZone, b.askTest} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// askLanguage is first: what follows is in the language of the answer.
func (b *beginner) askLanguage(context.Context) error {
	b.lang = b.p.Lang()
	if b.global.lang == "" {
		if err := b.talk.ask(&b.lang, question{key: "lang", fallback: b.lang, check: setting("lang")}); err != nil {
			return err
		}
	}
	b.p = i18n.New(b.lang)
	return nil
}

func (b *beginner) askFolder(context.Context) error {
	if b.global.data != "" {
		return nil
	}
	folder := b.paths.Data
	return b.talk.ask(&folder, question{key: "data", fallback: folder, check: func(answer string) error {
		paths, err := config.Locate(b.path(answer), b.Env)
		if err != nil {
			return err
		}
		if info, err := os.Stat(paths.Data); err == nil && !info.IsDir() {
			return model.Invalid("init.no_folder", "file", paths.Data)
		}
		return b.settle(paths)
	}})
}

func (b *beginner) askSender(context.Context) error {
	domain := b.domain()
	for _, q := range []struct {
		into *string
		question
	}{
		{&b.name, question{key: "name", fallback: b.p.T("init.default.name"), check: setting("sender.name")}},
		{&b.address, question{key: "address", check: setting("sender.address")}},
		{&b.from, question{key: "from", fallback: b.p.T("init.default.from") + "@" + domain, check: setting("sender.from")}},
	} {
		if err := b.talk.ask(q.into, q.question); err != nil {
			return err
		}
	}
	b.from = mailboxOf(b.name, b.from)
	fallback := b.p.T("init.default.unsubscribe") + "@" + model.Domain(addressOf(b.from))
	return b.talk.ask(&b.unsubscribe, question{key: "unsubscribe", fallback: fallback, check: setting("sender.unsubscribe")})
}

// domain is that of the machine where it has one, else one that reaches nobody.
func (b *beginner) domain() string {
	if host, err := os.Hostname(); err == nil && model.ValidEmail("x@"+host) {
		return host
	}
	return b.p.T("init.default.domain")
}

func (b *beginner) askZone(context.Context) error {
	return b.talk.ask(&b.zone, question{key: "timezone", fallback: b.zoneHere(), check: setting("timezone")})
}

// askTest asks where the first mail goes. A relay that does not answer takes none.
func (b *beginner) askTest(context.Context) error {
	if !b.good && b.talk.given("test") == "" {
		return nil
	}
	fallback := ""
	if here := addressOf(b.from); !b.global.yes && !isExample(here) {
		fallback = here
	}
	return b.talk.ask(&b.test, question{key: "test", fallback: fallback, check: func(answer string) error {
		if answer != "" && !model.ValidEmail(answer) {
			return model.Invalid("campaign.bad_address", "address", answer)
		}
		return nil
	}})
}

// conclude says what was done, and what comes next.
func (b *beginner) conclude(sent bool) error {
	p := b.p
	if b.global.json {
		out := initJSON{File: b.paths.Config, Data: b.paths.Data, Relay: b.relay, Answer: b.good}
		if sent {
			out.Test = &b.test
		}
		return b.json(out)
	}
	b.say("", p.T("init.written", "file", b.paths.Config))
	if sent {
		b.say(p.T("init.sent", "to", b.test))
	}
	if b.address == "" || isExample(addressOf(b.from)) || isExample(b.unsubscribe) {
		b.say(p.T("init.complete", "file", b.paths.Config))
	}
	b.say("", p.T("init.next"))
	if usual, err := config.Locate("", b.Env); err != nil || usual.Data != b.paths.Data {
		b.say("  " + p.T("init.example.data", "dir", shellWord(b.paths.Data)))
	}
	g := &grid{columns: []column{left("", ""), left("", "")}}
	g.add("  "+p.T("init.example.import"), p.T("init.next_import"))
	g.add("  "+p.T("init.example.campaign"), p.T("init.next_campaign"))
	g.add("  "+p.T("init.example.serve"), p.T("init.next_serve"))
	g.add("  "+p.T("init.example.user"), p.T("init.next_user"))
	return g.write(b.Out)
}

// errEnd is the end of the answers before the end of the questions.
var errEnd = errors.New("no more answers")
