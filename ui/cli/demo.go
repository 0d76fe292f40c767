package cli

import (
	"context"
	"time"

	"blanche/model"

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
	cmd := s.command("demo", nil, func(cmd *cobra.Command, _ []string) error {
		if !f.headless && !(s.InTerminal && s.OutTerminal) {
			return model.Invalid("cli.no_terminal").Hint("cli.demo_without_terminal")
		}
		return s.runDemo(cmd.Context(), f)
	})
	cmd.Flags().IntVar(&f.contacts, "contacts", 5000, s.usage(cmd, "contacts"))
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, s.usage(cmd, "seed"))
	cmd.Flags().Float64Var(&f.speed, "speed", 60, s.usage(cmd, "speed"))
	cmd.Flags().BoolVar(&f.headless, "headless", false, s.usage(cmd, "headless"))
	cmd.Flags().DurationVar(&f.length, "for", 30*time.Second, s.usage(cmd, "for"))
	return cmd
}

// runDemo builds the simulated shop in a temporary folder and shows it.
func (s *session) runDemo(_ context.Context, _ demoFlags) error {
	return model.Refused("cli.demo_later")
}
