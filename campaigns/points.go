package campaigns

import (
	"context"

	"blanche/model"
)

// pointsOf is the ledger of points of a person, in lines of the history, as they
// were written down. What left a record for the one that it went into is told by
// the other side alone.
func (s *Service) pointsOf(ctx context.Context, c *model.Contact) ([]model.HistoryLine, error) {
	moves, err := s.store.Points().Of(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	as, err := s.goneAs(ctx, c.ID, moves)
	if err != nil {
		return nil, err
	}
	lines := make([]model.HistoryLine, 0, len(moves))
	for i := range moves {
		m := &moves[i]
		handed := m.Why == model.PointsMerged && m.Total == 0 || m.Why == model.PointsUnmerged && m.Total == m.Delta
		if m.Contact != c.ID && handed {
			continue
		}
		lines = append(lines, model.HistoryLine{
			At: m.At.In(s.cfg.Zone), Kind: "points", Ref: m.Why.String(), Detail: m.Source, By: m.Operator, As: as[m.Contact],
			Points: &model.PointsLine{Delta: m.Delta, Total: m.Total, File: m.File(), Line: m.Line()},
		})
	}
	return lines, nil
}

// goneAs are the addresses of the records whose movements are among those of a
// person.
func (s *Service) goneAs(ctx context.Context, id model.ContactID, moves []model.PointsMove) (map[model.ContactID]string, error) {
	other := false
	for i := range moves {
		other = other || moves[i].Contact != id
	}
	if !other {
		return nil, nil
	}
	all, err := s.store.Unions().Of(ctx, id)
	as := make(map[model.ContactID]string, len(all))
	for i := range all {
		if as[all[i].Gone] = all[i].Was.Email; as[all[i].Gone] == "" {
			as[all[i].Gone] = all[i].Gone.String()
		}
	}
	return as, err
}

// PointsOf is a movement of the ledger of points, and whose it is.
type PointsOf struct {
	WhoseLine
	Move model.PointsMove
}

// EachPoints visits the ledger of points of the people whom a rule matches, all
// without one, by person and in the order in which it was written down: the sum of
// the lines of a person is what they have. The line is overwritten by the next
// one.
func (s *Service) EachPoints(ctx context.Context, rule string, f func(*PointsOf) error) error {
	return s.takenOut(ctx, rule, func(wanted func(model.ContactID) bool, count func()) error {
		return s.store.Points().Scan(ctx, func(c *model.Contact, moves []model.PointsMove) error {
			if !wanted(c.ID) {
				return nil
			}
			line := PointsOf{WhoseLine: namesOf(c)}
			for _, line.Move = range moves {
				count()
				if err := f(&line); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
