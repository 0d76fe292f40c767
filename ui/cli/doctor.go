package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/doctor"

	"github.com/spf13/cobra"
)

// began is when this process started, on both clocks.
var began = time.Now()

func newDoctorCmd(s *session) *cobra.Command {
	var domain *string
	var selectors *[]string
	var asCSV *bool
	cmd := s.command("doctor", nil, func(cmd *cobra.Command, _ []string) error {
		o, err := s.installation(cmd.Context())
		if err != nil {
			return err
		}
		o.Domain, o.Selectors = *domain, *selectors
		report := doctor.Run(cmd.Context(), o)
		if err := s.sayReport(report, *asCSV); err != nil {
			return err
		}
		if report.Failed() {
			return ended(exitFailure)
		}
		return nil
	})
	domain, selectors, asCSV = s.textFlag(cmd, "domain", ""), s.listFlag(cmd, "selector"), s.csvFlag(cmd)
	return cmd
}

// installation is what a report is made from. Data that are not there are not
// made for it, those of an older program are not brought forward, and those
// that cannot be opened are a finding. It returns errElsewhere where another
// process holds them.
func (s *session) installation(ctx context.Context) (doctor.Options, error) {
	o := doctor.Options{
		Settings: s.settings, SettingsErr: s.settErr, Schema: schemaVersion(), Env: s.Env, Now: s.Now,
		Started: began, Ran: time.Since(began), Terminal: s.size(), Probes: doctor.System(),
	}
	if err := s.mayKnowTheMachine(); err != nil {
		return o, err
	}
	data := s.global.data
	if data != "" {
		data = s.path(data)
	}
	var err error
	if o.Settings != nil {
		o.Paths = o.Settings.Paths
	} else if o.Paths, err = config.Locate(data, s.Env); err != nil {
		return o, err
	}
	o.Before = doctor.Look(ctx, o.Paths.Data, o.Probes)
	if o.SettingsErr != nil {
		return o, nil
	}
	if s.inside == nil {
		if _, err := os.Stat(filepath.Join(o.Paths.Data, "crm.db")); errors.Is(err, os.ErrNotExist) {
			return o, nil
		}
		switch err := s.reach(ctx, o.Paths.Data, true); {
		case errors.Is(err, errElsewhere):
			return o, err
		case err != nil: // asking again would only take as long again
			o.DeskErr = err
			return o, nil
		}
		if u, err := upgradeFolder(ctx, s.wiring(o.Settings, false), true); err == nil && u.Needed() {
			o.Upgrade = &u
			return o, nil
		}
	}
	desk, err := s.use(ctx, false)
	if errors.Is(err, errElsewhere) {
		return o, err
	}
	if o.DeskErr = err; err == nil {
		o.Desk = desk
	}
	return o, nil
}

// mayKnowTheMachine refuses over the network what tells about the machine, and
// not only about the data, to whoever does not keep the system.
func (s *session) mayKnowTheMachine() error {
	if s.inside == nil || s.inside.local {
		return nil
	}
	return model.Actor{Role: s.inside.actor.Role}.May(model.Maintain)
}

// size is that of the terminal of the person; none where the output is no
// terminal.
func (s *session) size() doctor.Terminal {
	f, isFile := s.Out.(*os.File)
	switch {
	case !s.OutTerminal:
		return doctor.Terminal{}
	case s.inside != nil:
		return doctor.Terminal{Width: s.inside.session.Size.Width, Height: s.inside.session.Size.Height}
	case isFile:
		w := windowOf(f)
		return doctor.Terminal{Width: w.Width, Height: w.Height}
	}
	return doctor.Terminal{Width: s.Width}
}

// sayReport says each check, and below it how to repair what is wrong.
func (s *session) sayReport(report doctor.Report, asCSV bool) error {
	d := report.Document(s.p)
	g := &grid{columns: []column{left("", "check"), left("", "level"), left("", "message"), left("", "repair")}}
	for i, r := range report {
		repair := ""
		if d.Checks[i].Repair != nil {
			repair = *d.Checks[i].Repair
		}
		g.add(r.Check, r.Level.String(), d.Checks[i].Message, repair)
	}
	if s.global.json || asCSV {
		return s.show(d, asCSV, g)
	}
	if err := s.sayChecks(g.rows); err != nil {
		return err
	}
	s.say("", s.p.T("doctor.sum", "ok", d.OK, "warn", d.Warn, "fail", d.Fail, "skip", d.Skip))
	return nil
}

// sayChecks shows what is to be done first, and the reason why several checks
// could not be made once.
func (s *session) sayChecks(rows [][]string) error {
	people, said := &grid{columns: []column{left("", ""), left("", "")}}, map[string]bool{}
	for _, level := range []doctor.Level{doctor.Fail, doctor.Warn, doctor.OK, doctor.Skip} {
		for _, row := range rows {
			if row[1] != level.String() || said[row[1]+row[2]] {
				continue
			}
			said[row[1]+row[2]] = true
			people.add(s.p.T("doctor.level."+row[1]), row[2])
			if row[3] != "" {
				people.add("", "→ "+row[3])
			}
		}
	}
	return people.write(s.Out)
}

// noted keeps for the next report what was looked at in depth. That it could
// not be kept changes nothing of what was found.
func (s *session) noted(change func(*doctor.Past)) {
	if set, err := s.config(); err == nil {
		_ = doctor.Note(set.Paths.Data, change)
	}
}

// tested is how the test of a backup ended.
func tested(at time.Time, err error) doctor.Outcome {
	if err != nil {
		return doctor.Outcome{At: at, Faults: 1}
	}
	return doctor.Outcome{At: at}
}
