package audience

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"blanche/model"
)

// fill makes the tables of a village.
func (v *village) fill(ctx context.Context, db *pgx.Conn) error {
	_, err := db.Exec(ctx, `create table people (id int primary key, email text, domain text, phone text, postcode text, company text, tracking text, created int, why text, subjects text, every int, recent int, got timestamp, rfm text default 'none', rfm_r int, rfm_f int, rfm_m int, taille text, depuis int, membre bool, city text, last_name text, tier text, tags text[], kind int, basis text, points bigint,
		note float8, birth int, born date,
		born_on int generated always as (extract(month from born)::int * 100 + extract(day from born)::int) stored, basis_at int, orders int, spend bigint, first_order int, last_order int);
		create table sold (contact int, day int, cents bigint, channel text, category text[], code text);
		create table news (event text, campaign text, contact int, day int)`)
	if err != nil {
		return err
	}
	folded := func(s string) any {
		if s == "" {
			return nil
		}
		return Fold(s)
	}
	day := func(d model.Date) any {
		if d == 0 {
			return nil
		}
		return int32(d)
	}
	var people, sold, told [][]any
	for i := range v.contacts {
		c := &v.contacts[i]
		tags := []string{}
		for _, t := range c.Tags {
			tags = append(tags, Fold(t))
		}
		var note, born, since, member any
		attr := func(name string) string { s, _ := c.Attr(name); return s }
		if d, ok := parseDay(attr("depuis")); ok {
			since = int32(d)
		}
		if s := attr("membre"); s != "" {
			member = s == "oui"
		}
		if s, ok := c.Attr("note"); ok {
			note, _ = parseNumber(s)
		}
		if c.Birth != 0 {
			y, m, d := c.Birth.Civil()
			born = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		}
		domain := c.Email[strings.IndexByte(c.Email, '@')+1:]
		var why, subjects, every, got any
		if reason, ok := v.why[c.Email]; ok {
			why = reason.String()
		}
		if text := attr(model.AttrSubjects); text != "" {
			subjects = text
		}
		if days := map[string]int32{model.FrequencyWeekly: 7, model.FrequencyMonthly: 30}[attr(model.AttrFrequency)]; days > 0 {
			every = days
		}
		if at, ok := v.got[c.ID]; ok {
			got = at
		}
		people = append(people, []any{
			int32(c.ID), folded(c.Email), folded(domain), folded(c.Phone), folded(c.Postcode), folded(c.Company), c.Tracking.String(),
			day(model.DateOf(c.Created, time.UTC)), why, subjects, every, int32(v.recent[c.ID]), got, folded(attr("taille")), since, member, folded(c.City), folded(c.LastName), folded(c.Tier), tags, int32(c.Kind), c.Basis.String(), c.Points, note, day(c.Birth), born, day(model.DateOf(c.BasisAt, time.UTC)), int32(c.Orders), int64(c.Spend), day(c.FirstOrder), day(c.LastOrder),
		})
	}
	for _, o := range v.orders {
		var in []string
		for _, x := range strings.Split(o.Category, model.CategoryBar) {
			in = append(in, Fold(x))
		}
		sold = append(sold, []any{int32(o.Contact), int32(o.Day), int64(o.Total), Fold(o.Channel), in, Fold(o.Code)})
	}
	for e, campaigns := range v.news {
		for name, who := range campaigns {
			for id, on := range who {
				told = append(told, []any{e.String(), name, int32(id), int32(on)})
			}
		}
	}
	for _, table := range []struct {
		name, columns string
		rows          [][]any
	}{
		{"people", "id email domain phone postcode company tracking created why subjects every recent got taille depuis membre city last_name tier tags kind basis points note birth born basis_at orders spend first_order last_order", people},
		{"sold", "contact day cents channel category code", sold},
		{"news", "event campaign contact day", told},
	} {
		if _, err := db.CopyFrom(ctx, pgx.Identifier{table.name}, strings.Fields(table.columns), pgx.CopyFromRows(table.rows)); err != nil {
			return err
		}
	}
	if _, err = db.Exec(ctx, sqlScores); err != nil {
		return err
	}
	for i, t := range sqlTerms { // once for all rules
		of := fmt.Sprintf("alter table people add reason%d text; update people p set reason%[1]d = coalesce(%s, 'sendable')", i, sqlMaySend(t, true))
		if _, err := db.Exec(ctx, of); err != nil {
			return err
		}
	}
	_, err = db.Exec(ctx, "create index on news (event, campaign); analyze")
	return err
}
