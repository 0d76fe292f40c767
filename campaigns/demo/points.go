package demo

import (
	"context"
	"fmt"
	"time"

	"blanche/model"
	"blanche/store"
)

// The points of the last weeks are in the ledger: what the till told at the end of
// each, and the bonus of the best customers at the beginning of the month. What
// somebody had before is what they came in with, so that they have today what they
// were drawn with.
const (
	pointsWeeks = 8
	bonus       = 50
)

// pointsStep is when points were told, and how.
type pointsStep struct {
	at   time.Time
	file string // "": by the till
}

// pointsSteps are those of the last weeks, the oldest first.
func (s *Shop) pointsSteps() (steps []pointsStep) {
	last := model.DateOf(s.End, s.zone)
	month := time.Date(s.End.Year(), s.End.Month(), 1, 9, 0, 0, 0, s.zone)
	given := !month.Before(s.End)
	for week := pointsWeeks - 1; week >= 0; week-- {
		at := (last - 7*model.Date(week) - 1).In(s.zone).Add(20*time.Hour + 30*time.Minute)
		if !given && month.Before(at) {
			steps, given = append(steps, pointsStep{month, fmt.Sprintf("bonus-fidelite-%s.csv", month.Format("2006-01"))}), true
		}
		steps = append(steps, pointsStep{at: at})
	}
	return steps
}

// moved is what each step gave a person, nil where none gave anything: as much as
// leaves something of what they have.
func (s *Shop) moved(person int, steps []pointsStep) (each []int64, sum int64) {
	p := &s.People[person]
	if p.Contact.Card == "" {
		return nil, 0
	}
	give := func(step int, n int64) {
		if n > 0 && sum+n < p.Contact.Points {
			if each == nil {
				each = make([]int64, len(steps))
			}
			each[step], sum = each[step]+n, sum+n
		}
	}
	known := p.joined + stepDays
	sales, before := s.bought[person], model.DateOf(steps[0].at, s.zone)-7
	for i, step := range steps {
		until := model.DateOf(step.at, s.zone)
		if step.file != "" {
			if p.Contact.Tier == "or" && known < until {
				give(i, bonus)
			}
			continue
		}
		for len(sales) > 0 && sales[0].Day <= until {
			if sale := sales[0]; sale.Day > before && sale.Day > known {
				give(i, int64(sale.Cents/100))
			}
			sales = sales[1:]
		}
	}
	return each, sum
}

// came is a person as they came in: without the points of the last weeks.
func (s *Shop) came(person int, steps []pointsStep) model.Contact {
	c := s.People[person].Contact
	_, sum := s.moved(person, steps)
	c.Points -= sum
	return c
}

func (s *Shop) putPoints(ctx context.Context, st store.Store) error {
	steps := s.pointsSteps()
	rows := make([][]model.Contact, len(steps))
	for i := range s.People {
		each, sum := s.moved(i, steps)
		c := &s.People[i].Contact
		total := c.Points - sum
		for k, n := range each {
			if total += n; n > 0 {
				rows[k] = append(rows[k], model.Contact{Email: c.Email, Points: total})
			}
		}
	}
	for i, step := range steps {
		told := store.PointsFrom{Why: model.PointsCall}
		deed := model.Deed{Actor: till, At: step.at}
		if step.file != "" {
			told = store.PointsFrom{Why: model.PointsFile, Source: func(row int) string { return model.FileLine(step.file, row+2) }}
			deed.Actor = model.Actor{}
		}
		if _, err := st.Contacts().Merge(store.PointsComing(store.Witnessed(ctx, deed), told), rows[i], step.at); err != nil {
			return err
		}
	}
	return nil
}
