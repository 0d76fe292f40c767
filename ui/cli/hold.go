package cli

import (
	"context"
	"errors"
	"os/user"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/say"
	"blanche/ui/ssh"
)

// errElsewhere ends a command that another process has to run: the one that
// holds the data. Nothing was done or said yet.
var errElsewhere = errors.New("another process holds the data")

// use gives the desk. Where this process holds the data, or is the first to
// ask, that is its own; where another one does, use returns errElsewhere and
// the whole command line is run again over there. So a command asks before it
// reads standard input, and before it shows anything. sends is true for a
// command that stays and sends.
func (s *session) use(ctx context.Context, sends bool) (campaigns.Desk, error) {
	if s.desk != nil {
		return s.desk, nil
	}
	if s.inside != nil {
		if s.global.data != "" && !s.inside.local {
			return nil, model.Refused("cli.data_elsewhere").Hint("cli.data_elsewhere_hint")
		}
		s.desk = s.inside.house.As(s.as(s.inside.actor))
		return s.desk, nil
	}
	set, err := s.config()
	if err != nil {
		return nil, err
	}
	w := s.wiring(set, sends)
	w.Lean = sends && !s.looks
	house, err := s.hold(ctx, w)
	if err != nil {
		return nil, err
	}
	s.desk = house.As(s.owner())
	if set.MadeUp && !s.global.json && strings.Contains(s.doing, " campaign ") {
		s.note(s.p.T("cli.made_up_sender"))
	}
	return s.desk, nil
}

// useLong is use for a command that may take a minute and sends nothing: others
// come in meanwhile.
func (s *session) useLong(ctx context.Context) (campaigns.Desk, error) {
	s.long = true
	return s.use(ctx, false)
}

// wiring is what a desk is built with. What the settings leave open is written
// in the language of the session.
func (s *session) wiring(set *config.Loaded, sends bool) Wiring {
	w := Wiring{Command: s.doing, Data: set.Paths.Data, Set: *set, Now: s.Now, Rand: s.Rand, Sends: sends}
	if !set.Given("lang") {
		w.Set.Config.Lang = s.p.Lang()
	}
	if sends {
		w.Heads = outside(set, s.logger)
	}
	return w
}

// patience is how long a folder is asked for that is held by a process which
// does not listen: it may be starting, ending, or do one short thing.
const patience = 4 * time.Second

// hold makes this process the one that holds the folder, or returns
// errElsewhere with s.holder set, or says who is in the way.
func (s *session) hold(ctx context.Context, w Wiring) (House, error) {
	for end, told := time.Now().Add(patience), false; ; {
		if err := s.reach(ctx, w.Data, !w.Sends); err != nil {
			return nil, err
		}
		house, release, err := s.Open(ctx, w)
		switch {
		case err == nil:
			s.closeDesk = release
			return house, s.open(ctx, house, w)
		case model.KindOf(err) != model.KindBusy || s.Reach == nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case w.Sends && s.passing(ctx, w.Data):
			if end = time.Now().Add(patience); !told {
				why, _ := say.Err(s.p, err)
				s.note(s.p.T("cli.waits_for_holder", "why", why))
				told = true
			}
		case time.Now().After(end):
			return nil, err
		}
	}
}

// passing reports whether the process that holds a folder does so for as long as
// its command lasts.
func (s *session) passing(ctx context.Context, data string) bool {
	c, err := s.Reach(ctx, data, ssh.Passing)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// reach returns errElsewhere when another process holds a folder and answers,
// nil when nobody is there to answer. A command that sends nothing is also let in
// by a process that is passing.
func (s *session) reach(ctx context.Context, data string, passing bool) error {
	if s.Reach == nil {
		return nil
	}
	c, err := s.Reach(ctx, data, ssh.Attach)
	if passing && errors.Is(err, ssh.ErrNobody) {
		c, err = s.Reach(ctx, data, ssh.Passing)
	}
	switch {
	case err == nil && s.taken && s.read == nil:
		_ = c.Close()
		return model.Busy("cli.held_meanwhile", "dir", data) // part of standard input is gone
	case err == nil:
		s.holder = c
		return errElsewhere
	case errors.Is(err, ssh.ErrNobody):
		return nil
	case errors.Is(err, ssh.ErrSilent):
		return model.Busy("cli.holder_silent", "dir", data).Because(err)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return model.Failed(err, "cli.holder_unreachable", "dir", data)
}

// elsewhere returns errElsewhere when the command belongs to another process:
// for a command that reads standard input before it needs the data.
func (s *session) elsewhere(ctx context.Context) error {
	set, err := s.config()
	if err != nil || s.inside != nil || s.desk != nil {
		return err
	}
	return s.reach(ctx, set.Paths.Data, true)
}

// owner is the person at this machine, who owns the folder.
func (s *session) owner() model.Actor {
	return s.as(model.Actor{Name: s.User, Role: model.Admin, From: "local"})
}

// as is an actor with what the command line asks for.
func (s *session) as(who model.Actor) model.Actor {
	who.ReadOnly = who.ReadOnly || s.global.readOnly
	return who
}

// account is the name of the account that runs this process.
func account() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "local"
}
