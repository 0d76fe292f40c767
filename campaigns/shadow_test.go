package campaigns_test

import (
	"slices"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

func TestAColumnNamedLikeAFieldIsReported(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		report, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
			Kind: "contacts", Name: "clients.csv", Basis: model.BasisConsent, BasisSource: "till",
			Source: strings.NewReader("email;Dépense;Dernier achat;Taille\nzoe@a.example;1857,50;21/01/2024;M\n"),
		})
		s.must(err)
		if want := []string{"Dépense", "Dernier achat"}; !slices.Equal(report.Shadowed, want) {
			s.Errorf("reported %v, want %v", report.Shadowed, want)
		}
		n, err := s.desk.Count(s.ctx, "attr.depense > 1000")
		s.must(err)
		if n.Matched != 1 {
			s.Errorf("%+v", n)
		}
	})
}
