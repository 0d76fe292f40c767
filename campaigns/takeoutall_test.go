package campaigns_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Everything that the ledgers hold goes out, with whose it is: somebody whose
// record went into another one is the person that they are now.
func TestTheLedgersGoOutWhole(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		s.send(file{holdout: "share = 0.25"})
		s.must(s.desk.Oppose(s.ctx, address(4), "appel"))
		_, err := s.desk.RecordConsent(s.ctx, address(5), campaigns.ConsentEntry{Purpose: model.TrackingUse, Choice: model.Granted, Source: "page", IP: "192.0.2.9", Wording: "oui"})
		s.must(err)
		_, err = s.desk.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: address(1), Gone: address(2)})
		s.must(err)
		c := s.campaign("noel")
		at := s.now().UTC().Truncate(time.Second)
		_, err = s.store.Responses().Append(s.ctx, []model.Response{
			{At: at, Kind: model.ResponseClick, Campaign: c.ID, Contact: 2, Link: 1},
			{At: at, Kind: model.ResponseAnswer, Campaign: c.ID, Contact: 3, Value: 9, Detail: "=très bien"},
			{At: at, Kind: model.ResponseBounce, Campaign: c.ID, Contact: 6, Class: model.BounceFull},
			{At: at, Kind: model.ResponseOpen, Campaign: c.ID},
		})
		s.must(err)

		states := map[string]int{}
		s.must(s.desk.EachMessage(s.ctx, "", func(l *campaigns.MessageLine) error {
			if l.Email == "" || l.Campaign != "noel" || l.Email == address(2) {
				s.Errorf("%+v", l)
			}
			states[l.State]++
			return nil
		}))
		if want := s.status("noel"); states["accepted"] != want.Accepted || want.Accepted == 0 {
			s.Errorf("%v of %+v", states, want)
		}

		acts := map[string]campaigns.ActOf{}
		s.must(s.desk.EachConsent(s.ctx, "", func(l *campaigns.ActOf) error {
			acts[l.Email+" "+l.Act.Purpose.String()+" "+l.Act.Choice.String()] = *l
			return nil
		}))
		for _, want := range []string{address(1) + " prospecting granted", address(4) + " prospecting withdrawn", address(5) + " tracking granted"} {
			if _, there := acts[want]; !there {
				s.Errorf("no %s among %d acts", want, len(acts))
			}
		}

		var kinds []string
		s.must(s.desk.EachResponse(s.ctx, "", func(l *campaigns.ResponseLine) error {
			kinds = append(kinds, l.Kind.String()+" "+l.Campaign+" "+l.Email)
			return nil
		}))
		if len(kinds) != 4 || kinds[3] != "click noel "+address(1) || kinds[2] != "answer noel "+address(3) || kinds[0] != "open noel " {
			s.Errorf("%q", kinds)
		}
		n := 0
		s.must(s.desk.EachResponse(s.ctx, `email = "`+address(3)+`"`, func(*campaigns.ResponseLine) error { n++; return nil }))
		if n != 1 {
			s.Errorf("%d responses of one person", n)
		}
	})
}

// The address from which a consent came is for who has the right of privacy, here
// as on a screen.
func TestTheLedgerOfConsentsGoesOutWithoutAddressesOfMachines(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1)
		_, err := s.desk.RecordConsent(s.ctx, address(1), campaigns.ConsentEntry{Purpose: model.TrackingUse, Choice: model.Granted, Source: "page", Wording: "oui", IP: "192.0.2.9"})
		s.must(err)
		for role, want := range map[model.Role]string{model.Manager: "", model.DPO: "192.0.2.9", model.Admin: "192.0.2.9"} {
			got := ""
			s.must(s.as(model.Actor{Name: "x", Role: role}).EachConsent(s.ctx, "", func(l *campaigns.ActOf) error {
				got += l.Act.IP
				return nil
			}))
			if got != want {
				s.Errorf("%s sees %q, not %q", role, got, want)
			}
		}
	})
}

// goesOut is every way by which people leave as a list.
var goesOut = map[string]func(context.Context, campaigns.Desk, func() error) error{
	"contacts": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachContact(ctx, "", func(*campaigns.ContactRow) error { return f() })
	},
	"contacts of a rule": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachContact(ctx, `email contains "clients"`, func(*campaigns.ContactRow) error { return f() })
	},
	"contacts chosen": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachChosen(ctx, []model.ContactID{1, 2}, func(*campaigns.ContactRow) error { return f() })
	},
	"orders": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachOrder(ctx, "", func(*model.Order) error { return f() })
	},
	"recipients": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachRecipient(ctx, "noel", "", func(*campaigns.ArmLine) error { return f() })
	},
	"consents": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachConsent(ctx, "", func(*campaigns.ActOf) error { return f() })
	},
	"points": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachPoints(ctx, "", func(*campaigns.PointsOf) error { return f() })
	},
	"messages": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachMessage(ctx, "", func(*campaigns.MessageLine) error { return f() })
	},
	"responses": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachResponse(ctx, "", func(*campaigns.ResponseLine) error { return f() })
	},
	"snapshot": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachFrozen(ctx, "tous", func(*campaigns.ContactRow) error { return f() })
	},
	"campaigns": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachCampaign(ctx, func(*model.Campaign) error { return f() })
	},
	"segments": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachSegment(ctx, func(*model.Segment) error { return f() })
	},
	"merges": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachMerge(ctx, func(*campaigns.MergeLine) error { return f() })
	},
	"journal": func(ctx context.Context, d campaigns.Desk, f func() error) error {
		return d.EachAudit(ctx, func(*model.AuditLine) error { return f() })
	},
}

// exported is a shop in which every one of them has something to give.
func exported(t *testing.T, test func(*shop)) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		_, err := s.desk.EditContact(s.ctx, 1, 1, []campaigns.FieldChange{{Field: "points", Value: "12"}})
		s.must(err)
		s.buy("1", address(1), model.NewDate(2026, 11, 1), 4200)
		s.send(file{})
		_, err = s.desk.SaveSegment(s.ctx, "nantes", `city = "Nantes"`)
		s.must(err)
		_, err = s.desk.Freeze(s.ctx, "tous", `email contains "clients"`)
		s.must(err)
		_, err = s.store.Responses().Append(s.ctx, []model.Response{{At: s.now().UTC().Truncate(time.Second), Kind: model.ResponseReply, Contact: 1}})
		s.must(err)
		_, err = s.desk.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: address(3), Gone: address(4)})
		s.must(err)
		test(s)
	})
}

// Whoever may not take people out does not, by whatever door, and nothing is noted
// of it; whoever may leaves a line each time. Reading only is for every role.
func TestNobodyTakesOutByAnyDoorWhatTheirRoleDoesNotLet(t *testing.T) {
	exported(t, func(s *shop) {
		may := map[model.Role]bool{model.Manager: true, model.DPO: true, model.Admin: true}
		for _, role := range append(model.Roles(), "") {
			for name, visit := range goesOut {
				for _, readOnly := range []bool{false, true} {
					who := model.Actor{Name: "x" + string(role), Role: role, ReadOnly: readOnly}
					n, before := 0, s.head()
					err := visit(s.ctx, s.as(who), func() error { n++; return nil })
					mine := s.mine(before, who)
					if may[role] && !readOnly {
						if err != nil || n == 0 || len(mine) != 1 || changesOf(mine[0])["n"] == "" {
							s.Errorf("%s as %s: %d rows, %v, %+v", name, role, n, err, mine)
						}
						continue
					}
					if model.KindOf(err) != model.KindRefused || n != 0 || len(mine) != 0 {
						s.Errorf("%s as %q, read only %v: %d rows, %v, %+v", name, role, readOnly, n, err, mine)
					}
				}
			}
		}
	})
}

// Every visit ends at the first row when asked, and has it in the audit.
func TestEveryExportStopsWhenAsked(t *testing.T) {
	exported(t, func(s *shop) {
		enough := errors.New("enough")
		for name, visit := range goesOut {
			n, before := 0, s.head()
			err := visit(s.ctx, s.as(owner), func() error { n++; return enough })
			mine := s.mine(before, owner)
			if n != 1 || !errors.Is(err, enough) || len(mine) != 1 || changesOf(mine[0])["interrupted"] != "true" {
				s.Errorf("%s: %d rows, %v, %+v", name, n, err, mine)
			}
		}
	})
}
