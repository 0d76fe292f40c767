package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"blanche/model"
)

// Postgres is a private PostgreSQL server on a socket of its own, that goes
// away with its data when it is closed.
type Postgres struct {
	Version string
	dir     string
	server  *exec.Cmd
	ended   chan error
}

// ErrNoPostgres says that this machine has no PostgreSQL.
var ErrNoPostgres = errors.New("no PostgreSQL on this machine")

// StartPostgres starts one with the settings given (shared_buffers=1GB). A
// superuser starts it as the user postgres: it refuses to run as root.
func StartPostgres(ctx context.Context, settings ...string) (_ *Postgres, err error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "blanche-pg-*")
	if err != nil {
		return nil, err
	}
	p := &Postgres{dir: dir, ended: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	as, err := lowered(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, model.Failed(err, "bench.rival_failed", "who", "initdb", "said", string(out))
	}
	args := []string{"-D", data, "-k", dir, "-h", ""}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	p.server = exec.Command(filepath.Join(bin, "postgres"), args...)
	p.server.SysProcAttr, p.server.Dir = as, dir
	if err := p.server.Start(); err != nil {
		p.server = nil
		return nil, model.Failed(err, "bench.rival_failed", "who", "postgres", "said", err.Error())
	}
	go func() { p.ended <- p.server.Wait() }()
	return p, p.await(ctx)
}

// postgresBin is the folder of the newest server of this machine.
func postgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", ErrNoPostgres
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// await waits until the server answers.
func (p *Postgres) await(ctx context.Context) error {
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := p.Connect(ctx)
		if err == nil {
			err = conn.QueryRow(ctx, "show server_version").Scan(&p.Version)
			return errors.Join(err, conn.Close(ctx))
		}
		select {
		case ended := <-p.ended:
			p.ended <- ended
			return model.Failed(err, "bench.rival_failed", "who", "postgres", "said", fmt.Sprint(ended))
		case <-ctx.Done():
			return model.Failed(err, "bench.rival_failed", "who", "postgres", "said", err.Error())
		case <-tick.C:
		}
	}
}

// Connect opens a connection; the caller closes it.
func (p *Postgres) Connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, "postgres://postgres@/postgres?sslmode=disable&host="+url.QueryEscape(p.dir))
}

// Close stops the server and removes its data.
func (p *Postgres) Close() error {
	if p.server != nil {
		_ = p.server.Process.Signal(os.Interrupt) // fast: connections are cut
		<-p.ended
		p.ended <- nil
	}
	return os.RemoveAll(p.dir)
}
