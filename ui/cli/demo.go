package cli

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"blanche/campaigns/demo"
	"blanche/model"
	"blanche/ui/tui"

	"github.com/spf13/cobra"
)

// demoFlags are the flags of the demonstration.
type demoFlags struct {
	contacts int
	seed     uint64
	speed    float64
	headless bool
	length   time.Duration
}

func newDemoCmd(s *session) *cobra.Command {
	var f demoFlags
	cmd := s.command("demo", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		switch {
		case f.length <= 0:
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--for", "value", f.length.String()))
		case !f.headless && cmd.Flags().Changed("for"):
			return s.seeHelp(cmd, model.Invalid("cli.only_with", "flag", "--for", "other", "--headless"))
		case !f.headless && !(s.InTerminal && s.OutTerminal):
			return model.Invalid("cli.no_terminal").Hint("cli.demo_without_terminal")
		}
		return s.runDemo(cmd.Context(), f)
	}))
	cmd.Flags().IntVar(&f.contacts, "contacts", 5000, s.usage(cmd, "contacts"))
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, s.usage(cmd, "seed"))
	cmd.Flags().Float64Var(&f.speed, "speed", 60, s.usage(cmd, "speed"))
	cmd.Flags().BoolVar(&f.headless, "headless", false, s.usage(cmd, "headless"))
	cmd.Flags().DurationVar(&f.length, "for", 30*time.Second, s.usage(cmd, "for"))
	return cmd
}

// runDemo builds the simulated shop in a temporary folder, shows it, and takes
// it away.
func (s *session) runDemo(ctx context.Context, f demoFlags) (err error) {
	dir, err := os.MkdirTemp("", "blanche-demo-*")
	if err != nil {
		return model.Failed(err, "cli.no_temporary")
	}
	defer func() { err = firstOf(err, os.RemoveAll(dir)) }()
	st, err := openStore(ctx, Wiring{Data: filepath.Join(dir, "data"), Rand: s.Rand, Now: s.Now, Command: s.doing})
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, st.Close()) }()
	d, err := demo.Start(ctx, demo.Options{
		Store: st, Contacts: f.contacts, Seed: f.seed, Speed: f.speed, Now: s.Now, Zone: s.demoZone(), Lang: s.p.Lang(),
	})
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, d.Close(context.WithoutCancel(ctx))) }()
	if f.headless {
		return s.demoSummary(ctx, d, f.length)
	}
	opt := s.screenOptions(d.Desk())
	opt.Demo = true
	return firstOf(tui.Run(ctx, d.Desk(), opt), d.Err())
}

// demoSummary lets the demonstration run without a screen, then prints what is
// true and what was measured.
func (s *session) demoSummary(ctx context.Context, d *demo.Demo, length time.Duration) error {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
	sum, err := d.Summary(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	return firstOf(s.json(sum), d.Err())
}

// demoZone is the time zone of the simulated shop.
func (s *session) demoZone() *time.Location {
	if zone, err := time.LoadLocation("Europe/Paris"); err == nil {
		return zone
	}
	return s.Local
}

// firstOf is the first error of several.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
