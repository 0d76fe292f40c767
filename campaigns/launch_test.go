package campaigns_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"

	"github.com/google/go-cmp/cmp"
)

func TestStartSaysHowManyItWouldReachAndStopsThere(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		s.write(file{})
		before := s.campaign("noel")
		for given, key := range map[int]string{campaigns.Unset: "campaign.confirm ", 91: "campaign.confirm_differs"} {
			err := s.desk.Start(s.ctx, "noel", given)
			var asks *campaigns.ConfirmError
			if !errors.As(err, &asks) || asks.Planned != 90 {
				s.Fatalf("got %v, want a question about 90 people", err)
			}
			s.refused(err, model.KindRefused, key)
		}
		if d := cmp.Diff(before, s.campaign("noel")); d != "" {
			s.Errorf("it changed: %s", d)
		}
		s.must(s.desk.Start(s.ctx, "noel", 90))
		if st := s.end("noel"); st.Accepted != 90 || st.HeldOut != 10 || st.FinishedAt == nil {
			s.Errorf("%+v", st)
		}
		s.once("noel")
		s.refused(s.desk.Start(s.ctx, "noel", 90), model.KindRefused, "campaign.wrong_state")
	})
}

func TestALineThatBlocksKeepsACampaignFromLeaving(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{body: "Bonjour {{ contact.surnom }}.\n"})
		s.refused(s.desk.Start(s.ctx, "noel", 18), model.KindRefused, "campaign.blocked")
		s.state("noel", model.Draft)
		s.relay.SetDown(true)
		s.write(file{name: "relais"})
		s.refused(s.desk.Start(s.ctx, "relais", 18), model.KindRefused, "campaign.blocked name=relais n=1 first=relay_down")
		s.relay.SetDown(false)
		s.start("relais")
		s.end("relais")
	})
}

func TestAProcessThatDoesNotSendChangesNothing(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(20)
		s.write(file{})
		before := s.campaign("noel")
		s.refused(s.desk.Start(s.ctx, "noel", 18), model.KindBusy, "campaign.nobody_sends")
		if d := cmp.Diff(before, s.campaign("noel")); d != "" {
			s.Errorf("it changed: %s", d)
		}
	})
}

func TestARehearsalRefusesWhatALaunchWouldAndWritesNothing(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{})
		before := s.campaign("noel")
		ctx := campaigns.Rehearse(s.ctx)
		s.refused(s.desk.Start(ctx, "noel", 3), model.KindRefused, "campaign.confirm_differs")
		s.must(s.desk.Start(ctx, "noel", 18))
		if d := cmp.Diff(before, s.campaign("noel")); d != "" {
			s.Errorf("it changed: %s", d)
		}
		if planned, err := s.store.Ledger().HasPlan(s.ctx, before.ID); planned || err != nil {
			s.Errorf("a plan was written: %v %v", planned, err)
		}
	})
}

func TestACampaignAboveTheLimitNeedsAnApproval(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Config.Approval = 10 }, func(s *shop) {
		s.people(20)
		s.write(file{})
		s.refused(s.desk.Start(s.ctx, "noel", 18), model.KindRefused, "campaign.needs_approval")
		s.must(s.desk.Approve(s.ctx, "noel"))
		s.start("noel")
		s.end("noel")
	})
}

// mortal is a store whose n-th write of a launch is the last thing that the
// process does: before it, or just after.
type mortal struct {
	store.Store
	mu    sync.Mutex
	left  int
	after bool
	dead  bool
}

var errDead = errors.New("the process died")

func (m *mortal) Campaigns() store.Campaigns { return mortalCampaigns{m.Store.Campaigns(), m} }
func (m *mortal) Ledger() store.Ledger       { return mortalLedger{m.Store.Ledger(), m} }

// arm lets the n-th write from now fail.
func (m *mortal) arm(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left = n
}

func (m *mortal) write(do func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errDead
	}
	if m.left > 0 {
		m.left--
		m.dead = m.left == 0
	}
	if m.dead && !m.after {
		return errDead
	}
	if err := do(); err != nil || !m.dead {
		return err
	}
	return errDead
}

type mortalCampaigns struct {
	store.Campaigns
	m *mortal
}

func (c mortalCampaigns) Update(ctx context.Context, name string, change func(*model.Campaign) error) (out model.Campaign, err error) {
	err = c.m.write(func() error {
		out, err = c.Campaigns.Update(ctx, name, change)
		return err
	})
	return out, err
}

type mortalLedger struct {
	store.Ledger
	m *mortal
}

func (l mortalLedger) Plan(ctx context.Context, c model.CampaignID, p model.Plan) error {
	return l.m.write(func() error { return l.Ledger.Plan(ctx, c, p) })
}

func TestADeathBetweenTwoStepsOfALaunchLosesNobody(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 3; n++ { // the salt, the plan, the state
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, after it %v", n, after), func(t *testing.T) {
				inShop(t, nil, nil, func(s *shop) {
					s.people(100)
					s.write(file{})
					planned := s.planned("noel")
					m := &mortal{Store: s.store, after: after}
					s.must(s.desk.Close(s.ctx))
					s.store = m
					s.open()
					m.arm(n)
					if err := s.desk.Start(s.ctx, "noel", planned); !errors.Is(err, errDead) {
						s.Fatalf("it lived: %v", err)
					}
					salt := s.campaign("noel").Salt
					s.reopen(true)
					s.takeUp(n, after, planned)
					s.end("noel")
					s.once("noel")
					c := s.campaign("noel")
					if salt != "" && c.Salt != salt || c.Salt == "" {
						s.Error("a second salt was drawn")
					}
					if proof, err := s.desk.VerifyHoldout(s.ctx, "noel"); err != nil || !proof.Replayed {
						s.Errorf("%+v %v", proof, err)
					}
				})
			})
		}
	}
}

// takeUp goes on with a launch that died, after ten more people came in. The
// number to confirm is that of the plan once there is one.
func (s *shop) takeUp(n int, after bool, planned int) {
	s.Helper()
	s.bring("email\nnew1@clients.example\nnew2@clients.example\nnew3@clients.example\nnew4@clients.example\nnew5@clients.example\n"+
		"new6@clients.example\nnew7@clients.example\nnew8@clients.example\nnew9@clients.example\nnew10@clients.example\n", model.BasisConsent)
	if n == 3 && after {
		s.must(s.desk.Resume(s.ctx, "noel"))
		return
	}
	frozen := n == 3 || n == 2 && after
	want := planned + 9
	if frozen {
		want = planned
		_, err := s.desk.EditCampaign(s.ctx, "noel", file{holdout: "share = 0.5"}.source(), nil)
		s.refused(err, model.KindRefused, "campaign.frozen")
	}
	var asks *campaigns.ConfirmError
	if err := s.desk.Start(s.ctx, "noel", campaigns.Unset); !errors.As(err, &asks) || asks.Planned != want {
		s.Fatalf("it asks %v, want a question about %d", err, want)
	}
	s.must(s.desk.Start(s.ctx, "noel", want))
}

func TestACampaignOfAnOlderFileDoesNotTakeThePlanOfANewerOne(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{})
		s.close()
		crm := filepath.Join(s.dir, "crm.db")
		older, err := os.ReadFile(crm)
		s.must(err)
		s.open()
		s.start("noel")
		s.end("noel")
		s.close()
		s.must(os.WriteFile(crm, older, 0o600))
		s.open()
		sent := s.relay.Total()
		s.refused(s.desk.Start(s.ctx, "noel", 18), model.KindRefused, "store.foreign_plan")
		_, err = s.desk.Holdout(s.ctx, "noel")
		s.refused(err, model.KindRefused, "store.foreign_plan")
		time.Sleep(time.Minute)
		if s.relay.Total() != sent {
			s.Error("something left")
		}
		if st := s.status("noel"); st.Planned != 0 || st.Accepted != 0 {
			s.Errorf("it counts the people of another campaign: %+v", st)
		}
		s.must(s.desk.Cancel(s.ctx, "noel"))
		if st := s.status("noel"); st.State != model.Cancelled || st.Planned != 0 || st.Accepted != 0 {
			s.Errorf("cancelled, it counts the people of another campaign: %+v", st)
		}
		if tally, err := s.store.Ledger().Tally(s.ctx, s.campaign("noel").ID); err != nil || tally.ByState[model.StateExcluded] != 0 {
			s.Errorf("people of another campaign were excluded: %+v %v", tally, err)
		}
	})
}

func TestMorePeopleThanTheFileAllowsBlockTheLaunch(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{send: "max_people = 17", holdout: "share = 0.1"})
		list, err := s.desk.CheckCampaign(s.ctx, "noel")
		s.must(err)
		at := slices.IndexFunc(list.Lines, func(l model.CheckLine) bool { return l.Code == "too_many" })
		if at < 0 || list.Planned != 18 || list.Lines[at].Repair != model.RepairAudience {
			s.Fatalf("%+v", list)
		}
		s.refused(s.desk.Start(s.ctx, "noel", 18), model.KindRefused, "campaign.blocked name=noel n=1 first=too_many")
		s.write(file{name: "juste", send: "max_people = 18", holdout: "share = 0.1"})
		s.start("juste")
		if st := s.end("juste"); st.Accepted != 18 {
			s.Errorf("%+v", st)
		}
	})
}
