package campaigns_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
)

// proposed are the pairs of a search, with their reasons.
func (s *shop) proposed() (all []string, report campaigns.DuplicateReport) {
	s.Helper()
	r, err := s.desk.Duplicates(s.ctx, nil)
	s.must(err)
	for _, p := range r.Pairs {
		all = append(all, fmt.Sprint(p.A, " ", p.B, " ", strings.Join(p.Reasons, "+")))
	}
	slices.Sort(all)
	return all, r
}

func TestPairsAreProposedForWhatMakesThemOnePersonAndForNothingElse(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		rows := []string{
			"lea.benard@gmail.com;Léa;Bénard;06 12 34 56 78;;;",                            // 1
			"leabenard+promo@googlemail.com;;;;;;",                                         // 2: the same mailbox
			"lea.benard@orange.fr;Lea;BENARD;+33612345678;;;",                              // 3: phone and name
			"paul@free.fr;Paul;Martin;;;;C-0042-77",                                        // 4
			"p.martin@free.fr;;;;;;C004277",                                                // 5: the same card
			"paul+x@free.fr;;;;;;",                                                         // 6: a tag, where not everybody ignores it
			"a.b@free.fr;Ana;Diaz;;69003;01/02/1980;",                                      // 7
			"ab@free.fr;Ana;Díaz;;69003;01/02/1980;",                                       // 8: name, postcode, birth; the dot counts here
			"c@free.fr;Ana;Diaz;;69003;;",                                                  // 9: no birth
			"d@free.fr;Ana;Diaz;;69003;02/02/1980;",                                        // 10: another one
			"e@free.fr;Zoé;Roux;06 99 99 99 99;;;", "f@free.fr;Max;Roux;06 99 99 99 99;;;", // one phone, two people
		}
		s.bring("email;prenom;nom;telephone;code_postal;date_naissance;carte\n"+strings.Join(rows, "\n")+"\n", model.BasisConsent)
		got, _ := s.proposed()
		want := []string{"1 2 email", "1 3 phone", "4 5 card", "4 6 email_tag", "7 8 identity"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("proposed (-want +got):\n%s", diff)
		}
		s.must(s.desk.ApartContacts(s.ctx, "ab@free.fr", "a.b@free.fr"))
		_, err := s.desk.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: "paul@free.fr", Gone: "p.martin@free.fr"})
		s.must(err)
		s.reopen(false)
		got, _ = s.proposed()
		if diff := cmp.Diff([]string{"1 2 email", "1 3 phone", "4 6 email_tag"}, got); diff != "" {
			t.Errorf("afterwards (-want +got):\n%s", diff)
		}
	})
}

func TestManyPeopleOfOnePhoneAreNamedAndNotProposedPairByPair(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		var b strings.Builder
		b.WriteString("email;prenom;nom;telephone\n")
		for i := range 500 {
			fmt.Fprintf(&b, "k%d@clients.example;Client;Comptoir;0478000000\n", i)
		}
		s.bring(b.String(), model.BasisConsent)
		got, r := s.proposed()
		if len(got) != 0 || len(r.Big) != 2 || r.Big[0].People != 500 || r.Read != 500 {
			t.Errorf("%d pairs, groups %+v", len(got), r.Big)
		}
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		if _, err := s.desk.Duplicates(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("a search that was stopped: %v", err)
		}
	})
}
