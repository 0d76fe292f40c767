package cli

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/bench"

	"github.com/spf13/cobra"
)

func newBenchCmd(s *session) *cobra.Command {
	return s.group("bench", newBenchSendCmd(s), newBenchImportCmd(s), newBenchSegmentCmd(s), newBenchSinkCmd(s), newBenchRunCmd(s))
}

// benchFlags are the flags of `bench send`.
type benchFlags struct {
	bench.Options
	relay string
	asCSV *bool
}

func newBenchSendCmd(s *session) *cobra.Command {
	var f benchFlags
	cmd := s.command("bench send", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		if err := s.settleBench(cmd, &f); err != nil {
			return err
		}
		return s.benchSend(cmd.Context(), &f)
	}))
	flags := cmd.Flags()
	flags.IntVar(&f.Messages, "messages", 100_000, s.usage(cmd, "messages"))
	flags.IntVar(&f.Connections, "connections", 8, s.usage(cmd, "connections"))
	flags.IntVar(&f.Size, "size", 0, s.usage(cmd, "size"))
	flags.IntVar(&f.Runs, "runs", 3, s.usage(cmd, "runs"))
	flags.IntVar(&f.Window, "window", 128, s.usage(cmd, "window"))
	flags.StringVar(&f.relay, "relay", "", s.usage(cmd, "relay"))
	flags.DurationVar(&f.RTT, "latency", 0, s.usage(cmd, "latency"))
	flags.StringSliceVar(&f.Against, "against", nil, s.usage(cmd, "against"))
	flags.StringVar(&f.Profile, "profile", "", s.usage(cmd, "profile"))
	flags.BoolVar(&f.NoLedger, "no-ledger", false, s.usage(cmd, "no-ledger"))
	flags.BoolVar(&f.Links, "links", false, s.usage(cmd, "links"))
	flags.StringVar(&f.DKIM, "dkim", "", s.usage(cmd, "dkim"))
	flags.IntVar(&f.ImportRows, "import", 0, s.usage(cmd, "import"))
	f.asCSV = s.csvFlag(cmd)
	return cmd
}

// settleBench checks the flags, and completes what they say.
func (s *session) settleBench(cmd *cobra.Command, f *benchFlags) error {
	for _, c := range []struct {
		flag           string
		got, low, high int
	}{
		{"messages", f.Messages, 1, 10_000_000},
		{"connections", f.Connections, 1, 1000},
		{"runs", f.Runs, 1, 100},
		{"window", f.Window, 1, 100_000},
		{"size", f.Size, 0, 1 << 20},
		{"import", f.ImportRows, 0, 10_000_000},
	} {
		if c.got < c.low || c.got > c.high {
			return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--"+c.flag, "value", c.got))
		}
	}
	if f.RTT < 0 {
		return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--latency", "value", f.RTT.String()))
	}
	if f.DKIM != "" && !slices.Contains(bench.Keys, f.DKIM) {
		return s.seeHelp(cmd, model.Invalid("cli.bad_flag", "flag", "--dkim", "value", f.DKIM))
	}
	if f.RTT > 0 && f.relay != "" {
		return s.seeHelp(cmd, model.Invalid("cli.one_of_two", "a", "--latency", "b", "--relay"))
	}
	for i, word := range f.Against {
		if strings.ContainsRune(word, filepath.Separator) {
			f.Against[i] = s.path(word)
		}
	}
	var err error
	f.Relay, err = s.benchRelay(f.relay)
	f.Now, f.Self = s.Now, s.Self
	return err
}

// benchRelay is the host and port of a sink. One on another machine would get a
// hundred thousand messages in earnest: only who says --yes means that.
func (s *session) benchRelay(word string) (string, error) {
	if word == "" {
		return "", nil
	}
	addr := word
	if u, err := url.Parse(word); err == nil && u.Host != "" {
		addr = u.Host
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", model.Invalid("cli.bad_flag", "flag", "--relay", "value", word)
	}
	ip, err := netip.ParseAddr(host)
	if here := host == "localhost" || err == nil && ip.IsLoopback(); !here && !s.global.yes {
		return "", model.Refused("bench.far_relay", "relay", word)
	}
	return addr, nil
}

// benchSend measures in a temporary folder, and says what came out.
func (s *session) benchSend(ctx context.Context, f *benchFlags) (err error) {
	dir, err := os.MkdirTemp("", "blanche-bench-*")
	if err != nil {
		return model.Failed(err, "cli.no_temporary")
	}
	defer func() { err = firstOf(err, os.RemoveAll(dir)) }()
	f.Dir, f.Open = dir, s.openBench
	if !s.global.json {
		f.Tell = func(r bench.Run) { s.note(s.benchRun(&r)) }
		s.note(s.p.T("bench.begins", "messages", f.Messages, "dir", dir))
	}
	r, err := bench.Measure(ctx, f.Options)
	if err != nil {
		return err
	}
	return s.answer(&r, *f.asCSV, func() error { return s.sayBench(&r) })
}

func newBenchSinkCmd(s *session) *cobra.Command {
	var addr *string
	var rtt *time.Duration
	cmd := s.command("bench sink", nil, s.atHome(func(*cobra.Command, []string) error {
		err := bench.Serve(s.In, s.Out, *addr, *rtt)
		if errors.Is(err, os.ErrClosed) {
			return nil
		}
		return err
	}))
	cmd.Hidden = true
	addr = s.textFlag(cmd, "addr", "127.0.0.1:0")
	rtt = cmd.Flags().Duration("rtt", 0, s.usage(cmd, "rtt"))
	return cmd
}

func newBenchRunCmd(s *session) *cobra.Command {
	cmd := s.command("bench run", nil, s.atHome(func(cmd *cobra.Command, _ []string) error {
		return bench.Once(cmd.Context(), s.In, s.Out, bench.Options{Now: s.Now, Open: s.openBench})
	}))
	cmd.Hidden = true
	return cmd
}
