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

// connect finds a server; where there is none, it is noted.
func (b *bring) connect(ctx context.Context) (err error) {
	if b.Postgres != "" {
		if b.conn, err = pgx.Connect(ctx, b.Postgres); err != nil {
			return model.Failed(err, "bench.rival_failed", "who", "postgres", "said", err.Error())
		}
		b.report.Postgres = b.conn.PgConn().ParameterStatus("server_version")
		return nil
	}
	b.server, err = StartPostgres(ctx, "shared_buffers=1GB", "max_wal_size=4GB")
	if errors.Is(err, ErrNoPostgres) {
		b.report.Absent = append(b.report.Absent, AgainstPostgres)
		return nil
	}
	if err != nil {
		return err
	}
	b.report.Postgres = b.server.Version
	b.conn, err = b.server.Connect(ctx)
	return err
}

func (b *bring) disconnect(ctx context.Context) (err error) {
	ctx = context.WithoutCancel(ctx)
	if b.conn != nil {
		if b.Postgres != "" {
			_, err = b.conn.Exec(ctx, "drop table if exists blanche_bench")
		}
		err = errors.Join(err, b.conn.Close(ctx))
	}
	if b.server != nil {
		err = errors.Join(err, b.server.Close())
	}
	return err
}

// copy is one COPY into an empty table, to its commit.
func (b *bring) copy(ctx context.Context, _ int) (r BringRun, err error) {
	for _, sql := range []string{"drop table if exists blanche_bench", shopTable, "set datestyle = 'ISO, DMY'", "checkpoint"} {
		if _, err := b.conn.Exec(ctx, sql); err != nil && sql != "checkpoint" { // which not every user may
			return r, model.Failed(err, "bench.rival_failed", "who", "postgres", "said", err.Error())
		}
	}
	f, err := os.Open(b.file)
	if err != nil {
		return r, err
	}
	defer func() { _ = f.Close() }()
	begun := b.Now()
	tag, err := b.conn.PgConn().CopyFrom(ctx, f, shopCopy)
	if err == nil && tag.RowsAffected() != int64(b.Rows) {
		err = errors.New(tag.String())
	}
	if err != nil {
		return r, model.Failed(err, "bench.rival_failed", "who", "postgres", "said", err.Error())
	}
	return BringRun{Who: AgainstPostgres, Seconds: b.Now().Sub(begun).Seconds()}, nil
}
