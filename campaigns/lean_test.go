package campaigns_test

import (
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// A process that is there to send keeps no columns while it does; who looks
// into it has them built again, and a correction made meanwhile is in them.
func TestAProcessThatOnlySendsLetsTheColumnsGo(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Lean = func() {} }, func(s *shop) {
		s.people(100)
		s.write(file{})
		s.start("noel")
		exact := func() bool {
			totals, err := s.desk.ContactTotals(s.ctx)
			s.must(err)
			return totals.Exact
		}
		if exact() {
			s.Error("the columns are still there")
		}
		s.until("they are built for whoever asks", exact)
		s.end("noel")

		s.write(file{name: "suite"})
		s.start("suite")
		card, err := s.desk.Contact(s.ctx, address(3))
		s.must(err)
		_, err = s.desk.EditContact(s.ctx, card.Contact.ID, card.Contact.Version, []campaigns.FieldChange{{Field: "city", Value: "Brest"}})
		s.must(err)
		if n, err := s.desk.Count(s.ctx, `city = "Brest"`); err != nil || n.Matched != 1 {
			s.Errorf("%+v, %v", n, err)
		}
		list, err := s.desk.Contacts(s.ctx, campaigns.ContactQuery{Where: `city = "Brest"`})
		if err != nil || list.Total != 100 || len(list.IDs) != 1 {
			s.Errorf("%+v, %v", list, err)
		}
		if st := s.end("suite"); st.State != model.Done {
			s.Errorf("%+v", st)
		}
	})
}
