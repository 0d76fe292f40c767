package bench

import (
	"context"
	"errors"
	"os"

	"github.com/jackc/pgx/v5"

	"blanche/model"
)

// shopTable is the file as a table: what every base of contacts has at least, a
// key and one person to an address.
const shopTable = `create table blanche_bench (
	id bigint generated always as identity primary key, email text not null unique,
	prenom text, nom text, telephone text, code_postal text, ville text, pays text, langue text, date_naissance date,
	carte text, points integer, niveau text, tags text, consentement text, date_consentement date, depenses_2025 text)`

const shopCopy = `copy blanche_bench (email, prenom, nom, telephone, code_postal, ville, pays, langue, date_naissance,
	carte, points, niveau, tags, consentement, date_consentement, depenses_2025)
	from stdin with (format csv, header, delimiter ';')`

// tuned are the settings of a server with more room than it is installed with.
var tuned = []string{"shared_buffers=1GB", "max_wal_size=4GB"}

// told are the settings that a COPY is measured under, as the server tells them.
var told = []string{"shared_buffers", "max_wal_size", "synchronous_commit", "fsync"}

// pgTable is the table of one server. A server that was just made writes its log
// into new files and grows its tables, as our empty folder grows: after a COPY or
// two it has the files of its log to use again.
type pgTable struct {
	*bring
	who      string
	settings []string
	fresh    bool      // each COPY has a server that was just made; else it has taken the file before
	used     bool      // it has
	server   *Postgres // nil: not ours
	conn     *pgx.Conn
}

// connect finds a server; where there is none, it is noted.
func (b *bring) connect(ctx context.Context, who string) (err error) {
	theirs := who == AgainstPostgres && b.Postgres != ""
	t := &pgTable{bring: b, who: who, fresh: who == AgainstPostgres && !theirs}
	if theirs {
		b.tables = append(b.tables, t)
		if t.conn, err = pgx.Connect(ctx, b.Postgres); err != nil {
			return t.failed(err)
		}
		return t.tell(ctx)
	}
	if who == AgainstTuned {
		t.settings = tuned
	}
	err = t.start(ctx)
	if errors.Is(err, ErrNoPostgres) {
		b.report.Absent = append(b.report.Absent, who)
		return nil
	}
	b.tables = append(b.tables, t)
	if err != nil {
		return err
	}
	return t.tell(ctx)
}

// start makes a server.
func (t *pgTable) start(ctx context.Context) (err error) {
	if t.server, err = StartPostgres(ctx, t.settings...); err != nil {
		return err
	}
	if t.conn, err = t.server.Connect(ctx); err != nil {
		return t.failed(err)
	}
	return nil
}

// end leaves nothing behind.
func (t *pgTable) end(ctx context.Context) (err error) {
	if t.conn != nil {
		if t.server == nil {
			_, err = t.conn.Exec(ctx, "drop table if exists blanche_bench")
		}
		err = errors.Join(err, t.conn.Close(ctx))
	}
	if t.server != nil {
		err = errors.Join(err, t.server.Close())
	}
	t.conn, t.server = nil, nil
	return err
}

// tell reports the server with its settings.
func (t *pgTable) tell(ctx context.Context) error {
	s := BringServer{Who: t.who, Fresh: t.fresh, Version: t.conn.PgConn().ParameterStatus("server_version")}
	for _, name := range told {
		value := ""
		if err := t.conn.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
			return t.failed(err)
		}
		s.Settings = append(s.Settings, name+"="+value)
	}
	t.report.Postgres = s.Version
	t.report.Servers = append(t.report.Servers, s)
	return nil
}

func (t *pgTable) failed(err error) error {
	return model.Failed(err, "bench.rival_failed", "who", t.who, "said", err.Error())
}

func (b *bring) disconnect(ctx context.Context) (err error) {
	for _, t := range b.tables {
		err = errors.Join(err, t.end(context.WithoutCancel(ctx)))
	}
	return err
}

// run is one COPY by the server in the state that it is measured in.
func (t *pgTable) run(ctx context.Context, _ int) (r BringRun, err error) {
	switch {
	case t.fresh && t.used:
		if err := errors.Join(t.end(ctx), t.start(ctx)); err != nil {
			return r, err
		}
	case !t.fresh && !t.used:
		if _, err := t.copy(ctx); err != nil {
			return r, err
		}
	}
	t.used = true
	return t.copy(ctx)
}

// copy is one COPY into an empty table, to its commit. Nothing is left to be
// written behind it, which would disturb whoever comes next.
func (t *pgTable) copy(ctx context.Context) (r BringRun, err error) {
	for _, sql := range []string{"drop table if exists blanche_bench", shopTable, "set datestyle = 'ISO, DMY'"} {
		if _, err := t.conn.Exec(ctx, sql); err != nil {
			return r, t.failed(err)
		}
	}
	t.settle(ctx)
	f, err := os.Open(t.file)
	if err != nil {
		return r, err
	}
	defer func() { _ = f.Close() }()
	begun := t.Now()
	tag, err := t.conn.PgConn().CopyFrom(ctx, f, shopCopy)
	if err == nil && tag.RowsAffected() != int64(t.Rows) {
		err = errors.New(tag.String())
	}
	if err != nil {
		return r, t.failed(err)
	}
	took := t.Now().Sub(begun)
	t.settle(ctx)
	return BringRun{Who: t.who, Seconds: took.Seconds()}, nil
}

// settle has everything written, where this user may ask for it.
func (t *pgTable) settle(ctx context.Context) { _, _ = t.conn.Exec(ctx, "checkpoint") }
