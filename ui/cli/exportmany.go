package cli

import (
	"bufio"
	"context"
	"strings"

	"blanche/campaigns"
	"blanche/model"
)

// exportMany writes the people chosen on a screen into a file that is not there
// yet; one that ends in .excel.csv is for French Excel.
func (s *session) exportMany(desk campaigns.Desk) func(ctx context.Context, path string, ids []model.ContactID, far func(int)) error {
	return func(ctx context.Context, path string, ids []model.ContactID, far func(int)) error {
		files, err := s.files(path)
		if err != nil {
			return err
		}
		w, err := s.contactSheet(ctx, desk)
		if err != nil {
			return err
		}
		f, err := files.Create(path, 0o600, true)
		if err != nil {
			return createError(err, path)
		}
		x := s.export(desk, strings.HasSuffix(strings.ToLower(path), ".excel.csv"), w.head()...)
		x.out, x.json, x.eyes = bufio.NewWriter(f), false, false
		err = x.end(desk.EachChosen(ctx, ids, func(r *campaigns.ContactRow) error {
			far(x.rows)
			return x.contact(r, w.names, w.types)
		}))
		if err != nil {
			_ = f.Abort()
			return err
		}
		if err := f.Close(); err != nil {
			return fileError(err, path)
		}
		return nil
	}
}
