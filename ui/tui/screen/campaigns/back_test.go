package campaigns_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	desks "blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/tuitest"
)

// answered is a desk whose campaign that left brought things back.
type answered struct {
	desks.Desk
	site string
	back func(*model.Status)
}

func (a answered) Settings() desks.Config {
	c := a.Desk.Settings()
	c.Public.URL = a.site
	return c
}

func (a answered) Campaign(ctx context.Context, name string) (desks.CampaignDetail, error) {
	d, err := a.Desk.Campaign(ctx, name)
	if d.Status.Responses != nil {
		a.back(&d.Status)
	}
	return d, err
}

// Live says the same of a campaign that has just finished.
func (a answered) Live() *desks.Live {
	l := *a.Desk.Live()
	l.Running = slices.Clone(l.Running)
	for i := range l.Running {
		if st := &l.Running[i].Status; st.Responses != nil {
			a.back(st)
		}
	}
	return &l
}

func share(n, of int, low, high float64) model.Share {
	return model.Share{N: n, Part: float64(n) / float64(of), Low: low, High: high}
}

// plenty is what a large campaign brings, a link that would draw outside its
// place among it.
func plenty(st *model.Status) {
	nps, margin := 31.2, 6.8
	st.Accepted = 8012
	st.Responses = &model.ResponseCounts{
		Clicks: 530, ClickPersons: 412, MachineClicks: 61, Opens: 2410, Views: 12, Unsubscribes: 12, Complaints: 9, Replies: 2, Bounces: 25,
		BouncesByClass: map[string]int{"user_unknown": 14, "mailbox_full": 9, "policy": 2},
		BouncesByLane:  map[string]map[string]int{"gmail": {"user_unknown": 9}, "orange": {"user_unknown": 5, "mailbox_full": 9}, "microsoft": {"policy": 2}},
		Links: []model.LinkCounts{
			{Version: 1, Link: 1, URL: "https://www.boutique.example/noel", Clicks: 300, Persons: 260},
			{Version: 2, Link: 1, URL: "https://www.boutique.example/noel", Clicks: 200, Persons: 150},
			{Version: 2, Link: 2, URL: "https://www.boutique.example/\x1b[2J\u202e" + strings.Repeat("a", 200), Clicks: 30, Persons: 29},
		},
		Shares: &model.ResponseShares{
			Of: 8012, Clicks: share(412, 8012, .0468, .0565), Unsubscribes: share(12, 8012, .0009, .0026),
			Complaints: share(9, 8012, .0006, .0021), Bounces: share(25, 8012, .0021, .0046),
		},
		Versions:     []model.VersionClicks{{Version: 1, Accepted: 3010, Clicks: 300}, {Version: 2, Accepted: 5002, Clicks: 230}},
		Satisfaction: &model.Satisfaction{Scale: 10, Answers: 412, Mean: 8.1, Score: &nps, Margin: &margin},
	}
}

// handful is what came back of 37 messages: no share of it means anything.
func handful(st *model.Status) {
	st.Responses = &model.ResponseCounts{
		Clicks: 4, ClickPersons: 3, Unsubscribes: 1, BouncesByClass: map[string]int{}, BouncesByLane: map[string]map[string]int{},
		Links:        []model.LinkCounts{{Version: 1, Link: 1, URL: "https://www.boutique.example/noel", Clicks: 4, Persons: 3}},
		Shares:       &model.ResponseShares{Of: 37, Clicks: share(3, 37, .028, .21), Unsubscribes: share(1, 37, .005, .14), Complaints: share(0, 37, 0, .1), Bounces: share(0, 37, 0, .1)},
		Versions:     []model.VersionClicks{{Version: 1, Accepted: 37, Clicks: 4}},
		Satisfaction: &model.Satisfaction{Scale: 10, Answers: 4, Mean: 8.5},
	}
}

func TestWhatCameBackIsOnThePageOfTheCampaign(t *testing.T) {
	t.Parallel()
	w := season(t)
	for _, lang := range []string{"fr", "en"} {
		for name, of := range map[string]answered{
			"back":      {w, "https://mail.boutique.example", plenty},
			"few-back":  {w, "https://mail.boutique.example", handful},
			"none-back": {w, "https://mail.boutique.example", func(*model.Status) {}},
			"no-site":   {w, "", func(*model.Status) {}},
		} {
			x := show(t, of, lang)
			x.Open("rentree")
			for _, size := range []tuitest.Size{{W: 120, H: 36}, {W: 80, H: 24}} {
				if x.Lines(size.W, size.H); size.W == 80 {
					x.Press("v")
				}
				x.Golden(name, size.W, size.H)
			}
			x.Sizes()
		}
	}
}

func TestACampaignThatDidNotLeaveHasNothingToTurnTo(t *testing.T) {
	t.Parallel()
	x := show(t, season(t), "fr")
	x.Open("noel-15")
	x.Lines(80, 24)
	x.Press("v")
	if strings.Contains(x.Text(80, 24), "Ce qui est revenu, sur") {
		t.Error("something may come back of a draft")
	}
	x.Has(80, 24, "Message")
}
