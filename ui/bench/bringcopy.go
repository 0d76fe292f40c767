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

// pgTable is the table of one server.
type pgTable struct {
	*bring
	who    string
	server *Postgres // nil: not ours
	conn   *pgx.Conn
}

// connect finds a server; where there is none, it is noted.
func (b *bring) connect(ctx context.Context, who string) (err error) {
	t := &pgTable{bring: b, who: who}
	if who == AgainstPostgres && b.Postgres != "" {
		if t.conn, err = pgx.Connect(ctx, b.Postgres); err != nil {
			return t.failed(err)
		}
		b.tables = append(b.tables, t)
		return t.tell(ctx)
	}
	var settings []string
	if who == AgainstTuned {
		settings = tuned
	}
	t.server, err = StartPostgres(ctx, settings...)
	if errors.Is(err, ErrNoPostgres) {
		b.report.Absent = append(b.report.Absent, who)
		return nil
	}
	if err != nil {
		return err
	}
	b.tables = append(b.tables, t)
	if t.conn, err = t.server.Connect(ctx); err != nil {
		return t.failed(err)
	}
	return t.tell(ctx)
}

// tell reports the server with its settings.
func (t *pgTable) tell(ctx context.Context) error {
	s := BringServer{Who: t.who, Version: t.conn.PgConn().ParameterStatus("server_version")}
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
	ctx = context.WithoutCancel(ctx)
	for _, t := range b.tables {
		if t.conn != nil {
			if t.server == nil {
				_, err = t.conn.Exec(ctx, "drop table if exists blanche_bench")
			}
			err = errors.Join(err, t.conn.Close(ctx))
		}
		if t.server != nil {
			err = errors.Join(err, t.server.Close())
		}
	}
	return err
}

// copy is one COPY into an empty table, to its commit. Nothing is left to be
// written behind it, which would disturb whoever comes next.
func (t *pgTable) copy(ctx context.Context, _ int) (r BringRun, err error) {
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
