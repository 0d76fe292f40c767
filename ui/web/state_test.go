package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

func total(list []int) (n int) {
	for _, x := range list {
		n += x
	}
	return n
}

func TestTheStateOfThePublicPartFollowsWhatHappens(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.people(6)
		s.start("noel", `email contains "clients"`)
		s.end("noel")
		agreed := s.links(person(3))
		s.ask(http.MethodGet, agreed[campaigns.PathClick], "")
		s.ask(http.MethodPost, agreed[campaigns.PathUnsubscribe], oneClick)
		time.Sleep(time.Second)
		state := func(role model.Role) campaigns.PublicState {
			v, err := s.desk.As(model.Actor{Name: "x", Role: role, From: "local"}).PublicState(s.ctx)
			s.must(err)
			return v
		}
		up := state(model.Manager)
		if up.URL != address || !up.Secure || !up.Watched || !up.Asked || up.Why != nil || total(up.Clicks) != 1 || total(up.Left) != 1 {
			s.Errorf("%+v", up)
		}
		if len(up.Leavers) != 1 || up.Leavers[0].Email != person(3) || up.Leavers[0].Campaign != "noel" {
			s.Errorf("%+v", up.Leavers)
		}
		if blind := state(model.Technical); len(blind.Leavers) != 1 || blind.Leavers[0].Email != "" {
			s.Errorf("who keeps the system sees %+v", blind.Leavers)
		}
		why := error(model.Busy("public.cannot_listen"))
		s.down.Store(&why)
		time.Sleep(30 * time.Second)
		if down := state(model.Manager); down.Why == nil || !down.Since.After(up.Since) || !down.Checked.After(down.Since) {
			s.Errorf("%+v", down)
		}
		s.down.Store(nil)

		// The page to try is that of everybody, and what is chosen there is nobody's.
		path, ok := strings.CutPrefix(up.TestPage, address)
		if !ok {
			s.Fatal(up.TestPage)
		}
		if w := s.ask(http.MethodGet, path, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "offres") {
			s.Errorf("%d %s", w.Code, w.Body)
		}
		for _, body := range []string{"messages=yes&tracking=yes", "messages=no"} {
			if w := s.ask(http.MethodPost, path, body); w.Code != http.StatusOK {
				s.Errorf("%d %s", w.Code, w.Body)
			}
		}
		if after := state(model.Manager); len(after.Leavers) != 1 {
			s.Errorf("somebody left by the page of nobody: %+v", after.Leavers)
		}
		if t, err := s.desk.ContactTotals(s.ctx); err != nil || t.Opposed != 1 {
			s.Errorf("%+v, %v", t, err)
		}
	})
}
