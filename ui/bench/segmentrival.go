package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"blanche/model"
)

// query is one count, in three forms that mean the same.
type query struct {
	name string
	text string // with the day of %s
	days int    // before today of that day
	sql  string // $1 is that day
	loop func(c *plain, day int32) int
}

func (q query) rule(today model.Date) string {
	if q.days == 0 {
		return q.text
	}
	return fmt.Sprintf(q.text, model.DateValue(today-model.Date(q.days)))
}

// queries are those that are measured.
var queries = []query{
	{
		"and", `city = "Paris" and spend > 100 and last_order > %s`, 90,
		`city = 'Paris' and spend > 10000 and last_order > $1`,
		func(c *plain, day int32) (n int) {
			paris := c.code("Paris")
			for i := range c.city {
				if c.city[i] == paris && c.spend[i] > 10000 && c.last[i] > day {
					n++
				}
			}
			return n
		},
	},
	{
		"or", `city = "Paris" or spend > 1000 or last_order > %s`, 30,
		`city = 'Paris' or spend > 100000 or last_order > $1`,
		func(c *plain, day int32) (n int) {
			paris := c.code("Paris")
			for i := range c.city {
				if c.city[i] == paris || c.spend[i] > 100000 || c.last[i] > day {
					n++
				}
			}
			return n
		},
	},
	{
		"tag", `country = "BE" and tags = "vip" and basis = consent`, 0,
		`country = 'BE' and tags @> array['vip'] and basis = 1`,
		func(c *plain, _ int32) (n int) {
			be := c.code("BE")
			for i := range c.country {
				if c.country[i] == be && c.vip[i] && c.basis[i] == 1 {
					n++
				}
			}
			return n
		},
	},
}

// plain is the crowd as plain slices, for a loop written for a query.
type plain struct {
	city, country []uint32
	spend         []int64
	last          []int32
	vip           []bool
	basis         []uint8
	words         map[string]uint32
}

func (p *plain) code(word string) uint32 { return p.words[word] }

func (p *plain) number(word string) uint32 {
	n, ok := p.words[word]
	if !ok {
		n = uint32(len(p.words)) + 1
		p.words[word] = n
	}
	return n
}

func plainCrowd(people int, today model.Date) *plain {
	p := &plain{words: map[string]uint32{}}
	for id := 1; id <= people; id++ {
		c := person(id, today)
		p.city, p.country = append(p.city, p.number(c.city)), append(p.country, p.number(c.country))
		p.spend, p.basis = append(p.spend, int64(c.spend)), append(p.basis, uint8(c.basis))
		p.vip = append(p.vip, slices.Contains(c.tags, "vip"))
		last := int32(-1 << 31)
		if c.spend > 0 {
			last = int32(c.last)
		}
		p.last = append(p.last, last)
	}
	return p
}

// rivals are those asked for, ready to count, and what ends them.
func (b *segmentBench) rivals(ctx context.Context) (engines []engine, stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, s := range stops {
			s()
		}
	}
	if slices.Contains(b.Against, againstPostgres) {
		b.tell("postgres")
		pg, conn, err := b.postgres(ctx)
		if errors.Is(err, ErrNoPostgres) {
			b.report.Absent = append(b.report.Absent, againstPostgres)
		} else if err != nil {
			return nil, stop, err
		} else {
			stops = append(stops, func() {
				_ = conn.Close(context.WithoutCancel(ctx))
				_ = pg.Close()
			})
			b.report.Postgres = pg.Version
			engines = append(engines, engine{againstPostgres, func(ctx context.Context, q query) (n int, err error) {
				var args []any
				if strings.Contains(q.sql, "$1") {
					args = append(args, int32(b.today)-int32(q.days))
				}
				err = conn.QueryRow(ctx, "select count(*) from people where "+q.sql, args...).Scan(&n)
				return n, err
			}})
		}
	}
	if slices.Contains(b.Against, againstLoop) {
		crowd := plainCrowd(b.People, b.today)
		engines = append(engines, engine{againstLoop, func(_ context.Context, q query) (int, error) {
			return q.loop(crowd, int32(b.today)-int32(q.days)), nil
		}})
	}
	return engines, stop, nil
}

// postgres fills a table with the crowd, with the indexes that the queries want.
func (b *segmentBench) postgres(ctx context.Context) (_ *Postgres, _ *pgx.Conn, err error) {
	pg, err := StartPostgres(ctx, "shared_buffers=1GB", "work_mem=64MB", "max_wal_size=4GB")
	if err != nil {
		return nil, nil, err
	}
	conn, err := pg.Connect(ctx)
	defer func() {
		if err != nil {
			err = errors.Join(err, pg.Close())
		}
	}()
	if err != nil {
		return nil, nil, err
	}
	if _, err := conn.Exec(ctx, `create table people (id int primary key, city text, country text, spend bigint, last_order int, tags text[], basis smallint)`); err != nil {
		return nil, nil, err
	}
	id := 0
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"people"}, []string{"id", "city", "country", "spend", "last_order", "tags", "basis"}, pgx.CopyFromFunc(func() ([]any, error) {
		if id++; id > b.People {
			return nil, nil
		}
		c := person(id, b.today)
		var last any
		if c.spend > 0 {
			last = int32(c.last)
		}
		return []any{int32(id), c.city, c.country, int64(c.spend), last, c.tags, int16(c.basis)}, nil
	}))
	for _, sql := range []string{
		"create index on people (city, spend)", "create index on people (spend)", "create index on people (last_order)",
		"create index on people (country, basis)", "create index on people using gin (tags)", "vacuum (analyze) people",
	} {
		if err == nil {
			_, err = conn.Exec(ctx, sql)
		}
	}
	return pg, conn, err
}
