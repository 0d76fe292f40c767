package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"blanche/campaigns"
	"blanche/ui/health"
	"blanche/ui/web"
)

// headroom is how much room the disk of the data must have for the program to
// be ready, in bytes: a step of growth of a large file.
const headroom = 256 << 20

// serveHealth answers monitors on this machine, and whoever tries the public part
// from there.
func (s *session) serveHealth(ctx context.Context, house House, address string, site *web.Site) error {
	l, err := health.Listen(ctx, address)
	if err != nil {
		return err
	}
	desk, data := house.As(s.owner()), s.settings.Paths.Data
	build := buildVersion()
	h := health.Handler(health.Options{
		Printer: s.p, Started: s.Now(), Now: s.Now, Rest: site, Build: health.Build{Version: build.Version, Commit: build.Commit, Go: build.Go},
		State: func(ctx context.Context) health.State { return s.readiness(ctx, desk, house, data) },
		Stats: func(ctx context.Context) (health.Stats, error) { return s.figures(ctx, desk, house, site, data) },
	})
	s.note(s.p.T("cli.serve.http", "address", l.Addr().String()))
	s.behind(func() error { return health.Serve(ctx, l, h, s.logger) })
	return nil
}

// readiness asks whether the program can do its work.
func (s *session) readiness(ctx context.Context, desk campaigns.Desk, house House, data string) health.State {
	_, armed, err := desk.Armed(ctx)
	return health.State{
		Schema: schemaVersion(), Newest: schemaVersion(), // an older one was brought forward when it was opened
		Database: err, Free: freeSpace(data), Needed: headroom, Disarmed: err == nil && !armed,
		Beat: time.Since(house.Beat()), Late: 30 * time.Second,
	}
}

// figures gathers what /metrics tells.
func (s *session) figures(ctx context.Context, desk campaigns.Desk, house House, site *web.Site, data string) (health.Stats, error) {
	st, err := health.Collect(ctx, desk)
	if err != nil {
		return st, err
	}
	if st.Flow, err = house.Flow(ctx); err != nil {
		return st, err
	}
	st.Requests = site.Requests()
	st.Data = map[string]uint64{}
	files, _ := filepath.Glob(filepath.Join(data, "*.db"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			st.Data[strings.TrimSuffix(filepath.Base(f), ".db")] = uint64(info.Size())
		}
	}
	st.Free = freeSpace(data)
	st.Sessions = map[string]int{"all": s.doors.server.Sessions()}
	_, armed, err := desk.Armed(ctx)
	st.Disarmed = err == nil && !armed
	if dir := s.settings.Backup.Dir; dir != "" {
		st.Backup, _, _ = campaigns.NewestBackup(dir) // none is told by its absence
	}
	return st, err
}

// freeSpace is the room left on the disk of a folder, in bytes.
func freeSpace(dir string) uint64 {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil {
		return 0
	}
	return st.Bavail * uint64(st.Bsize)
}
